/* SPDX-License-Identifier: Apache-2.0
 *
 * Replaces secrets in texts. A secret is looked for in every form in which it
 * could be shown: as it is, written as a JSON string, in base64, and each long
 * line of it alone (a key that was indented, or shown in a diff).
 */
#ifndef CORE_SHOW_REDACT_H
#define CORE_SHOW_REDACT_H

#include <json-c/json.h>
#include <stddef.h>

struct secrets
{
  char **texts; /* longest first */
  size_t count;
};

/* Texts under 6 bytes are passed over: they would be found everywhere. */
int secrets_add (struct secrets *secrets, const char *text);
void secrets_free (struct secrets *secrets); /* wipes */
/* The text with secrets replaced by "<redacted>" and what is no UTF-8 by
 * U+FFFD; the caller frees. NULL: out of memory. */
char *secrets_redact (const struct secrets *secrets, const char *text,
                      size_t length);
/* A copy of a tree with all its strings redacted. 0, or -1: out of memory. */
int secrets_copy (const struct secrets *secrets, json_object *tree,
                  json_object **out);

#endif
