/* SPDX-License-Identifier: Apache-2.0
 *
 * Which images are pulled, and what becomes of a failure.
 */
#include "pull.h"

#include <stdlib.h>

#include <kbsh/json.h>

#include "sdk/test/check.h"
#include "sdk/test/fake-host.h"

#define WORLD(registration, inputs, answers)                                   \
  "{'inputs': {'config': {'images': {'a': 'r/a:1', 'b': 'r/b:1'},"             \
  " 'init': {'nodeRegistration': {" registration "}}},"                        \
  " 'runtime': {'service': 'cri.runtime', 'path': '/run/c.sock'}" inputs "},"  \
  " 'answers': [" answers "]}"
#define LIST                                                                   \
  "{'to': 'call cri.runtime images',"                                          \
  " 'result': {'images': ['r/a:1']}}"
#define GOOD "{'to': 'call cri.runtime pull', 'result': {'pulled': true}}"
#define BAD                                                                    \
  "{'to': 'call cri.runtime pull',"                                            \
  " 'error': {'what': 'w', 'why': 'manifest unknown'}}"

static void
try (const char *world, const char *pulled, const char *error, const char *log)
{
  struct fake fake;
  fake_open (&fake, world);
  CHECK ((pull_run (&fake.ctx) != 0) == (error != NULL));
  if (error)
    CHECK (strstr (fake_error (&fake), error));
  else
    CHECK_TEXT (kbsh_json_text (kbsh_json_at (fake.results, "/pulled"), 0),
                pulled);
  if (log)
    CHECK (strstr (kbsh_json_text (fake.logs, 0), log));
  fake_close (&fake);
}

int
main (void)
{
  try (WORLD ("", "", LIST "," GOOD), "[\"r/b:1\"]", NULL, NULL);
  try (WORLD ("'imagePullPolicy': 'Always'", "", LIST "," GOOD "," GOOD),
       "[\"r/a:1\",\"r/b:1\"]", NULL, NULL);
  try (WORLD ("'imagePullPolicy': 'Never'", "", ""), "[]", NULL, NULL);
  try (WORLD ("", "", LIST "," BAD), NULL, "r/b:1: manifest unknown", NULL);
  try (WORLD ("'imagePullSerial': true", "", LIST "," BAD), NULL, "ImagePull",
       NULL);
  try (WORLD ("", ", 'ignore': ['imagepull']", LIST "," BAD), "[\"r/b:1\"]",
       NULL, "manifest unknown");
  return check_result ();
}
