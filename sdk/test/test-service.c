/* SPDX-License-Identifier: Apache-2.0
 *
 * What the functions of plugins call most, over the host's table.
 */
#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>

#include "check.h"
#include "fake-host.h"

/* The file's tree, or what is said when it has none. */
static void
read_yields (const char *path, const char *wanted)
{
  struct fake fake;
  fake_open (&fake, "{'files': {'/one': 'a: [1, x]', '/bad': 'a: [',"
                    "           '/two': 'a: 1\\n---\\nb: 2'}}");
  kbsh_autojson json_object *tree
      = kbsh_read_yaml (&fake.ctx, path, "make it first");
  CHECK_TEXT (tree ? kbsh_json_text (tree, 1) : fake_error (&fake), wanted);
  fake_close (&fake);
}

static void
test_make_folder_of (void)
{
  struct fake fake;
  fake_open (&fake, "{}");
  CHECK (!kbsh_make_folder_of (&fake.ctx, "/a/b/c", 0700));
  CHECK (!kbsh_make_folder_of (&fake.ctx, "/a", 0755));
  CHECK_TEXT (fake_effects (&fake),
              "[{\"effect\":\"dir\",\"mode\":\"0700\",\"path\":\"/a/b\"},"
              "{\"effect\":\"dir\",\"mode\":\"0755\",\"path\":\"/\"}]");
  CHECK (kbsh_make_folder_of (&fake.ctx, "a", 0700));
  CHECK_TEXT (fake_error (&fake), "\"a\" is no path of a file: it has no folder"
                                  "\nGive a path that begins with /.");
  fake_close (&fake);
}

int
main (void)
{
  test_make_folder_of ();
  read_yields ("/one", "{\"a\":[1,\"x\"]}");
  read_yields ("/none", "/none: there is no such file\nmake it first");
  read_yields ("/two", "/two has to hold exactly one document");
  read_yields ("/bad", "/bad:2:1: not valid YAML: did not find expected node "
                       "content while parsing a flow node");
  return check_result ();
}
