/* SPDX-License-Identifier: Apache-2.0
 *
 * The step images.pull. It has the manners of a check: its failure is called
 * ImagePull, and is a warning for who asked for that.
 */
#include "pull.h"

#include <string.h>
#include <strings.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#define CHECK "ImagePull"
#define REGISTRATION "config:/init/nodeRegistration"

/* What is asked of the runtime. */
struct pull
{
  struct kbsh_ctx *ctx;
  const char *service, *socket;
  json_object *all;     /* list of names */
  json_object *missing; /* those of them that have to be pulled */
  int always;
};

static void
pull_free (struct pull *pull)
{
  json_object_put (pull->all);
  json_object_put (pull->missing);
}

static int
ignored (struct kbsh_ctx *ctx)
{
  kbsh_autojson json_object *list = kbsh_input (ctx, "ignore");
  if (!list)
    list = kbsh_input (ctx, REGISTRATION "/ignorePreflightErrors");
  for (size_t i = 0; i < kbsh_json_length (list, ""); i++)
    {
      const char *name
          = json_object_get_string (json_object_array_get_idx (list, i));
      if (name && (!strcasecmp (name, CHECK) || !strcasecmp (name, "all")))
        return 1;
    }
  return 0;
}

/* A failure, or a warning for who said that it shall be one. */
static int
complain (struct kbsh_ctx *ctx, const char *what, const char *why)
{
  if (!ignored (ctx))
    return kbsh_fail (ctx, why,
                      "Look whether this machine reaches the registry, or "
                      "import the images into the runtime; to go on without "
                      "them: --ignore-preflight-errors=" CHECK,
                      "%s", what);
  kbsh_warn (ctx, CHECK " (ignored): %s: %s", what, why);
  return 0;
}

/* The names, in a list, from a list or from the values of a map. */
static json_object *
names (struct kbsh_ctx *ctx)
{
  kbsh_autojson json_object *given = kbsh_input (ctx, "images");
  kbsh_autojson json_object *list = json_object_new_array ();
  if (!given)
    given = kbsh_input (ctx, "config:/images");
  if (!list || !given)
    return kbsh_steal (&list);
  if (json_object_is_type (given, json_type_array))
    return kbsh_steal (&given);
  json_object_object_foreach (given, key, value)
  {
    (void)key;
    if (json_object_is_type (value, json_type_string))
      json_object_array_add (list, json_object_get (value));
  }
  return kbsh_steal (&list);
}

static int
contains (json_object *list, const char *name)
{
  for (size_t i = 0; i < kbsh_json_length (list, ""); i++)
    if (!strcmp (json_object_get_string (json_object_array_get_idx (list, i)),
                 name))
      return 1;
  return 0;
}

/* Leave out what is there. A runtime that cannot list its images is asked for
 * each one by `pull` itself. */
static int
find_missing (struct pull *pull)
{
  json_object *args = NULL;
  kbsh_autojson json_object *answer = NULL;
  pull->missing = json_object_new_array ();
  if (!pull->missing
      || kbsh_json_set_string (&args, "/socket", pull->socket, NULL))
    return kbsh_fail_memory (pull->ctx);
  answer = kbsh_call_one (pull->ctx, "runtime", pull->service, "images", args);
  if (!answer)
    pull->ctx->host->forgive (pull->ctx);
  for (size_t i = 0; i < json_object_array_length (pull->all); i++)
    {
      json_object *name = json_object_array_get_idx (pull->all, i);
      if (pull->always
          || !contains (kbsh_json_at (answer, "/images"),
                        json_object_get_string (name)))
        json_object_array_add (pull->missing, json_object_get (name));
    }
  return 0;
}

/* The arguments of one pull, as text that the caller frees. */
static char *
arguments (const struct pull *pull, const char *image)
{
  kbsh_autojson json_object *args = NULL;
  const char *text;
  if (kbsh_json_set_string (&args, "/socket", pull->socket, NULL)
      || kbsh_json_set_string (&args, "/image", image, NULL)
      || (pull->always
          && kbsh_json_set (&args, "/always", json_object_new_boolean (1),
                            NULL)))
    return NULL;
  text = kbsh_json_text (args, 0);
  return text ? strdup (text) : NULL;
}

/* One line for a pull that failed. */
static void
note (struct kbsh_buffer *problems, const char *image, const char *answer,
      size_t *failed)
{
  kbsh_autojson json_object *tree
      = answer ? kbsh_json_parse (answer, strlen (answer), NULL) : NULL;
  if (tree && !kbsh_json_at (tree, "/error"))
    return;
  const char *why = kbsh_json_string (tree, "/error/why", "");
  if (!*why)
    why = kbsh_json_string (tree, "/error/what", "the runtime did not answer");
  kbsh_buffer_printf (problems, "%s%s: %s", *failed ? "\n" : "", image, why);
  ++*failed;
}

