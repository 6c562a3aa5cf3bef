/* SPDX-License-Identifier: Apache-2.0
 *
 * The Container Runtime Interface of one runtime: which version of it is
 * spoken there, and one function for each call that is used.
 */
#ifndef PLUGINS_CRI_API_H
#define PLUGINS_CRI_API_H

#include "grpc.h"
#include "plugins/cri/cri.pb-c.h"

struct cri
{
  struct kbsh_ctx *ctx;
  const char *path;  /* of the socket; borrowed */
  const char *api;   /* "v1" or "v1alpha2" */
  const char *about; /* what a change is about, in the user's words */
  Cri__VersionResponse *version;
};

/* The path in "unix:///run/x.sock", "unix:/run/x.sock" or "/run/x.sock"; NULL
 * when it is no unix socket. */
const char *cri_path (const char *socket);

/* Ask which API is spoken at a socket. 0, or -1 with the error recorded. */
int cri_open (struct kbsh_ctx *ctx, const char *socket, struct cri *cri);
/* The same, for the argument "socket". */
int cri_open_input (struct kbsh_ctx *ctx, struct cri *cri);
void cri_close (struct cri *cri);
#define CRI_AUTO KBSH_CLEANUP (cri_close)

/* One call of RuntimeService (or ImageService, when `image`). As grpc_unary:
 * 0, 1 (refused) or -1. */
int cri_call (struct cri *cri, int image, const char *method,
              const ProtobufCMessage *request,
              const ProtobufCMessageDescriptor *expected,
              ProtobufCMessage **answer, struct grpc_status *status);
/* The same, where a refusal is a failure as well: 0 or -1. */
int cri_ask (struct cri *cri, int image, const char *method,
             const ProtobufCMessage *request,
             const ProtobufCMessageDescriptor *expected,
             ProtobufCMessage **answer);

void cri_free (void *message);
#define CRI_FREE KBSH_CLEANUP (cri_free)

/* The service's functions. */
int cri_detect (struct kbsh_ctx *ctx);
int cri_describe (struct kbsh_ctx *ctx);
int cri_images (struct kbsh_ctx *ctx);
int cri_pull (struct kbsh_ctx *ctx);
int cri_containers (struct kbsh_ctx *ctx);
int cri_clear (struct kbsh_ctx *ctx);

#endif
