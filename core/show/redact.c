/* SPDX-License-Identifier: Apache-2.0
 *
 * Finding secrets in texts. All bytes that are part of any secret go, so that
 * of two that overlap nothing is left.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include <kbsh/cleanup.h>

#include "show/redact.h"

#define SHORTEST 6
#define SHORTEST_LINE 16
#define REPLACEMENT "\xef\xbf\xbd"

static const char mark[] = "<redacted>";

static void
wipe (char *text)
{
  kbsh_cleanup_wipe (&text);
}

/* Takes over `text`. */
static int
insert (struct secrets *secrets, char *text)
{
  size_t place = secrets->count, i;
  char **grown;
  if (!text)
    return -1;
  for (i = 0; i < secrets->count; i++)
    if (!strcmp (secrets->texts[i], text))
      {
        wipe (text);
        return 0;
      }
  grown = realloc (secrets->texts, (secrets->count + 1) * sizeof *grown);
  if (!grown)
    {
      wipe (text);
      return -1;
    }
  secrets->texts = grown;
  for (; place && strlen (grown[place - 1]) < strlen (text); place--)
    grown[place] = grown[place - 1];
  grown[place] = text;
  secrets->count++;
  return 0;
}

static char *
in_json (const char *text)
{
  kbsh_autojson json_object *string = json_object_new_string (text);
  const char *quoted;
  size_t length;
  char *result;
  if (!string)
    return NULL;
  quoted
      = json_object_to_json_string_ext (string, JSON_C_TO_STRING_NOSLASHESCAPE);
  length = strlen (quoted);
  result = strndup (quoted + 1, length - 2);
  explicit_bzero ((char *)quoted, length);
  return result;
}

static char *
in_base64 (const char *text)
{
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "abcdefghijklmnopqrstuvwxyz0123456789+/";
  size_t length = strlen (text), i;
  char *result = malloc ((length + 2) / 3 * 4 + 1), *at = result;
  for (i = 0; result && i < length; i += 3)
    {
      unsigned char three[3] = { 0 };
      unsigned bits;
      memcpy (three, text + i, length - i < 3 ? length - i : 3);
      bits = (unsigned)three[0] << 16 | (unsigned)three[1] << 8 | three[2];
      *at++ = digits[bits >> 18];
      *at++ = digits[bits >> 12 & 63];
      *at++ = i + 1 < length ? digits[bits >> 6 & 63] : '=';
      *at++ = i + 2 < length ? digits[bits & 63] : '=';
    }
  if (result)
    *at = '\0';
  return result;
}

static int
add_lines (struct secrets *secrets, const char *text)
{
  while (*text)
    {
      size_t length = strcspn (text, "\r\n");
      if (length >= SHORTEST_LINE && strncmp (text, "-----", 5)
          && insert (secrets, strndup (text, length)))
        return -1;
      text += length + strspn (text + length, "\r\n");
    }
  return 0;
}

int
secrets_add (struct secrets *secrets, const char *text)
{
  if (strlen (text) < SHORTEST)
    return 0;
  if (insert (secrets, strdup (text)) || insert (secrets, in_json (text))
      || insert (secrets, in_base64 (text)))
    return -1;
  return strpbrk (text, "\r\n") ? add_lines (secrets, text) : 0;
}

void
secrets_free (struct secrets *secrets)
{
  size_t i;
  for (i = 0; i < secrets->count; i++)
    wipe (secrets->texts[i]);
  free (secrets->texts);
  memset (secrets, 0, sizeof *secrets);
}

/* The length of the UTF-8 sequence (RFC 3629) at `s`, or 0. */
static size_t
sequence (const unsigned char *s, size_t left)
{
  size_t length = *s < 0x80                  ? 1
                  : *s >= 0xc2 && *s <= 0xdf ? 2
                  : (*s & 0xf0) == 0xe0      ? 3
                  : *s >= 0xf0 && *s <= 0xf4 ? 4
                                             : 0;
  size_t i;
  if (length > left)
    return 0;
  for (i = 1; i < length; i++)
    if ((s[i] & 0xc0) != 0x80)
      return 0;
  return length;
}

