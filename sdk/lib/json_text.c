/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes trees as compact JSON text (RFC 8259).
 */
#include <kbsh/cleanup.h>
#include <kbsh/json.h>

#include <json-c/printbuf.h>

#include "tree.h"

static int
by_bytes (const void *a, const void *b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

const char **
tree_keys (json_object *object, int (*compare) (const void *, const void *),
           struct kbsh_error *err)
{
  size_t count = (size_t)json_object_object_length (object), n = 0;
  const char **keys = calloc (count + 1, sizeof *keys);
  if (!keys)
    {
      kbsh_error_memory (err);
      return NULL;
    }
  json_object_object_foreach (object, key, value)
  {
    (void)value;
    keys[n++] = key;
  }
  qsort (keys, n, sizeof *keys, compare ? compare : by_bytes);
  return keys;
}

void
tree_step (struct kbsh_buffer *pointer, const char *key)
{
  kbsh_buffer_puts (pointer, "/");
  for (; *key; key++)
    if (*key == '~')
      kbsh_buffer_puts (pointer, "~0");
    else if (*key == '/')
      kbsh_buffer_puts (pointer, "~1");
    else
      kbsh_buffer_add (pointer, key, 1);
}

/* The shortest text that reads back as this number. */
static void
put_double (double number, char out[40])
{
  char *comma;
  for (int precision = 15; precision <= 17; precision++)
    {
      snprintf (out, 40, "%.*g", precision, number);
      if (strtod (out, NULL) == number)
        break;
    }
  /* a program may have set a locale that writes numbers in another way */
  if ((comma = strchr (out, ',')))
    *comma = '.';
}

static void
write_string (struct kbsh_buffer *out, const char *text, size_t length)
{
  static const char escaped[] = "\b\f\n\r\t\"\\", letters[] = "bfnrt\"\\";
  kbsh_buffer_puts (out, "\"");
  for (size_t i = 0; i < length;)
    {
      size_t run = i;
      const char *found;
      while (run < length && (unsigned char)text[run] >= 0x20
             && text[run] != '"' && text[run] != '\\')
        run++;
      kbsh_buffer_add (out, text + i, run - i);
      if ((i = run) == length)
        break;
      found = text[i] ? strchr (escaped, text[i]) : NULL;
      if (found)
        {
          kbsh_buffer_puts (out, "\\");
          kbsh_buffer_add (out, letters + (found - escaped), 1);
        }
      else
        kbsh_buffer_printf (out, "\\u%04x", (unsigned char)text[i]);
      i++;
    }
  kbsh_buffer_puts (out, "\"");
}

static void
write_member (struct kbsh_buffer *out, const char *key, json_object *value,
              int sorted, int first)
{
  if (!first)
    kbsh_buffer_puts (out, ",");
  write_string (out, key, strlen (key));
  kbsh_buffer_puts (out, ":");
  tree_write (out, value, sorted);
}

static void
write_object (struct kbsh_buffer *out, json_object *tree, int sorted)
{
  int first = 1;
  kbsh_buffer_puts (out, "{");
  if (sorted)
    {
      kbsh_autofree const char **keys = tree_keys (tree, NULL, NULL);
      out->failed |= !keys;
      for (size_t i = 0; keys && keys[i]; i++, first = 0)
        write_member (out, keys[i], json_object_object_get (tree, keys[i]),
                      sorted, first);
    }
  else
    {
      json_object_object_foreach (tree, key, value)
      {
        write_member (out, key, value, sorted, first);
        first = 0;
      }
    }
  kbsh_buffer_puts (out, "}");
}

static void
write_list (struct kbsh_buffer *out, json_object *tree, int sorted)
{
  size_t count = json_object_array_length (tree);
  kbsh_buffer_puts (out, "[");
  for (size_t i = 0; i < count; i++)
    {
      if (i)
        kbsh_buffer_puts (out, ",");
      tree_write (out, json_object_array_get_idx (tree, i), sorted);
    }
  kbsh_buffer_puts (out, "]");
}

void
tree_write (struct kbsh_buffer *out, json_object *tree, int sorted)
{
  char number[40];
  switch (json_object_get_type (tree))
    {
    case json_type_object:
      write_object (out, tree, sorted);
      break;
    case json_type_array:
      write_list (out, tree, sorted);
      break;
    case json_type_string:
      write_string (out, json_object_get_string (tree),
                    (size_t)json_object_get_string_len (tree));
      break;
    case json_type_boolean:
      kbsh_buffer_puts (out, json_object_get_boolean (tree) ? "true" : "false");
      break;
    case json_type_int:
      if (tree_is_big (tree))
        kbsh_buffer_printf (out, "%ju",
                            (uintmax_t)json_object_get_uint64 (tree));
      else
        kbsh_buffer_printf (out, "%jd", (intmax_t)json_object_get_int64 (tree));
      break;
    case json_type_double:
      put_double (json_object_get_double (tree), number);
      kbsh_buffer_puts (out, number);
      break;
    default:
      kbsh_buffer_puts (out, "null");
    }
}

static int
print_sorted (json_object *tree, struct printbuf *out, int level, int flags)
{
  KBSH_CLEANUP (kbsh_buffer_free) struct kbsh_buffer b = { 0 };
  (void)level;
  tree_write (&b, tree, flags);
  if (b.failed || b.length >= INT_MAX)
    return -1;
  return printbuf_memappend (out, b.data, (int)b.length);
}

/* json-c keeps the text with the tree; only the writer is ours, because its
 * own drops what it found no memory for. */
const char *
kbsh_json_text (json_object *tree, int sorted)
{
  const char *text;
  if (!tree)
    return "null";
  json_object_set_serializer (tree, print_sorted, NULL, NULL);
  text = json_object_to_json_string_ext (tree, sorted);
  json_object_set_serializer (tree, NULL, NULL, NULL);
  return text;
}
