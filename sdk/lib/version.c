/* SPDX-License-Identifier: Apache-2.0
 *
 * Versions, as Semantic Versioning 2.0.0 orders them.
 */
#include <kbsh/version.h>

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* One number without leading zeros; the position after it, or NULL. */
static const char *
number (const char *text, int *out)
{
  char *end;
  long value;
  if (!isdigit ((unsigned char)*text)
      || (*text == '0' && isdigit ((unsigned char)text[1])))
    return NULL;
  value = strtol (text, &end, 10);
  if (value > 1000000)
    return NULL;
  *out = (int)value;
  return end;
}

static const char *
three_numbers (const char *p, struct kbsh_version *out)
{
  p = number (p, &out->major);
  p = p && *p == '.' ? number (p + 1, &out->minor) : NULL;
  return p && *p == '.' ? number (p + 1, &out->patch) : NULL;
}

/* Identifiers of a pre-release or build: [0-9A-Za-z-], dots between. */
static size_t
identifiers (const char *p)
{
  size_t n = 0;
  while (isalnum ((unsigned char)p[n]) || p[n] == '-'
         || (p[n] == '.' && n > 0 && p[n - 1] != '.'))
    n++;
  return n > 0 && p[n - 1] == '.' ? 0 : n;
}

int
kbsh_version_parse (const char *text, struct kbsh_version *out,
                    struct kbsh_error *err)
{
  struct kbsh_version v = { 0, 0, 0, "" };
  const char *p = three_numbers (text + (*text == 'v'), &v);
  if (p && *p == '-')
    {
      size_t n = identifiers (p + 1);
      if (n == 0 || n >= sizeof v.pre)
        p = NULL;
      else
        {
          memcpy (v.pre, p + 1, n);
          p += 1 + n;
        }
    }
  if (p && *p == '+')
    {
      size_t n = identifiers (p + 1);
      p = n ? p + 1 + n : NULL;
    }
  if (!p || *p)
    {
      kbsh_error_set (err, "\"%.80s\" is no version", text);
      return kbsh_error_remedy (err, "write it as in v1.20.2");
    }
  *out = v;
  return 0;
}

/* The next identifier of a pre-release and its length. */
static size_t
next_identifier (const char *p)
{
  return strcspn (p, ".");
}

static int
all_digits (const char *p, size_t n)
{
  while (n > 0 && isdigit ((unsigned char)p[n - 1]))
    n--;
  return n == 0;
}

static int
compare_identifier (const char *a, size_t na, const char *b, size_t nb)
{
  int da = all_digits (a, na), db = all_digits (b, nb), c;
  if (da && db && na != nb)
    return na < nb ? -1 : 1;
  if (da != db)
    return da ? -1 : 1;
  c = strncmp (a, b, na < nb ? na : nb);
  return c ? c : (na > nb) - (na < nb);
}

static int
compare_pre (const char *a, const char *b)
{
  if (!*a || !*b)
    return !*a - !*b;
  for (;;)
    {
      size_t na = next_identifier (a), nb = next_identifier (b);
      int c = compare_identifier (a, na, b, nb);
      if (c)
        return c;
      a += na, b += nb;
      if (!*a || !*b)
        return (*a != 0) - (*b != 0);
      a++, b++;
    }
}

int
kbsh_version_compare (const struct kbsh_version *a,
                      const struct kbsh_version *b)
{
  if (a->major != b->major)
    return a->major < b->major ? -1 : 1;
  if (a->minor != b->minor)
    return a->minor < b->minor ? -1 : 1;
  if (a->patch != b->patch)
    return a->patch < b->patch ? -1 : 1;
  return compare_pre (a->pre, b->pre);
}
