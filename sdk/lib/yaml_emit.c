/* SPDX-License-Identifier: Apache-2.0
 *
 * Trees as YAML in the form that Kubernetes tools write (sigs.k8s.io/yaml):
 * block style, members sorted, lists not indented below their name, strings
 * quoted where they would be read as something else, and texts of more lines
 * than one as they are.
 */
#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/yaml.h>

#include <yaml.h>

#include "tree.h"
#include "yaml_scalar.h"

struct writer
{
  yaml_emitter_t yaml;
  struct kbsh_buffer out;
  struct kbsh_error *err;
};

static int write_node (struct writer *w, json_object *tree);

static int
put (void *data, unsigned char *bytes, size_t length)
{
  struct kbsh_buffer *out = data;
  kbsh_buffer_add (out, bytes, length);
  return !out->failed;
}

/* Send an event; `made` says whether making it succeeded. libyaml frees the
 * event in any case. */
static int
emit (struct writer *w, yaml_event_t *event, int made)
{
  if (made && yaml_emitter_emit (&w->yaml, event))
    return 0;
  if (!made || w->yaml.error == YAML_MEMORY_ERROR || w->out.failed)
    return kbsh_error_memory (w->err);
  kbsh_error_set (w->err, "can't write YAML");
  return kbsh_error_why (w->err, "%s", w->yaml.problem ? w->yaml.problem : "");
}

static int
write_scalar (struct writer *w, const char *text, size_t length,
              yaml_scalar_style_t style)
{
  yaml_event_t event;
  if (length >= INT_MAX)
    return kbsh_error_set (w->err, "can't write YAML: a text is too long");
  return emit (w, &event,
               yaml_scalar_event_initialize (&event, NULL, NULL,
                                             (const yaml_char_t *)text,
                                             (int)length, 1, 1, style));
}

static int
is_utf8 (const char *text, size_t length)
{
  for (size_t i = 0, n; i < length; i += n)
    if (!(n = tree_utf8 (text + i, length - i)))
      return 0;
  return 1;
}

static int
write_string (struct writer *w, const char *text, size_t length)
{
  struct scalar scalar;
  if (!is_utf8 (text, length))
    {
      kbsh_error_set (w->err, "can't write YAML");
      return kbsh_error_why (w->err, "a text has bytes that are not UTF-8");
    }
  if (memchr (text, '\n', length))
    return write_scalar (w, text, length, YAML_LITERAL_SCALAR_STYLE);
  scalar_resolve (text, length, &scalar);
  return write_scalar (w, text, length,
                       scalar.kind == SCALAR_STRING && !scalar_base60 (text)
                           ? YAML_PLAIN_SCALAR_STYLE
                           : YAML_DOUBLE_QUOTED_SCALAR_STYLE);
}

static int
is_digit (char c)
{
  return c >= '0' && c <= '9';
}

static int
is_letter (char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80);
}

/* Where two names first differ in a number, is the order that of the numbers?
 * `i` is in the number, or behind the end of one of them. */
static int
number_order (const char *a, const char *b, size_t i)
{
  size_t an = i, bn = i, start = i;
  while (start && is_digit (a[start - 1]))
    start--;
  while (a[start] == '0' && start < i)
    start++;
  while (is_digit (a[an]))
    an++;
  while (is_digit (b[bn]))
    bn++;
  /* leading zeros do not make a number larger */
  if (start == i)
    {
      size_t az = i, bz = i;
      while (a[az] == '0')
        az++;
      while (b[bz] == '0')
        bz++;
      if (an - az != bn - bz)
        return an - az < bn - bz ? -1 : 1;
      for (; az < an; az++, bz++)
        if (a[az] != b[bz])
          return a[az] < b[bz] ? -1 : 1;
    }
  if (an != bn)
    return an < bn ? -1 : 1;
  return (unsigned char)a[i] < (unsigned char)b[i] ? -1 : 1;
}

