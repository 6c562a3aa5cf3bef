/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "act/test-server.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "act/test-kit.h"

#define MOST_SERVERS 4

char *server_ca, *server_certificate, *server_key;
static pid_t servers[MOST_SERVERS];
static size_t count;

static char *
content (const char *name)
{
  char *text = strdup (kit_read (kit_path (name)));
  OK (text && *text);
  return text;
}

void
server_certificates (void)
{
  static const char *const names[] = { "server", "client" };
  const char *const new_key
      = "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
        "-subj /CN=%s -keyout %s%s.key -out %s%s.%s %s >/dev/null 2>&1";
  if (kit_system (new_key, "test-ca", kit_folder, "ca", kit_folder, "ca", "crt",
                  "-x509"))
    kit_skip ("openssl is not here");
  for (size_t i = 0; i < 2; i++)
    {
      OK (!kit_system (new_key, names[i], kit_folder, names[i], kit_folder,
                       names[i], "csr", ""));
      kit_write (kit_path ("ext"), "subjectAltName=IP:127.0.0.1\n");
      OK (!kit_system ("cd %s && openssl x509 -req -in %s.csr -CA ca.crt "
                       "-CAkey ca.key -CAcreateserial -extfile ext "
                       "-out %s.crt >/dev/null 2>&1",
                       kit_folder, names[i], names[i]));
    }
  server_ca = content ("ca.crt");
  server_certificate = content ("client.crt");
  server_key = content ("client.key");
}

static void
wait_for_file (const char *name, pid_t pid)
{
  for (int i = 0; access (name, F_OK); i++)
    {
      if (waitpid (pid, NULL, WNOHANG) == pid)
        kit_skip ("python3 is not here");
      OK (i < 1000);
      usleep (10000);
    }
}

static void
serve (const char *kind, const char *where, const char *file)
{
  const char *source = getenv ("top_srcdir");
  char script[5000];
  pid_t pid;
  snprintf (script, sizeof script, "%s/core/act/test-server.py",
            source ? source : ".");
  OK (count < MOST_SERVERS);
  pid = fork ();
  if (pid == 0)
    {
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      execlp ("python3", "python3", script, kind, where, (char *)NULL);
      _exit (127);
    }
  OK (pid > 0);
  servers[count++] = pid;
  wait_for_file (file, pid);
}

int
server_tls (void)
{
  serve ("tls", kit_folder, kit_path ("port"));
  return atoi (kit_read (kit_path ("port")));
}

void
server_unix (const char *kind, const char *name)
{
  serve (kind, kit_path (name), kit_path (name));
}

void
server_end (void)
{
  for (size_t i = 0; i < count; i++)
    {
      kill (servers[i], SIGKILL);
      waitpid (servers[i], NULL, 0);
    }
  free (server_ca);
  free (server_certificate);
  free (server_key);
}
