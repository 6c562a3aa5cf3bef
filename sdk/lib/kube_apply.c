/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes objects of the Kubernetes API be as they should: no request that
 * changes something is sent when all is so already.
 */
#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/kube.h>
#include <kbsh/text.h>

#include "kube_lib.h"
#include "tree.h"

#define TRIES 5

/* Status is the server's to write: a patch would not change it. */
static int
is_so (json_object *wanted, json_object *there)
{
  json_object_object_foreach (wanted, key, value)
  {
    json_object *other = NULL;
    json_object_object_get_ex (there, key, &other);
    if (strcmp (key, "status") && !kbsh_json_covers (other, value))
      return 0;
  }
  return 1;
}

struct apply
{
  struct kbsh_ctx *ctx;
  const struct kbsh_kube *kube;
  json_object *object;
  const char *path, *collection, *subject;
  uint32_t flags;
};

static int
call (struct apply *a, const char *method, json_object **answer)
{
  int get = !strcmp (method, "GET"), post = !strcmp (method, "POST");
  struct kube_call call
      = { .method = method,
          .path = post ? a->collection : a->path,
          .content_type = !get && !post ? "application/merge-patch+json" : NULL,
          .body = get ? NULL : a->object,
          .subject = a->subject,
          .flags = a->flags };
  return kube_call (a->ctx, a->kube, &call, answer);
}

static int
fail_refused (struct apply *a, const char *what, int status,
              json_object *answer)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_error_set (&err, "can't %s %s: the API server answered %d", what,
                  a->subject, status);
  kbsh_error_why (&err, "%.1000s", kbsh_json_string (answer, "/message", ""));
  return kube_fail (a->ctx, &err);
}

/* One try: how it ended, or TRIES for "somebody else changed it just now". */
static int
attempt (struct apply *a, int last)
{
  kbsh_autojson json_object *there = NULL;
  kbsh_autojson json_object *answer = NULL;
  int status = call (a, "GET", &there), made;
  if (status < 0)
    return KBSH_APPLY_FAILED;
  made = status == 404 || !there;
  if (!made && is_so (a->object, there))
    return KBSH_UNCHANGED;
  status = call (a, made ? "POST" : "PATCH", &answer);
  if (status < 0)
    return KBSH_APPLY_FAILED;
  if (status < 300)
    return made ? KBSH_CREATED : KBSH_UPDATED;
  /* creating in a namespace that is not there gives 404: no try mends it */
  if (last || (made && status == 404))
    return fail_refused (a, made ? "create" : "update", status, answer);
  return TRIES;
}

enum kbsh_applied
kbsh_kube_apply (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
                 json_object *object, int secret)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autofree char *path = kbsh_kube_path (object, 0, &err);
  kbsh_autofree char *collection = kbsh_kube_path (object, 1, &err);
  const char *space = kbsh_json_string (object, "/metadata/namespace", NULL);
  kbsh_autofree char *subject = kbsh_text (
      "%s %s%s%s", kbsh_json_string (object, "/kind", ""), space ? space : "",
      space ? "/" : "", kbsh_json_string (object, "/metadata/name", ""));
  struct apply a = {
    ctx, kube, object, path, collection, subject, secret ? KBSH_SECRET : 0
  };
  int result = TRIES;
  if (!subject && !err.what[0])
    kbsh_error_memory (&err);
  if (!path || !collection || !subject)
    return kube_fail (ctx, &err);
  for (int i = 1; i <= TRIES && result == TRIES; i++)
    result = attempt (&a, i == TRIES);
  return (enum kbsh_applied)result;
}

int
kbsh_kube_apply_all (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
                     json_object *list)
{
  int changed = 0;
  size_t count = kbsh_json_length (list, "");
  for (size_t i = 0; i < count; i++)
    {
      enum kbsh_applied applied
          = kbsh_kube_apply (ctx, kube, json_object_array_get_idx (list, i), 0);
      if (applied == KBSH_APPLY_FAILED)
        return -1;
      changed += applied != KBSH_UNCHANGED;
    }
  return changed;
}
