/* SPDX-License-Identifier: Apache-2.0
 *
 * Events, made. One that can't be made for want of memory is not sent; the run
 * does not fail of it.
 */
#include "config.h"

#include "flow/report.h"

#include <stdarg.h>

static void
add_text (json_object *event, const char *name, const char *text)
{
  if (event && text)
    json_object_object_add (event, name, json_object_new_string (text));
}

json_object *
report_event (const char *name, ...)
{
  json_object *event = json_object_new_object ();
  va_list pairs;
  va_start (pairs, name);
  while (name)
    {
      add_text (event, name, va_arg (pairs, const char *));
      name = va_arg (pairs, const char *);
    }
  va_end (pairs);
  return event;
}

void
report_int (json_object *event, const char *name, int64_t value)
{
  if (event)
    json_object_object_add (event, name, json_object_new_int64 (value));
}

void
report_seconds (json_object *event, const char *name, int64_t ms)
{
  if (event)
    json_object_object_add (event, name,
                            json_object_new_double ((double)ms / 1000));
}

json_object *
report_error (const struct kbsh_error *error, const char *step,
              const char *plugin)
{
  json_object *object
      = report_event ("what", error->what, "why", error->why, "remedy",
                      error->remedy, "step", step, "plugin", plugin, NULL);
  if (error->where[0])
    {
      add_text (object, "file", error->where);
      report_int (object, "line", error->line);
      report_int (object, "column", error->column);
    }
  return object;
}

void
report_warning (struct run *run, const char *step, const char *text)
{
  json_object *event
      = report_event ("step", step, "level", "warning", "text", text, NULL);
  if (event)
    events_send (run->events, "step-log", event);
}

const char *
report_plugin (struct run *run, const struct kbsh_service *service)
{
  struct registry_module *module
      = service ? registry_owner (run->registry, service) : NULL;
  return module ? module->name : "";
}
