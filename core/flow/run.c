/* SPDX-License-Identifier: Apache-2.0
 *
 * What a run needs before its first step: the loop, the broker, room for
 * facts.
 */
#include "config.h"

#include "flow/run.h"

#include <string.h>

#include <kbsh/text.h>

#include "act/broker.h"
#include "act/loop.h"
#include "flow/inputs.h"

enum
{
  CHILDREN_MS = 4000 /* longer than a program is given to end */
};

int
run_open (struct run *run, struct kbsh_error *err)
{
  run->facts = json_object_new_object ();
  if (!run->facts)
    return kbsh_error_memory (err);
  if (inputs_own (run->facts, run->state_folder, err) == 0
      && loop_new (&run->loop, err) == 0)
    {
      if (broker_open (run, err) == 0)
        return 0;
      loop_free (run->loop);
      run->loop = NULL;
    }
  json_object_put (run->facts);
  run->facts = NULL;
  return -1;
}

/* What was told to end has ended before the program does; what can't be killed
 * (an unmount that hangs) is left. */
static void
await_children (struct loop *loop)
{
  struct kbsh_error err;
  int64_t end = kbsh_now_ms () + CHILDREN_MS;
  while (loop && loop_has_children (loop) && kbsh_now_ms () < end)
    if (loop_once (loop, 100, &err) < 0)
      break;
}

void
run_close (struct run *run)
{
  await_children (run->loop);
  if (run->broker)
    broker_close (run);
  loop_free (run->loop);
  json_object_put (run->facts);
  run->loop = NULL;
  run->facts = NULL;
}
