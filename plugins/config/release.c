/* SPDX-License-Identifier: Apache-2.0
 *
 * Which version of Kubernetes it is: what was given, what a label stands for
 * today, what the installed kubelet has, or the newest one of the tables.
 */
#include "config.h"

#include <ctype.h>

#define RELEASES "https://dl.k8s.io"

enum
{
  LABEL_TIMEOUT_MS = 10000
};

/* "stable", "stable-1", "latest-1.36": letters, then up to two numbers. */
static int
is_label (const char *text)
{
  size_t word = strspn (text, "abcdefghijklmnopqrstuvwxyz");
  if (strncmp (text, "stable", word) && strncmp (text, "latest", word))
    return 0;
  return word == 6
         && (!text[word]
             || (text[word] == '-'
                 && strspn (text + word + 1, "0123456789.")
                        == strlen (text + word + 1)));
}

/* The newest version of the tables that a label can mean: of its own minor
 * release where it names one. The caller frees. */
static char *
newest_known (struct config *config, const char *label)
{
  kbsh_autojson json_object *releases = config_releases (config->ctx);
  const char *minor = label ? strchr (label, '.') : NULL;
  const char *name = NULL;
  kbsh_autojson json_object *table = NULL;
  if (!releases)
    return NULL;
  for (size_t i = 0; i < json_object_array_length (releases); i++)
    {
      const char *one
          = json_object_get_string (json_object_array_get_idx (releases, i));
      if (!minor || !strcmp (minor, strchr (one, '.')))
        name = one;
    }
  if (!name)
    {
      kbsh_fail (config->ctx, NULL, "give a version, such as v1.36.2",
                 "there is no release that %s can mean", label);
      return NULL;
    }
  table = config_table (config->ctx, "releases", name);
  return table ? kbsh_text ("v%s", kbsh_json_string (table, "/latest", ""))
               : NULL;
}

/* The text of a small file there, or NULL with *why. */
static char *
fetch (struct config *config, const char *where, const char **why)
{
  kbsh_autofree char *url = kbsh_text (RELEASES "/%s.txt", where);
  struct kbsh_response response = { 0 };
  struct kbsh_request request
      = { .size = sizeof request,
          .method = "GET",
          .url = url,
          .subject = "the version that the label stands for",
          .timeout_ms = LABEL_TIMEOUT_MS,
          .flags = KBSH_QUERY };
  size_t length;
  if (!url)
    return NULL;
  if (config->ctx->host->request (config->ctx, &request, &response))
    {
      *why = config->ctx->host->forgive (config->ctx);
      return NULL;
    }
  *why = response.status ? "the answer was no version" : response.reason;
  length = response.body ? strcspn (response.body, "\r\n \t") : 0;
  if (response.status != 200 || !length || length > 80)
    return NULL;
  return strndup (response.body, length);
}

/* "ci/latest-1.36" has its own folder there. */
static char *
look_up (struct config *config, const char *label, int ci)
{
  kbsh_autofree char *where = kbsh_text ("%s/%s", ci ? "ci" : "release", label);
  const char *why = "";
  char *version = where ? fetch (config, where, &why) : NULL;
  if (version)
    return version;
  version = newest_known (config, label);
  if (version)
    kbsh_warn (config->ctx,
               "could not look up what \"%s\" stands for (%s); taking %s, "
               "the newest that is known here",
               label, why, version);
  return version;
}

/* "Kubernetes v1.20.2" */
static char *
kubelet_version (struct config *config)
{
  static const char *const argv[] = { "kubelet", "--version", NULL };
  struct kbsh_program program = { .size = sizeof program,
                                  .argv = argv,
                                  .timeout_ms = 10000,
                                  .flags = KBSH_QUERY | KBSH_ALLOW_FAIL };
  struct kbsh_output output = { 0 };
  struct kbsh_version version;
  const char *text;
  if (config->ctx->host->run_program (config->ctx, &program, &output))
    {
      config->ctx->host->forgive (config->ctx);
      return NULL;
    }
  text = output.status || !output.out ? NULL : strstr (output.out, " v");
  if (!text)
    return NULL;
  char *found = strndup (text + 1, strcspn (text + 1, " \r\n"));
  if (found && kbsh_version_parse (found, &version, NULL))
    {
      free (found);
      return NULL;
    }
  return found;
}

int
config_has_release (struct config *config, const struct kbsh_version *version)
{
  kbsh_autojson json_object *releases = config_releases (config->ctx);
  kbsh_autofree char *name
      = kbsh_text ("%d.%d", version->major, version->minor);
  for (size_t i = 0;
       releases && name && i < json_object_array_length (releases); i++)
    if (!strcmp (name, json_object_get_string (
                           json_object_array_get_idx (releases, i))))
      return 1;
  return 0;
}

static int
unsupported (struct config *config, const char *text)
{
  kbsh_autojson json_object *releases = config_releases (config->ctx);
  size_t count = releases ? json_object_array_length (releases) : 0;
  if (!count)
    return -1;
  config_problem (
      config, "ClusterConfiguration", "/kubernetesVersion",
      "\"%s\" is not supported; releases from %s to %s are", text,
      json_object_get_string (json_object_array_get_idx (releases, 0)),
      json_object_get_string (json_object_array_get_idx (releases, count - 1)));
  return config_settle (config);
}

int
config_use_release (struct config *config, const char *text)
{
  kbsh_autofree char *name = NULL;
  if (kbsh_version_parse (text, &config->version, NULL))
    {
      config_problem (config, "ClusterConfiguration", "/kubernetesVersion",
                      "\"%s\" is neither a version such as v1.36.2 nor a "
                      "label such as stable-1.36",
                      text);
      return config_settle (config);
    }
  if (!config_has_release (config, &config->version))
    return unsupported (config, text);
  name = kbsh_text ("%d.%d", config->version.major, config->version.minor);
  free (config->version_text);
  config->version_text = kbsh_text ("%s%s", *text == 'v' ? "" : "v", text);
  json_object_put (config->release);
  config->release = name ? config_table (config->ctx, "releases", name) : NULL;
  if (!config->release)
    return -1;
  if (!config->version_text
      || kbsh_json_set_string (&config->release, "/release", name, NULL))
    return kbsh_fail_memory (config->ctx);
  return config_apply_gates (config);
}

int
config_choose_release (struct config *config)
{
  const char *given = kbsh_json_string (
      config->given, "/ClusterConfiguration/kubernetesVersion", "");
  kbsh_autofree char *text = NULL;
  struct kbsh_version version;
  config->ci = !strncmp (given, "ci/", 3);
  if (config->ci)
    given += 3;
  else if (!strncmp (given, "release/", 8))
    given += 8;
  if (!*given)
    {
      free (config->kubelet);
      config->kubelet = kubelet_version (config);
      if (config->kubelet
          && !kbsh_version_parse (config->kubelet, &version, NULL)
          && config_has_release (config, &version))
        text = strdup (config->kubelet);
      else
        text = newest_known (config, NULL);
    }
  else if (is_label (given))
    text = look_up (config, given, config->ci);
  else
    text = strdup (given);
  if (!text)
    return config->ctx->host->failed (config->ctx)
               ? -1
               : kbsh_fail_memory (config->ctx);
  return config_use_release (config, text);
}
