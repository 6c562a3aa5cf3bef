/* SPDX-License-Identifier: Apache-2.0
 *
 * YAML: what scalars mean, places and errors, limits, and the form written.
 */
#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>
#include <kbsh/yaml.h>

#include "check.h"

/* The first document as sorted JSON; and what is written for it is read back
 * as the same. */
static void
means (const char *text, const char *json)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct kbsh_yaml yaml, again = { 0 };
  kbsh_autofree char *written = NULL;
  if (kbsh_yaml_parse ("f", text, strlen (text), &yaml, &err))
    fprintf (stderr, "%s: %s\n", text, err.why);
  CHECK (yaml.count == 1);
  if (!yaml.count)
    return;
  CHECK_TEXT (kbsh_json_text (yaml.documents[0].tree, 1), json);
  written = kbsh_yaml_text (yaml.documents[0].tree, &err);
  CHECK (written
         && !kbsh_yaml_parse ("f", written, strlen (written), &again, &err));
  CHECK (again.count == 1
         && kbsh_json_equal (again.documents[0].tree, yaml.documents[0].tree));
  kbsh_yaml_free (&again);
  kbsh_yaml_free (&yaml);
}

static void
test_scalars (void)
{
  means ("[true, True, TRUE, yes, Yes, YES, y, Y, on, On, ON]",
         "[true,true,true,true,true,true,true,true,true,true,true]");
  means ("[false, no, n, N, off, OFF]",
         "[false,false,false,false,false,false]");
  means ("[~, null, Null, NULL, nULL]", "[null,null,null,null,\"nULL\"]");
  means ("a:\nb:", "{\"a\":null,\"b\":null}");
  means ("[0, -1, +2, 0x1F, -0x10, 0644, 0o17, 0b101, 1_000]",
         "[0,-1,2,31,-16,420,15,5,1000]");
  means ("[9223372036854775807, -9223372036854775808, 18446744073709551615, "
         "18446744073709551616]",
         "[9223372036854775807,-9223372036854775808,18446744073709551615,"
         "1.8446744073709552e+19]");
  means ("[1.5, .5, 5., 1e3, -1.5e-3, 08]", "[1.5,0.5,5,1000,-0.0015,8]");
  means ("['1', \"yes\", !!str 7, ! 8]", "[\"1\",\"yes\",\"7\",\"8\"]");
  means ("[2020-01-02, '2020-01-02', 2020-01-02T03:04:05Z, 10:30, 1:2:3]",
         "[\"2020-01-02\",\"2020-01-02\",\"2020-01-02T03:04:05Z\","
         "\"10:30\",\"1:2:3\"]");
  means ("[1.2.3, v1.20.2, 10m, 1e, 0x, '-', 1.1.1.1/8, 1e999, -x, _1]",
         "[\"1.2.3\",\"v1.20.2\",\"10m\",\"1e\",\"0x\",\"-\",\"1.1.1.1/8\","
         "\"1e999\",\"-x\",\"_1\"]");
  means ("[!!int 7, !!float 7, !!bool yes, !!null ~, !!timestamp 2020-1-2]",
         "[7,7,true,null,\"2020-1-2\"]");
  means ("{1: a, yes: b, 1.5: c, 0x10: d, 2020-01-02: e}",
         "{\"1\":\"a\",\"1.5\":\"c\",\"16\":\"d\",\"2020-01-02\":\"e\","
         "\"true\":\"b\"}");
  means ("a: |\n  x\n   y\nb: >-\n  x\n  y\n",
         "{\"a\":\"x\\n y\\n\",\"b\":\"x y\"}");
  means ("{\"a\": [1, {\"b\": null}]}", "{\"a\":[1,{\"b\":null}]}");
}