static void
cover (const struct secrets *secrets, const char *text, size_t length,
       unsigned char *covered)
{
  size_t i;
  for (i = 0; i < secrets->count; i++)
    {
      size_t size = strlen (secrets->texts[i]), from = 0;
      const char *found;
      while (from < length
             && (found = memmem (text + from, length - from, secrets->texts[i],
                                 size)))
        {
          from = (size_t)(found - text);
          memset (covered + from, 1, size);
          from++;
        }
    }
}

char *
secrets_redact (const struct secrets *secrets, const char *text, size_t length)
{
  kbsh_autofree unsigned char *covered = calloc (1, length + 1);
  /* One byte can become the mark, or a replacement character. */
  size_t room = 0, i = 0, step;
  char *result, *at;
  if (!covered)
    return NULL;
  cover (secrets, text, length, covered);
  for (i = 0; i < length; i++)
    room += covered[i] ? (i && covered[i - 1] ? 0 : sizeof mark)
                       : sizeof REPLACEMENT;
  at = result = malloc (room + 1);
  for (i = 0; result && i < length; i += step)
    {
      step = covered[i]
                 ? 1
                 : sequence ((const unsigned char *)text + i, length - i);
      if (covered[i] && !(i && covered[i - 1]))
        at = mempcpy (at, mark, sizeof mark - 1);
      else if (!covered[i] && step)
        at = mempcpy (at, text + i, step);
      else if (!covered[i])
        at = mempcpy (at, REPLACEMENT, sizeof REPLACEMENT - 1);
      step += !step;
    }
  if (result)
    *at = '\0';
  return result;
}

/* 0.3, not 0.29999999999999999. */
static json_object *
short_double (double value)
{
  char text[40];
  snprintf (text, sizeof text, "%.15g", value);
  if (!strpbrk (text, ".e"))
    strcat (text, ".0");
  return json_object_new_double_s (value, text);
}

static int
copy_object (const struct secrets *secrets, json_object *tree, json_object *out)
{
  json_object_object_foreach (tree, key, value)
  {
    kbsh_autofree char *name = secrets_redact (secrets, key, strlen (key));
    json_object *copy = NULL;
    if (!name || secrets_copy (secrets, value, &copy))
      return -1;
    if (json_object_object_add (out, name, copy))
      {
        json_object_put (copy);
        return -1;
      }
  }
  return 0;
}

static int
copy_list (const struct secrets *secrets, json_object *tree, json_object *out)
{
  size_t i;
  for (i = 0; i < json_object_array_length (tree); i++)
    {
      json_object *copy = NULL;
      if (secrets_copy (secrets, json_object_array_get_idx (tree, i), &copy))
        return -1;
      if (json_object_array_add (out, copy))
        {
          json_object_put (copy);
          return -1;
        }
    }
  return 0;
}

int
secrets_copy (const struct secrets *secrets, json_object *tree,
              json_object **out)
{
  kbsh_autofree char *text = NULL;
  int result = 0;
  switch (json_object_get_type (tree))
    {
    case json_type_null:
      *out = NULL;
      return 0;
    case json_type_object:
      *out = json_object_new_object ();
      result = *out ? copy_object (secrets, tree, *out) : -1;
      break;
    case json_type_array:
      *out = json_object_new_array ();
      result = *out ? copy_list (secrets, tree, *out) : -1;
      break;
    case json_type_string:
      text = secrets_redact (secrets, json_object_get_string (tree),
                             (size_t)json_object_get_string_len (tree));
      *out = text ? json_object_new_string (text) : NULL;
      return *out ? 0 : -1;
    case json_type_double:
      *out = short_double (json_object_get_double (tree));
      return *out ? 0 : -1;
    default:
      /* Integers and booleans can be shared: nobody changes them. */
      *out = json_object_get (tree);
      return 0;
    }
  if (result)
    {
      json_object_put (*out);
      *out = NULL;
    }
  return result;
}
