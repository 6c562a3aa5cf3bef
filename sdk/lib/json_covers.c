/* SPDX-License-Identifier: Apache-2.0
 *
 * Does a tree say all that another one says? A server answers with defaults
 * added: more members are no difference.
 */
#include <kbsh/json.h>

static int
covers_object (json_object *have, json_object *want)
{
  json_object_object_foreach (want, key, value)
  {
    json_object *other = NULL;
    json_object_object_get_ex (have, key, &other);
    if (!kbsh_json_covers (other, value))
      return 0;
  }
  return 1;
}

static int
covers_list (json_object *have, json_object *want)
{
  size_t n = json_object_array_length (want);
  if (json_object_array_length (have) != n)
    return 0;
  for (size_t i = 0; i < n; i++)
    if (!kbsh_json_covers (json_object_array_get_idx (have, i),
                           json_object_array_get_idx (want, i)))
      return 0;
  return 1;
}

/* An empty object, list or string is not sent back by some servers. */
static int
is_empty (json_object *want)
{
  switch (json_object_get_type (want))
    {
    case json_type_object:
      return json_object_object_length (want) == 0;
    case json_type_array:
      return json_object_array_length (want) == 0;
    default:
      return want == NULL;
    }
}

int
kbsh_json_covers (json_object *have, json_object *want)
{
  json_type type = json_object_get_type (want);
  if (!have)
    return is_empty (want);
  if (json_object_get_type (have) != type)
    return 0;
  if (type == json_type_object)
    return covers_object (have, want);
  if (type == json_type_array)
    return covers_list (have, want);
  return kbsh_json_equal (have, want);
}
