/* SPDX-License-Identifier: Apache-2.0
 *
 * YAML into JSON trees, from libyaml's events, noting where each value stands.
 */
#include "config.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/yaml.h>

#include <yaml.h>

#include "tree.h"
#include "yaml_scalar.h"

#define ALIAS_BYTES (1u << 20)
#define TAG "tag:yaml.org,2002:"

struct loader
{
  yaml_parser_t yaml;
  const char *name, *text;
  struct kbsh_yaml *out;
  struct kbsh_error *err;
  /* of the document that is being read */
  json_object *anchors; /* name -> value */
  json_object *places;
  struct kbsh_buffer path; /* JSON pointer of the value that is being read */
  int depth;
  size_t expanded; /* bytes that aliases made */
};

static int load_node (struct loader *l, yaml_event_t *event, json_object **out);

static int
at_mark (struct loader *l, const yaml_mark_t *mark)
{
  return kbsh_error_at (l->err, l->name, (int)mark->line + 1,
                        (int)mark->column + 1);
}

static int
refuse (struct loader *l, const yaml_event_t *event, const char *why)
{
  kbsh_error_set (l->err, "not valid YAML");
  kbsh_error_why (l->err, "%s", why);
  return at_mark (l, &event->start_mark);
}

/* Errors of the encoding have no line, just an offset in bytes. */
static int
refuse_encoding (struct loader *l)
{
  int line = 1, column = 1;
  kbsh_error_why (l->err, "%s", l->yaml.problem);
  for (size_t i = 0; i < l->yaml.problem_offset && l->text[i]; i++)
    {
      column = l->text[i] == '\n' ? 1 : column + 1;
      line += l->text[i] == '\n';
    }
  return kbsh_error_at (l->err, l->name, line, column);
}

static int
next_event (struct loader *l, yaml_event_t *event)
{
  const yaml_parser_t *yaml = &l->yaml;
  if (yaml_parser_parse (&l->yaml, event))
    return 0;
  if (yaml->error == YAML_MEMORY_ERROR)
    return kbsh_error_memory (l->err);
  kbsh_error_set (l->err, "not valid YAML");
  if (yaml->error == YAML_READER_ERROR)
    return refuse_encoding (l);
  kbsh_error_why (l->err, "%s%s%s", yaml->problem ? yaml->problem : "",
                  yaml->context ? " " : "", yaml->context ? yaml->context : "");
  return at_mark (l, &yaml->problem_mark);
}

static int
append_number (json_object *list, size_t number, struct kbsh_error *err)
{
  json_object *n = json_object_new_int64 ((int64_t)number);
  return n ? tree_append (list, n, err) : kbsh_error_memory (err);
}

/* Note that the current path (or, for a member's name, `suffix`) is here. There
 * is one such list for each value: of two, not of json-c's 32, places. */
static int
note_place (struct loader *l, const yaml_mark_t *mark, const char *suffix)
{
  kbsh_autojson json_object *place = json_object_new_array_ext (2);
  size_t length = l->path.length;
  int failed;
  if (append_number (place, mark->line + 1, l->err)
      || append_number (place, mark->column + 1, l->err))
    return -1;
  kbsh_buffer_puts (&l->path, suffix);
  if (l->path.failed)
    return kbsh_error_memory (l->err);
  failed = tree_add (l->places, l->path.data, kbsh_steal (&place), l->err);
  l->path.length = length;
  l->path.data[length] = '\0';
  return failed;
}

/* How many bytes a tree takes, about; stops counting above `limit`. */
static size_t
tree_size (json_object *tree, size_t limit)
{
  size_t sum = 32;
  if (json_object_is_type (tree, json_type_string))
    return sum + (size_t)json_object_get_string_len (tree);
  if (json_object_is_type (tree, json_type_object))
    {
      json_object_object_foreach (tree, key, value)
      {
        sum += strlen (key) + tree_size (value, limit);
        if (sum > limit)
          break;
      }
    }
  if (json_object_is_type (tree, json_type_array))
    for (size_t i = 0; i < json_object_array_length (tree) && sum <= limit; i++)
      sum += tree_size (json_object_array_get_idx (tree, i), limit);
  return sum;
}

