/* SPDX-License-Identifier: Apache-2.0
 *
 * kbsh/issue.h - certificates by specification: the trees that the step
 * `config` makes (doc/configuration.md, /certificates and /kubeconfigs), and
 * the services of the role "ca" that sign them. Since 1.0.
 */
#ifndef KBSH_ISSUE_H
#define KBSH_ISSUE_H

#include <json-c/json.h>

#include <kbsh/cleanup.h>
#include <kbsh/error.h>
#include <kbsh/pki.h>
#include <kbsh/plugin.h>

/* The texts of a list, ended by NULL, borrowed from it; the caller frees the
 * list itself. NULL when out of memory. */
const char **kbsh_strings (json_object *list);

/* A specification as kbsh/pki.h wants it; borrowed from the tree. */
struct kbsh_spec
{
  struct kbsh_certificate certificate;
  const char **organizations, **dns_names, **ip_addresses;
};
/* Members: commonName, organizations, dnsNames, ipAddresses, usages, ca, and
 * for the time validity, backdate (seconds) and notBefore ("now" or "ca": as
 * `ca_certificate`, which may be NULL). */
int kbsh_spec_read (struct kbsh_ctx *ctx, json_object *spec,
                    const char *ca_certificate, struct kbsh_spec *out);
void kbsh_spec_free (struct kbsh_spec *spec);

/* "DIRECTORY/BASE.SUFFIX"; the caller frees. */
char *kbsh_spec_path (const char *directory, const char *base,
                      const char *suffix);

/* A certificate with its key. */
struct kbsh_issued
{
  char *certificate;
  char *key; /* wiped when freed */
};
void kbsh_issued_free (struct kbsh_issued *issued);

/* Who signs. */
struct kbsh_issuer
{
  const char *backend;     /* a service of the role "ca" */
  const char *directory;   /* of the certificates */
  const char *base;        /* the CA's own name there */
  const char *certificate; /* PEM */
};

/* The CA `name` of the configuration (config:/certificates), with the input
 * `backend`; all of it is the host's memory. A certificate that is not there,
 * is no CA's or is not valid now is a failure. */
int kbsh_issuer_open (struct kbsh_ctx *ctx, const char *name,
                      struct kbsh_issuer *issuer);

/* Make a key (unless issued->key is one already) and have it signed as the
 * specification says. The error is recorded in the context. */
int kbsh_issue (struct kbsh_ctx *ctx, json_object *spec,
                const struct kbsh_issuer *issuer, struct kbsh_issued *issued);

#endif
