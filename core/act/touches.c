/* SPDX-License-Identifier: Apache-2.0
 *
 * The declared touches: nothing else gets through. A check, and whatever a
 * check calls, only looks.
 */
#include "config.h"

#include "act/touches.h"

#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/net.h>
#include <kbsh/text.h>

#define HOST_LETTERS                                                           \
  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]%"

/* Does what was declared cover what is asked for? */
typedef int covers_fn (const char *declared, const char *asked);

static int
covers_same (const char *declared, const char *asked)
{
  return !strcmp (declared, asked);
}

static int
covers_path (const char *declared, const char *asked)
{
  size_t length = strlen (declared);
  /* What a parameter says of the folder that the program was started in. */
  if (length && *declared != '/')
    {
      kbsh_autofree char *whole = kbsh_path_here (declared);
      return whole && covers_path (whole, asked);
    }
  if (!length || declared[length - 1] != '/')
    return !strcmp (declared, asked);
  return !strncmp (declared, asked, length)
         || (!strncmp (declared, asked, length - 1)
             && asked[length - 1] == '\0');
}

/* The manager itself belongs to whoever has a unit. */
static int
covers_any (const char *declared, const char *asked)
{
  (void)asked;
  return *declared != '\0';
}

/* The path in "unix:/x", "unix:///x" or "/x"; other names as they are. */
static const char *
socket_path (const char *name)
{
  name += strncmp (name, "unix:", 5) ? 0 : 5;
  return name + (*name ? strspn (name + 1, "/") * (*name == '/') : 0);
}

/* `asked` is "host:port"; declared is "*", a host, or "host:port". */
static int
covers_host (const char *declared, const char *asked)
{
  char host[256], own[256];
  int port, own_port;
  if (!strcmp (declared, asked))
    return 1;
  if (!strncmp (asked, "unix:", 5))
    return !strcmp (socket_path (declared), socket_path (asked));
  if (!strcmp (declared, "*"))
    return 1;
  if (kbsh_host_port_split (asked, host, &port, NULL)
      || kbsh_host_port_split (declared, own, &own_port, NULL))
    return 0;
  return !strcasecmp (host, own) && (!own_port || own_port == port);
}

static int
declared (struct job *job, const char *list, const char *asked,
          covers_fn *covers)
{
  json_object *all = NULL;
  if (!json_object_object_get_ex (job->touches, list, &all)
      || !json_object_is_type (all, json_type_array))
    return 0;
  for (size_t i = 0; i < json_object_array_length (all); i++)
    {
      json_object *one = json_object_array_get_idx (all, i);
      if (json_object_is_type (one, json_type_string)
          && covers (json_object_get_string (one), asked))
        return 1;
    }
  return 0;
}

static int
only_looks (const struct job *job)
{
  for (; job; job = job->parent)
    if (!strcmp (job->service->role, "check"))
      return 1;
  return 0;
}

static int
refuse (struct job *job, const char *may_not, const char *asked,
        struct kbsh_error *err)
{
  return kbsh_error_set (err, "step %s: %s may not %s %s", job->step,
                         job->service->name, may_not, asked);
}

static int
allow (struct job *job, const char *list, const char *asked, covers_fn *covers,
       const char *may_not, int looks, struct kbsh_error *err)
{
  if (!looks && only_looks (job))
    {
      refuse (job, may_not, asked, err);
      kbsh_error_why (err, "a check looks, and changes nothing");
      return kbsh_error_remedy (err, "what changes something is a step's work "
                                     "(or, when it only looks, is marked "
                                     "KBSH_QUERY)");
    }
  if (declared (job, list, asked, covers))
    return 0;
  refuse (job, may_not, asked, err);
  kbsh_error_why (err, "the plugin did not declare it");
  return kbsh_error_remedy (
      err,
      "if this is right, its author adds \"%s\": [\"%s\"] to what %s "
      "touches",
      list, asked, job->service->name);
}

int
touches_path (struct job *job, const char *path, struct kbsh_error *err)
{
  return allow (job, "paths", path, covers_path, "change", 0, err);
}

int
touches_folder (struct job *job, const char *path, struct kbsh_error *err)
{
  kbsh_autofree char *folder = kbsh_text ("%s/", path);
  if (!folder)
    return kbsh_error_memory (err);
  return touches_path (job, folder, err);
}

int
touches_program (struct job *job, const char *name, int looks,
                 struct kbsh_error *err)
{
  const char *slash = strrchr (name, '/');
  return allow (job, "programs", slash ? slash + 1 : name, covers_same, "run",
                looks, err);
}

int
touches_unit (struct job *job, const char *unit, int looks,
              struct kbsh_error *err)
{
  return allow (job, "units", unit ? unit : "*",
                unit ? covers_same : covers_any, looks ? "ask about" : "change",
                looks, err);
}

int
touches_host (struct job *job, const char *url, const char *socket, int looks,
              struct kbsh_error *err)
{
  kbsh_autofree char *asked = NULL;
  const char *host;
  if (socket)
    return allow (job, "hosts", socket, covers_host, "talk to", looks, err);
  host = strstr (url, "://");
  if (!host)
    return kbsh_error_set (err, "'%s' is no URL", url);
  host += 3;
  asked = strndup (host, strcspn (host, "/?#"));
  if (!asked)
    return kbsh_error_memory (err);
  if (!*asked || asked[strspn (asked, HOST_LETTERS)])
    {
      kbsh_error_set (err, "the URL %s is refused", url);
      return kbsh_error_why (err, "'%s' is no host and port", asked);
    }
  return allow (job, "hosts", asked, covers_host,
                looks ? "talk to" : "change something at", looks, err);
}

int
touches_call (struct job *job, const char *role, struct kbsh_error *err)
{
  return allow (job, "calls", role, covers_same, "call services of the role", 1,
                err);
}