static void
test_aliases (void)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct kbsh_yaml yaml;
  const char *text = "a: &x {k: 1}\nb: *x\n";
  means ("a: &x {k: 1}\nb: *x\nc: [*x, &y 2, *y]",
         "{\"a\":{\"k\":1},\"b\":{\"k\":1},\"c\":[{\"k\":1},2,2]}");
  means ("- &x {a: 1, b: 2}\n- {<<: *x, b: 3, c: 4}\n- {b: 3, <<: *x}\n",
         "[{\"a\":1,\"b\":2},{\"a\":1,\"b\":3,\"c\":4},{\"a\":1,\"b\":3}]");
  means ("- &x {a: 1}\n- &y {a: 2, b: 2}\n- <<: [*x, *y]\n",
         "[{\"a\":1},{\"a\":2,\"b\":2},{\"a\":1,\"b\":2}]");
  means ("- &x null\n- *x", "[null,null]");
  means ("- \"<<\"\n- {\"<<\": 1}", "[\"<<\",{\"<<\":1}]");
  /* copies: changing one leaves the other */
  CHECK (!kbsh_yaml_parse ("f", text, strlen (text), &yaml, &err));
  CHECK (!kbsh_json_set_string (&yaml.documents[0].tree, "/b/k", "x", &err));
  CHECK (kbsh_json_int (yaml.documents[0].tree, "/a/k", 0) == 1);
  kbsh_yaml_free (&yaml);
}

static void
refused (const char *text, int line, int column, const char *why)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct kbsh_yaml yaml;
  CHECK (kbsh_yaml_parse ("f.yaml", text, strlen (text), &yaml, &err) == -1);
  CHECK (!yaml.documents && !yaml.count);
  CHECK_TEXT (err.where, "f.yaml");
  if (err.line != line || err.column != column || !strstr (err.why, why))
    fprintf (stderr, "%s: %d:%d: %s\n", text, err.line, err.column, err.why);
  CHECK (err.line == line && err.column == column);
  CHECK (strstr (err.why, why));
}

static void
test_errors (void)
{
  refused ("a: 1\nb: 2\na: 3\n", 3, 1, "'a' is there twice");
  refused ("{yes: 1, true: 2}", 1, 10, "'true' is there twice");
  refused ("{<<: {a: 1}, <<: {b: 1}}", 1, 14, "'<<' is there twice");
  refused ("a: *x", 1, 4, "not defined");
  refused ("a: &x [*x]", 1, 8, "not defined");
  refused ("a: &x 1\n---\nb: *x", 3, 4, "not defined");
  refused ("? [a]\n: b", 1, 3, "no text");
  refused ("? {a: b}\n: b", 1, 3, "no text");
  refused ("~: 1", 1, 1, "no text");
  refused ("\"a\\0\": 1", 1, 1, "NUL");
  refused ("a:\n  b: [1, \"x\\0y\"]", 2, 10, "a text with a NUL");
  refused ("{\"a\": \"\\u0000\"}", 1, 7, "a text with a NUL");
  refused ("a: &x \"\\x00\"", 1, 4, "a text with a NUL");
  refused ("a: .inf", 1, 4, "infinity");
  refused ("a: [.nan]", 1, 5, "infinity");
  refused ("a: !foo x", 1, 4, "tag");
  refused ("a: !foo {}", 1, 4, "tag");
  refused ("a: !!int x", 1, 4, "its tag");
  refused ("a: !!bool 1", 1, 4, "its tag");
  refused ("{<<: 1}", 1, 6, "no map");
  refused ("a: [1,\n  2", 3, 1, "expected");
  refused ("a:\n\tb: 1", 2, 1, "a tab");
  refused ("a: b: c", 1, 5, "not allowed");
  refused ("a: \"x", 1, 6, "end of stream");
  refused ("a: 1\nb: \x80", 2, 4, "UTF-8");
  refused ("a: 1\n b: 2", 2, 3, "not allowed");
  refused ("%YAML 2.0\n---\na", 1, 1, "YAML document");
}

static void
test_limits (void)
{
  KBSH_CLEANUP (kbsh_buffer_free) struct kbsh_buffer b = { 0 };
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct kbsh_yaml yaml;
  char text[200];
  memset (text, '[', 64);
  memset (text + 64, ']', 64);
  CHECK (!kbsh_yaml_parse ("f", text, 128, &yaml, &err));
  kbsh_yaml_free (&yaml);
  memset (text, '[', 65);
  memset (text + 65, ']', 65);
  CHECK (kbsh_yaml_parse ("f", text, 130, &yaml, &err) == -1);
  CHECK (err.line == 1 && err.column == 65 && strstr (err.why, "levels"));
  /* a billion laughs */
  kbsh_buffer_puts (&b, "- &a0 ha\n");
  for (int i = 1; i < 12; i++)
    {
      kbsh_buffer_printf (&b, "- &a%d [", i);
      for (int k = 0; k < 10; k++)
        kbsh_buffer_printf (&b, "*a%d,", i - 1);
      kbsh_buffer_puts (&b, "]\n");
    }
  CHECK (kbsh_yaml_parse ("f", b.data, b.length, &yaml, &err) == -1);
  CHECK (strstr (err.why, "1 MiB") && err.line == 6);
}

