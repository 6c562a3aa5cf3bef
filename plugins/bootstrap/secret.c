/* SPDX-License-Identifier: Apache-2.0
 *
 * A bootstrap token as the Secret that the API server keeps it as, there and
 * back. Its form is that of kubeadm's BootstrapToken: {token, description, ttl
 * or expires, usages, groups}.
 */
#include "bootstrap.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

#define USAGE "usage-bootstrap-"

char *
bootstrap_decoded (json_object *secret, const char *name)
{
  json_object *value = NULL;
  size_t length = 0;
  if (!json_object_object_get_ex (kbsh_json_at (secret, "/data"), name, &value))
    return NULL;
  return kbsh_base64_decode (json_object_get_string (value), &length, NULL);
}

char *
bootstrap_token_of (json_object *secret)
{
  kbsh_autofree char *id = bootstrap_decoded (secret, "token-id");
  kbsh_autowipe char *rest = bootstrap_decoded (secret, "token-secret");
  return id && rest ? kbsh_text ("%s.%s", id, rest) : NULL;
}

/* -- there ------------------------------------------------------------- */

static int
add_data (json_object *data, const char *name, const char *text)
{
  kbsh_autowipe char *encoded = kbsh_base64 (text, strlen (text));
  return encoded
                 && json_object_object_add (data, name,
                                            json_object_new_string (encoded))
                        == 0
             ? 0
             : -1;
}

/* `expires` as given, or so long from now; ttl 0: for ever. */
static int
add_expiration (json_object *data, json_object *spec)
{
  const char *expires = kbsh_json_string (spec, "/expires", NULL);
  int64_t ttl = 0;
  char end[32];
  time_t when;
  struct tm tm;
  if (expires)
    return add_data (data, "expiration", expires);
  if (kbsh_duration_parse (kbsh_json_string (spec, "/ttl", "24h"), &ttl, NULL)
      || ttl == 0)
    return 0;
  when = time (NULL) + ttl / 1000;
  if (!gmtime_r (&when, &tm) || !strftime (end, sizeof end, "%FT%TZ", &tm))
    return -1;
  return add_data (data, "expiration", end);
}

static int
add_usages (json_object *data, json_object *spec)
{
  json_object *list = kbsh_json_at (spec, "/usages");
  for (size_t i = 0; i < kbsh_json_length (list, ""); i++)
    {
      kbsh_autofree char *name = kbsh_text (
          USAGE "%s",
          json_object_get_string (json_object_array_get_idx (list, i)));
      if (!name || add_data (data, name, "true"))
        return -1;
    }
  return 0;
}

char *
bootstrap_joined (json_object *list)
{
  struct kbsh_buffer all = { 0 };
  for (size_t i = 0; i < kbsh_json_length (list, ""); i++)
    kbsh_buffer_printf (
        &all, "%s%s", i ? "," : "",
        json_object_get_string (json_object_array_get_idx (list, i)));
  return kbsh_buffer_take (&all);
}

static int
add_groups (json_object *data, json_object *spec)
{
  kbsh_autofree char *text = bootstrap_joined (kbsh_json_at (spec, "/groups"));
  if (!text)
    return -1;
  return *text ? add_data (data, "auth-extra-groups", text) : 0;
}

static json_object *
secret_data (json_object *spec, const char *token)
{
  const char *description = kbsh_json_string (spec, "/description", "");
  kbsh_autojson json_object *data = json_object_new_object ();
  kbsh_autofree char *id = strndup (token, BOOTSTRAP_ID);
  if (!data || !id || add_data (data, "token-id", id)
      || add_data (data, "token-secret", token + BOOTSTRAP_ID + 1)
      || (*description && add_data (data, "description", description))
      || add_expiration (data, spec) || add_usages (data, spec)
      || add_groups (data, spec))
    return NULL;
  return kbsh_steal (&data);
}

json_object *
bootstrap_secret (struct kbsh_ctx *ctx, json_object *spec, const char *token)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *values = NULL;
  kbsh_autofree char *id = strndup (token, BOOTSTRAP_ID);
  json_object *data = secret_data (spec, token);
  if (!data || !id)
    {
      json_object_put (data);
      kbsh_fail_memory (ctx);
      return NULL;
    }
  if (kbsh_json_set (&values, "/data", data, &err)
      || kbsh_json_set_string (&values, "/id", id, &err))
    {
      kbsh_fail_error (ctx, &err);
      return NULL;
    }
  return kbsh_data (ctx, "bootstrap", "token.yaml", values);
}

/* -- and back ------------------------------------------------------------ */

static int
compare (const void *a, const void *b)
{
  return strcmp (json_object_get_string (*(json_object *const *)a),
                 json_object_get_string (*(json_object *const *)b));
}

static int
take_usages (json_object **spec, json_object *secret)
{
  json_object *data = kbsh_json_at (secret, "/data"), *list = NULL;
  json_object_object_foreach (data, name, value)
  {
    kbsh_autofree char *said = bootstrap_decoded (secret, name);
    (void)value;
    if (strncmp (name, USAGE, strlen (USAGE)) != 0 || !said
        || strcmp (said, "true") != 0)
      continue;
    if (!list && !(list = json_object_new_array ()))
      return -1;
    json_object_array_add (list,
                           json_object_new_string (name + strlen (USAGE)));
  }
  if (!list)
    return 0;
  json_object_array_sort (list, compare);
  return kbsh_json_set (spec, "/usages", list, NULL);
}

static int
take_groups (json_object **spec, json_object *secret)
{
  kbsh_autofree char *text = bootstrap_decoded (secret, "auth-extra-groups");
  json_object *list;
  char *rest = text;
  if (!text || !*text)
    return 0;
  list = json_object_new_array ();
  if (!list)
    return -1;
  for (char *part; (part = strsep (&rest, ","));)
    json_object_array_add (list, json_object_new_string (part));
  return kbsh_json_set (spec, "/groups", list, NULL);
}

static int
take_text (json_object **spec, const char *pointer, json_object *secret,
           const char *name)
{
  kbsh_autofree char *text = bootstrap_decoded (secret, name);
  return text && *text ? kbsh_json_set_string (spec, pointer, text, NULL) : 0;
}

json_object *
bootstrap_spec (json_object *secret)
{
  kbsh_autowipe char *token = bootstrap_token_of (secret);
  json_object *spec = NULL;
  if (!token || !bootstrap_is_token (token))
    return NULL;
  if (!kbsh_json_set_string (&spec, "/token", token, NULL)
      && !take_text (&spec, "/description", secret, "description")
      && !take_text (&spec, "/expires", secret, "expiration")
      && !take_usages (&spec, secret) && !take_groups (&spec, secret))
    return spec;
  json_object_put (spec);
  return NULL;
}
