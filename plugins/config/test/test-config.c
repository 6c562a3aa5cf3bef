/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs the cases of a YAML file: inputs and a configuration, and then the
 * exact error, or the facts, the warnings and the output that have to come of
 * them.
 *
 *   test-config CASES.yaml             run them
 *   test-config --facts NAME=VALUE...  print the facts of these inputs
 */
#include "host.h"

#include <stdio.h>

static const struct
{
  const char *name;
  kbsh_function *run;
} services[] = { { "load", config_load_run },
                 { "join", config_join_run },
                 { "validate", config_validate_run },
                 { "migrate", config_migrate_run },
                 { "images-list", config_images_list_run },
                 { "print-init", config_print_init_run },
                 { "print-join", config_print_join_run },
                 { "print-reset", config_print_reset_run },
                 { "print-upgrade", config_print_upgrade_run } };

static kbsh_function *
find (const char *name)
{
  for (size_t i = 0; i < sizeof services / sizeof *services; i++)
    if (!strcmp (services[i].name, name))
      return services[i].run;
  return NULL;
}

static const char *
text_of (const struct kbsh_buffer *b)
{
  return b->data ? b->data : "";
}

static int
expect_text (const char *name, const char *what, const char *wanted,
             const char *is)
{
  if (!strcmp (wanted, is))
    return 0;
  printf ("%s: %s\n  wanted: %s\n  is:     %s\n", name, what, wanted, is);
  return 1;
}

/* Members named in `facts` have to be equal; null: have to be absent. */
static int
expect_facts (const char *name, json_object *facts, json_object *tree)
{
  int bad = 0;
  json_object_object_foreach (facts, pointer, wanted)
  {
    json_object *is = kbsh_json_at (tree, pointer);
    if (wanted ? is && kbsh_json_equal (wanted, is) : !is)
      continue;
    printf ("%s: %s\n  wanted: %s\n", name, pointer,
            json_object_to_json_string (wanted));
    printf ("  is:     %s\n", json_object_to_json_string (is));
    bad = 1;
  }
  return bad;
}

/* All documents are equal by meaning. */
static int
expect_documents (const char *name, const char *wanted, const char *is)
{
  struct kbsh_yaml a = { 0 }, b = { 0 };
  struct kbsh_error err = KBSH_ERROR_INIT;
  int bad = kbsh_yaml_parse ("wanted", wanted, strlen (wanted), &a, &err)
            || kbsh_yaml_parse ("output", is, strlen (is), &b, &err)
            || a.count != b.count;
  if (bad)
    printf ("%s: %zu documents wanted, %zu are there: %s %s\n", name, a.count,
            b.count, err.what, err.why);
  for (size_t i = 0; !bad && i < a.count; i++)
    if (!kbsh_json_equal (a.documents[i].tree, b.documents[i].tree))
      {
        printf ("%s: document %zu\n  wanted: %s\n", name, i + 1,
                json_object_to_json_string (a.documents[i].tree));
        printf ("  is:     %s\n",
                json_object_to_json_string (b.documents[i].tree));
        bad = 1;
      }
  kbsh_yaml_free (&a);
  kbsh_yaml_free (&b);
  return bad;
}

/* HOSTNAME is this machine's name. */
static char *
with_host_name (const char *text)
{
  static const char mark[] = "HOSTNAME";
  struct kbsh_buffer b = { 0 };
  char host[256] = "";
  gethostname (host, sizeof host - 1);
  for (const char *at; (at = strstr (text, mark)); text = at + sizeof mark - 1)
    {
      kbsh_buffer_add (&b, text, (size_t)(at - text));
      kbsh_buffer_puts (&b, host);
    }
  kbsh_buffer_puts (&b, text);
  return kbsh_buffer_take (&b);
}

static int
expect_file (const char *name, const char *folder, const char *file,
             const char *is)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autofree char *path = kbsh_text ("%s/test/%s", folder, file);
  kbsh_autofree char *raw = path ? kbsh_file_read (path, NULL, &err) : NULL;
  kbsh_autofree char *wanted = raw ? with_host_name (raw) : NULL;
  size_t length = strlen (file);
  if (!wanted)
    {
      printf ("%s: %s: %s\n", name, err.what, err.why);
      return 1;
    }
  if (length > 4 && !strcmp (file + length - 4, ".txt"))
    return expect_text (name, "output", wanted, is);
  return expect_documents (name, wanted, is);
}

static int
expect_lines (const char *name, json_object *lines, const char *log)
{
  int bad = 0;
  for (size_t i = 0; lines && i < json_object_array_length (lines); i++)
    {
      const char *line
          = json_object_get_string (json_object_array_get_idx (lines, i));
      if (strstr (log, line))
        continue;
      printf ("%s: no warning with: %s\n  are: %s\n", name, line, log);
      bad = 1;
    }
  return bad;
}

