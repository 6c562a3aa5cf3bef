/* SPDX-License-Identifier: Apache-2.0
 *
 * A fake cluster to be found: each test makes a world in which all is right, or
 * wrong in exactly one way. What can't be made ends the test program.
 */
#ifndef PLUGINS_DISCOVERY_TEST_WORLD_H
#define PLUGINS_DISCOVERY_TEST_WORLD_H

#include "../discovery.h"

#include <kbsh/json.h>
#include <kbsh/pki.h>

#include "sdk/test/check.h"

#define ENDPOINT "10.0.0.1:6443"
#define PATH "/api/v1/namespaces/kube-public/configmaps/cluster-info"
#define READ "GET https://" ENDPOINT PATH
#define TOKEN "abcdef.0123456789abcdef"
#define HOUR 3600

struct authority
{
  char *pem;
  char pin[80];
};

/* The cluster's CA, and another one; what cluster-info says, and the token's
 * signature of it. From begin() to finish(). */
extern struct authority ca, other;
extern char *info, *sign;
void begin (void);
void finish (void);

/* Valid from and to these seconds from now; the caller frees `pem`. */
struct authority make_ca (int64_t from, int64_t to);
/* The kubeconfig in cluster-info; the caller frees. */
char *kubeconfig (const char *server, const char *pem);
/* A signature of `text`; the caller frees. */
char *signature (const char *header, const char *secret, const char *text);
char *good_signature (const char *text);

/* Answers: with cluster-info, where `signed_by` may be NULL; any other; from
 * one whose certificate is not trusted. */
json_object *answer (const char *text, const char *signed_by);
json_object *other_answer (const char *to, int status, const char *member,
                           const char *text);
json_object *untrusted (const char *reason);

/* A world with nothing but what to find the cluster with. */
json_object *world_of (const char *from);
/* One more answer in it. */
void add (json_object *world, json_object *one);
/* Find in this world, which is used up. `error`: a part of what is said (what,
 * why and remedy with " | " between); NULL: it is found. */
void find (json_object *world, const char *error, const char *found);

#endif
