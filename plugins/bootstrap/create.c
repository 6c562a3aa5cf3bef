/* SPDX-License-Identifier: Apache-2.0
 *
 * kbsh token create [TOKEN]: one token as the flags say, or those of a
 * configuration file.
 */
#include "bootstrap.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <string.h>

/* -- what to make ---------------------------------------------------------- */

static json_object *
words (const char *one, const char *two)
{
  json_object *list = json_object_new_array ();
  if (list)
    json_object_array_add (list, json_object_new_string (one));
  if (list && two)
    json_object_array_add (list, json_object_new_string (two));
  return list;
}

static int
has_word (json_object *list, const char *word)
{
  kbsh_autofree char *all = bootstrap_joined (list);
  kbsh_autofree char *in = kbsh_text (",%s,", all ? all : "");
  kbsh_autofree char *what = kbsh_text (",%s,", word);
  return in && what && strstr (in, what);
}

/* What is not said is as kubeadm has it: a day, for joining. */
static int
fill_defaults (json_object **spec)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  if (!kbsh_json_at (*spec, "/usages")
      && kbsh_json_set (spec, "/usages", words ("signing", "authentication"),
                        &err))
    return -1;
  if (!kbsh_json_at (*spec, "/groups")
      && has_word (kbsh_json_at (*spec, "/usages"), "authentication")
      && kbsh_json_set (spec, "/groups", words (BOOTSTRAP_GROUP, NULL), &err))
    return -1;
  if (!kbsh_json_at (*spec, "/ttl") && !kbsh_json_at (*spec, "/expires"))
    return kbsh_json_set_string (spec, "/ttl", "24h0m0s", &err);
  return 0;
}

static const char *const flags[]
    = { "token", "ttl", "usages", "groups", "description", NULL };

static json_object *
from_flags (struct kbsh_ctx *ctx)
{
  kbsh_autojson json_object *list = json_object_new_array ();
  json_object *spec = json_object_new_object ();
  if (!list || !spec || json_object_array_add (list, spec))
    return NULL;
  for (int i = 0; flags[i]; i++)
    {
      json_object *value = kbsh_input (ctx, flags[i]);
      int empty = json_object_is_type (value, json_type_string)
                  && !*json_object_get_string (value);
      if (!value || empty)
        json_object_put (value);
      else if (json_object_object_add (spec, flags[i], value))
        return NULL;
    }
  return kbsh_steal (&list);
}

static int
refuse_mixed (struct kbsh_ctx *ctx)
{
  for (int i = 0; flags[i]; i++)
    if (ctx->host->get (ctx, flags[i]))
      return kbsh_fail (ctx, NULL, "put it into the file",
                        "--config can't be mixed with %s%s",
                        i ? "--" : "the argument ", flags[i]);
  return 0;
}

static json_object *
from_file (struct kbsh_ctx *ctx, const char *path)
{
  kbsh_autojson json_object *args = NULL, *read = NULL;
  json_object *list;
  if (refuse_mixed (ctx))
    return NULL;
  if (kbsh_json_set_string (&args, "/config", path, NULL))
    return NULL;
  read = kbsh_call_one (ctx, "step", "config.read", "run", kbsh_steal (&args));
  list = kbsh_json_at (read, "/InitConfiguration/bootstrapTokens");
  if (read && !kbsh_json_length (list, ""))
    kbsh_fail (ctx, "it has no InitConfiguration with bootstrapTokens",
               "add them: kbsh config print init-defaults shows how",
               "%s says nothing of tokens", path);
  return ctx->host->failed (ctx) ? NULL : json_object_get (list);
}

/* The tokens to make: whole, checked, and nobody else's to see. */
static json_object *
specs (struct kbsh_ctx *ctx)
{
  const char *path = kbsh_input_string (ctx, "config", NULL);
  kbsh_autojson json_object *list
      = path ? from_file (ctx, path) : from_flags (ctx);
  for (size_t i = 0; i < kbsh_json_length (list, ""); i++)
    {
      json_object *spec = json_object_array_get_idx (list, i);
      kbsh_autowipe char *made = NULL;
      if (!kbsh_json_at (spec, "/token"))
        made = bootstrap_new_token (ctx);
      if (ctx->host->failed (ctx)
          || (made && kbsh_json_set_string (&spec, "/token", made, NULL))
          || fill_defaults (&spec) || bootstrap_check (ctx, spec)
          || bootstrap_keep_secret (ctx, kbsh_json_string (spec, "/token", "")))
        return NULL;
    }
  return kbsh_steal (&list);
}

/* -- making it ---------------------------------------------------------------
 */

