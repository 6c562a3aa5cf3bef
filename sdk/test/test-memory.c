/* SPDX-License-Identifier: Apache-2.0
 *
 * Every allocation of libkbsh fails once: each time there must be an error,
 * no crash and no leak. This program has the allocator's functions, and so
 * they are those of all libraries in it.
 */
#include "config.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/kube.h>
#include <kbsh/text.h>
#include <kbsh/yaml.h>

#include <errno.h>

#include "check.h"

#if CHECK_SANITIZED

int
main (void)
{
  puts ("SKIP: the sanitizer has an allocator of its own");
  return 77;
}

#else

extern void *__libc_malloc (size_t size);
extern void *__libc_calloc (size_t count, size_t size);
extern void *__libc_realloc (void *p, size_t size);
extern void __libc_free (void *p);

static long countdown; /* 1: the next one fails; 0: none does */
static long alive;
static int hit;

static int
fails (void)
{
  if (!countdown || --countdown)
    return 0;
  hit = 1;
  errno = ENOMEM;
  return 1;
}

KBSH_EXPORT void *
malloc (size_t size)
{
  void *p = fails () ? NULL : __libc_malloc (size);
  alive += p != NULL;
  return p;
}

KBSH_EXPORT void *
calloc (size_t count, size_t size)
{
  void *p = fails () ? NULL : __libc_calloc (count, size);
  alive += p != NULL;
  return p;
}

KBSH_EXPORT void *
realloc (void *old, size_t size)
{
  void *p = fails () ? NULL : __libc_realloc (old, size);
  alive += p && !old;
  return p;
}

KBSH_EXPORT void
free (void *p)
{
  alive -= p != NULL;
  __libc_free (p);
}

static const char yaml_text[]
    = "apiVersion: v1\n"
      "data: &d {a: 1, b: [x, 2.5, ~, true, 18446744073709551615], "
      "long-name-of-a-member: a text of some length, that needs room}\n"
      "copy: *d\n"
      "merged: {<<: *d, c: \"q\\tq\"}\n"
      "block: |\n  some\n  lines\n"
      "l: [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,"
      "26,27,28,29,30,31,32,33,34,35,36]\n"
      "m: {a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1, h: 1, i: 1, j: 1, k: 1, "
      "l: 1, m: 1, o: 1, p: 1, q: 1, r: 1, s: 1}\n"
      "---\nsecond: document\n";
static const char json_text[]
    = "{\"a\":[1,2.5,true,null,\"a text \\u00e9 that is long enough to need "
      "more room than a small string has\"],\"b\":{\"c\":{}},"
      "\"d\":18446744073709551615}";

static json_object *sample, *values;

/* Each returns 0, or -1 with the error. */

static int
yaml_parse (struct kbsh_error *err)
{
  struct kbsh_yaml yaml;
  int failed = kbsh_yaml_parse ("f", yaml_text, strlen (yaml_text), &yaml, err);
  if (!failed)
    kbsh_yaml_free (&yaml);
  return failed;
}

static int
yaml_emit (struct kbsh_error *err)
{
  kbsh_autofree char *text = kbsh_yaml_text (sample, err);
  return text ? 0 : -1;
}

static int
json_parse (struct kbsh_error *err)
{
  kbsh_autojson json_object *tree
      = kbsh_json_parse (json_text, strlen (json_text), err);
  return tree ? 0 : -1;
}

static int
json_write (struct kbsh_error *err)
{
  /* a tree of its own: the text stays with the tree */
  kbsh_autojson json_object *tree = kbsh_json_copy (sample);
  if (!tree || !kbsh_json_text (tree, 1))
    return kbsh_error_memory (err);
  return 0;
}

static int
json_merge (struct kbsh_error *err)
{
  kbsh_autojson json_object *tree = kbsh_json_merge (sample, values, err);
  return tree ? 0 : -1;
}

