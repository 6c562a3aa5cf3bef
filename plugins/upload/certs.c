/* SPDX-License-Identifier: Apache-2.0
 *
 * upload.certs: the CAs and keys that another control plane needs, encrypted
 * with a key that only the operator sees, in a Secret that a short-lived token
 * owns and takes away with it.
 */
#include "upload.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/pki.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <string.h>
#include <time.h>

enum
{
  TOKEN_SECONDS = 2 * 60 * 60
};

/* The key given, or a new one. */
static int
choose_key (struct kbsh_ctx *ctx, char hex[65], uint8_t key[32])
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  const char *given = kbsh_input_string (ctx, "certificate-key", NULL);
  if (given && strlen (given) == 64)
    memcpy (hex, given, 65);
  else if (given)
    return upload_parse_key (ctx, given, key);
  else
    {
      if (kbsh_random (key, 32, &err))
        return kbsh_fail_error (ctx, &err);
      for (size_t i = 0; i < 32; i++)
        snprintf (hex + 2 * i, 3, "%02x", key[i]);
    }
  return ctx->host->secret (ctx, hex) ? -1 : upload_parse_key (ctx, hex, key);
}

/* Add one file, encrypted; one that is not there (external CA) is empty. */
static int
add_file (struct kbsh_ctx *ctx, json_object *data, const uint8_t key[32],
          const char *name, const char *path)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autofree void *sealed = NULL;
  kbsh_autofree char *text = NULL;
  size_t length = 0, sealed_length = 0;
  const char *content = ctx->host->read_file (ctx, path, &length);
  if (ctx->host->failed (ctx))
    return -1;
  if (content)
    sealed = kbsh_pki_encrypt (key, content, length, &sealed_length, &err);
  if (content && !sealed)
    return kbsh_fail_error (ctx, &err);
  text = kbsh_base64 (sealed ? sealed : "", sealed_length);
  if (!text
      || json_object_object_add (data, name, json_object_new_string (text)))
    return kbsh_fail_memory (ctx);
  return 0;
}

static json_object *
encrypted_files (struct kbsh_ctx *ctx, const uint8_t key[32])
{
  kbsh_autojson json_object *data = json_object_new_object ();
  kbsh_autojson json_object *files = upload_shared (ctx);
  if (!data)
    kbsh_fail_memory (ctx);
  if (!data || !files)
    return NULL;
  json_object_object_foreach (files, name, path)
  {
    if (add_file (ctx, data, key, name, json_object_get_string (path)))
      return NULL;
  }
  return kbsh_steal (&data);
}

static int
set_base64 (json_object **tree, const char *pointer, const char *text,
            struct kbsh_error *err)
{
  kbsh_autowipe char *encoded = kbsh_base64 (text, strlen (text));
  return encoded ? kbsh_json_set_string (tree, pointer, encoded, err)
                 : kbsh_error_memory (err);
}

/* The token that owns the Secret; the answer has its uid. */
static json_object *
token_values (struct kbsh_error *err)
{
  kbsh_autojson json_object *values = NULL;
  char id[7], secret[17], end[32];
  time_t when = time (NULL) + TOKEN_SECONDS;
  struct tm tm;
  if (!gmtime_r (&when, &tm) || !strftime (end, sizeof end, "%FT%TZ", &tm))
    end[0] = '\0';
  if (kbsh_random_text (id, 6, err) || kbsh_random_text (secret, 16, err)
      || kbsh_json_set_string (&values, "/id", id, err)
      || set_base64 (&values, "/data/token-id", id, err)
      || set_base64 (&values, "/data/token-secret", secret, err)
      || set_base64 (&values, "/data/expiration", end, err)
      || set_base64 (&values, "/data/description",
                     "Keeps kubeadm-certs for two hours", err))
    return NULL;
  explicit_bzero (secret, sizeof secret);
  return kbsh_steal (&values);
}

static int
make_owner (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
            json_object **values)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *token = token_values (&err), *answer = NULL;
  kbsh_autojson json_object *object
      = token ? kbsh_data (ctx, "upload", "owner-token.yaml", token) : NULL;
  kbsh_autofree char *path = object ? kbsh_kube_path (object, 0, &err) : NULL;
  int status;
  if (!token || (object && !path))
    return kbsh_fail_error (ctx, &err);
  if (!object || kbsh_kube_apply (ctx, kube, object, 1) < 0)
    return -1;
  status = kbsh_kube_request (ctx, kube, "GET", path, NULL, NULL, &answer);
  if (status < 0)
    return -1;
  if (kbsh_json_set_string (values, "/owner/name",
                            kbsh_json_string (object, "/metadata/name", ""),
                            &err)
      || kbsh_json_set_string (
          values, "/owner/uid",
          kbsh_json_string (answer, "/metadata/uid", "unknown"), &err))
    return kbsh_fail_error (ctx, &err);
  return 0;
}

/* Is what is there what this key opens, so that nothing is to be done? */
static int
holds (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
       const uint8_t key[32])
{
  kbsh_autojson json_object *have = NULL;
  kbsh_autofree void *sealed = NULL;
  kbsh_autowipe char *opened = NULL;
  json_object *entry = NULL;
  size_t length = 0, opened_length = 0;
  if (!kbsh_input_string (ctx, "certificate-key", NULL)
      || kbsh_kube_request (ctx, kube, "GET", UPLOAD_SECRET, NULL, NULL, &have)
             != 200)
    return 0;
  if (!json_object_object_get_ex (kbsh_json_at (have, "/data"), "ca.crt",
                                  &entry))
    return 0;
  sealed = kbsh_base64_decode (json_object_get_string (entry), &length, NULL);
  opened = sealed ? kbsh_pki_decrypt (key, sealed, length, &opened_length, NULL)
                  : NULL;
  return opened != NULL;
}

static int
store (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
       const uint8_t key[32])
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *values = NULL, *objects = NULL;
  json_object *data = encrypted_files (ctx, key);
  if (!data)
    return -1;
  if (kbsh_json_set (&values, "/data", data, &err))
    return kbsh_fail_error (ctx, &err);
  if (make_owner (ctx, kube, &values))
    return -1;
  objects = kbsh_data_list (ctx, "upload", "kubeadm-certs.yaml", values);
  if (!objects || kbsh_kube_apply_all (ctx, kube, objects) < 0)
    return -1;
  kbsh_say (ctx, "Stored the certificates, encrypted, in Secret "
                 "kube-system/kubeadm-certs for two hours");
  return 0;
}

int
upload_certs (struct kbsh_ctx *ctx)
{
  KBSH_CLEANUP (kbsh_kube_close) struct kbsh_kube kube = { 0 };
  char hex[65] = "";
  uint8_t key[32];
  int status = choose_key (ctx, hex, key);
  if (!status)
    status = kbsh_kube_connect (ctx, &kube);
  if (!status && !holds (ctx, &kube, key))
    status = store (ctx, &kube, key);
  if (!status && !ctx->host->get_bool (ctx, "skip-print", 0))
    status
        = kbsh_print (ctx, "[upload-certs] Using certificate key:\n%s\n", hex);
  if (!status)
    status = ctx->host->put_string (ctx, "/certificateKey", hex);
  explicit_bzero (key, sizeof key);
  explicit_bzero (hex, sizeof hex);
  return status;
}
