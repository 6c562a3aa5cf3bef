/* SPDX-License-Identifier: Apache-2.0
 *
 * The program's side of HTTP: it opens the library that does it.
 */
#include "config.h"

#include "act/http.h"

#include <dlfcn.h>
#include <string.h>

#include <kbsh/cleanup.h>

const char *http_folder;
static const struct http_library *library;

/* A private library belongs to the libkbsh that it was installed with, also
 * where that is not the configured place (LD_LIBRARY_PATH). */
static char *
library_path (void)
{
  Dl_info info;
  const char *slash;
  if (http_folder)
    return kbsh_text ("%s/" HTTP_LIBRARY, http_folder);
  if (!dladdr ((void *)kbsh_sha256, &info) || !info.dli_fname)
    return NULL;
  slash = strrchr (info.dli_fname, '/');
  if (!slash)
    return NULL;
  return kbsh_text ("%.*s/kbsh/" HTTP_LIBRARY, (int)(slash - info.dli_fname),
                    info.dli_fname);
}

static int
open_library (struct kbsh_error *err)
{
  kbsh_autofree char *path = library_path ();
  const struct http_library *found = NULL;
  const char *why;
  void *handle = NULL;
  if (library)
    return 0;
  if (!path)
    return kbsh_error_memory (err);
  handle = dlopen (path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (handle)
    found = dlsym (handle, "http_library");
  if (found && !strcmp (found->version, PACKAGE_VERSION))
    {
      library = found;
      return 0;
    }
  why = found ? "it belongs to another version" : dlerror ();
  kbsh_error_set (err, "cannot make requests: %s can't be opened", path);
  kbsh_error_why (err, "%s", why ? why : "no reason");
  return kbsh_error_remedy (err, "install " PACKAGE_NAME " " PACKAGE_VERSION
                                 " again, whole");
}

int
http_new (struct loop *loop, struct http **out, struct kbsh_error *err)
{
  static const struct http_loop at
      = { .fd = loop_fd, .timer = loop_timer, .cancel = loop_timer_cancel };
  return open_library (err) ? -1 : library->open (&at, loop, out, err);
}

void
http_free (struct http *http)
{
  if (http)
    library->close (http);
}

int
http_start (struct http *http, const struct http_request *request,
            http_done *done, void *data, struct http_call **out,
            struct kbsh_error *err)
{
  return library->start (http, request, done, data, out, err);
}

void
http_cancel (struct http_call *call)
{
  library->cancel (call);
}
