/* SPDX-License-Identifier: Apache-2.0
 *
 * A host for tests of this module: inputs from a tree, results into a tree,
 * and a machine on which nothing can be changed.
 */
#ifndef CONFIG_TEST_HOST_H
#define CONFIG_TEST_HOST_H

#include "../config.h"

struct test_host
{
  struct kbsh_ctx ctx; /* first: a context is this host */
  const char *data;    /* folder with the module's data */
  json_object *inputs, *facts;
  const char *kubelet; /* what `kubelet --version` says, or NULL */
  const char *answer;  /* body of any request's answer, or NULL: none */
  const char *url;     /* the last request's; in `kept` */
  struct kbsh_buffer failure, log, out;
  int failed;
  json_object *kept; /* texts that live as long as the host */
};

void test_host_begin (struct test_host *host, const char *data,
                      json_object *inputs);
void test_host_end (struct test_host *host);

#endif
