/* SPDX-License-Identifier: Apache-2.0
 *
 * YAML into JSON trees: maps, lists, documents, noting where each value stands.
 */
#include "config.h"

#include "yaml_load.h"

#include <kbsh/cleanup.h>

#include <stdlib.h>
#include <string.h>

#include "tree.h"

static int load_node (struct loader *l, yaml_event_t *event, json_object **out);

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
    return load_refuse (l, event, "'<<' of something that is no map");
  json_object_object_foreach (from, key, value)
  {
    if (!json_object_object_get_ex (into, key, NULL)
        && tree_add (into, key, json_object_get (value), l->err))
      return -1;
  }
  return 0;
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
      load_refuse (l, event, "");
      return kbsh_error_why (l->err, "'%.200s' is there twice", key);
    }
  tree_step (&l->path, key);
  if (load_place (l, &event->start_mark, "\tkey") || load_event (l, &next))
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
  load_back (l, length);
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
      if (load_event (l, &event))
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
      if (load_event (l, &event))
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
      load_back (l, length);
    }
}

static int
load_collection (struct loader *l, yaml_event_t *event, json_object **out)
{
  int map = event->type == YAML_MAPPING_START_EVENT, failed;
  const char *tag = (const char *)(map ? event->data.mapping_start.tag
                                       : event->data.sequence_start.tag);
  if (tag && strcmp (tag, "!") && strcmp (tag, map ? TAG "map" : TAG "seq"))
    return load_refuse (l, event,
                        "a tag that is not one of YAML's own for JSON");
  if (++l->depth > YAML_DEPTH)
    return load_refuse (l, event, "more than 64 levels");
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
  if (load_count (l, event) || load_place (l, &event->start_mark, ""))
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
  else if (!load_event (l, &event))
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
      if (load_event (l, &event))
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