/* As the cluster has it then. */
static json_object *
create (struct kbsh_ctx *ctx, const struct kbsh_kube *kube, json_object *spec)
{
  const char *token = kbsh_json_string (spec, "/token", "");
  kbsh_autojson json_object *object = bootstrap_secret (ctx, spec, token);
  kbsh_autojson json_object *answer = NULL;
  json_object *made;
  int status;
  if (!object)
    return NULL;
  status = kbsh_kube_request (ctx, kube, "POST", BOOTSTRAP_SECRETS, NULL,
                              object, &answer);
  if (status == 409)
    kbsh_fail (ctx, NULL, "give another one, or delete it: kbsh token delete",
               "a token with the id \"%.6s\" is there already", token);
  else if (status == 404)
    kbsh_fail (ctx, "the cluster has no namespace kube-system", NULL,
               "the token can't be made");
  if (status < 200 || status > 299)
    return NULL;
  made = bootstrap_spec (answer);
  return made ? made : bootstrap_spec (object);
}

static json_object *
create_all (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
            json_object *list)
{
  kbsh_autojson json_object *all = json_object_new_array ();
  for (size_t i = 0; all && i < kbsh_json_length (list, ""); i++)
    {
      json_object *one
          = create (ctx, kube, json_object_array_get_idx (list, i));
      if (!one || json_object_array_add (all, one))
        return NULL;
    }
  return kbsh_steal (&all);
}

/* -- telling it --------------------------------------------------------------
 */

static int
print_line (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
            json_object *made, const char *key)
{
  const char *scheme = "https://";
  struct bootstrap_line line
      = { .endpoint = kube->server + strlen (scheme),
          .ca = kube->ca ? kube->ca : "",
          .token = kbsh_json_string (made, "/0/token", ""),
          .key = key,
          .space = " " };
  kbsh_autowipe char *text = bootstrap_join_line (ctx, &line);
  return text ? kbsh_print (ctx, "%s\n", text) : -1;
}

static int
print_made (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
            json_object *made, const char *key)
{
  const char *form = kbsh_input_string (ctx, "output", "text");
  if (ctx->host->get_bool (ctx, "print-join-command", 0))
    return print_line (ctx, kube, made, key);
  if (strcmp (form, "text") != 0)
    return bootstrap_print (ctx, made, form);
  return kbsh_print (ctx, "%s\n", kbsh_json_string (made, "/0/token", ""));
}

static int
check_flags (struct kbsh_ctx *ctx)
{
  const char *key = kbsh_input_string (ctx, "certificate-key", NULL);
  const char *form = kbsh_input_string (ctx, "output", "text");
  int line = ctx->host->get_bool (ctx, "print-join-command", 0);
  int upload = ctx->host->get_bool (ctx, "upload-certs", 0);
  if (!line && (key || upload))
    return kbsh_fail (ctx, "it is of use to a control plane that joins",
                      "add --print-join-command",
                      "%s is given without --print-join-command",
                      key ? "--certificate-key" : "--upload-certs");
  if (line && strcmp (form, "text") != 0)
    return kbsh_fail (ctx, "a command line is a text", "leave out one of them",
                      "--print-join-command and --output %s do not go "
                      "together",
                      form);
  if (key && (strspn (key, "0123456789abcdefABCDEF") != 64 || key[64]))
    return kbsh_fail (ctx, "it must be 64 hexadecimal digits",
                      "make one with: kbsh certs certificate-key",
                      "the certificate key is not valid");
  return 0;
}

/* The key that a control plane needs, if this is for one: *key. */
static int
find_key (struct kbsh_ctx *ctx, const struct kbsh_kube *kube, char **key)
{
  const char *given = kbsh_input_string (ctx, "certificate-key", NULL);
  if (ctx->host->get_bool (ctx, "upload-certs", 0))
    {
      *key = bootstrap_share (ctx, kube, given);
      return *key ? 0 : -1;
    }
  *key = given ? strdup (given) : NULL;
  return given && !*key ? kbsh_fail_memory (ctx) : 0;
}

int
bootstrap_create (struct kbsh_ctx *ctx)
{
  KBSH_CLEANUP (kbsh_kube_close) struct kbsh_kube kube = { 0 };
  kbsh_autojson json_object *list = NULL, *made = NULL;
  kbsh_autowipe char *key = NULL;
  if (check_flags (ctx))
    return -1;
  list = specs (ctx);
  if (!list)
    return ctx->host->failed (ctx) ? -1 : kbsh_fail_memory (ctx);
  if (kbsh_kube_connect (ctx, &kube) || find_key (ctx, &kube, &key))
    return -1;
  made = create_all (ctx, &kube, list);
  if (!made)
    return ctx->host->failed (ctx) ? -1 : kbsh_fail_memory (ctx);
  return print_made (ctx, &kube, made, key);
}
