/* SPDX-License-Identifier: Apache-2.0
 *
 * What a plain YAML scalar means; shared by the reader and the writer of YAML,
 * which must agree. Not installed.
 */
#ifndef KBSH_LIB_YAML_SCALAR_H
#define KBSH_LIB_YAML_SCALAR_H

#include <stddef.h>
#include <stdint.h>

enum scalar_kind
{
  SCALAR_STRING,
  SCALAR_NULL,
  SCALAR_BOOL,
  SCALAR_INT,
  SCALAR_BIG, /* above INT64_MAX */
  SCALAR_FLOAT,
  SCALAR_NO_NUMBER, /* .inf and .nan, which JSON has not */
  SCALAR_TIME,      /* stays a string */
  SCALAR_MERGE      /* << */
};

struct scalar
{
  enum scalar_kind kind;
  int boolean;
  int64_t integer;
  uint64_t big;
  double real;
};

/* As go-yaml v2 (and so sigs.k8s.io/yaml) resolves it. */
void scalar_resolve (const char *text, size_t length, struct scalar *out);
/* Would a reader of YAML 1.1 take it for a number of base 60? */
int scalar_base60 (const char *text);

#endif
