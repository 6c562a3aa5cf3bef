/* SPDX-License-Identifier: Apache-2.0
 *
 * The CA of a cluster: which of its certificates the user expects, and whether
 * they are valid.
 */
#include "discovery.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/pki.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <string.h>
#include <time.h>

static const char method[] = "sha256:";

static int
good_pin (const char *pin)
{
  size_t length = strlen (method);
  return strncasecmp (pin, method, length) == 0
         && strspn (pin + length, "0123456789abcdefABCDEF") == 64
         && !pin[length + 64];
}

int
discovery_pins (struct kbsh_ctx *ctx, json_object *pins)
{
  for (size_t i = 0; i < kbsh_json_length (pins, ""); i++)
    {
      const char *pin
          = json_object_get_string (json_object_array_get_idx (pins, i));
      if (!pin || !good_pin (pin))
        return kbsh_fail (
            ctx, "it is not \"sha256:\" and 64 hex digits",
            "on a control plane this prints the right one: kbsh token create "
            "--print-join-command",
            "the hash of the CA's public key \"%.100s\" is not valid",
            pin ? pin : "");
    }
  return 0;
}

static int
is_pinned (const struct kbsh_certificate_facts *facts, json_object *pins)
{
  for (size_t i = 0; i < kbsh_json_length (pins, ""); i++)
    {
      const char *pin
          = json_object_get_string (json_object_array_get_idx (pins, i));
      if (strcasecmp (pin + strlen (method), facts->spki_sha256) == 0)
        return 1;
    }
  return 0;
}

static int
fail_pin (struct kbsh_ctx *ctx, const char *server, const char *found,
          json_object *pins)
{
  kbsh_autofree char *why = kbsh_text (
      "its public key is %s; expected %s: %s", *found ? found : "not there",
      kbsh_json_length (pins, "") == 1 ? "is" : "is one of",
      kbsh_json_text (pins, 0));
  return kbsh_fail (
      ctx, why,
      "look on a control plane, with kbsh token create --print-join-command, "
      "what it is: when it is the one found, give that one; when it is not, "
      "somebody else answers here",
      "the cluster at %s has another CA than expected", server);
}

char *
discovery_pinned (struct kbsh_ctx *ctx, const char *server, const char *ca,
                  json_object *pins)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  KBSH_CLEANUP (kbsh_buffer_free) struct kbsh_buffer all = { 0 }, seen = { 0 };
  char *one, *result;
  while ((one = kbsh_pki_next (&ca, &err)))
    {
      kbsh_autofree char *owned = one;
      struct kbsh_certificate_facts facts;
      if (kbsh_pki_facts (owned, &facts, &err))
        break;
      if (is_pinned (&facts, pins))
        kbsh_buffer_puts (&all, owned);
      kbsh_buffer_printf (&seen, "%s%s%s", seen.length ? ", " : "", method,
                          facts.spki_sha256);
    }
  if (err.what[0])
    {
      kbsh_error_wrap (&err, "the CA of the cluster at %s", server);
      kbsh_fail_error (ctx, &err);
      return NULL;
    }
  if (!all.length && !all.failed)
    {
      fail_pin (ctx, server, seen.data ? seen.data : "", pins);
      return NULL;
    }
  result = kbsh_buffer_take (&all);
  if (!result)
    kbsh_fail_memory (ctx);
  return result;
}

static void
date_text (int64_t when, char out[40])
{
  time_t t = (time_t)when;
  struct tm tm;
  if (!gmtime_r (&t, &tm) || !strftime (out, 40, "%FT%TZ", &tm))
    *out = '\0';
}

/* What is wrong with all of them, said of the last. */
static int
fail_validity (struct kbsh_ctx *ctx, const struct kbsh_certificate_facts *facts,
               int64_t now, const char *whose)
{
  char today[40], when[40];
  kbsh_autofree char *why = NULL;
  int early = now < facts->not_before;
  date_text (now, today);
  date_text (early ? facts->not_before : facts->not_after, when);
  if (!facts->ca)
    return kbsh_fail (ctx, "it is no certificate of a CA (CA:TRUE)", NULL,
                      "the CA %s can't be used", whose);
  why = kbsh_text ("this machine's clock says %s", today);
  if (early)
    return kbsh_fail (ctx, why,
                      "set this machine's clock, if it is wrong: timedatectl",
                      "the CA %s is not valid before %s", whose, when);
  return kbsh_fail (ctx, why,
                    "get what is valid now from a control plane; if the clock "
                    "is wrong, set it: timedatectl",
                    "the CA %s expired at %s", whose, when);
}

int
discovery_ca_valid (struct kbsh_ctx *ctx, const char *ca, const char *whose)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct kbsh_certificate_facts facts;
  int64_t now = (int64_t)time (NULL);
  int count = 0;
  char *one;
  while ((one = kbsh_pki_next (&ca, &err)))
    {
      kbsh_autofree char *owned = one;
      if (kbsh_pki_facts (owned, &facts, &err))
        break;
      if (facts.ca && now >= facts.not_before && now <= facts.not_after)
        return 0;
      count++;
    }
  if (err.what[0])
    {
      kbsh_error_wrap (&err, "the CA %s", whose);
      return kbsh_fail_error (ctx, &err);
    }
  if (!count)
    return kbsh_fail (ctx, "there is no certificate in it", NULL,
                      "the CA %s can't be used", whose);
  return fail_validity (ctx, &facts, now, whose);
}
