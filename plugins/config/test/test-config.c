/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs the cases of a YAML file: inputs, a configuration and answers (as of
 * fake-host.h), and then the exact error, or the facts, the warnings and the
 * output that have to come of them.
 *
 *   test-config CASES.yaml             run them
 *   test-config --facts NAME=VALUE...  print the facts of these inputs
 */
#include "../config.h"

#include "fake-host.h"

#include <stdio.h>

static const struct
{
  const char *name;
  kbsh_function *run;
} services[] = { { "load", config_load_run },
                 { "join", config_join_run },
                 { "cluster", config_cluster_run },
                 { "reset", config_reset_run },
                 { "validate", config_validate_run },
                 { "migrate", config_migrate_run },
                 { "images-list", config_images_list_run },
                 { "images-pull", config_images_pull_run },
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
logged (json_object *log, const char *part)
{
  for (size_t i = 0; i < json_object_array_length (log); i++)
    if (strstr (json_object_get_string (json_object_array_get_idx (log, i)),
                part))
      return 1;
  return 0;
}

static int
expect_lines (const char *name, json_object *lines, json_object *log)
{
  int bad = 0;
  for (size_t i = 0; lines && i < json_object_array_length (lines); i++)
    {
      const char *line
          = json_object_get_string (json_object_array_get_idx (lines, i));
      if (logged (log, line))
        continue;
      printf ("%s: no warning with: %s\n  are: %s\n", name, line,
              kbsh_json_text (log, 0));
      bad = 1;
    }
  return bad;
}

/* What was printed or written. */
static char *
output_of (const struct fake *fake)
{
  struct kbsh_buffer b = { 0 };
  size_t count = json_object_array_length (fake->effects);
  for (size_t i = 0; i < count; i++)
    {
      json_object *effect = json_object_array_get_idx (fake->effects, i);
      kbsh_buffer_puts (&b, kbsh_json_string (effect, "/text", ""));
      kbsh_buffer_puts (&b, kbsh_json_string (effect, "/content", ""));
    }
  kbsh_buffer_puts (&b, "");
  return kbsh_buffer_take (&b);
}

/* The world of a case: its configuration is the file c.yaml. */
static json_object *
world_of (json_object *test, const char *service, const char *folder)
{
  static const char *const same[] = { "inputs", "answers", "files" };
  const char *config = kbsh_json_string (test, "/config", NULL);
  json_object *world = NULL;
  kbsh_json_set_string (&world, "/data", folder, NULL);
  for (size_t i = 0; i < sizeof same / sizeof *same; i++)
    {
      json_object *value = NULL;
      if (json_object_object_get_ex (test, same[i], &value))
        json_object_object_add (world, same[i], kbsh_json_copy (value));
    }
  if (!config)
    return world;
  kbsh_json_set_string (&world, "/files/c.yaml", config, NULL);
  kbsh_json_set_string (&world,
                        strcmp (service, "migrate") ? "/inputs/config"
                                                    : "/inputs/old-config",
                        "c.yaml", NULL);
  return world;
}

static int
run_case (json_object *test, const char *folder)
{
  const char *name = kbsh_json_string (test, "/name", "?");
  const char *error = kbsh_json_string (test, "/error", "");
  const char *file = kbsh_json_string (test, "/output", NULL);
  const char *service = kbsh_json_string (test, "/run", "load");
  kbsh_function *run = find (service);
  json_object *facts = kbsh_json_at (test, "/facts");
  struct fake fake;
  int bad, failed;
  fake_open_tree (&fake, world_of (test, service, folder));
  failed = run ? run (&fake.ctx) : -1;
  kbsh_autofree char *said = kbsh_text (
      "%s%s%s", fake.error.what, fake.error.why[0] ? ": " : "", fake.error.why);
  kbsh_autofree char *output = output_of (&fake);
  bad = expect_text (name, "error", error, failed ? said : "");
  if (!failed && facts)
    bad |= expect_facts (name, facts, fake.results);
  if (!failed && file)
    bad |= expect_file (name, folder, file, output);
  bad |= expect_lines (name, kbsh_json_at (test, "/warnings"), fake.logs);
  fake_close (&fake);
  return bad;
}

/* An input as JSON where it is that, otherwise as text. */
static json_object *
parse_input (const char *text)
{
  json_object *value = kbsh_json_parse (text, strlen (text), NULL);
  return value ? value : json_object_new_string (text);
}

/* The file that `config` names comes with it. */
static json_object *
world_of_words (const char *folder, int count, char **words)
{
  json_object *world = NULL, *inputs = json_object_new_object ();
  json_object *files = json_object_new_object ();
  const char *config;
  kbsh_json_set_string (&world, "/data", folder, NULL);
  json_object_object_add (world, "inputs", inputs);
  json_object_object_add (world, "files", files);
  for (int i = 0; i < count; i++)
    {
      char *equals = strchr (words[i], '=');
      if (!equals)
        continue;
      *equals = '\0';
      json_object_object_add (inputs, words[i], parse_input (equals + 1));
    }
  config = kbsh_json_string (inputs, "/config", "");
  kbsh_autofree char *text = kbsh_file_read (config, NULL, NULL);
  if (text)
    json_object_object_add (files, config, json_object_new_string (text));
  return world;
}

static int
print_facts (const char *folder, int count, char **words)
{
  struct fake fake;
  int failed;
  fake_open_tree (&fake, world_of_words (folder, count, words));
  failed = config_load_run (&fake.ctx);
  for (size_t i = 0; i < json_object_array_length (fake.logs); i++)
    fprintf (stderr, "%s\n",
             json_object_get_string (json_object_array_get_idx (fake.logs, i)));
  fprintf (stderr, "%s", fake_error (&fake));
  if (!failed)
    printf ("%s\n", json_object_to_json_string_ext (
                        fake.results, JSON_C_TO_STRING_PRETTY
                                          | JSON_C_TO_STRING_NOSLASHESCAPE));
  fake_close (&fake);
  return failed ? 1 : 0;
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
      = { "bad.yaml",   "good.yaml",  "join.yaml",   "cluster.yaml",
          "reset.yaml", "print.yaml", "migrate.yaml" };
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
