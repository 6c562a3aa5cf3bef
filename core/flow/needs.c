/* SPDX-License-Identifier: Apache-2.0
 *
 * Which step waits for which: by its needs, and by the facts that it reads.
 */
#include "config.h"

#include "flow/inputs.h"
#include "flow/workflow.h"

#include <string.h>

#include <kbsh/json.h>

struct search
{
  const char *name; /* of a step */
  int found;
};

static int
visit (void *data, const char *reference)
{
  struct search *search = data;
  const char *colon = strchr (reference, ':');
  size_t length = strlen (search->name);
  if (colon && (size_t)(colon - reference) == length
      && strncmp (reference, search->name, length) == 0)
    search->found = 1;
  return 0;
}

int
step_refers (const struct step *step, const struct step *other)
{
  struct search search = { other->name, 0 };
  if (step == other)
    return 0;
  if (step->with)
    kbsh_template_visit (step->with, visit, &search);
  if (step->when)
    inputs_when_visit (step->when, visit, &search, NULL);
  return search.found;
}

int
step_needs (const struct step *step, const struct step *other)
{
  if (step == other)
    return 0;
  for (char **need = step->needs; need && *need; need++)
    if (step_matches (other, *need))
      return 1;
  return step_refers (step, other);
}