/* Pull `count` of the missing images from `first` on, side by side. */
static int
pull_some (struct pull *pull, size_t first, size_t count,
           struct kbsh_buffer *problems, size_t *failed)
{
  int r = -1;
  struct kbsh_call *calls = calloc (count, sizeof *calls);
  const char **answers = calloc (count, sizeof *answers);
  for (size_t i = 0; calls && answers && i < count; i++)
    calls[i] = (struct kbsh_call){
      .size = sizeof calls[i],
      .role = "runtime",
      .service = pull->service,
      .op = "pull",
      .args
      = arguments (pull, json_object_get_string (json_object_array_get_idx (
                             pull->missing, first + i))),
    };
  if (calls && answers)
    r = pull->ctx->host->call (pull->ctx, calls, count, KBSH_PARTIAL, answers);
  else
    kbsh_fail_memory (pull->ctx);
  for (size_t i = 0; !r && i < count; i++)
    note (problems,
          json_object_get_string (
              json_object_array_get_idx (pull->missing, first + i)),
          answers[i], failed);
  for (size_t i = 0; calls && i < count; i++)
    free ((char *)calls[i].args);
  free (calls);
  free (answers);
  return r;
}

static int
pull_all (struct pull *pull, int serial)
{
  KBSH_CLEANUP (kbsh_buffer_free) struct kbsh_buffer problems = { 0 };
  size_t total = json_object_array_length (pull->all);
  size_t count = json_object_array_length (pull->missing);
  size_t failed = 0, step = serial ? 1 : count;
  for (size_t i = 0; i < count; i += step)
    {
      if (serial)
        kbsh_progress (pull->ctx, "pulling %zu of %zu images", i + 1, count);
      else
        kbsh_progress (pull->ctx, "pulling %zu of %zu images", count, total);
      if (pull_some (pull, i, step, &problems, &failed))
        return -1;
    }
  pull->ctx->host->progress (pull->ctx, NULL);
  if (!failed)
    return 0;
  kbsh_autofree char *why = kbsh_buffer_take (&problems);
  kbsh_autofree char *what
      = kbsh_text ("could not pull %zu of %zu images", failed, total);
  return what && why ? complain (pull->ctx, what, why)
                     : kbsh_fail_memory (pull->ctx);
}

/* The runtime starts its own pause image, whatever was pulled here. */
static void
compare_sandbox (struct kbsh_ctx *ctx)
{
  const char *own = kbsh_input_string (ctx, "runtime:/sandboxImage", NULL);
  const char *ours = kbsh_input_string (ctx, "config:/images/pause", NULL);
  if (own && ours && strcmp (own, ours))
    kbsh_warn (ctx,
               "the container runtime's sandbox image is %s, and this release "
               "uses %s: set it in the runtime's configuration (containerd: "
               "sandbox_image)",
               own, ours);
}

int
pull_run (struct kbsh_ctx *ctx)
{
  KBSH_CLEANUP (pull_free) struct pull pull = { .ctx = ctx };
  const char *policy = kbsh_input_string (ctx, "policy", NULL);
  int serial = ctx->host->get_bool (
      ctx, "serial",
      ctx->host->get_bool (ctx, REGISTRATION "/imagePullSerial", 0));
  if (!policy)
    policy = kbsh_input_string (ctx, REGISTRATION "/imagePullPolicy",
                                "IfNotPresent");
  compare_sandbox (ctx);
  if (!strcmp (policy, "Never"))
    return ctx->host->put (ctx, "/pulled", "[]");
  pull.always = !strcmp (policy, "Always");
  pull.service = kbsh_input_string (
      ctx, "service", kbsh_input_string (ctx, "runtime:/service", NULL));
  pull.socket = kbsh_input_string (
      ctx, "socket", kbsh_input_string (ctx, "runtime:/path", NULL));
  if (!pull.service || !pull.socket)
    return complain (ctx, "no images can be pulled",
                     kbsh_input_string (ctx, "runtime:/problem",
                                        "no container runtime was found"));
  pull.all = names (ctx);
  if (!pull.all)
    return kbsh_fail_memory (ctx);
  if (find_missing (&pull) || pull_all (&pull, serial))
    return -1;
  return kbsh_put (ctx, "/pulled", json_object_get (pull.missing));
}
