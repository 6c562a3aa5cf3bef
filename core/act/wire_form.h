/* SPDX-License-Identifier: Apache-2.0
 *
 * The form of a message: two lengths (32 bits each, in the machine's own order,
 * for both ends are on it), the JSON text, the bytes. What arrives is checked
 * as it is put together.
 */
#ifndef CORE_ACT_WIRE_FORM_H
#define CORE_ACT_WIRE_FORM_H

#include <stdint.h>

#include "act/wire.h"

/* A message on its way in: filled in the order of its members. */
struct incoming
{
  uint32_t head[2];
  size_t head_got;
  char *text;
  size_t text_got;
  char *blob;
  size_t blob_got;
};

/* Where the next bytes go; 0 when the message is whole. */
size_t incoming_next (struct incoming *in, char **to);
/* So many bytes came. */
int incoming_took (struct incoming *in, size_t length, struct kbsh_error *err);
/* A whole message becomes `out`. */
int incoming_take (struct incoming *in, struct message *out,
                   struct kbsh_error *err);
void incoming_free (struct incoming *in);

/* The head and the text of a message with `length` bytes behind them. */
int form_pack (json_object *json, size_t length, uint32_t head[2],
               const char **text, struct kbsh_error *err);
/* The error that errno says; always -1. */
int form_io_error (struct kbsh_error *err, const char *what);
void form_wipe (void *data, size_t length); /* and free */

#endif
