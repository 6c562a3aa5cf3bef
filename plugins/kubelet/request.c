/* SPDX-License-Identifier: Apache-2.0
 *
 * What has become of the kubelet's request for a certificate: the objects of
 * kind CertificateSigningRequest tell, which a bootstrap token may list.
 */
#include "kubelet.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <stdio.h>
#include <string.h>

#define REQUESTS                                                               \
  "/apis/certificates.k8s.io/v1/certificatesigningrequests"                    \
  "?fieldSelector=spec.signerName%3Dkubernetes.io%2F"                          \
  "kube-apiserver-client-kubelet"
#define DASHES "-----"

/* The request is DER within PEM within base64. */
static char *
der_of (json_object *item, size_t *length)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autofree char *pem = kbsh_base64_decode (
      kbsh_json_string (item, "/spec/request", ""), length, &err);
  char *begin = pem ? strstr (pem, DASHES "BEGIN ") : NULL, *end = NULL;
  if (begin)
    begin = strstr (begin + strlen (DASHES), DASHES);
  if (begin)
    end = strstr (begin, DASHES "END ");
  if (!end)
    return NULL;
  *end = '\0';
  return kbsh_base64_decode (begin + strlen (DASHES), length, &err);
}

/* Is the node's name in it, as a whole string of ASN.1: its tag (UTF8String or
 * PrintableString), its length, and no more? */
static int
names_node (json_object *item, const char *node)
{
  kbsh_autofree char *name = kbsh_text ("??system:node:%s", node);
  size_t length = 0, size = name ? strlen (name) : 0;
  kbsh_autofree char *der = der_of (item, &length);
  if (!name || !der || size - 2 > 127)
    return 0;
  name[1] = (char)(size - 2);
  name[0] = 0x13;
  if (memmem (der, length, name, size))
    return 1;
  name[0] = 0x0c;
  return memmem (der, length, name, size) != NULL;
}

/* Times as RFC 3339 texts of one zone can be compared as they are. */
static json_object *
newest (json_object *list, const char *node)
{
  json_object *found = NULL;
  json_object *items = kbsh_json_at (list, "/items");
  for (size_t i = 0; i < kbsh_json_length (items, ""); i++)
    {
      static const char made[] = "/metadata/creationTimestamp";
      json_object *item = json_object_array_get_idx (items, i);
      if (names_node (item, node)
          && (!found
              || strcmp (kbsh_json_string (item, made, ""),
                         kbsh_json_string (found, made, ""))
                     >= 0))
        found = item;
    }
  return found;
}

static int
has_condition (json_object *item, const char *type,
               struct kubelet_request *request)
{
  json_object *all = kbsh_json_at (item, "/status/conditions");
  for (size_t i = 0; i < kbsh_json_length (all, ""); i++)
    {
      json_object *one = json_object_array_get_idx (all, i);
      if (strcmp (kbsh_json_string (one, "/type", ""), type))
        continue;
      snprintf (request->why, sizeof request->why, "%s: %s",
                kbsh_json_string (one, "/reason", "no reason given"),
                kbsh_json_string (one, "/message", "no message"));
      return 1;
    }
  return 0;
}

static void
judge (json_object *item, struct kubelet_request *request)
{
  snprintf (request->name, sizeof request->name, "%s",
            kbsh_json_string (item, "/metadata/name", ""));
  if (has_condition (item, "Denied", request))
    request->state = REQUEST_DENIED;
  else if (has_condition (item, "Failed", request))
    request->state = REQUEST_FAILED;
  else if (*kbsh_json_string (item, "/status/certificate", ""))
    request->state = REQUEST_ISSUED;
  else if (has_condition (item, "Approved", request))
    request->state = REQUEST_APPROVED;
  else
    request->state = REQUEST_PENDING;
}

int
kubelet_request_state (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
                       const char *node, struct kubelet_request *request)
{
  kbsh_autojson json_object *list = NULL;
  json_object *item;
  int status
      = kbsh_kube_request (ctx, kube, "GET", REQUESTS, NULL, NULL, &list);
  *request = (struct kubelet_request){ 0 };
  if (status < 0)
    return -1;
  item = newest (list, node);
  if (item)
    judge (item, request);
  return 0;
}