/* A piece of text, so often. */
static void
repeat (struct kbsh_buffer *b, const char *text, int times)
{
  b->length = 0;
  for (int i = 0; i < times; i++)
    kbsh_buffer_puts (b, text);
}

static void
test_counts (void)
{
  KBSH_CLEANUP (kbsh_buffer_free) struct kbsh_buffer b = { 0 };
  KBSH_CLEANUP (kbsh_buffer_free) struct kbsh_buffer name = { 0 };
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct kbsh_yaml yaml;
  repeat (&b, "- 1\n", 49999);
  CHECK (!kbsh_yaml_parse ("f", b.data, b.length, &yaml, &err));
  kbsh_yaml_free (&yaml);
  /* of all documents together */
  repeat (&b, "- 1\n---\n- 1\n- 1\n---\n", 25000);
  CHECK (kbsh_yaml_parse ("f", b.data, b.length, &yaml, &err) == -1);
  CHECK (strstr (err.why, "more than 50000 values"));
  CHECK_TEXT (err.where, "f");
  CHECK (err.line == 50001 && err.column == 1 && err.remedy[0]);
  /* few values, each behind long names */
  repeat (&name, "n", 2000);
  b.length = 0;
  for (int i = 0; i < 60; i++)
    kbsh_buffer_printf (&b, "%*s? %s\n%*s:\n", i, "", name.data, i, "");
  for (int i = 0; i < 200; i++)
    kbsh_buffer_printf (&b, "%*s - 1\n", 60, "");
  CHECK (kbsh_yaml_parse ("f", b.data, b.length, &yaml, &err) == -1);
  CHECK (strstr (err.why, "longer than 16 MiB") && err.line > 120);
}

static void
place (const struct kbsh_yaml_document *d, const char *pointer, int found,
       int line, int column)
{
  int l = -1, c = -1;
  int result = kbsh_yaml_place (d, pointer, &l, &c);
  if (result != (found ? 0 : -1) || l != line || c != column)
    fprintf (stderr, "%s: %d %d:%d\n", pointer, result, l, c);
  CHECK (result == (found ? 0 : -1) && l == line && c == column);
}

static void
test_places (void)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct kbsh_yaml yaml;
  const char *text = "# first\na:\n  b/c: [1, two]\n  '~':\n    - x: 1\n"
                     "---\n---\n\303\251: {k: v}\n";
  CHECK (!kbsh_yaml_parse ("f", text, strlen (text), &yaml, &err));
  CHECK (yaml.count == 2);
  if (yaml.count != 2)
    return;
  place (&yaml.documents[0], "", 1, 2, 1);
  place (&yaml.documents[0], "/a\tkey", 1, 2, 1);
  place (&yaml.documents[0], "/a", 1, 3, 3);
  place (&yaml.documents[0], "/a/b~1c\tkey", 1, 3, 3);
  place (&yaml.documents[0], "/a/b~1c", 1, 3, 8);
  place (&yaml.documents[0], "/a/b~1c/1", 1, 3, 12);
  place (&yaml.documents[0], "/a/~0/0/x\tkey", 1, 5, 7);
  place (&yaml.documents[0], "/a/~0/0/x", 1, 5, 10);
  place (&yaml.documents[0], "/a/~0/0/x/y/z", 0, 5, 10);
  place (&yaml.documents[0], "/a/new\tkey", 0, 3, 3);
  place (&yaml.documents[0], "/other", 0, 2, 1);
  CHECK (yaml.documents[1].line == 7);
  place (&yaml.documents[1], "/\303\251/k", 1, 8, 8);
  kbsh_yaml_free (&yaml);
}

