/* SPDX-License-Identifier: Apache-2.0
 *
 * Finding the container runtime: asking the probes, and choosing.
 */
#ifndef PLUGINS_RUNTIME_DETECT_H
#define PLUGINS_RUNTIME_DETECT_H

#include <json-c/json.h>

#include <kbsh/plugin.h>

/* The step's function. */
int detect_run (struct kbsh_ctx *ctx);

/* What the release says (all borrowed from the context). */
struct wanted
{
  const char *given;     /* the socket that the user named, or NULL */
  const char *otherwise; /* the release's default socket */
  int scheme;            /* sockets are written with unix:// */
};

/* Ask the probes. A new list of what answered, each
 * {service, path, about: what "describe" said}; *problem becomes the text of
 * the last thing that stood in the way (the caller frees) or stays NULL. NULL
 * when that failed, with the error recorded. */
json_object *candidates_ask (struct kbsh_ctx *ctx, const char *given,
                             char **problem);

/* The one to use, borrowed from the list, or NULL: none. -1 when there are
 * several and nothing decides between them, with the error recorded. */
int candidates_choose (struct kbsh_ctx *ctx, json_object *list,
                       const struct wanted *wanted, json_object **chosen);

/* The path in a socket's name, with or without a scheme; borrowed. */
const char *socket_path (const char *socket);
/* A socket as this release writes it; the caller frees, NULL: no memory. The
 * spelling of well-known ones is data (sockets.yaml). */
char *socket_spell (struct kbsh_ctx *ctx, const struct wanted *wanted,
                    const char *socket);

#endif
