/* SPDX-License-Identifier: Apache-2.0
 *
 * Landlock, by its system calls: glibc has no wrappers for them.
 */
#include "config.h"

#include "act/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <kbsh/cleanup.h>

/* Rights that came after the first version, by the version that has them:
 * the headers of the machine that builds may be older than its kernel. */
#define RIGHT_REFER (1ULL << 13)
#define RIGHT_TRUNCATE (1ULL << 14)

static int
failed (struct kbsh_error *err, const char *what)
{
  int number = errno;
  kbsh_error_set (err, "cannot take the right to write away");
  return kbsh_error_why (err, "%s: %s", what, strerror (number));
}

static uint64_t
writing (long version)
{
  uint64_t rights
      = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR
        | LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR
        | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG
        | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO
        | LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;
  if (version >= 2)
    rights |= RIGHT_REFER;
  if (version >= 3)
    rights |= RIGHT_TRUNCATE;
  return rights;
}

/* Files that hold nothing. One that is not there needs no leave. */
static int
leave_devices (int rules, long version, struct kbsh_error *err)
{
  static const char *const devices[]
      = { "/dev/null", "/dev/zero", "/dev/full", "/dev/tty" };
  struct landlock_path_beneath_attr rule = {
    .allowed_access
    = LANDLOCK_ACCESS_FS_WRITE_FILE | (version >= 3 ? RIGHT_TRUNCATE : 0),
  };
  for (size_t i = 0; i < sizeof devices / sizeof devices[0]; i++)
    {
      kbsh_autofd int fd = open (devices[i], O_PATH | O_CLOEXEC);
      rule.parent_fd = fd;
      if (fd >= 0
          && syscall (SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH,
                      &rule, 0))
        return failed (err, devices[i]);
    }
  return 0;
}

int
landlock_forbid_writes (struct kbsh_error *err)
{
  long version = syscall (SYS_landlock_create_ruleset, NULL, 0,
                          LANDLOCK_CREATE_RULESET_VERSION);
  struct landlock_ruleset_attr attr = { .handled_access_fs = 0 };
  kbsh_autofd int rules = -1;
  if (version < 0 && (errno == ENOSYS || errno == EOPNOTSUPP))
    return 1;
  if (version < 0)
    return failed (err, "landlock_create_ruleset");
  attr.handled_access_fs = writing (version);
  rules = (int)syscall (SYS_landlock_create_ruleset, &attr,
                        sizeof attr.handled_access_fs, 0);
  if (rules < 0)
    return failed (err, "landlock_create_ruleset");
  if (leave_devices (rules, version, err))
    return -1;
  if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    return failed (err, "no_new_privs");
  if (syscall (SYS_landlock_restrict_self, rules, 0))
    return failed (err, "landlock_restrict_self");
  return 0;
}
