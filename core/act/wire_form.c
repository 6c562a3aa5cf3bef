/* SPDX-License-Identifier: Apache-2.0
 *
 * The form of a message.
 */
#include "config.h"

#include "act/wire_form.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <kbsh/cleanup.h>

#define WIRE_DEPTH 128

void
form_wipe (void *data, size_t length)
{
  if (data)
    explicit_bzero (data, length);
  free (data);
}

void
message_free (struct message *message)
{
  json_object_put (message->json);
  form_wipe (message->blob, message->blob_length);
  memset (message, 0, sizeof *message);
}

void
incoming_free (struct incoming *in)
{
  if (in->head_got == sizeof in->head)
    {
      form_wipe (in->text, in->head[0]);
      form_wipe (in->blob, in->head[1]);
    }
  memset (in, 0, sizeof *in);
}

static int
broken (struct kbsh_error *err, const char *why)
{
  kbsh_error_set (err, "a message can't be understood");
  return kbsh_error_why (err, "%s", why);
}

int
form_io_error (struct kbsh_error *err, const char *what)
{
  int number = errno;
  kbsh_error_set (err, "%s", what);
  return kbsh_error_why (err, "%s", strerror (number));
}

/* Once the head is there: room for the rest. */
static int
incoming_room (struct incoming *in, struct kbsh_error *err)
{
  if (in->text)
    return 0;
  if (in->head[0] == 0 || in->head[0] > WIRE_MAX_JSON
      || in->head[1] > WIRE_MAX_BLOB)
    {
      in->head_got = 0;
      return broken (err, "its length is not possible");
    }
  in->text = malloc ((size_t)in->head[0] + 1);
  in->blob = malloc ((size_t)in->head[1] + 1);
  if (in->text && in->blob)
    return 0;
  free (in->text);
  free (in->blob);
  in->text = in->blob = NULL;
  in->head_got = 0;
  return kbsh_error_memory (err);
}

size_t
incoming_next (struct incoming *in, char **to)
{
  if (in->head_got < sizeof in->head)
    {
      *to = (char *)in->head + in->head_got;
      return sizeof in->head - in->head_got;
    }
  if (in->text_got < in->head[0])
    {
      *to = in->text + in->text_got;
      return in->head[0] - in->text_got;
    }
  *to = in->blob + in->blob_got;
  return in->head[1] - in->blob_got;
}

int
incoming_took (struct incoming *in, size_t length, struct kbsh_error *err)
{
  if (in->head_got < sizeof in->head)
    {
      in->head_got += length;
      return in->head_got == sizeof in->head ? incoming_room (in, err) : 0;
    }
  if (in->text_got < in->head[0])
    in->text_got += length;
  else
    in->blob_got += length;
  return 0;
}

static json_object *
decode (const char *text, size_t length, struct kbsh_error *err)
{
  json_tokener *tokener = json_tokener_new_ex (WIRE_DEPTH);
  json_object *tree;
  enum json_tokener_error error;
  if (!tokener)
    {
      kbsh_error_memory (err);
      return NULL;
    }
  json_tokener_set_flags (tokener, JSON_TOKENER_STRICT);
  /* The NUL behind the text ends a number; the text is counted with it. */
  tree = json_tokener_parse_ex (tokener, text, (int)length + 1);
  error = json_tokener_get_error (tokener);
  if (error == json_tokener_success
      && json_tokener_get_parse_end (tokener) >= length
      && json_object_is_type (tree, json_type_object))
    {
      json_tokener_free (tokener);
      return tree;
    }
  broken (err, error == json_tokener_success ? "it is no JSON object"
                                             : json_tokener_error_desc (error));
  json_object_put (tree);
  json_tokener_free (tokener);
  return NULL;
}

int
incoming_take (struct incoming *in, struct message *out, struct kbsh_error *err)
{
  json_object *json;
  in->text[in->head[0]] = '\0';
  in->blob[in->head[1]] = '\0';
  json = decode (in->text, in->head[0], err);
  if (json)
    {
      out->json = json;
      out->blob = kbsh_steal (&in->blob);
      out->blob_length = in->head[1];
    }
  incoming_free (in);
  return json ? 0 : -1;
}

/* What an outgoing message looks like: head, text, bytes. */
int
form_pack (json_object *json, size_t length, uint32_t head[2],
           const char **text, struct kbsh_error *err)
{
  size_t text_length = 0;
  *text = json_object_to_json_string_length (json, JSON_C_TO_STRING_PLAIN,
                                             &text_length);
  if (!*text)
    return kbsh_error_memory (err);
  if (text_length > WIRE_MAX_JSON || length > WIRE_MAX_BLOB)
    {
      kbsh_error_set (err, "cannot pass on what was given");
      return kbsh_error_why (err, "%zu bytes are too many",
                             text_length + length);
    }
  head[0] = (uint32_t)text_length;
  head[1] = (uint32_t)length;
  return 0;
}