/* JSON in, YAML out. */
static void
written (const char *json, const char *text)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct kbsh_yaml yaml = { 0 };
  kbsh_autojson json_object *tree = kbsh_json_parse (json, strlen (json), &err);
  kbsh_autofree char *got = kbsh_yaml_text (tree, &err);
  CHECK_TEXT (err.what, "");
  CHECK_TEXT (got, text);
  if (!got || kbsh_yaml_parse ("f", got, strlen (got), &yaml, &err))
    fprintf (stderr, "%s\n", err.why);
  if (tree)
    CHECK (yaml.count == 1 && kbsh_json_equal (yaml.documents[0].tree, tree));
  kbsh_yaml_free (&yaml);
}

static void
test_form (void)
{
  written ("{\"b\":[1,{\"c\":2,\"a\":[]}],\"a\":{},\"l\":[[1,2],[]]}",
           "a: {}\nb:\n- 1\n- a: []\n  c: 2\nl:\n- - 1\n  - 2\n- []\n");
  written ("{\"item10\":1,\"item2\":2,\"a-b\":3,\"ab\":4,\"B\":5}",
           "B: 5\na-b: 3\nab: 4\nitem2: 2\nitem10: 1\n");
  written ("[\"true\",\"yes\",\"y\",\"1\",\"0x1\",\"1.5\",\"null\",\"~\","
           "\"\",\"2020-01-02\",\"10:30\"]",
           "- \"true\"\n- \"yes\"\n- \"y\"\n- \"1\"\n- \"0x1\"\n- \"1.5\"\n"
           "- \"null\"\n- \"~\"\n- \"\"\n- \"2020-01-02\"\n- \"10:30\"\n");
  written ("[\"a: b\",\"- x\",\"#x\",\"*x\",\"it's\",\" x\",\"x:\",\"a#b\"]",
           "- 'a: b'\n- '- x'\n- '#x'\n- '*x'\n- it's\n- ' x'\n- 'x:'\n"
           "- a#b\n");
  written ("{\"f\":\"line\\n  two\\n\",\"g\":\"x\\ny\",\"h\":\"x\\n\\n\"}",
           "f: |\n  line\n    two\ng: |-\n  x\n  y\nh: |+\n  x\n\n");
  written ("{\"a\":\"x \\ny\\n\",\"b\":\"\\t\",\"c\":\"\\u0001\"}",
           "a: \"x \\ny\\n\"\nb: \"\\t\"\nc: \"\\x01\"\n");
  written ("{\"1\":1,\"true\":2,\"a b\":3}", "\"1\": 1\na b: 3\n\"true\": 2\n");
  written ("null", "null\n");
  written ("\"x\"", "x\n");
  written ("[1.5,1e300,18446744073709551615,-3]",
           "- 1.5\n- 1e+300\n- 18446744073709551615\n- -3\n");
}

static void
test_not_utf8 (void)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *bad = json_object_new_string ("\xff");
  CHECK (!kbsh_yaml_text (bad, &err) && strstr (err.why, "UTF-8"));
}

static void
test_nothing (void)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct kbsh_yaml yaml;
  static const char *const texts[] = { "", "\n# x\n", "---\n---\n", "~", NULL };
  for (size_t i = 0; texts[i]; i++)
    {
      CHECK (!kbsh_yaml_parse ("f", texts[i], strlen (texts[i]), &yaml, &err));
      CHECK (!yaml.count);
      kbsh_yaml_free (&yaml);
    }
}

static void
test_one (void)
{
  static const char *const wrong[] = { "", "a: 1\n---\nb: 2\n", NULL };
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *tree = kbsh_yaml_one ("f", "---\na: 1", 8, &err);
  CHECK_TEXT (kbsh_json_text (tree, 1), "{\"a\":1}");
  for (size_t i = 0; wrong[i]; i++)
    {
      CHECK (!kbsh_yaml_one ("f", wrong[i], strlen (wrong[i]), &err));
      CHECK_TEXT (err.what, "f has to hold exactly one document");
    }
  CHECK (!kbsh_yaml_one ("f", "a: [", 4, &err) && err.line);
}

int
main (void)
{
  test_scalars ();
  test_aliases ();
  test_errors ();
  test_limits ();
  test_counts ();
  test_places ();
  test_form ();
  test_not_utf8 ();
  test_nothing ();
  test_one ();
  return check_result ();
}
