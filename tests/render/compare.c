/* SPDX-License-Identifier: Apache-2.0
 *
 * compare EVENTS FILE TARGET: is what a dry run (its events, one a line) would
 * write to TARGET the same as FILE, by meaning? Each difference is printed
 * with its pointer. What is mounted only where the machine has it is left out
 * on both sides.
 */
#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>
#include <kbsh/yaml.h>

#include <sys/stat.h>

static int differences;

/* The new text of a diff against nothing. */
static char *
new_text (const char *diff)
{
  struct kbsh_buffer out = { 0 };
  for (const char *line = diff; *line;)
    {
      size_t length = strcspn (line, "\n");
      if (*line == '+' && strncmp (line, "+++", 3))
        {
          kbsh_buffer_add (&out, line + 1, length - 1);
          kbsh_buffer_puts (&out, "\n");
        }
      line += length + (line[length] == '\n');
    }
  return kbsh_buffer_take (&out);
}

static char *
planned (const char *events, const char *target)
{
  kbsh_autofile FILE *file = fopen (events, "r");
  kbsh_autofree char *line = NULL;
  size_t room = 0;
  while (file && getline (&line, &room, file) > 0)
    {
      kbsh_autojson json_object *event
          = kbsh_json_parse (line, strlen (line), NULL);
      if (!strcmp (kbsh_json_string (event, "/event", ""), "plan")
          && !strcmp (kbsh_json_string (event, "/target", ""), target))
        return new_text (kbsh_json_string (event, "/text", ""));
    }
  return NULL;
}

static json_object *
parse (const char *name, const char *text)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct kbsh_yaml yaml = { 0 };
  json_object *tree = NULL;
  if (!text || kbsh_yaml_parse (name, text, strlen (text), &yaml, &err)
      || yaml.count != 1)
    fprintf (stderr, "%s: %s\n", name, text ? err.what : "is not there");
  else
    tree = json_object_get (yaml.documents[0].tree);
  kbsh_yaml_free (&yaml);
  return tree;
}

/* Leave out the elements whose folder this machine does not have. */
static void
leave_out (json_object *pod, const char *list, const char *member)
{
  struct stat there;
  json_object *all = kbsh_json_at (pod, list);
  for (size_t i = kbsh_json_length (pod, list); i > 0; i--)
    {
      json_object *one = json_object_array_get_idx (all, i - 1);
      const char *path = kbsh_json_string (one, member, "");
      int maybe = !strncmp (path, "/usr/", 5) && strstr (path, "certificates");
      if ((maybe || !strcmp (path, "/etc/ca-certificates")
           || !strcmp (path, "/etc/pki"))
          && stat (path, &there))
        json_object_array_del_idx (all, i - 1, 1);
    }
}

static void
say (const char *where, const char *what, json_object *a, json_object *b)
{
  differences++;
  printf ("%s: %s: %s, expected %s\n", where, what,
          b ? json_object_to_json_string (b) : "none",
          a ? json_object_to_json_string (a) : "none");
}

static void compare (const char *where, json_object *a, json_object *b);

static void
compare_lists (const char *where, json_object *a, json_object *b)
{
  char next[512];
  size_t n = json_object_array_length (a);
  if (n != json_object_array_length (b))
    {
      say (where, "has another length", a, b);
      return;
    }
  for (size_t i = 0; i < n; i++)
    {
      snprintf (next, sizeof next, "%s/%zu", where, i);
      compare (next, json_object_array_get_idx (a, i),
               json_object_array_get_idx (b, i));
    }
}

static void
compare (const char *where, json_object *a, json_object *b)
{
  char next[512];
  if (json_object_is_type (a, json_type_array)
      && json_object_is_type (b, json_type_array))
    {
      compare_lists (where, a, b);
      return;
    }
  if (json_object_get_type (a) != json_object_get_type (b)
      || !json_object_is_type (a, json_type_object))
    {
      if (!kbsh_json_equal (a, b))
        say (where, "differs", a, b);
      return;
    }
  json_object_object_foreach (a, name, value)
  {
    json_object *other = NULL;
    snprintf (next, sizeof next, "%s/%s", where, name);
    if (json_object_object_get_ex (b, name, &other))
      compare (next, value, other);
    else
      say (next, "is missing", value, NULL);
  }
  json_object_object_foreach (b, more, added)
  {
    snprintf (next, sizeof next, "%s/%s", where, more);
    if (!json_object_object_get_ex (a, more, NULL))
      say (next, "is too much", NULL, added);
  }
}

int
main (int argc, char **argv)
{
  if (argc != 4)
    return 2;
  kbsh_autofree char *wanted = kbsh_file_read (argv[2], NULL, NULL);
  kbsh_autofree char *got = planned (argv[1], argv[3]);
  kbsh_autojson json_object *a = parse (argv[2], wanted);
  kbsh_autojson json_object *b = parse (argv[3], got);
  if (!a || !b)
    return 1;
  leave_out (a, "/spec/volumes", "/hostPath/path");
  leave_out (a, "/spec/containers/0/volumeMounts", "/mountPath");
  compare ("", a, b);
  return differences != 0;
}