/* item2 before item10, and what is no letter before letters. */
static int
natural (const void *left, const void *right)
{
  const char *a = *(const char *const *)left;
  const char *b = *(const char *const *)right;
  size_t i = 0;
  while (a[i] && a[i] == b[i])
    i++;
  if (!a[i] || !b[i])
    return (a[i] != 0) - (b[i] != 0);
  if (is_letter (a[i]) && is_letter (b[i]))
    return (unsigned char)a[i] < (unsigned char)b[i] ? -1 : 1;
  if (is_letter (a[i]) || is_letter (b[i]))
    return is_letter (b[i]) ? -1 : 1;
  return number_order (a, b, i);
}

static int
write_map (struct writer *w, json_object *tree)
{
  yaml_event_t event;
  kbsh_autofree const char **keys = tree_keys (tree, natural, w->err);
  if (!keys
      || emit (w, &event,
               yaml_mapping_start_event_initialize (
                   &event, NULL, NULL, 1,
                   *keys ? YAML_BLOCK_MAPPING_STYLE : YAML_FLOW_MAPPING_STYLE)))
    return -1;
  for (size_t i = 0; keys[i]; i++)
    if (write_string (w, keys[i], strlen (keys[i]))
        || write_node (w, json_object_object_get (tree, keys[i])))
      return -1;
  return emit (w, &event, yaml_mapping_end_event_initialize (&event));
}

static int
write_list (struct writer *w, json_object *tree)
{
  yaml_event_t event;
  size_t count = json_object_array_length (tree);
  if (emit (w, &event,
            yaml_sequence_start_event_initialize (
                &event, NULL, NULL, 1,
                count ? YAML_BLOCK_SEQUENCE_STYLE : YAML_FLOW_SEQUENCE_STYLE)))
    return -1;
  for (size_t i = 0; i < count; i++)
    if (write_node (w, json_object_array_get_idx (tree, i)))
      return -1;
  return emit (w, &event, yaml_sequence_end_event_initialize (&event));
}

static int
write_node (struct writer *w, json_object *tree)
{
  KBSH_CLEANUP (kbsh_buffer_free) struct kbsh_buffer text = { 0 };
  switch (json_object_get_type (tree))
    {
    case json_type_object:
      return write_map (w, tree);
    case json_type_array:
      return write_list (w, tree);
    case json_type_string:
      return write_string (w, json_object_get_string (tree),
                           (size_t)json_object_get_string_len (tree));
    default:
      tree_write (&text, tree, 0);
      if (text.failed)
        return kbsh_error_memory (w->err);
      return write_scalar (w, text.data, text.length, YAML_PLAIN_SCALAR_STYLE);
    }
}

static int
write_document (struct writer *w, json_object *tree)
{
  yaml_event_t event;
  yaml_emitter_set_output (&w->yaml, put, &w->out);
  yaml_emitter_set_unicode (&w->yaml, 1);
  if (emit (w, &event,
            yaml_stream_start_event_initialize (&event, YAML_UTF8_ENCODING))
      || emit (
          w, &event,
          yaml_document_start_event_initialize (&event, NULL, NULL, NULL, 1))
      || write_node (w, tree)
      || emit (w, &event, yaml_document_end_event_initialize (&event, 1))
      || emit (w, &event, yaml_stream_end_event_initialize (&event)))
    return -1;
  return 0;
}

/* libyaml marks the end after a text that ends in empty lines. The mark is not
 * needed, and nothing else can stand there at the left margin. */
static void
cut_end_mark (struct kbsh_buffer *out)
{
  static const char mark[] = "\n...\n";
  size_t length = sizeof mark - 1;
  if (out->length < length
      || memcmp (out->data + out->length - length, mark, length))
    return;
  out->length -= length - 1;
  out->data[out->length] = '\0';
}

char *
kbsh_yaml_text (json_object *tree, struct kbsh_error *err)
{
  struct writer w = { .err = err };
  char *text = NULL;
  int failed;
  if (!yaml_emitter_initialize (&w.yaml))
    {
      kbsh_error_memory (err);
      return NULL;
    }
  failed = write_document (&w, tree);
  yaml_emitter_delete (&w.yaml);
  cut_end_mark (&w.out);
  if (!failed && !(text = kbsh_buffer_take (&w.out)))
    kbsh_error_memory (err);
  kbsh_buffer_free (&w.out);
  return text;
}
