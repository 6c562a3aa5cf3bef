/* SPDX-License-Identifier: Apache-2.0
 *
 * Images of a runtime: which are there, and fetching one.
 */
#include "api.h"

#include <kbsh/cleanup.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

static int
put_all (struct kbsh_ctx *ctx, char *const *names, size_t count)
{
  for (size_t i = 0; i < count; i++)
    if (ctx->host->put_string (ctx, "/images/-", names[i]))
      return -1;
  return 0;
}

int
cri_images (struct kbsh_ctx *ctx)
{
  CRI_AUTO struct cri cri = { 0 };
  Cri__ListImagesRequest request = CRI__LIST_IMAGES_REQUEST__INIT;
  CRI_FREE Cri__ListImagesResponse *answer = NULL;
  if (cri_open_input (ctx, &cri)
      || cri_ask (&cri, 1, "ListImages", &request.base,
                  &cri__list_images_response__descriptor,
                  (ProtobufCMessage **)&answer)
      || ctx->host->put (ctx, "/images", "[]"))
    return -1;
  for (size_t i = 0; i < answer->n_images; i++)
    {
      const Cri__Image *image = answer->images[i];
      if (put_all (ctx, image->repo_tags, image->n_repo_tags)
          || put_all (ctx, image->repo_digests, image->n_repo_digests))
        return -1;
    }
  return 0;
}

static int
present (struct cri *cri, Cri__ImageSpec *spec, int *is)
{
  Cri__ImageStatusRequest request = CRI__IMAGE_STATUS_REQUEST__INIT;
  CRI_FREE Cri__ImageStatusResponse *answer = NULL;
  request.image = spec;
  if (cri_ask (cri, 1, "ImageStatus", &request.base,
               &cri__image_status_response__descriptor,
               (ProtobufCMessage **)&answer))
    return -1;
  *is = answer->image != NULL;
  return 0;
}

static int
fetch (struct cri *cri, Cri__ImageSpec *spec)
{
  Cri__PullImageRequest request = CRI__PULL_IMAGE_REQUEST__INIT;
  CRI_FREE Cri__PullImageResponse *answer = NULL;
  struct grpc_status status;
  request.image = spec;
  int r = cri_call (cri, 1, "PullImage", &request.base,
                    &cri__pull_image_response__descriptor,
                    (ProtobufCMessage **)&answer, &status);
  if (r <= 0)
    return r;
  return kbsh_fail (
      cri->ctx, status.message[0] ? status.message : "it gave no reason",
      status.code == GRPC_NOT_FOUND
          ? "Look at the image's name and tag, and at --image-repository."
          : "Look whether this machine reaches the registry, or import the "
            "image: ctr --namespace k8s.io images import FILE.",
      "the container runtime could not pull %s", spec->image);
}

int
cri_pull (struct kbsh_ctx *ctx)
{
  CRI_AUTO struct cri cri = { 0 };
  Cri__ImageSpec spec = CRI__IMAGE_SPEC__INIT;
  const char *image = kbsh_input_string (ctx, "image", NULL);
  int is = 0;
  if (!image)
    return kbsh_fail (ctx, NULL, "Give it as the argument \"image\".",
                      "no image to pull was named");
  spec.image = (char *)image;
  if (cri_open_input (ctx, &cri))
    return -1;
  if (!ctx->host->get_bool (ctx, "always", 0) && present (&cri, &spec, &is))
    return -1;
  kbsh_autofree char *about = kbsh_text ("pull the image %s", image);
  cri.about = about;
  if (!is && fetch (&cri, &spec))
    return -1;
  return ctx->host->put (ctx, "/pulled", is ? "false" : "true");
}
