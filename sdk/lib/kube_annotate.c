/* SPDX-License-Identifier: Apache-2.0
 *
 * One annotation of an object that is there, or will be.
 */
#include "config.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/kube.h>
#include <kbsh/service.h>

#include "kube_lib.h"

/* The key may have any sign in it, a slash as well: no pointer is made. */
static json_object *
patch_of (const char *key, const char *value)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *notes = json_object_new_object ();
  json_object *patch = NULL, *text = json_object_new_string (value);
  if (!notes || !text || json_object_object_add (notes, key, text))
    {
      json_object_put (text);
      return NULL;
    }
  if (!kbsh_json_set (&patch, "/metadata/annotations", kbsh_steal (&notes),
                      &err))
    return patch;
  json_object_put (patch);
  return NULL;
}

static int
has (json_object *object, const char *key, const char *value)
{
  json_object *have = NULL;
  return json_object_object_get_ex (
             kbsh_json_at (object, "/metadata/annotations"), key, &have)
         && json_object_is_type (have, json_type_string)
         && !strcmp (json_object_get_string (have), value);
}

int
kbsh_kube_annotate (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
                    const char *path, const char *subject,
                    const struct kbsh_annotation *note, uint32_t timeout_ms)
{
  struct kube_call call = { .method = "PATCH",
                            .path = path,
                            .content_type = "application/merge-patch+json",
                            .patience_ms = timeout_ms };
  kbsh_autojson json_object *patch
      = NULL,
      *object = kbsh_kube_wait (ctx, kube, path, subject, timeout_ms);
  int status;
  if (!object)
    return -1;
  if (has (object, note->key, note->value))
    return 0;
  patch = patch_of (note->key, note->value);
  if (!patch)
    return kbsh_fail_memory (ctx);
  /* done twice, it changes nothing more: a busy API server is waited for */
  call.body = patch;
  status = kube_call (ctx, kube, &call, NULL);
  if (status >= 200 && status <= 299)
    return 1;
  return status < 0 ? -1
                    : kbsh_fail (ctx, "it is gone, or was changed meanwhile",
                                 "run the same command again",
                                 "%s cannot be annotated: the API server "
                                 "answered %d",
                                 subject, status);
}