/* A copy each time: trees are changed later, and no value may then change in
 * two places. */
static int
load_alias (struct loader *l, yaml_event_t *event, json_object **out)
{
  json_object *value = NULL;
  const char *name = (const char *)event->data.alias.anchor;
  if (!json_object_object_get_ex (l->anchors, name, &value))
    return refuse (l, event,
                   "an alias of an anchor that is not defined before it");
  l->expanded += tree_size (value, ALIAS_BYTES);
  if (l->expanded > ALIAS_BYTES)
    return refuse (l, event, "aliases that expand to more than 1 MiB");
  *out = kbsh_json_copy (value);
  return value && !*out ? kbsh_error_memory (l->err) : 0;
}

static int
scalar_value (struct loader *l, yaml_event_t *event,
              const struct scalar *scalar, json_object **out)
{
  switch (scalar->kind)
    {
    case SCALAR_NULL:
      return 0;
    case SCALAR_BOOL:
      *out = json_object_new_boolean (scalar->boolean);
      break;
    case SCALAR_INT:
      *out = json_object_new_int64 (scalar->integer);
      break;
    case SCALAR_BIG:
      *out = json_object_new_uint64 (scalar->big);
      break;
    case SCALAR_FLOAT:
      *out = json_object_new_double (scalar->real);
      break;
    case SCALAR_NO_NUMBER:
      return refuse (l, event, "infinity and not-a-number have no JSON form");
    default:
      *out = tree_string ((const char *)event->data.scalar.value,
                          event->data.scalar.length, l->err);
    }
  return *out ? 0 : kbsh_error_memory (l->err);
}

/* Does this tag allow that kind? -1: a tag that is not known. */
static int
tag_allows (const char *tag, enum scalar_kind kind)
{
  if (!strcmp (tag, TAG "int"))
    return kind == SCALAR_INT || kind == SCALAR_BIG;
  if (!strcmp (tag, TAG "float"))
    return kind == SCALAR_INT || kind == SCALAR_BIG || kind == SCALAR_FLOAT
           || kind == SCALAR_NO_NUMBER;
  if (!strcmp (tag, TAG "bool"))
    return kind == SCALAR_BOOL;
  if (!strcmp (tag, TAG "null"))
    return kind == SCALAR_NULL;
  if (!strcmp (tag, TAG "timestamp"))
    return kind == SCALAR_TIME;
  return -1;
}

static int
resolve (struct loader *l, yaml_event_t *event, struct scalar *scalar)
{
  const char *tag = (const char *)event->data.scalar.tag;
  const char *text = (const char *)event->data.scalar.value;
  size_t length = event->data.scalar.length;
  int allowed;
  *scalar = (struct scalar){ .kind = SCALAR_STRING };
  if (event->data.scalar.plain_implicit)
    scalar_resolve (text, length, scalar);
  if (!tag || !strcmp (tag, "!") || !strcmp (tag, TAG "str"))
    {
      if (tag)
        scalar->kind = SCALAR_STRING;
      return 0;
    }
  scalar_resolve (text, length, scalar);
  allowed = tag_allows (tag, scalar->kind);
  if (allowed < 0)
    return refuse (l, event, "a tag that is not one of YAML's own for JSON");
  if (!allowed)
    return refuse (l, event, "a value that is not what its tag says");
  return 0;
}

static int
load_scalar (struct loader *l, yaml_event_t *event, json_object **out)
{
  struct scalar scalar;
  return resolve (l, event, &scalar) ? -1
                                     : scalar_value (l, event, &scalar, out);
}

/* A member's name is text, as the JSON form of what the scalar means. */
static char *
load_key (struct loader *l, yaml_event_t *event, int *merge)
{
  struct scalar scalar;
  const char *text = (const char *)event->data.scalar.value;
  json_object *value = NULL;
  char *key;
  *merge = 0;
  if (event->type != YAML_SCALAR_EVENT)
    {
      refuse (l, event, "a member's name that is no text");
      return NULL;
    }
  if (strlen (text) != event->data.scalar.length)
    {
      refuse (l, event, "a member's name with a NUL in it");
      return NULL;
    }
  if (resolve (l, event, &scalar) || scalar_value (l, event, &scalar, &value))
    return NULL;
  *merge = scalar.kind == SCALAR_MERGE;
  if (!value)
    {
      refuse (l, event, "a member's name that is no text");
      return NULL;
    }
  if (json_object_is_type (value, json_type_string))
    key = strdup (text);
  else
    {
      const char *json = kbsh_json_text (value, 0);
      key = json ? strdup (json) : NULL;
    }
  json_object_put (value);
  if (!key)
    kbsh_error_memory (l->err);
  return key;
}

