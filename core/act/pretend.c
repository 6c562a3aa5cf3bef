/* SPDX-License-Identifier: Apache-2.0
 *
 * The servers of a dry run, in memory.
 */
#include "config.h"

#include "act/pretend.h"

#include <stdlib.h>
#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>
#include <kbsh/yaml.h>

struct held
{
  char *url;
  json_object *object; /* NULL: deleted */
  struct held *next;
};

struct pretend
{
  struct held *held;
  struct held *dead; /* scheme and host of servers */
};

static struct held *
find (struct held *held, const char *url, size_t length)
{
  while (held
         && (strncmp (held->url, url, length) || held->url[length] != '\0'))
    held = held->next;
  return held;
}

static struct held *
add (struct held **list, const char *url, size_t length)
{
  struct held *held = find (*list, url, length);
  if (held)
    return held;
  held = calloc (1, sizeof *held);
  if (held)
    held->url = strndup (url, length);
  if (!held || !held->url)
    {
      free (held);
      return NULL;
    }
  held->next = *list;
  *list = held;
  return held;
}

/* Without the query, and without a '/' at the end. */
static size_t
plain_length (const char *url)
{
  size_t length = strcspn (url, "?#");
  while (length && url[length - 1] == '/')
    length--;
  return length;
}

int
pretend_get (const struct pretend *pretend, const char *url,
             json_object **object)
{
  const struct held *held
      = pretend ? find (pretend->held, url, plain_length (url)) : NULL;
  if (!held)
    return 0;
  *object = held->object;
  return held->object ? 1 : 2;
}

static struct pretend *
made (struct pretend **pretend)
{
  if (!*pretend)
    *pretend = calloc (1, sizeof **pretend);
  return *pretend;
}

static int
hold (struct pretend *pretend, const char *url, size_t length,
      json_object *object, struct kbsh_error *err)
{
  struct held *held = add (&pretend->held, url, length);
  if (!held)
    return kbsh_error_memory (err);
  json_object_put (held->object);
  held->object = json_object_get (object);
  return 0;
}

static int
send_new (struct pretend *pretend, const char *url, json_object *body,
          struct kbsh_error *err)
{
  const char *name = kbsh_json_string (body, "/metadata/name",
                                       kbsh_json_string (body, "/name", NULL));
  kbsh_autofree char *whole = NULL;
  json_object *there;
  if (!name)
    return 201;
  whole = kbsh_text ("%.*s/%s", (int)plain_length (url), url, name);
  if (!whole)
    return kbsh_error_memory (err);
  if (pretend_get (pretend, whole, &there) == 1)
    return 409;
  return hold (pretend, whole, strlen (whole), body, err) ? -1 : 201;
}

static int
send_patch (struct pretend *pretend, const char *url, json_object *body,
            json_object *base, json_object **answer, struct kbsh_error *err)
{
  json_object *there = NULL;
  if (pretend_get (pretend, url, &there) == 2)
    return 404;
  *answer = kbsh_json_merge (there ? there : base, body, err);
  if (!*answer)
    return -1;
  return hold (pretend, url, plain_length (url), *answer, err) ? -1 : 200;
}

int
pretend_send (struct pretend **pretend, const char *method, const char *url,
              json_object *body, json_object *base, json_object **answer,
              struct kbsh_error *err)
{
  *answer = NULL;
  if (!made (pretend))
    return kbsh_error_memory (err);
  if (!strcmp (method, "DELETE"))
    return hold (*pretend, url, plain_length (url), NULL, err) ? -1 : 200;
  if (!json_object_is_type (body, json_type_object))
    return 200;
  if (!strcmp (method, "PATCH"))
    return send_patch (*pretend, url, body, base, answer, err);
  *answer = json_object_get (body);
  if (!strcmp (method, "POST"))
    return send_new (*pretend, url, body, err);
  return hold (*pretend, url, plain_length (url), body, err) ? -1 : 200;
}

static void
held_free (struct held *held)
{
  while (held)
    {
      struct held *next = held->next;
      json_object_put (held->object);
      free (held->url);
      free (held);
      held = next;
    }
}

void
pretend_free (struct pretend *pretend)
{
  if (!pretend)
    return;
  held_free (pretend->held);
  held_free (pretend->dead);
  free (pretend);
}

/* ---------------------------------------------------------------- */

static size_t
server_length (const char *url)
{
  const char *host = strstr (url, "://");
  if (!host)
    return strlen (url);
  return (size_t)(host + 3 - url) + strcspn (host + 3, "/?#");
}

int
pretend_is_dead (const struct pretend *pretend, const char *url)
{
  return pretend && find (pretend->dead, url, server_length (url));
}

int
pretend_set_dead (struct pretend **pretend, const char *url,
                  struct kbsh_error *err)
{
  if (!made (pretend) || !add (&(*pretend)->dead, url, server_length (url)))
    return kbsh_error_memory (err);
  return 0;
}

/* ---------------------------------------------------------------- */

/* The same shape with every value hidden. */
static json_object *
only_names (json_object *tree)
{
  json_object *out;
  if (json_object_is_type (tree, json_type_array))
    {
      out = json_object_new_array ();
      for (size_t i = 0; out && i < json_object_array_length (tree); i++)
        json_object_array_add (
            out, only_names (json_object_array_get_idx (tree, i)));
      return out;
    }
  if (!json_object_is_type (tree, json_type_object))
    return json_object_new_string ("(secret)");
  out = json_object_new_object ();
  json_object_object_foreach (tree, name, value)
  {
    if (out)
      json_object_object_add (out, name, only_names (value));
  }
  return out;
}

/* What an object is, and what it is called, is no secret. */
static json_object *
hidden (json_object *body)
{
  static const char *const open[]
      = { "apiVersion", "kind", "metadata", "type" };
  json_object *out = only_names (body);
  for (size_t i = 0; out && i < sizeof open / sizeof open[0]; i++)
    {
      json_object *value = NULL;
      if (json_object_object_get_ex (body, open[i], &value))
        json_object_object_add (out, open[i], json_object_get (value));
    }
  return out;
}

char *
pretend_text (const char *body, size_t length, int secret)
{
  kbsh_autojson json_object *tree = NULL, *shown = NULL;
  if (length)
    tree = kbsh_json_parse (body, length, NULL);
  if (!length)
    return strdup ("");
  if (!json_object_is_type (tree, json_type_object)
      && !json_object_is_type (tree, json_type_array))
    return kbsh_text ("(%s%zu bytes)\n", secret ? "secret, " : "", length);
  shown = secret && json_object_is_type (tree, json_type_object) ? hidden (tree)
          : secret ? only_names (tree)
                   : json_object_get (tree);
  return shown ? kbsh_yaml_text (shown, NULL) : NULL;
}
