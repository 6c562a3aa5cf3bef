/* SPDX-License-Identifier: Apache-2.0
 *
 * Who listens on a TCP port, from /proc: nothing is opened on the port itself.
 */
#include "preflight.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kbsh/cleanup.h>

enum
{
  LISTEN = 0x0A
};

/* A line of /proc/net/tcp: "sl local:port remote:port state ... inode". */
static int
line_port (const char *line, unsigned long *inode)
{
  unsigned port = 0, state = 0;
  if (sscanf (line,
              " %*d: %*[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%*x %x %*s %*s %*s "
              "%*u %*u %lu",
              &port, &state, inode)
          < 2
      || state != LISTEN)
    return -1;
  return (int)port;
}

static int
table_has (struct kbsh_ctx *ctx, const char *table, int port,
           unsigned long *inode)
{
  const char *line = root_read (ctx, table);
  while (line && *line)
    {
      *inode = 0;
      if (line_port (line, inode) == port)
        return 1;
      line += strcspn (line, "\n");
      line += *line == '\n';
    }
  return 0;
}

int
port_listening (struct kbsh_ctx *ctx, int port, unsigned long *inode)
{
  return table_has (ctx, "/proc/net/tcp", port, inode)
         || table_has (ctx, "/proc/net/tcp6", port, inode);
}

static int
process_name (const char *proc, const char *pid, char name[64])
{
  kbsh_autofree char *path = kbsh_text ("%s/%s/comm", proc, pid);
  kbsh_autofile FILE *file = path ? fopen (path, "re") : NULL;
  if (!file || !fgets (name, 64, file))
    return -1;
  name[strcspn (name, "\n")] = '\0';
  return 0;
}

static int
holds (const char *proc, const char *pid, const char *socket)
{
  kbsh_autofree char *folder = kbsh_text ("%s/%s/fd", proc, pid);
  kbsh_autodir DIR *dir = folder ? opendir (folder) : NULL;
  struct dirent *entry;
  while (dir && (entry = readdir (dir)))
    {
      char target[64];
      ssize_t n
          = readlinkat (dirfd (dir), entry->d_name, target, sizeof target - 1);
      if (n <= 0)
        continue;
      target[n] = '\0';
      if (!strcmp (target, socket))
        return 1;
    }
  return 0;
}

int
socket_holder (struct kbsh_ctx *ctx, unsigned long inode, char name[64])
{
  kbsh_autofree char *proc = root_path (ctx, "/proc");
  kbsh_autodir DIR *dir = proc ? opendir (proc) : NULL;
  struct dirent *entry;
  char socket[64];
  snprintf (socket, sizeof socket, "socket:[%lu]", inode);
  while (inode && dir && (entry = readdir (dir)))
    if (isdigit ((unsigned char)entry->d_name[0])
        && holds (proc, entry->d_name, socket)
        && !process_name (proc, entry->d_name, name))
      return atoi (entry->d_name);
  return 0;
}

int
process_named (struct kbsh_ctx *ctx, const char *name)
{
  kbsh_autofree char *proc = root_path (ctx, "/proc");
  kbsh_autodir DIR *dir = proc ? opendir (proc) : NULL;
  struct dirent *entry;
  char is[64];
  while (dir && (entry = readdir (dir)))
    /* The kernel keeps the first 15 bytes of a name. */
    if (isdigit ((unsigned char)entry->d_name[0])
        && !process_name (proc, entry->d_name, is) && !strncmp (is, name, 15))
      return atoi (entry->d_name);
  return 0;
}