/* "<<": members of `from` that `into` has not; a list of maps, too. */
static int
merge (struct loader *l, yaml_event_t *event, json_object *into,
       json_object *from)
{
  for (size_t i = 0; json_object_is_type (from, json_type_array)
                     && i < json_object_array_length (from);
       i++)
    if (merge (l, event, into, json_object_array_get_idx (from, i)))
      return -1;
  if (json_object_is_type (from, json_type_array))
    return 0;
  if (!json_object_is_type (from, json_type_object))
    return refuse (l, event, "'<<' of something that is no map");
  json_object_object_foreach (from, key, value)
  {
    if (!json_object_object_get_ex (into, key, NULL)
        && tree_add (into, key, json_object_get (value), l->err))
      return -1;
  }
  return 0;
}

static void
cut_path (struct loader *l, size_t length)
{
  if (l->path.failed)
    return;
  l->path.length = length;
  l->path.data[length] = '\0';
}

/* One member, its name in `event`. What "<<" brings is kept for later: a
 * member that is written out goes before it, wherever it stands. */
static int
load_member (struct loader *l, yaml_event_t *event, json_object *object,
             json_object **merged)
{
  yaml_event_t next;
  size_t length = l->path.length;
  int is_merge, failed;
  json_object *value = NULL;
  kbsh_autofree char *key = load_key (l, event, &is_merge);
  if (!key)
    return -1;
  if (is_merge ? *merged != NULL
               : json_object_object_get_ex (object, key, NULL))
    {
      refuse (l, event, "");
      return kbsh_error_why (l->err, "'%.200s' is there twice", key);
    }
  tree_step (&l->path, key);
  if (note_place (l, &event->start_mark, "\tkey") || next_event (l, &next))
    return -1;
  failed = load_node (l, &next, &value);
  if (!failed && is_merge)
    {
      *merged = json_object_new_object ();
      failed = *merged ? merge (l, &next, *merged, value)
                       : kbsh_error_memory (l->err);
      json_object_put (value);
    }
  else if (!failed)
    failed = tree_add (object, key, value, l->err);
  else
    json_object_put (value);
  yaml_event_delete (&next);
  cut_path (l, length);
  return failed;
}

static int
load_map (struct loader *l, json_object **out)
{
  kbsh_autojson json_object *merged = NULL;
  *out = json_object_new_object ();
  if (!*out)
    return kbsh_error_memory (l->err);
  for (;;)
    {
      yaml_event_t event;
      int end, failed;
      if (next_event (l, &event))
        return -1;
      end = event.type == YAML_MAPPING_END_EVENT;
      failed = end ? 0 : load_member (l, &event, *out, &merged);
      if (end && merged)
        failed = merge (l, &event, *out, merged);
      yaml_event_delete (&event);
      if (failed || end)
        return failed;
    }
}

static int
load_list (struct loader *l, json_object **out)
{
  *out = json_object_new_array ();
  if (!*out)
    return kbsh_error_memory (l->err);
  for (size_t i = 0;; i++)
    {
      yaml_event_t event;
      json_object *value = NULL;
      size_t length = l->path.length;
      int failed;
      if (next_event (l, &event))
        return -1;
      if (event.type == YAML_SEQUENCE_END_EVENT)
        {
          yaml_event_delete (&event);
          return 0;
        }
      kbsh_buffer_printf (&l->path, "/%zu", i);
      failed = load_node (l, &event, &value);
      yaml_event_delete (&event);
      if (failed)
        json_object_put (value);
      if (failed || tree_append (*out, value, l->err))
        return -1;
      cut_path (l, length);
    }
}

