/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON: reading with positions, pointers, writing, merging.
 */
#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>

#include "check.h"

static json_object *
parse (const char *text)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  json_object *tree = kbsh_json_parse (text, strlen (text), &err);
  if (err.what[0])
    fprintf (stderr, "%s: %s\n", text, err.why);
  CHECK (!err.what[0]);
  return tree;
}

/* Reads; the text that is written, with sorted names, must be `again`. */
static void
round_trip (const char *text, const char *again)
{
  kbsh_autojson json_object *tree = parse (text);
  kbsh_autojson json_object *copy = kbsh_json_copy (tree);
  CHECK_TEXT (kbsh_json_text (tree, 1), again);
  CHECK (kbsh_json_equal (tree, copy));
  CHECK_TEXT (kbsh_json_text (copy, 1), again);
}

static void
test_round_trips (void)
{
  round_trip (" {} ", "{}");
  round_trip ("[\n]", "[]");
  round_trip ("null", "null");
  round_trip ("{\"b\":1,\"a\":[true,false,null]}",
              "{\"a\":[true,false,null],\"b\":1}");
  round_trip ("[0,-0,1.5,1e3,-1E-2,0.1,1e300]",
              "[0,0,1.5,1000,-0.01,0.1,1e+300]");
  round_trip ("[9223372036854775807,-9223372036854775808,"
              "18446744073709551615]",
              "[9223372036854775807,-9223372036854775808,"
              "18446744073709551615]");
  round_trip ("18446744073709551616", "1.8446744073709552e+19");
  round_trip ("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0001\\u00e9\\u20ac\\ud83d"
              "\\ude00\"",
              "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\303\251\342\202\254\360\237"
              "\230\200\"");
  round_trip ("\"a\\u0000b\"", "\"a\\u0000b\"");
}

static void
refused (const char *text, int line, int column)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  CHECK (!kbsh_json_parse (text, strlen (text), &err));
  CHECK (err.what[0] && err.why[0]);
  if (err.line != line || err.column != column)
    fprintf (stderr, "%s: %d:%d: %s\n", text, err.line, err.column, err.why);
  CHECK (err.line == line && err.column == column);
}

static void
test_errors (void)
{
  refused ("", 1, 1);
  refused ("{\"a\":1,}", 1, 8);
  refused ("{\"a\" 1}", 1, 6);
  refused ("{a:1}", 1, 2);
  refused ("[1 2]", 1, 4);
  refused ("[1,\n  tru]", 2, 3);
  refused ("[1,\n\303\251\303\251]", 2, 1);
  refused ("{\"\303\251\":x}", 1, 6);
  refused ("nul", 1, 1);
  refused ("NaN", 1, 1);
  refused ("Infinity", 1, 1);
  refused ("01", 1, 2);
  refused ("1.", 1, 3);
  refused ("1e", 1, 3);
  refused ("-", 1, 2);
  refused ("+1", 1, 1);
  refused ("1e999", 1, 6);
  refused ("{} {}", 1, 4);
  refused ("// x\n1", 1, 1);
  refused ("'a'", 1, 1);
  refused ("\"a", 1, 3);
  refused ("\"a\nb\"", 1, 3);
  refused ("\"\\x\"", 1, 3);
  refused ("\"\\u12g4\"", 1, 6);
  refused ("\"\\ud800\"", 1, 8);
  refused ("\"\\ud800\\u0041\"", 1, 14);
  refused ("\"\\udc00\"", 1, 8);
  refused ("\"\xff\"", 1, 2);
  refused ("\"\xc0\xaf\"", 1, 2);
  refused ("\"\xed\xa0\x80\"", 1, 2);
  refused ("\"\xf4\x90\x80\x80\"", 1, 2);
  refused ("{\"a\\u0000\":1}", 1, 11);
}

static void
test_depth (void)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  char text[400];
  json_object *tree;
  memset (text, '[', 128);
  memset (text + 128, ']', 128);
  tree = kbsh_json_parse (text, 256, &err);
  CHECK (tree && !err.what[0]);
  json_object_put (tree);
  memset (text, '[', 129);
  memset (text + 129, ']', 129);
  CHECK (!kbsh_json_parse (text, 258, &err) && strstr (err.why, "levels"));
}

static void
test_pointers (void)
{
  kbsh_autojson json_object *t
      = parse ("{\"a\":{\"b/c\":[10,{\"x~y\":\"z\"}],\"\":true},\"n\":null}");
  CHECK (kbsh_json_at (t, "") == t);
  CHECK (kbsh_json_int (t, "/a/b~1c/0", 0) == 10);
  CHECK_TEXT (kbsh_json_string (t, "/a/b~1c/1/x~0y", NULL), "z");
  CHECK (kbsh_json_bool (t, "/a/", 0) == 1);
  CHECK (kbsh_json_length (t, "/a/b~1c") == 2);
  CHECK (!kbsh_json_at (t, "/n") && !kbsh_json_at (t, "/n/x"));
  CHECK (!kbsh_json_at (t, "/a/b~1c/2") && !kbsh_json_at (t, "/a/b~1c/00"));
  CHECK (!kbsh_json_at (t, "/a/b~1c/-") && !kbsh_json_at (t, "/a/b~1c/+1"));
  CHECK (!kbsh_json_at (t, "/a/b") && !kbsh_json_at (t, "a"));
  CHECK (!kbsh_json_at (NULL, "/a"));
  CHECK_TEXT (kbsh_json_string (t, "/a/b~1c/0", "other"), "other");
  CHECK (kbsh_json_int (t, "/a", 7) == 7);
  CHECK (kbsh_json_bool (t, "/n", 1) == 1);
  CHECK (kbsh_json_length (t, "/a") == 0);
}

