/* SPDX-License-Identifier: Apache-2.0
 *
 * References and conditions.
 */
#include "config.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>

#include "flow/inputs.h"
#include "sdk/test/check.h"

static json_object *
parse (const char *text)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  json_object *tree = kbsh_json_parse (text, strlen (text), &err);
  NEED (tree);
  return tree;
}

static const char parameters_text[]
    = "{\"yes\":true,\"no\":false,\"zero\":0,\"one\":1,\"empty\":\"\","
      "\"word\":\"fast\",\"list\":[],\"full\":[1],\"map\":{},\"nothing\":null,"
      "\"config\":\"file.yaml\",\"text\":\"two words\"}";
static const char facts_text[]
    = "{\"config\":{\"a\":{\"b\":\"c\"},\"on\":true},\"certs/ca\":{\"n\":7}}";

static const struct
{
  const char *text;
  int want;
} conditions[] = {
  { "yes", 1 },
  { "no", 0 },
  { "!no", 1 },
  { "! no", 1 },
  { "zero", 0 },
  { "one", 1 },
  { "empty", 0 },
  { "list", 0 },
  { "full", 1 },
  { "map", 0 },
  { "nothing", 0 },
  { "missing", 0 },
  { "!missing", 1 },
  { "word == fast", 1 },
  { "word==fast", 1 },
  { "word != fast", 0 },
  { "word != slow", 1 },
  { "one == 1", 1 },
  { "yes == true", 1 },
  { "missing == ''", 1 },
  { "missing != x", 1 },
  { "text == 'two words'", 1 },
  { "text == \"two words\"", 1 },
  { "config:/a/b == c", 1 },
  { "config:/on", 1 },
  { "config == file.yaml", 1 },
  { "!config:/missing", 1 },
  { "certs/ca:/n == 7", 1 },
  { "yes && no", 0 },
  { "yes || no", 1 },
  { "no && no || yes", 1 },
  { "yes || no && no", 1 },
  { "no || no && yes", 0 },
  { "yes&&!no", 1 },
  { "", -1 },
  { "!", -1 },
  { "yes &&", -1 },
  { "yes no", -1 },
  { "word ==", -1 },
  { "|| yes", -1 },
  { "text == 'two", -1 },
  /* Also when the result is known before it is read. */
  { "no && ", -1 },
  { "yes || word ==", -1 },
};

static void
test_conditions (const struct inputs *inputs)
{
  for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++)
    {
      struct kbsh_error err = KBSH_ERROR_INIT;
      char said[100], wanted[100];
      int got = inputs_when (inputs, conditions[i].text, &err);
      snprintf (said, sizeof said, "%s: %d", conditions[i].text, got);
      snprintf (wanted, sizeof wanted, "%s: %d", conditions[i].text,
                conditions[i].want);
      CHECK_TEXT (said, wanted);
      CHECK (got >= 0 || err.what[0]);
    }
}

static void
test_references (const struct inputs *inputs)
{
  static const struct
  {
    const char *reference, *want; /* NULL: none */
  } cases[] = { { "word", "\"fast\"" },
                { "config", "\"file.yaml\"" },
                { "config:/a", "{\"b\":\"c\"}" },
                { "config:/a/b", "\"c\"" },
                { "certs/ca:/n", "7" },
                { "certs/ca:", "{\"n\":7}" },
                { "certs/ca", NULL },
                { "full:/0", "1" },
                { "full:/1", NULL },
                { "kbsh:/state-dir", "\"there\"" },
                { "other:/x", NULL } };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    {
      kbsh_autojson json_object *got
          = inputs_get (inputs, cases[i].reference);
      const char *text = got ? json_object_to_json_string_ext (
                             got, JSON_C_TO_STRING_PLAIN)
                             : NULL;
      CHECK_TEXT (text, cases[i].want);
    }
}

static void
test_filling (const struct inputs *inputs)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *tree = parse (
      "{\"a\":\"${word}\",\"b\":\"is ${certs/ca:/n}\",\"c\":\"${missing}\","
      "\"d\":[\"${config:/a}\",\"$$\"]}");
  kbsh_autojson json_object *want = parse (
      "{\"a\":\"fast\",\"b\":\"is 7\",\"d\":[{\"b\":\"c\"},\"$\"]}");
  kbsh_autojson json_object *got = inputs_fill (inputs, tree, &err);
  CHECK_TEXT (err.what, "");
  CHECK (kbsh_json_equal (got, want));
}

int
main (void)
{
  kbsh_autojson json_object *parameters = parse (parameters_text);
  kbsh_autojson json_object *facts = parse (facts_text);
  const struct inputs inputs = { parameters, facts };
  NEED (inputs_own (facts, "there", NULL) >= 0);
  test_conditions (&inputs);
  test_references (&inputs);
  test_filling (&inputs);
  return check_result ();
}
