/* SPDX-License-Identifier: Apache-2.0
 *
 * Asking the probes for runtimes; see detect.h.
 */
#include "detect.h"

#include <stdlib.h>
#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

enum
{
  PROBES = 16
};

/* What all probes answered to "detect": a list in their order. */
static int
ask (struct kbsh_ctx *ctx, json_object *names, const char *args,
     const char **answers, size_t *count)
{
  struct kbsh_call calls[PROBES];
  size_t n = json_object_is_type (names, json_type_array)
                 ? json_object_array_length (names)
                 : 0;
  if (n > PROBES)
    return kbsh_fail (ctx, NULL, NULL, "more than %d probes of runtimes",
                      PROBES);
  for (size_t i = 0; i < n; i++)
    calls[i] = (struct kbsh_call){
      .size = sizeof calls[i],
      .role = "runtime",
      .service = json_object_get_string (json_object_array_get_idx (names, i)),
      .op = "detect",
      .args = args,
    };
  *count = n;
  return n ? ctx->host->call (ctx, calls, n, KBSH_PARTIAL, answers) : 0;
}

static json_object *
candidate (struct kbsh_ctx *ctx, const char *service, const char *path,
           char **problem)
{
  json_object *args = NULL, *about;
  kbsh_autojson json_object *one = json_object_new_object ();
  if (!one || kbsh_json_set_string (&args, "/socket", path, NULL))
    return NULL;
  about = kbsh_call_one (ctx, "runtime", service, "describe", args);
  if (!about)
    {
      free (*problem);
      *problem = strdup (ctx->host->forgive (ctx));
      return NULL;
    }
  json_object_object_add (one, "about", about);
  json_object_object_add (one, "service", json_object_new_string (service));
  json_object_object_add (one, "path", json_object_new_string (path));
  return kbsh_steal (&one);
}

/* Take what one probe answered. */
static void
take (struct kbsh_ctx *ctx, const char *service, const char *answer,
      json_object *list, char **problem)
{
  kbsh_autojson json_object *tree
      = answer ? kbsh_json_parse (answer, strlen (answer), NULL) : NULL;
  json_object *sockets = kbsh_json_at (tree, "/result/sockets");
  const char *why = kbsh_json_string (
      tree, "/result/problem", kbsh_json_string (tree, "/error/what", NULL));
  if (why && (!*problem || strlen (why) > strlen (*problem)))
    {
      free (*problem);
      *problem = strdup (why);
    }
  for (size_t i = 0; i < kbsh_json_length (tree, "/result/sockets"); i++)
    {
      const char *path = socket_path (
          json_object_get_string (json_object_array_get_idx (sockets, i)));
      json_object *one = path ? candidate (ctx, service, path, problem) : NULL;
      if (one && json_object_array_add (list, one))
        json_object_put (one);
    }
}

json_object *
candidates_ask (struct kbsh_ctx *ctx, const char *given, char **problem)
{
  const char *answers[PROBES] = { NULL };
  size_t count = 0;
  kbsh_autojson json_object *names = kbsh_input (ctx, "runtimes");
  kbsh_autojson json_object *args = json_object_new_object ();
  kbsh_autojson json_object *list = json_object_new_array ();
  if (!args || !list)
    {
      kbsh_fail_memory (ctx);
      return NULL;
    }
  if (given)
    json_object_object_add (args, "socket",
                            json_object_new_string (socket_path (given)));
  if (ask (ctx, names, kbsh_json_text (args, 0), answers, &count))
    return NULL;
  for (size_t i = 0; i < count; i++)
    take (ctx, json_object_get_string (json_object_array_get_idx (names, i)),
          answers[i], list, problem);
  return kbsh_steal (&list);
}
