/* SPDX-License-Identifier: Apache-2.0
 *
 * kbsh token list: as a table, or as kubeadm's own objects
 * (output.kubeadm.k8s.io BootstrapToken).
 */
#include "bootstrap.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>
#include <kbsh/yaml.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

enum
{
  COLUMNS = 6,
  GAP = 3 /* between columns */
};
static const char *const titles[COLUMNS]
    = { "TOKEN", "TTL", "EXPIRES", "USAGES", "DESCRIPTION", "EXTRA GROUPS" };
/* At least so wide, so that most lists look the same. */
static const int least[COLUMNS] = { 0, 9, 0, 22, 56, 0 };

struct row
{
  char *cells[COLUMNS];
};

/* How long from now on, in the largest unit. */
static char *
remaining (const char *expires)
{
  int64_t end;
  long long left;
  if (!expires)
    return strdup ("<forever>");
  if (bootstrap_time (expires, &end))
    return strdup ("<invalid>");
  left = (long long)end - (long long)time (NULL);
  if (left < 0)
    return strdup ("<invalid>");
  if (left < 60)
    return kbsh_text ("%llds", left);
  if (left < 60 * 60)
    return kbsh_text ("%lldm", left / 60);
  if (left < 24 * 60 * 60)
    return kbsh_text ("%lldh", left / 60 / 60);
  if (left < 365LL * 24 * 60 * 60)
    return kbsh_text ("%lldd", left / 24 / 60 / 60);
  return kbsh_text ("%lldy", left / 365 / 24 / 60 / 60);
}

static char *
or_none (char *text)
{
  if (!text || *text)
    return text;
  free (text);
  return strdup ("<none>");
}

static int
fill_row (struct row *row, json_object *spec)
{
  const char *expires = kbsh_json_string (spec, "/expires", NULL);
  row->cells[0] = strdup (kbsh_json_string (spec, "/token", ""));
  row->cells[1] = remaining (expires);
  row->cells[2] = strdup (expires ? expires : "<never>");
  row->cells[3] = or_none (bootstrap_joined (kbsh_json_at (spec, "/usages")));
  row->cells[4]
      = or_none (strdup (kbsh_json_string (spec, "/description", "")));
  row->cells[5] = or_none (bootstrap_joined (kbsh_json_at (spec, "/groups")));
  for (int i = 0; i < COLUMNS; i++)
    if (!row->cells[i])
      return -1;
  return 0;
}

static void
add_row (struct kbsh_buffer *out, const char *const *cells, const int *widths)
{
  for (int i = 0; i < COLUMNS - 1; i++)
    kbsh_buffer_printf (out, "%-*s", widths[i] + GAP, cells[i]);
  kbsh_buffer_printf (out, "%s\n", cells[COLUMNS - 1]);
}

static void
measure (int *widths, const char *const *cells)
{
  for (int i = 0; i < COLUMNS; i++)
    {
      int length = (int)strlen (cells[i]);
      widths[i] = length > widths[i] ? length : widths[i];
    }
}

static int
print_rows (struct kbsh_ctx *ctx, struct row *rows, size_t count)
{
  KBSH_CLEANUP (kbsh_buffer_free) struct kbsh_buffer out = { 0 };
  int widths[COLUMNS];
  memcpy (widths, least, sizeof widths);
  measure (widths, titles);
  for (size_t i = 0; i < count; i++)
    measure (widths, (const char *const *)rows[i].cells);
  add_row (&out, titles, widths);
  for (size_t i = 0; i < count; i++)
    add_row (&out, (const char *const *)rows[i].cells, widths);
  return out.failed ? kbsh_fail_memory (ctx)
                    : ctx->host->print (ctx, out.data, out.length);
}

static int
print_table (struct kbsh_ctx *ctx, json_object *list)
{
  size_t count = kbsh_json_length (list, "");
  struct row *rows = calloc (count + 1, sizeof *rows);
  int status = rows ? 0 : kbsh_fail_memory (ctx);
  for (size_t i = 0; !status && i < count; i++)
    if (fill_row (&rows[i], json_object_array_get_idx (list, i)))
      status = kbsh_fail_memory (ctx);
  if (!status && count)
    status = print_rows (ctx, rows, count);
  for (size_t i = 0; rows && i < count; i++)
    for (int k = 0; k < COLUMNS; k++)
      kbsh_cleanup_wipe (&rows[i].cells[k]);
  free (rows);
  return status;
}

/* One of kubeadm's objects. */
static int
print_object (struct kbsh_ctx *ctx, json_object *spec, int yaml, int first)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *tree = NULL;
  kbsh_autowipe char *text = NULL;
  if (kbsh_json_set_string (&tree, "/apiVersion",
                            "output.kubeadm.k8s.io/v1alpha3", &err)
      || kbsh_json_set_string (&tree, "/kind", "BootstrapToken", &err))
    return kbsh_fail_error (ctx, &err);
  json_object_object_foreach (spec, name, value)
      json_object_object_add (tree, name, json_object_get (value));
  if (!yaml)
    return kbsh_print (
        ctx, "%s\n",
        json_object_to_json_string_ext (
            tree, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE));
  text = kbsh_yaml_text (tree, &err);
  return text ? kbsh_print (ctx, "%s%s", first ? "" : "---\n", text)
              : kbsh_fail_error (ctx, &err);
}

int
bootstrap_print (struct kbsh_ctx *ctx, json_object *list, const char *form)
{
  int status = 0;
  if (strcmp (form, "text") == 0)
    return print_table (ctx, list);
  for (size_t i = 0; !status && i < kbsh_json_length (list, ""); i++)
    status = print_object (ctx, json_object_array_get_idx (list, i),
                           strcmp (form, "yaml") == 0, i == 0);
  return status;
}

/* What is no token is said, and passed over. */
static int
take_one (struct kbsh_ctx *ctx, json_object *list, json_object *secret)
{
  json_object *spec = bootstrap_spec (secret);
  if (!spec)
    {
      kbsh_warn (ctx, "Secret kube-system/%s is no bootstrap token",
                 kbsh_json_string (secret, "/metadata/name", ""));
      return 0;
    }
  if (json_object_array_add (list, spec))
    return kbsh_fail_memory (ctx);
  return bootstrap_keep_secret (ctx, kbsh_json_string (spec, "/token", ""));
}

int
bootstrap_list (struct kbsh_ctx *ctx)
{
  KBSH_CLEANUP (kbsh_kube_close) struct kbsh_kube kube = { 0 };
  kbsh_autojson json_object *answer = NULL, *list = json_object_new_array ();
  json_object *items;
  int status;
  if (!list)
    return kbsh_fail_memory (ctx);
  if (kbsh_kube_connect (ctx, &kube))
    return -1;
  status = kbsh_kube_request (ctx, &kube, "GET", BOOTSTRAP_LIST, NULL, NULL,
                              &answer);
  items = kbsh_json_at (answer, "/items");
  for (size_t i = 0; status >= 0 && i < kbsh_json_length (items, ""); i++)
    status = take_one (ctx, list, json_object_array_get_idx (items, i));
  return status < 0 ? -1
                    : bootstrap_print (
                        ctx, list, kbsh_input_string (ctx, "output", "text"));
}
