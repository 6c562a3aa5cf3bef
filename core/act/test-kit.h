/* SPDX-License-Identifier: Apache-2.0
 *
 * For the tests of effects: a run with one worker after another, each calling
 * a function of the test with a real context, and the events that were sent.
 */
#ifndef CORE_ACT_TEST_KIT_H
#define CORE_ACT_TEST_KIT_H

#include "flow/job.h"

/* Like assert, but never compiled out, and with the place. */
#define OK(condition)                                                          \
  do                                                                           \
    if (!(condition))                                                          \
      kit_die (__FILE__, __LINE__, #condition);                                \
  while (0)

void kit_die (const char *file, int line, const char *what)
    __attribute__ ((noreturn));
void kit_skip (const char *why) __attribute__ ((noreturn));

/* A folder of this test's own, removed at the end; with a '/' behind it. */
extern char kit_folder[];
/* A path below it (four can be in use at the same time). */
const char *kit_path (const char *name);

void kit_begin (void);
void kit_end (void);
/* A new run, with its state folder and plugins/ in kit_folder. */
void kit_open (int dry_run);
void kit_close (void);
extern struct run kit_run;
extern json_object *kit_events; /* list, since kit_open */

/* Run a function in a worker; 0 when it ended well. Its error is in
 * kit_error, its result in kit_result, its changes are counted. `touches` is
 * JSON with single quotes for double ones, or NULL. */
int kit_do (kbsh_function *function, const char *role, const char *touches);
extern struct kbsh_error kit_error;
extern json_object *kit_result, *kit_findings;
extern int kit_changes;
/* The same for a step that declared all in kit_folder (kit_touches); the
 * function finds what it is about in kit_at. */
int kit_step (kbsh_function *function, const char *path);
extern const char *kit_at;
extern char kit_touches[];

/* Is there an event of this kind with this text anywhere in it? */
int kit_event (const char *kind, const char *text);
/* Does the run's journal have a line with both? */
int kit_journal (const char *one, const char *two);
/* A mount namespace of the test's own; 0: there is none, which is said. */
int kit_own_mounts (void);
/* The whole content of a file; "" when there is none. Two can be in use. */
const char *kit_read (const char *path);
void kit_write (const char *path, const char *text);
/* The number behind NAME in a file of /proc/PID, or -1. */
int64_t kit_proc (pid_t pid, const char *file, const char *name);
/* The child of this name; 0: none. More than one is a failure. */
pid_t kit_child (pid_t parent, const char *name);
int kit_system (const char *format, ...) KBSH_PRINTF (1, 2);

#endif