static void
test_set (void)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *t = NULL;
  CHECK (!kbsh_json_set_string (&t, "/a/b~1c/d", "1", &err));
  CHECK (!kbsh_json_set_string (&t, "/l/-", "x", &err));
  CHECK (!kbsh_json_set_string (&t, "/l/-", "y", &err));
  CHECK (!kbsh_json_set_string (&t, "/l/0", "z", &err));
  CHECK (!kbsh_json_set_string (&t, "/l/2", "w", &err));
  CHECK (!kbsh_json_set (&t, "/null", NULL, &err));
  CHECK (!kbsh_json_set (&t, "/m/-/k", NULL, &err));
  CHECK_TEXT (kbsh_json_text (t, 1),
              "{\"a\":{\"b/c\":{\"d\":\"1\"}},\"l\":[\"z\",\"y\",\"w\"],"
              "\"m\":{\"-\":{\"k\":null}},\"null\":null}");
  CHECK (kbsh_json_set_string (&t, "/l/7", "x", &err) == -1);
  CHECK (strstr (err.what, "'7'"));
  CHECK (kbsh_json_set_string (&t, "/l/x/y", "x", &err) == -1);
  CHECK (kbsh_json_set_string (&t, "/l/0/y", "x", &err) == -1);
  CHECK (kbsh_json_set_string (&t, "x", "x", &err) == -1);
  kbsh_json_remove (t, "/l/1");
  kbsh_json_remove (t, "/a/b~1c");
  kbsh_json_remove (t, "/m");
  kbsh_json_remove (t, "/nothing/there");
  kbsh_json_remove (t, "/l/9");
  kbsh_json_remove (t, "");
  CHECK_TEXT (kbsh_json_text (t, 1),
              "{\"a\":{},\"l\":[\"z\",\"w\"],\"null\":null}");
  CHECK (!kbsh_json_set (&t, "", json_object_new_int (3), &err));
  CHECK_TEXT (kbsh_json_text (t, 1), "3");
}

static void
equal (const char *a, const char *b, int same)
{
  kbsh_autojson json_object *x = parse (a);
  kbsh_autojson json_object *y = parse (b);
  CHECK (kbsh_json_equal (x, y) == same);
  CHECK (kbsh_json_equal (y, x) == same);
}

static void
test_equal (void)
{
  equal ("{\"a\":1,\"b\":[2]}", "{\"b\":[2],\"a\":1}", 1);
  equal ("1", "1.0", 1);
  equal ("1", "1.5", 0);
  equal ("18446744073709551615", "9223372036854775807", 0);
  equal ("-1", "18446744073709551615", 0);
  equal ("[1,2]", "[2,1]", 0);
  equal ("{\"a\":null}", "{}", 0);
  equal ("{\"a\":null}", "{\"b\":null}", 0);
  equal ("null", "0", 0);
  equal ("\"a\\u0000b\"", "\"a\\u0000c\"", 0);
  equal ("true", "true", 1);
  equal ("true", "1", 0);
}

static void
merged (const char *base, const char *over, const char *result)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *b = parse (base);
  kbsh_autojson json_object *o = parse (over);
  kbsh_autojson json_object *m = kbsh_json_merge (b, o, &err);
  kbsh_autojson json_object *wanted = parse (result);
  CHECK (!err.what[0]);
  if (!kbsh_json_equal (m, wanted))
    CHECK_TEXT (kbsh_json_text (m, 1), result);
  CHECK (kbsh_json_equal (m, wanted));
}

/* RFC 7386, appendix A */
static void
test_merge (void)
{
  merged ("{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}");
  merged ("{\"a\":\"b\"}", "{\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"c\"}");
  merged ("{\"a\":\"b\"}", "{\"a\":null}", "{}");
  merged ("{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}");
  merged ("{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}",
          "{\"a\":{\"b\":\"d\"}}");
  merged ("[\"a\",\"b\"]", "[\"c\",\"d\"]", "[\"c\",\"d\"]");
  merged ("{\"a\":\"b\"}", "[\"c\"]", "[\"c\"]");
  merged ("{\"a\":\"foo\"}", "null", "null");
  merged ("{\"e\":null}", "{\"a\":1}", "{\"e\":null,\"a\":1}");
  merged ("[1,2]", "{\"a\":\"b\",\"c\":null}", "{\"a\":\"b\"}");
  merged ("{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}");
}

int
main (void)
{
  test_round_trips ();
  test_errors ();
  test_depth ();
  test_pointers ();
  test_set ();
  test_equal ();
  test_merge ();
  return check_result ();
}
