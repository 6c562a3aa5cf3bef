/* SPDX-License-Identifier: Apache-2.0
 *
 * A host for unit tests of services: inputs, files and answers come from JSON,
 * and what the service asks for is written down, not done.
 *
 *   struct fake fake;
 *   fake_open (&fake, "{'inputs': {'config': {'cluster': {...}}},"
 *                     " 'files': {'/etc/x': 'content'},"
 *                     " 'answers': [{'to': 'GET https://h/path',"
 *                     "              'status': 200, 'body': {...}}]}");
 *   CHECK (!service.run (&fake.ctx));
 *   CHECK_TEXT (fake_effects (&fake), "[...]");
 *   fake_close (&fake);
 *
 * An apostrophe in the text given to fake_open() stands for a quotation mark.
 *
 *  inputs:  name -> value; an earlier step's facts are the input of its name
 *  files:   path -> content; writing and removing change them
 *  answers: the first whose `to` is what is asked for is used up. `to` is
 *           "METHOD URL" for requests (with `status`, `body`, `reason`,
 *           `headers`), the words of the command line for programs (`status`,
 *           `out`, `err`), "unit NAME" (`known`, `enabled`, `active`),
 *           "call SERVICE OP" (`result` or `error`). Without one, a request
 *           gets 404, a program status 0, a unit is unknown, a call fails.
 *           One with 'always': true is not used up. One to a request comes
 *           after `delay` milliseconds.
 *  services: role -> list of names
 *  data:    the folder that data_dir() gives
 */
#ifndef KBSH_TEST_FAKE_HOST_H
#define KBSH_TEST_FAKE_HOST_H

#include <json-c/json.h>

#include <kbsh/error.h>
#include <kbsh/plugin.h>

struct fake
{
  struct kbsh_ctx ctx;  /* the first: the host's functions find us by it */
  struct kbsh_host host;
  json_object *world;   /* what fake_open() was given */
  json_object *effects; /* list: {effect, ...} in the order of asking */
  json_object *results; /* what was put */
  json_object *findings, *logs, *secrets; /* lists */
  json_object *kept;                      /* texts that live until the end */
  struct kbsh_error error;
  int has_failed;
};

/* Ends the test program when `text` is no JSON. */
void fake_open (struct fake *fake, const char *text);
/* The same of a tree, which is taken over. */
void fake_open_tree (struct fake *fake, json_object *world);
void fake_close (struct fake *fake);

/* The table of a service of a module, such as the `kbsh_module` that the test
 * is linked with. */
const void *fake_ops (const struct kbsh_module *module, const char *service);
/* A file of the machine; NULL takes it away. */
void fake_put_file (struct fake *fake, const char *path, const char *content);

/* As sorted JSON text. */
const char *fake_effects (struct fake *fake);
/* what, why and remedy of the recorded error; "" when there is none. */
const char *fake_error (struct fake *fake);
/* The content of a file now, or NULL. */
const char *fake_file (struct fake *fake, const char *path);

#endif
