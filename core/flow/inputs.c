/* SPDX-License-Identifier: Apache-2.0
 *
 * What a reference stands for: a parameter, or a place in a step's facts.
 */
#include "config.h"

#include "flow/inputs.h"

#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>

const char *const inputs_own_pointers[] = { "/state-dir", NULL };

int
inputs_own (json_object *facts, const char *state_folder,
            struct kbsh_error *err)
{
  json_object *own = json_object_new_object ();
  if (own && state_folder
      && kbsh_json_set_string (&own, inputs_own_pointers[0], state_folder, err))
    {
      json_object_put (own);
      return -1;
    }
  if (own && !json_object_object_add (facts, INPUTS_OWN, own))
    return 0;
  json_object_put (own);
  return kbsh_error_memory (err);
}

/* Facts go first: a step and a parameter may share a name ("config"), and
 * only facts are usually reached with a pointer. */
static json_object *
with_pointer (const struct inputs *inputs, const char *name,
              const char *pointer)
{
  json_object *root;
  if (inputs->facts && json_object_object_get_ex (inputs->facts, name, &root))
    return kbsh_json_at (root, pointer);
  if (inputs->parameters
      && json_object_object_get_ex (inputs->parameters, name, &root))
    return kbsh_json_at (root, pointer);
  return NULL;
}

json_object *
inputs_get (const struct inputs *inputs, const char *reference)
{
  const char *colon = strchr (reference, ':');
  json_object *value = NULL;
  if (colon)
    {
      kbsh_autofree char *name
          = strndup (reference, (size_t)(colon - reference));
      if (name)
        value = with_pointer (inputs, name, colon + 1);
    }
  else if (inputs->parameters)
    json_object_object_get_ex (inputs->parameters, reference, &value);
  return json_object_get (value);
}

static json_object *
look_up (void *data, const char *reference, struct kbsh_error *err)
{
  (void)err;
  return inputs_get (data, reference);
}

json_object *
inputs_fill (const struct inputs *inputs, json_object *tree,
             struct kbsh_error *err)
{
  struct inputs copy = *inputs;
  return kbsh_template_fill (tree, look_up, &copy, err);
}
