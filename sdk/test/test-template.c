/* SPDX-License-Identifier: Apache-2.0
 *
 * Templates: values, what is missing, what can't break out of its place.
 */
#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/yaml.h>

#include "check.h"

static const char values_text[] = "s: text\n"
                                  "num: 7\n"
                                  "b: false\n"
                                  "l: [1, two]\n"
                                  "m: {k: v}\n"
                                  "z: null\n"
                                  "e: ''\n"
                                  "evil: \"x\\ny: ${/s}\\\"$$\"\n";

static json_object *
tree (const char *text)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct kbsh_yaml yaml;
  json_object *result = NULL;
  CHECK (!kbsh_yaml_parse ("text", text, strlen (text), &yaml, &err));
  if (yaml.count)
    result = json_object_get (yaml.documents[0].tree);
  kbsh_yaml_free (&yaml);
  return result;
}

/* The template filled, as JSON; or the error, when `error`. */
static void
filled (const char *template, const char *result, const char *error)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *t = tree (template);
  kbsh_autojson json_object *values = tree (values_text);
  kbsh_autojson json_object *out = kbsh_template_values (t, values, &err);
  if (error)
    {
      CHECK (!out);
      CHECK_TEXT (err.what, error);
      return;
    }
  CHECK_TEXT (err.what, "");
  CHECK_TEXT (kbsh_json_text (out, 1), result);
}

static void
test_values (void)
{
  filled ("a: ${/s}", "{\"a\":\"text\"}", NULL);
  filled ("a: ${/num}", "{\"a\":7}", NULL);
  filled ("a: ${/b}", "{\"a\":false}", NULL);
  filled ("a: ${/l}", "{\"a\":[1,\"two\"]}", NULL);
  filled ("a: ${/m/k}", "{\"a\":\"v\"}", NULL);
  filled ("a: x-${/s}:${/num}${/b}", "{\"a\":\"x-text:7false\"}", NULL);
  filled ("a: <${/m}>", "{\"a\":\"<{\\\"k\\\":\\\"v\\\"}>\"}", NULL);
  filled ("a: <${/e}>", "{\"a\":\"<>\"}", NULL);
  filled ("a: ${/e}", "{\"a\":\"\"}", NULL);
  filled ("[1, true, '${/s}', plain, null]", "[1,true,\"text\",\"plain\",null]",
          NULL);
  filled ("${/num}", "7", NULL);
}

static void
test_missing (void)
{
  filled ("{a: '${/none}', b: 1}", "{\"b\":1}", NULL);
  filled ("{a: '${/z}', b: 1}", "{\"b\":1}", NULL);
  filled ("{a: null, b: 1}", "{\"a\":null,\"b\":1}", NULL);
  filled ("[x, '${/none}', '${/z}', w]", "[\"x\",\"w\"]", NULL);
  filled ("{a: {b: '${/none}'}}", "{\"a\":{}}", NULL);
  filled ("${/none}", "null", NULL);
  filled ("a: [{b: 'x${/none}'}]", NULL,
          "a: element 0: b: there is no value for ${/none}");
  filled ("a: x${/z}", NULL, "a: there is no value for ${/z}");
}

static void
test_dollars (void)
{
  filled ("a: $${/s}", "{\"a\":\"${/s}\"}", NULL);
  filled ("a: 1$ $$ $(X) $", "{\"a\":\"1$ $ $(X) $\"}", NULL);
  filled ("a: ${/s", NULL,
          "a: '${/s' has a reference that is empty or not closed");
  filled ("a: ${}", NULL,
          "a: '${}' has a reference that is empty or not closed");
  filled ("a: ${name}", NULL, "a: ${name} is not known here");
}

/* Values stay in their place whatever is in them. */
static void
test_evil (void)
{
  filled ("{a: '${/evil}', b: '<${/evil}>'}",
          "{\"a\":\"x\\ny: ${/s}\\\"$$\",\"b\":\"<x\\ny: ${/s}\\\"$$>\"}",
          NULL);
}

static void
test_names (void)
{
  filled ("{'a-${/s}': 1, '${/num}': 2, '$${x}': 3}",
          "{\"${x}\":3,\"7\":2,\"a-text\":1}", NULL);
  filled ("{'text': 1, '${/s}': 2}", NULL,
          "${/s}: 'text' would be there twice");
  filled ("{'${/none}': 2}", NULL, "${/none}: there is no value for ${/none}");
  filled ("{text: 1, '${/s}': '${/none}'}", "{\"text\":1}", NULL);
}

/* What is filled in is a copy: changing it leaves the values alone. */
static void
test_copies (void)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *t = tree ("{a: '${/m}', b: '${/m}'}");
  kbsh_autojson json_object *values = tree (values_text);
  kbsh_autojson json_object *out = kbsh_template_values (t, values, &err);
  CHECK (!kbsh_json_set_string (&out, "/a/k", "changed", &err));
  CHECK_TEXT (kbsh_json_string (out, "/b/k", NULL), "v");
  CHECK_TEXT (kbsh_json_string (values, "/m/k", NULL), "v");
}

static int
collect (void *data, const char *reference)
{
  char *all = data;
  strcat (strcat (all, reference), ";");
  return strcmp (reference, "stop") ? 0 : -1;
}

static void
test_visit (void)
{
  char all[200] = "";
  kbsh_autojson json_object *t
      = tree ("{a: '${x} $${no} ${y:/p}', b: ['${/q}', 3], '${key}': null}");
  kbsh_autojson json_object *stop = tree ("['${stop}', '${after}']");
  kbsh_autojson json_object *open = tree ("['${open']");
  CHECK (!kbsh_template_visit (t, collect, all));
  CHECK_TEXT (all, "x;y:/p;/q;key;");
  all[0] = '\0';
  CHECK (kbsh_template_visit (stop, collect, all) == -1);
  CHECK_TEXT (all, "stop;");
  CHECK (kbsh_template_visit (open, collect, all) == -1);
}

int
main (void)
{
  test_values ();
  test_missing ();
  test_dollars ();
  test_evil ();
  test_names ();
  test_copies ();
  test_visit ();
  return check_result ();
}
