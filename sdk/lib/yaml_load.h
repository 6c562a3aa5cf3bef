/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parts of the YAML reader share: yaml_events.c reads the next event
 * and knows its place, yaml_values.c makes scalars and aliases values,
 * yaml_parse.c makes trees and documents of them.
 */
#ifndef KBSH_LIB_YAML_LOAD_H
#define KBSH_LIB_YAML_LOAD_H

#include <kbsh/json.h>
#include <kbsh/text.h>
#include <kbsh/yaml.h>

#include <yaml.h>

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
  /* of all documents */
  size_t values, way; /* how many, and bytes of the pointers to them */
};

/* The next event, to be deleted by the caller. */
int load_event (struct loader *l, yaml_event_t *event);
/* An error at the place of `event`; always -1. */
int load_refuse (struct loader *l, const yaml_event_t *event, const char *why);
/* One more value begins, at the current path: is it one too many? */
int load_count (struct loader *l, const yaml_event_t *event);
/* Note that the current path (or, for a member's name, `suffix`) is here. */
int load_place (struct loader *l, const yaml_mark_t *mark, const char *suffix);
/* The path is the one that had this length again. */
void load_back (struct loader *l, size_t length);

int load_alias (struct loader *l, yaml_event_t *event, json_object **out);
int load_scalar (struct loader *l, yaml_event_t *event, json_object **out);
/* A member's name as text, the caller's. */
char *load_key (struct loader *l, yaml_event_t *event, int *merge);

#endif
