/* SPDX-License-Identifier: Apache-2.0
 *
 * Fills ${...} in the strings of a tree. Values are put into the tree, never
 * into text that is read again: none can break out of its place.
 */
#include <kbsh/cleanup.h>
#include <kbsh/json.h>

#include "tree.h"

struct filler
{
  kbsh_lookup *lookup;
  void *data;
  struct kbsh_error *err;
};

static int fill (struct filler *f, json_object *tree, json_object **out,
                 int *missing);

static int
failed (const struct kbsh_error *err)
{
  return err->what[0] != '\0';
}

/* The reference that begins at `text` ("${"...): its length inside the
 * braces, or -1 when it does not end or is empty. */
static ssize_t
reference_length (const char *text)
{
  size_t length = strcspn (text + 2, "}");
  return length && text[2 + length] ? (ssize_t)length : -1;
}

/* A string that is one reference and nothing else. */
static int
is_reference (const char *text)
{
  ssize_t length;
  if (strncmp (text, "${", 2))
    return 0;
  length = reference_length (text);
  return length > 0 && !text[length + 3];
}

static json_object *
look_up (struct filler *f, const char *text, size_t length)
{
  kbsh_autofree char *reference = strndup (text, length);
  if (reference)
    return f->lookup (f->data, reference, f->err);
  kbsh_error_memory (f->err);
  return NULL;
}

static int
refuse (struct kbsh_error *err, const char *text)
{
  kbsh_error_set (err, "'%.80s' has a reference that is empty or not closed",
                  text);
  return kbsh_error_remedy (err, "write ${name}, or $${ for the characters "
                                 "themselves");
}

/* Write a value out inside of a longer text. */
static int
write_value (struct filler *f, struct kbsh_buffer *b, const char *text,
             size_t length)
{
  kbsh_autojson json_object *value = look_up (f, text, length);
  if (failed (f->err))
    return -1;
  if (!value)
    return kbsh_error_set (f->err, "there is no value for ${%.*s}", (int)length,
                           text);
  if (json_object_is_type (value, json_type_string))
    kbsh_buffer_add (b, json_object_get_string (value),
                     (size_t)json_object_get_string_len (value));
  else
    tree_write (b, value, 1);
  return 0;
}

static int
fill_text (struct filler *f, const char *text, size_t length,
           struct kbsh_buffer *b)
{
  const char *end = text + length;
  while (text < end)
    {
      const char *dollar = memchr (text, '$', (size_t)(end - text));
      ssize_t inside;
      kbsh_buffer_add (b, text, (size_t)((dollar ? dollar : end) - text));
      if (!dollar)
        break;
      text = dollar + 1;
      if (*text != '{')
        {
          kbsh_buffer_puts (b, "$");
          text += *text == '$';
          continue;
        }
      if ((inside = reference_length (dollar)) < 0)
        return refuse (f->err, dollar);
      if (write_value (f, b, text + 1, (size_t)inside))
        return -1;
      text += inside + 2;
    }
  return b->failed ? kbsh_error_memory (f->err) : 0;
}

static int
fill_string (struct filler *f, json_object *tree, json_object **out,
             int *missing)
{
  KBSH_CLEANUP (kbsh_buffer_free) struct kbsh_buffer b = { 0 };
  const char *text = json_object_get_string (tree);
  if (is_reference (text))
    {
      kbsh_autojson json_object *value
          = look_up (f, text + 2, strlen (text) - 3);
      if (failed (f->err))
        return -1;
      *missing = !value;
      /* a copy: who changes the result must not change the values */
      *out = kbsh_json_copy (value);
      return value && !*out ? kbsh_error_memory (f->err) : 0;
    }
  if (fill_text (f, text, (size_t)json_object_get_string_len (tree), &b))
    return -1;
  *out = tree_string (b.data ? b.data : "", b.length, f->err);
  return *out ? 0 : -1;
}

static int
fill_member (struct filler *f, const char *name, json_object *value,
             json_object *object)
{
  KBSH_CLEANUP (kbsh_buffer_free) struct kbsh_buffer key = { 0 };
  json_object *filled = NULL;
  int missing = 0;
  kbsh_buffer_puts (&key, "");
  if (fill_text (f, name, strlen (name), &key)
      || fill (f, value, &filled, &missing))
    goto failed;
  if (missing)
    return 0;
  if (!json_object_object_get_ex (object, key.data, NULL))
    return tree_add (object, key.data, filled, f->err);
  kbsh_error_set (f->err, "'%s' would be there twice", key.data);
failed:
  json_object_put (filled);
  return -1;
}