static int
load_collection (struct loader *l, yaml_event_t *event, json_object **out)
{
  int map = event->type == YAML_MAPPING_START_EVENT, failed;
  const char *tag = (const char *)(map ? event->data.mapping_start.tag
                                       : event->data.sequence_start.tag);
  if (tag && strcmp (tag, "!") && strcmp (tag, map ? TAG "map" : TAG "seq"))
    return refuse (l, event, "a tag that is not one of YAML's own for JSON");
  if (++l->depth > YAML_DEPTH)
    return refuse (l, event, "more than 64 levels");
  failed = map ? load_map (l, out) : load_list (l, out);
  l->depth--;
  return failed;
}

static const char *
anchor_of (const yaml_event_t *event)
{
  switch (event->type)
    {
    case YAML_SCALAR_EVENT:
      return (const char *)event->data.scalar.anchor;
    case YAML_MAPPING_START_EVENT:
      return (const char *)event->data.mapping_start.anchor;
    case YAML_SEQUENCE_START_EVENT:
      return (const char *)event->data.sequence_start.anchor;
    default:
      return NULL;
    }
}

/* What `event` begins. *out is the caller's even when it fails. */
static int
load_node (struct loader *l, yaml_event_t *event, json_object **out)
{
  const char *anchor = anchor_of (event);
  int failed;
  if (note_place (l, &event->start_mark, ""))
    return -1;
  if (event->type == YAML_ALIAS_EVENT)
    return load_alias (l, event, out);
  if (event->type == YAML_SCALAR_EVENT)
    failed = load_scalar (l, event, out);
  else
    failed = load_collection (l, event, out);
  if (!failed && anchor)
    failed = tree_add (l->anchors, anchor, json_object_get (*out), l->err);
  return failed;
}

static int
add_document (struct loader *l, struct kbsh_yaml_document *document)
{
  struct kbsh_yaml *out = l->out;
  struct kbsh_yaml_document *more;
  if (!document->tree)
    return 0;
  more = reallocarray (out->documents, out->count + 1, sizeof *more);
  if (!more)
    return kbsh_error_memory (l->err);
  out->documents = more;
  out->documents[out->count++] = *document;
  *document = (struct kbsh_yaml_document){ 0 };
  return 0;
}

static int
load_document (struct loader *l, const yaml_event_t *start)
{
  struct kbsh_yaml_document document
      = { .line = (int)start->start_mark.line + 1 };
  yaml_event_t event;
  int failed = -1;
  l->depth = 0;
  l->expanded = 0;
  l->path.length = 0;
  l->anchors = json_object_new_object ();
  l->places = json_object_new_object ();
  kbsh_buffer_puts (&l->path, "");
  if (!l->anchors || !l->places || l->path.failed)
    kbsh_error_memory (l->err);
  else if (!next_event (l, &event))
    {
      failed = load_node (l, &event, &document.tree);
      yaml_event_delete (&event);
    }
  document.places = kbsh_steal (&l->places);
  failed = failed || add_document (l, &document);
  json_object_put (document.tree);
  json_object_put (document.places);
  json_object_put (l->anchors);
  l->anchors = NULL;
  return failed ? -1 : 0;
}

static int
load_stream (struct loader *l)
{
  for (;;)
    {
      yaml_event_t event;
      int failed = 0, end;
      if (next_event (l, &event))
        return -1;
      end = event.type == YAML_STREAM_END_EVENT;
      if (event.type == YAML_DOCUMENT_START_EVENT)
        failed = load_document (l, &event);
      yaml_event_delete (&event);
      if (failed || end)
        return failed;
    }
}

int
kbsh_yaml_parse (const char *name, const char *text, size_t length,
                 struct kbsh_yaml *out, struct kbsh_error *err)
{
  struct loader l = { .name = name, .text = text, .out = out, .err = err };
  int failed;
  *out = (struct kbsh_yaml){ 0 };
  if (!yaml_parser_initialize (&l.yaml))
    return kbsh_error_memory (err);
  yaml_parser_set_input_string (&l.yaml, (const unsigned char *)text, length);
  failed = load_stream (&l);
  yaml_parser_delete (&l.yaml);
  kbsh_buffer_free (&l.path);
  if (failed)
    kbsh_yaml_free (out);
  return failed;
}
