/* SPDX-License-Identifier: Apache-2.0
 *
 * PEM texts as files in memory: libcurl's GnuTLS takes certificates and keys
 * from files only. The same text gets the same name, by which libcurl knows
 * that a kept connection may be used again.
 */
#ifndef CORE_HTTP_IDENTITY_H
#define CORE_HTTP_IDENTITY_H

struct identity;

/* A path, borrowed from *identities (NULL at first: made), or NULL: there is
 * no memory, or no descriptor. */
const char *identity_path (struct identity **identities, const char *pem);
void identity_free (struct identity *identities);

#endif