static int
fill_object (struct filler *f, json_object *tree, json_object **out)
{
  kbsh_autojson json_object *object = json_object_new_object ();
  if (!object)
    return kbsh_error_memory (f->err);
  json_object_object_foreach (tree, name, value)
  {
    if (!fill_member (f, name, value, object))
      continue;
    return kbsh_error_wrap (f->err, "%s", name);
  }
  *out = kbsh_steal (&object);
  return 0;
}

static int
fill_list (struct filler *f, json_object *tree, json_object **out)
{
  size_t count = json_object_array_length (tree);
  kbsh_autojson json_object *list = json_object_new_array ();
  if (!list)
    return kbsh_error_memory (f->err);
  for (size_t i = 0; i < count; i++)
    {
      json_object *value = NULL;
      int missing = 0;
      if (fill (f, json_object_array_get_idx (tree, i), &value, &missing))
        {
          json_object_put (value);
          return kbsh_error_wrap (f->err, "element %zu", i);
        }
      if (!missing && tree_append (list, value, f->err))
        return -1;
    }
  *out = kbsh_steal (&list);
  return 0;
}

static int
fill (struct filler *f, json_object *tree, json_object **out, int *missing)
{
  switch (json_object_get_type (tree))
    {
    case json_type_object:
      return fill_object (f, tree, out);
    case json_type_array:
      return fill_list (f, tree, out);
    case json_type_string:
      return fill_string (f, tree, out, missing);
    default:
      *out = json_object_get (tree);
      return 0;
    }
}

json_object *
kbsh_template_fill (json_object *tree, kbsh_lookup *lookup, void *data,
                    struct kbsh_error *err)
{
  /* whether lookup() failed shows in err->what, so it needs a place, empty at
   * first, of its own */
  struct kbsh_error local = KBSH_ERROR_INIT;
  struct filler f = { lookup, data, &local };
  json_object *filled = NULL;
  int missing = 0;
  if (!fill (&f, tree, &filled, &missing))
    return filled;
  json_object_put (filled);
  if (err)
    *err = local;
  return NULL;
}

static json_object *
value_at (void *data, const char *reference, struct kbsh_error *err)
{
  if (*reference == '/')
    return json_object_get (kbsh_json_at (data, reference));
  kbsh_error_set (err, "${%s} is not known here", reference);
  kbsh_error_remedy (err, "references here are pointers, such as ${/%s}",
                     reference);
  return NULL;
}

json_object *
kbsh_template_values (json_object *tree, json_object *values,
                      struct kbsh_error *err)
{
  return kbsh_template_fill (tree, value_at, values, err);
}

static int
visit_text (const char *text, int (*visit) (void *, const char *), void *data)
{
  while ((text = strchr (text, '$')))
    {
      kbsh_autofree char *reference = NULL;
      ssize_t length;
      if (text[1] != '{')
        {
          text += text[1] == '$' ? 2 : 1;
          continue;
        }
      if ((length = reference_length (text)) < 0)
        return -1;
      reference = strndup (text + 2, (size_t)length);
      if (!reference || visit (data, reference) < 0)
        return -1;
      text += length + 3;
    }
  return 0;
}

int
kbsh_template_visit (json_object *tree,
                     int (*visit) (void *data, const char *reference),
                     void *data)
{
  if (json_object_is_type (tree, json_type_string))
    return visit_text (json_object_get_string (tree), visit, data);
  if (json_object_is_type (tree, json_type_object))
    {
      json_object_object_foreach (tree, key, value)
      {
        if (visit_text (key, visit, data)
            || kbsh_template_visit (value, visit, data))
          return -1;
      }
      return 0;
    }
  for (size_t i = 0; json_object_is_type (tree, json_type_array)
                     && i < json_object_array_length (tree);
       i++)
    if (kbsh_template_visit (json_object_array_get_idx (tree, i), visit, data))
      return -1;
  return 0;
}
