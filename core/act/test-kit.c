/* SPDX-License-Identifier: Apache-2.0
 *
 * The kit: what the tests of effects have in common.
 */
#include "config.h"

#include "act/test-kit.h"

#include <dirent.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "act/broker.h"
#include "act/http_program.h"
#include <kbsh/cleanup.h>
#include <kbsh/json.h>

char kit_folder[PATH_MAX];
struct run kit_run;
json_object *kit_events;
struct kbsh_error kit_error;
json_object *kit_result, *kit_findings;
int kit_changes;
const char *kit_at;
char kit_touches[PATH_MAX + 20];
static char state[PATH_MAX];
static pid_t kit_pid;

void
kit_die (const char *file, int line, const char *what)
{
  char text[4000];
  fprintf (stderr, "%s:%d: %s\n", file, line, what);
  if (getpid () == kit_pid)
    {
      fprintf (stderr, "the last error: %s\n",
               kbsh_error_text (&kit_error, text, sizeof text));
      if (kit_events)
        fprintf (stderr, "events: %s\n",
                 json_object_to_json_string_ext (kit_events,
                                                 JSON_C_TO_STRING_PRETTY));
      kit_system ("rm -rf %s", kit_folder);
    }
  _exit (1);
}

void
kit_skip (const char *why)
{
  printf ("skipped: %s\n", why);
  if (*kit_folder)
    kit_system ("rm -rf %s", kit_folder);
  _exit (77);
}

int
kit_system (const char *format, ...)
{
  char command[3 * PATH_MAX];
  va_list args;
  va_start (args, format);
  vsnprintf (command, sizeof command, format, args);
  va_end (args);
  return system (command);
}

void
kit_begin (void)
{
  const char *base = getenv ("TMPDIR");
  kit_pid = getpid ();
  snprintf (kit_folder, sizeof kit_folder, "%s/kbsh-act-XXXXXX",
            base && *base == '/' ? base : "/tmp");
  OK (mkdtemp (kit_folder));
  strcat (kit_folder, "/");
  snprintf (kit_touches, sizeof kit_touches, "{'paths':['%s']}", kit_folder);
  snprintf (state, sizeof state, "%sstate", kit_folder);
}

void
kit_end (void)
{
  kit_system ("rm -rf %s", kit_folder);
}

const char *
kit_path (const char *name)
{
  static char paths[4][2 * PATH_MAX];
  static unsigned int next;
  char *path = paths[next++ % 4];
  snprintf (path, sizeof paths[0], "%s%s", kit_folder, name);
  return path;
}

/* ---------------------------------------------------------------- */

static void
keep (struct sink *sink, json_object *event)
{
  (void)sink;
  json_object_array_add (kit_events, json_object_get (event));
}

static void
close_sink (struct sink *sink)
{
  free (sink);
}

void
kit_open (int dry_run)
{
  const char *const folders[] = { kit_path ("plugins"), NULL };
  struct sink *sink = calloc (1, sizeof *sink);
  OK (sink);
  sink->event = keep;
  sink->close = close_sink;
  http_folder = KIT_HTTP_FOLDER;
  memset (&kit_run, 0, sizeof kit_run);
  kit_events = json_object_new_array ();
  OK (!registry_new (folders, &kit_run.registry, &kit_error));
  OK (!events_new (&kit_run.events, &kit_error));
  OK (!events_add (kit_run.events, sink, &kit_error));
  kit_run.parameters = json_object_new_object ();
  kit_run.state_folder = state;
  kit_run.data_folder = "/nonexistent";
  kit_run.dry_run = dry_run;
  kit_run.processors = 2;
  OK (!run_open (&kit_run, &kit_error));
}

void
kit_close (void)
{
  run_close (&kit_run);
  events_free (kit_run.events);
  registry_free (kit_run.registry);
  json_object_put (kit_run.parameters);
  json_object_put (kit_events);
  json_object_put (kit_result);
  json_object_put (kit_findings);
  kit_events = kit_result = kit_findings = NULL;
}

/* ---------------------------------------------------------------- */

static void
over (struct job *job, void *data)
{
  (void)job;
  *(int *)data = 1;
}

