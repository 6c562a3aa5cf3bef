/* SPDX-License-Identifier: Apache-2.0
 *
 * Documents that were read: the only one, and where a value of it stands.
 */
#include <kbsh/cleanup.h>
#include <kbsh/yaml.h>

#include <stdlib.h>
#include <string.h>

void
kbsh_yaml_free (struct kbsh_yaml *yaml)
{
  for (size_t i = 0; i < yaml->count; i++)
    {
      json_object_put (yaml->documents[i].tree);
      json_object_put (yaml->documents[i].places);
    }
  free (yaml->documents);
  *yaml = (struct kbsh_yaml){ 0 };
}

json_object *
kbsh_yaml_one (const char *name, const char *text, size_t length,
               struct kbsh_error *err)
{
  KBSH_CLEANUP (kbsh_yaml_free) struct kbsh_yaml yaml = { 0 };
  if (kbsh_yaml_parse (name, text, length, &yaml, err))
    return NULL;
  if (yaml.count == 1)
    return json_object_get (yaml.documents[0].tree);
  kbsh_error_set (err, "%s has to hold exactly one document", name);
  return NULL;
}

static int
place_of (json_object *places, const char *key, int *line, int *column)
{
  json_object *place;
  if (!json_object_object_get_ex (places, key, &place))
    return 0;
  *line = json_object_get_int (json_object_array_get_idx (place, 0));
  *column = json_object_get_int (json_object_array_get_idx (place, 1));
  return 1;
}

int
kbsh_yaml_place (const struct kbsh_yaml_document *document, const char *pointer,
                 int *line, int *column)
{
  kbsh_autofree char *key = strdup (pointer);
  *line = document->line;
  *column = 1;
  if (!key)
    return -1;
  if (place_of (document->places, key, line, column))
    return 0;
  do
    {
      char *cut = strrchr (key, '\t');
      if (!cut)
        cut = strrchr (key, '/');
      if (!cut)
        break;
      *cut = '\0';
    }
  while (!place_of (document->places, key, line, column));
  return -1;
}
