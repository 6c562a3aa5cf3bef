/* SPDX-License-Identifier: Apache-2.0
 *
 * In the worker: the host table, and the call of the service.
 */
#include "config.h"

#include "act/host.h"

#include <kbsh/json.h>

#include "act/effect.h"

static const struct kbsh_host host_table = {
  .size = sizeof (struct kbsh_host),
  .abi_major = KBSH_ABI_MAJOR,
  .abi_minor = KBSH_ABI_MINOR,
  .get = host_get,
  .get_string = host_get_string,
  .get_int = host_get_int,
  .get_bool = host_get_bool,
  .read_file = host_read_file,
  .put = host_put,
  .put_string = host_put_string,
  .secret = host_secret,
  .fail = host_fail,
  .failed = host_failed,
  .forgive = host_forgive,
  .log = host_log,
  .progress = host_progress,
  .finding = host_finding,
  .print = host_print,
  .write_file = host_write_file,
  .remove_file = host_remove_file,
  .make_dir = host_make_dir,
  .change_mode = host_change_mode,
  .make_symlink = host_make_symlink,
  .run_program = host_run_program,
  .unit = host_unit,
  .request = host_request,
  .call = host_call,
  .services = host_services,
  .data_dir = host_data_dir,
  .remove_tree = host_remove_tree,
  .unmount = host_unmount,
  .remove_secret = host_remove_secret,
};

/* What the function returned, against what it recorded. */
static void
judge (struct worker *worker, int returned)
{
  struct kbsh_error err;
  const char *name = worker->job->service->name;
  if (returned && !worker->failed)
    {
      kbsh_error_set (&err, "%s failed without saying why", name);
      kbsh_error_remedy (&err, "tell the vendor of the plugin");
      worker_fail (worker, &err);
    }
}

static int
send_outcome (struct worker *worker)
{
  json_object *json = worker_message ("done");
  struct kbsh_error err;
  int bad = -1;
  if (json && worker->failed)
    json_object_object_add (json, "error", error_tree (&worker->error));
  else if (json && worker->result)
    json_object_object_add (json, "result", json_object_get (worker->result));
  if (json)
    bad = wire_send (worker->job->fd, json, NULL, 0, &err);
  json_object_put (json);
  /* A result that is too large was not sent at all. */
  if (bad && !worker->failed)
    {
      kbsh_error_wrap (&err, "the results of %s", worker->job->service->name);
      worker_fail (worker, &err);
      return send_outcome (worker);
    }
  return bad;
}

int
host_serve (struct job *job)
{
  struct worker worker = {
    .ctx = { .size = sizeof (struct kbsh_ctx),
             .host = &host_table,
             .step = job->step,
             .service = job->service->name,
             .op = job->op,
             .dry_run = job->run->dry_run },
    .job = job,
    .inputs = { .parameters = job->parameters, .facts = job->facts },
  };
  int bad;
  judge (&worker, job->function (&worker.ctx));
  bad = send_outcome (&worker);
  worker_forget (&worker);
  json_object_put (worker.result);
  return bad ? 1 : 0;
}