static int
json_set (struct kbsh_error *err)
{
  kbsh_autojson json_object *tree = NULL;
  return kbsh_json_set_string (&tree, "/a/b~1c/-", "x", err)
                 || kbsh_json_set_string (&tree, "/a/b~1c/0", "y", err)
                 || kbsh_json_set_string (&tree, "/d/e/f", "z", err)
             ? -1
             : 0;
}

static int
template_fill (struct kbsh_error *err)
{
  kbsh_autojson json_object *tree = NULL;
  tree = kbsh_template_values (sample, values, err);
  return tree ? 0 : -1;
}

static int
kubeconfig (struct kbsh_error *err)
{
  struct kbsh_kubeconfig spec
      = { "c", "https://h", "CA", "u", "CERT", "KEY", NULL };
  kbsh_autojson json_object *tree = kbsh_kubeconfig (&spec, err);
  return tree ? 0 : -1;
}

static int
kube_path (struct kbsh_error *err)
{
  kbsh_autofree char *path = kbsh_kube_path (values, 0, err);
  return path ? 0 : -1;
}

static int
base64 (struct kbsh_error *err)
{
  kbsh_autofree char *text = kbsh_base64 ("hello", 5);
  kbsh_autofree char *url = kbsh_base64_url ("hello", 5);
  kbsh_autofree char *data = NULL;
  if (!text || !url)
    return kbsh_error_memory (err);
  data = kbsh_base64_decode (text, NULL, err);
  return data ? 0 : -1;
}

static int
file_read (struct kbsh_error *err)
{
  kbsh_autofree char *text = kbsh_file_read ("/proc/self/maps", NULL, err);
  return text ? 0 : -1;
}

static const struct operation
{
  const char *name;
  int (*run) (struct kbsh_error *err);
} operations[] = {
  { "yaml parse", yaml_parse },  { "yaml emit", yaml_emit },
  { "json parse", json_parse },  { "json write", json_write },
  { "json merge", json_merge },  { "json set", json_set },
  { "template", template_fill }, { "kubeconfig", kubeconfig },
  { "kube path", kube_path },    { "base64", base64 },
  { "file read", file_read },    { NULL, NULL },
};

/* Does `n` fail as it should? 0 once there is no such allocation. */
static int
fail_once (const struct operation *o, long n)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  long before = alive;
  int failed;
  hit = 0;
  countdown = n;
  failed = o->run (&err);
  countdown = 0;
  if (alive != before || (hit && (!failed || !err.what[0])) || (!hit && failed))
    {
      fprintf (stderr, "%s, allocation %ld: %s, %ld leaked, '%s' '%s'\n",
               o->name, n, failed ? "failed" : "went well", alive - before,
               err.what, err.why);
      check_failures++;
    }
  check_count++;
  return hit;
}

static int
make_samples (void)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct kbsh_yaml yaml;
  static const char text[]
      = "{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: b}, "
        "x: {y: [1, 2]}, num: 7, gone: ~}";
  if (kbsh_yaml_parse ("f", yaml_text, strlen (yaml_text), &yaml, &err))
    return -1;
  sample = json_object_get (yaml.documents[0].tree);
  kbsh_yaml_free (&yaml);
  if (kbsh_yaml_parse ("f", text, strlen (text), &yaml, &err))
    return -1;
  values = json_object_get (yaml.documents[0].tree);
  kbsh_yaml_free (&yaml);
  return kbsh_json_set_string (&sample, "/whole", "${/x}", &err)
         || kbsh_json_set_string (&sample, "/part-${~1num}", "<${/x}${/num}>",
                                  &err)
         || kbsh_json_set_string (&sample, "/none", "${/gone}", &err);
}

int
main (void)
{
  CHECK (!make_samples ());
  for (const struct operation *o = operations; o->name; o++)
    {
      long n = 1;
      struct kbsh_error err = KBSH_ERROR_INIT;
      CHECK (!o->run (&err)); /* what is made but once is made here */
      while (n < 100000 && fail_once (o, n))
        n++;
      printf ("%s: %ld allocations\n", o->name, n - 1);
      CHECK (n > 1 && n < 100000);
    }
  json_object_put (sample);
  json_object_put (values);
  return check_result ();
}

#endif