static int
run_case (json_object *test, const char *folder)
{
  const char *name = kbsh_json_string (test, "/name", "?");
  const char *config = kbsh_json_string (test, "/config", NULL);
  const char *error = kbsh_json_string (test, "/error", NULL);
  const char *file = kbsh_json_string (test, "/output", NULL);
  const char *service = kbsh_json_string (test, "/run", "load");
  kbsh_function *run = find (service);
  json_object *inputs = kbsh_json_at (test, "/inputs");
  json_object *facts = kbsh_json_at (test, "/facts");
  struct test_host host;
  int bad = 0, status;
  inputs = inputs ? kbsh_json_copy (inputs) : json_object_new_object ();
  if (config)
    {
      json_object_object_add (inputs, "c.yaml",
                              json_object_new_string (config));
      json_object_object_add (
          inputs, strcmp (service, "migrate") ? "config" : "old-config",
          json_object_new_string ("c.yaml"));
    }
  test_host_begin (&host, folder, inputs);
  host.kubelet = kbsh_json_string (test, "/kubelet", NULL);
  host.answer = kbsh_json_string (test, "/answer", NULL);
  status = run ? run (&host.ctx) : -1;
  if (status && !error)
    bad = expect_text (name, "error", "", text_of (&host.failure));
  else if (error)
    bad = expect_text (name, "error", error, text_of (&host.failure));
  if (!status && facts)
    bad |= expect_facts (name, facts, host.facts);
  if (!status && file)
    bad |= expect_file (name, folder, file, text_of (&host.out));
  bad |= expect_lines (name, kbsh_json_at (test, "/warnings"),
                       text_of (&host.log));
  if (kbsh_json_string (test, "/url", NULL))
    bad |= expect_text (name, "URL", kbsh_json_string (test, "/url", ""),
                        host.url ? host.url : "none");
  test_host_end (&host);
  json_object_put (inputs);
  return bad;
}

/* An input as JSON where it is that, otherwise as text. */
static json_object *
parse_inputs (int count, char **words)
{
  json_object *inputs = json_object_new_object ();
  for (int i = 0; i < count; i++)
    {
      char *equals = strchr (words[i], '=');
      json_object *value = NULL;
      if (!equals)
        continue;
      *equals++ = '\0';
      value = kbsh_json_parse (equals, strlen (equals), NULL);
      if (!value)
        value = json_object_new_string (equals);
      json_object_object_add (inputs, words[i], value);
    }
  return inputs;
}

static int
print_facts (const char *folder, int count, char **words)
{
  kbsh_autojson json_object *inputs = parse_inputs (count, words);
  struct test_host host;
  int status;
  test_host_begin (&host, folder, inputs);
  status = config_load_run (&host.ctx);
  fprintf (stderr, "%s%s", text_of (&host.log), text_of (&host.failure));
  if (!status)
    printf ("%s\n", json_object_to_json_string_ext (
                        host.facts, JSON_C_TO_STRING_PRETTY
                                        | JSON_C_TO_STRING_NOSLASHESCAPE));
  test_host_end (&host);
  return status ? 1 : 0;
}

static int
run_file (const char *folder, const char *path)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct kbsh_yaml yaml = { 0 };
  char message[4096];
  size_t length = 0;
  int bad = 0, count = 0;
  kbsh_autofree char *text = kbsh_file_read (path, &length, &err);
  if (!text || kbsh_yaml_parse (path, text, length, &yaml, &err))
    {
      puts (kbsh_error_text (&err, message, sizeof message));
      return 1;
    }
  for (size_t i = 0; i < yaml.count; i++)
    for (size_t j = 0; j < kbsh_json_length (yaml.documents[i].tree, "");
         j++, count++)
      bad += run_case (json_object_array_get_idx (yaml.documents[i].tree, j),
                       folder);
  kbsh_yaml_free (&yaml);
  printf ("%s: %d cases, %d bad\n", path, count, bad);
  return bad || !count;
}

int
main (int argc, char **argv)
{
  static const char *const files[]
      = { "bad.yaml", "good.yaml", "join.yaml", "print.yaml", "migrate.yaml" };
  const char *top = getenv ("top_srcdir");
  kbsh_autofree char *folder = kbsh_text ("%s/plugins/config", top ? top : ".");
  int bad = 0;
  if (argc > 1 && !strcmp (argv[1], "--facts"))
    return print_facts (folder, argc - 2, argv + 2);
  if (argc > 1)
    return run_file (folder, argv[1]);
  for (size_t i = 0; i < sizeof files / sizeof *files; i++)
    {
      kbsh_autofree char *path = kbsh_text ("%s/test/%s", folder, files[i]);
      bad |= run_file (folder, path);
    }
  return bad;
}
