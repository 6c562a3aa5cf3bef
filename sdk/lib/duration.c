/* SPDX-License-Identifier: Apache-2.0
 *
 * Lengths of time as Go writes them ("1h30m"), in milliseconds.
 */
#include <kbsh/text.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

/* Ten years, and room for no overflow below. */
#define LIMIT_NS ((int64_t)3650 * 24 * 3600 * 1000000000)

static const struct unit
{
  const char *name;
  int64_t ns;
} units[] = {
  { "ns", 1 },           { "us", 1000 },         { "\302\265s", 1000 },
  { "\316\274s", 1000 }, { "ms", 1000000 },      { "s", 1000000000 },
  { "m", 60000000000 },  { "h", 3600000000000 }, { NULL, 0 },
};

static const struct unit *
unit_at (const char *text)
{
  for (const struct unit *u = units; u->name; u++)
    {
      size_t length = strlen (u->name);
      /* "m" must not take the first letter of "ms" */
      if (!strncmp (text, u->name, length)
          && (!text[length] || text[length] == '.'
              || (text[length] >= '0' && text[length] <= '9')))
        return u;
    }
  return NULL;
}

static int
is_digit (char c)
{
  return c >= '0' && c <= '9';
}

/* One number with its unit, such as "1.5h"; a lone number counts seconds. */
static int
part (const char **text, int alone, int64_t *ns)
{
  const char *at = *text;
  const struct unit *u;
  int64_t whole = 0, fraction = 0, scale = 1;
  int digits = 0;
  for (; is_digit (*at); at++, digits++)
    if (whole <= LIMIT_NS / 10)
      whole = whole * 10 + (*at - '0');
    else
      return -1;
  if (*at == '.')
    for (at++; is_digit (*at); at++, digits++)
      if (scale < 1000000)
        {
          fraction = fraction * 10 + (*at - '0');
          scale *= 10;
        }
  if (!digits)
    return -1;
  u = alone && !*at ? &units[5] : unit_at (at);
  if (!u || whole > LIMIT_NS / u->ns)
    return -1;
  *ns = whole * u->ns;
  /* dividing first keeps an hour's fraction within 64 bits */
  *ns += u->ns >= scale ? u->ns / scale * fraction : 0;
  *text = *at ? at + strlen (u->name) : at;
  return 0;
}

int
kbsh_duration_parse (const char *text, int64_t *ms, struct kbsh_error *err)
{
  const char *at = text;
  int64_t sum = 0, ns = 0;
  int alone = 1;
  do
    {
      if (part (&at, alone, &ns) || (sum += ns) > LIMIT_NS)
        {
          kbsh_error_set (err, "'%.60s' is not a length of time", text);
          return kbsh_error_remedy (err,
                                    "write it as 90s, 4m0s, 1h30m or 500ms");
        }
      alone = 0;
    }
  while (*at);
  *ms = sum / 1000000;
  return 0;
}

void
kbsh_duration_text (int64_t ms, char out[40])
{
  uint64_t rest = ms < 0 ? -(uint64_t)ms : (uint64_t)ms;
  const char *sign = ms < 0 ? "-" : "";
  unsigned fraction = (unsigned)(rest % 1000);
  char seconds[16];
  uint64_t s = rest / 1000;
  if (s == 0 && fraction)
    {
      snprintf (out, 40, "%s%ums", sign, fraction);
      return;
    }
  snprintf (seconds, sizeof seconds, "%u.%03u", (unsigned)(s % 60), fraction);
  for (size_t n = strlen (seconds); seconds[n - 1] == '0'; n--)
    seconds[n - 1] = '\0';
  if (seconds[strlen (seconds) - 1] == '.')
    seconds[strlen (seconds) - 1] = '\0';
  if (s >= 3600)
    snprintf (out, 40, "%s%lluh%um%ss", sign, (unsigned long long)(s / 3600),
              (unsigned)(s / 60 % 60), seconds);
  else if (s >= 60)
    snprintf (out, 40, "%s%um%ss", sign, (unsigned)(s / 60), seconds);
  else
    snprintf (out, 40, "%s%ss", sign, seconds);
}

int64_t
kbsh_now_ms (void)
{
  struct timespec now;
  clock_gettime (CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
