/* SPDX-License-Identifier: Apache-2.0
 *
 * Which API a runtime speaks, and how it is asked; see api.h.
 */
#include "api.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kbsh/cleanup.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

static const char *const versions[] = { "v1", "v1alpha2", NULL };

const char *
cri_path (const char *socket)
{
  if (!strncmp (socket, "unix:", 5))
    socket += 5;
  while (socket[0] == '/' && socket[1] == '/')
    socket++;
  return socket[0] == '/' ? socket : NULL;
}

void
cri_free (void *message)
{
  ProtobufCMessage *m = *(ProtobufCMessage **)message;
  if (m)
    protobuf_c_message_free_unpacked (m, NULL);
}

void
cri_close (struct cri *cri)
{
  cri_free (&cri->version);
  cri->version = NULL;
}

/* Say what is wrong with the file before anything connects to it. */
static int
look (struct kbsh_ctx *ctx, const char *path)
{
  struct stat st;
  if (stat (path, &st))
    return kbsh_fail (ctx, strerror (errno),
                      errno == ENOENT || errno == ENOTDIR
                          ? "Start the container runtime (systemctl start "
                            "containerd), or name its socket with "
                            "--cri-socket."
                          : "Run this as root.",
                      "there is no container runtime at %s", path);
  if (!S_ISSOCK (st.st_mode))
    return kbsh_fail (ctx, "it is not a socket",
                      "Give the socket of a container runtime with "
                      "--cri-socket.",
                      "there is no container runtime at %s", path);
  if (access (path, R_OK | W_OK))
    return kbsh_fail (ctx, strerror (errno), "Run this as root.",
                      "the container runtime at %s may not be used", path);
  return 0;
}

int
cri_call (struct cri *cri, int image, const char *method,
          const ProtobufCMessage *request,
          const ProtobufCMessageDescriptor *expected, ProtobufCMessage **answer,
          struct grpc_status *status)
{
  int pull = !strcmp (method, "PullImage");
  int changes = pull || !strcmp (method, "StopPodSandbox")
                || !strcmp (method, "RemovePodSandbox");
  kbsh_autofree char *service = kbsh_text (
      "runtime.%s.%s", cri->api, image ? "ImageService" : "RuntimeService");
  if (!service)
    return kbsh_fail_memory (cri->ctx);
  struct grpc_call call = {
    .socket = cri->path,
    .service = service,
    .method = method,
    .subject = changes ? cri->about : "the container runtime",
    .request = request,
    .answer = expected,
    .timeout_ms = pull ? 15 * 60 * 1000 : changes ? 60 * 1000 : 20 * 1000,
    .flags = changes ? 0 : KBSH_QUERY,
  };
  return grpc_unary (cri->ctx, &call, answer, status);
}

int
cri_ask (struct cri *cri, int image, const char *method,
         const ProtobufCMessage *request,
         const ProtobufCMessageDescriptor *expected, ProtobufCMessage **answer)
{
  struct grpc_status status;
  int r = cri_call (cri, image, method, request, expected, answer, &status);
  if (r <= 0)
    return r;
  return kbsh_fail (cri->ctx,
                    status.message[0] ? status.message : "it gave no reason",
                    NULL, "the container runtime at %s refused %s (gRPC %d)",
                    cri->path, method, status.code);
}

int
cri_open (struct kbsh_ctx *ctx, const char *socket, struct cri *cri)
{
  Cri__VersionRequest request = CRI__VERSION_REQUEST__INIT;
  struct grpc_status status = { 0 };
  memset (cri, 0, sizeof *cri);
  cri->ctx = ctx;
  cri->path = cri_path (socket);
  if (!cri->path)
    return kbsh_fail (ctx, "only unix sockets are spoken to",
                      "Write it as unix:///run/containerd/containerd.sock.",
                      "'%s' is not the socket of a container runtime", socket);
  if (look (ctx, cri->path))
    return -1;
  for (size_t i = 0; versions[i]; i++)
    {
      cri->api = versions[i];
      int r = cri_call (cri, 0, "Version", &request.base,
                        &cri__version_response__descriptor,
                        (ProtobufCMessage **)&cri->version, &status);
      if (r <= 0)
        return r;
      if (status.code != GRPC_UNIMPLEMENTED)
        break;
    }
  if (status.code == GRPC_UNIMPLEMENTED)
    return kbsh_fail (
        ctx, status.message,
        "containerd: take \"cri\" out of disabled_plugins in "
        "/etc/containerd/config.toml, then: systemctl restart containerd",
        "%s does not offer the Container Runtime Interface (v1 or v1alpha2)",
        cri->path);
  return kbsh_fail (ctx, status.message, "Look into the runtime's own log.",
                    "the container runtime at %s is not in order (gRPC %d)",
                    cri->path, status.code);
}

int
cri_open_input (struct kbsh_ctx *ctx, struct cri *cri)
{
  const char *socket = kbsh_input_string (ctx, "socket", NULL);
  memset (cri, 0, sizeof *cri);
  if (!socket)
    return kbsh_fail (ctx, NULL, "Give it as the argument \"socket\".",
                      "no socket of a container runtime was given");
  return cri_open (ctx, socket, cri);
}
