/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parts of the JSON reader share: json_strings.c, json_numbers.c, and
 * json_parse.c for the rest.
 */
#ifndef KBSH_LIB_JSON_READER_H
#define KBSH_LIB_JSON_READER_H

#include <kbsh/json.h>
#include <kbsh/text.h>

struct reader
{
  const char *start, *at, *end;
  int depth;
  struct kbsh_error *err;
};

/* An error at the reader's place; always -1. */
int json_refuse (struct reader *r, const char *why);
/* Pass over this character if it is the next one. */
int json_next_is (struct reader *r, char c);
/* The rest of a string, behind its first quotation mark. */
int json_read_text (struct reader *r, struct kbsh_buffer *b);
int json_read_number (struct reader *r, json_object **out);

#endif