static json_object *
tree_of (const char *text)
{
  char json[3 * PATH_MAX];
  snprintf (json, sizeof json, "%s", text);
  for (char *c = json; *c; c++)
    if (*c == '\'')
      *c = '"';
  return json_tokener_parse (json);
}

int
kit_do (kbsh_function *function, const char *role, const char *touches)
{
  struct kbsh_step_ops ops = { .size = sizeof ops, .run = function };
  struct kbsh_service service = { .size = sizeof service,
                                  .role = role,
                                  .name = "test.service",
                                  .summary = "a test",
                                  .ops = &ops };
  struct kbsh_error err = KBSH_ERROR_INIT;
  int ended = 0, failed;
  struct job *job
      = job_new (&kit_run, NULL, &service, "run", "test/step", &err);
  kit_error = err;
  OK (job);
  job->parameters = tree_of ("{'word':'hello','number':7,'yes':true}");
  job->facts = tree_of ("{'earlier':{'list':[1,2]}}");
  if (touches)
    OK ((job->touches = tree_of (touches)));
  job->deadline_ms = 30000;
  job->done = over;
  job->data = &ended;
  OK (!job_start (job, &kit_error));
  while (!ended)
    OK (!loop_once (kit_run.loop, 1000, &kit_error));
  failed = job->failed;
  kit_error = job->error;
  kit_changes = job->changes;
  json_object_put (kit_result);
  json_object_put (kit_findings);
  kit_result = json_object_get (job->result);
  kit_findings = json_object_get (job->findings);
  job_free (job);
  return failed ? -1 : 0;
}

int
kit_step (kbsh_function *function, const char *path)
{
  kit_at = path;
  return kit_do (function, "step", kit_touches);
}

int
kit_event (const char *kind, const char *text)
{
  for (size_t i = 0; i < json_object_array_length (kit_events); i++)
    {
      json_object *event = json_object_array_get_idx (kit_events, i);
      if (!strcmp (kbsh_json_string (event, "/event", ""), kind)
          && strstr (json_object_to_json_string_ext (
                         event, JSON_C_TO_STRING_PLAIN
                                    | JSON_C_TO_STRING_NOSLASHESCAPE),
                     text))
        return 1;
    }
  return 0;
}

int
kit_journal (const char *one, const char *two)
{
  return kit_system ("grep -F '%s' %s/journal.jsonl | grep -qF '%s'", one,
                     state, two)
         == 0;
}

int
kit_own_mounts (void)
{
  if (!unshare (CLONE_NEWNS)
      && !mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL))
    return 1;
  printf ("not tested: no mount namespaces here\n");
  return 0;
}

const char *
kit_read (const char *path)
{
  static char texts[2][1 << 16];
  static unsigned int next;
  char *text = texts[next++ % 2];
  FILE *file = fopen (path, "r");
  size_t length = file ? fread (text, 1, sizeof texts[0] - 1, file) : 0;
  text[length] = '\0';
  if (file)
    fclose (file);
  return text;
}

void
kit_write (const char *path, const char *text)
{
  FILE *file = fopen (path, "w");
  OK (file);
  OK (fputs (text, file) >= 0);
  OK (!fclose (file));
}

int64_t
kit_proc (pid_t pid, const char *file, const char *name)
{
  char path[64];
  const char *line;
  snprintf (path, sizeof path, "/proc/%d/%s", (int)pid, file);
  line = strstr (kit_read (path), name);
  return line ? strtoll (line + strlen (name), NULL, 0) : -1;
}

pid_t
kit_child (pid_t parent, const char *name)
{
  DIR *proc = opendir ("/proc");
  char line[64], path[64];
  struct dirent *entry;
  pid_t found = 0;
  OK (proc);
  snprintf (line, sizeof line, "Name:\t%s\n", name);
  while ((entry = readdir (proc)))
    {
      pid_t pid = (pid_t)atoi (entry->d_name);
      snprintf (path, sizeof path, "/proc/%d/status", (int)pid);
      if (pid <= 0 || kit_proc (pid, "status", "PPid:\t") != parent
          || !strstr (kit_read (path), line))
        continue;
      OK (!found);
      found = pid;
    }
  closedir (proc);
  return found;
}
