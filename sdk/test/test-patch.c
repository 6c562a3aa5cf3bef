/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON Patch (the examples of RFC 6902, appendix A, among others) and
 * strategic merge.
 */
#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/patch.h>

#include "check.h"

static const struct example
{
  const char *tree, *patch;
  const char *result; /* NULL: an error, which has `error` in it */
  const char *error;
} json_examples[] = {
  { "{'foo':'bar'}", "[{'op':'add','path':'/baz','value':'qux'}]",
    "{'baz':'qux','foo':'bar'}", 0 },
  { "{'foo':['bar','baz']}", "[{'op':'add','path':'/foo/1','value':'qux'}]",
    "{'foo':['bar','qux','baz']}", 0 },
  { "{'foo':[1,2,3]}", "[{'op':'add','path':'/foo/0','value':null}]",
    "{'foo':[null,1,2,3]}", 0 },
  { "{'foo':['bar']}", "[{'op':'add','path':'/foo/-','value':['abc','def']}]",
    "{'foo':['bar',['abc','def']]}", 0 },
  { "{'baz':'qux','foo':'bar'}", "[{'op':'remove','path':'/baz'}]",
    "{'foo':'bar'}", 0 },
  { "{'foo':['bar','qux','baz']}", "[{'op':'remove','path':'/foo/1'}]",
    "{'foo':['bar','baz']}", 0 },
  { "{'baz':'qux','foo':'bar'}",
    "[{'op':'replace','path':'/baz','value':'boo'}]",
    "{'baz':'boo','foo':'bar'}", 0 },
  { "{'foo':['all','grass','cows','eat']}",
    "[{'op':'move','from':'/foo/1','path':'/foo/3'}]",
    "{'foo':['all','cows','eat','grass']}", 0 },
  { "{'foo':{'bar':1},'qux':{}}",
    "[{'op':'move','from':'/foo/bar','path':'/qux/thud'}]",
    "{'foo':{},'qux':{'thud':1}}", 0 },
  { "{'a':[1]}", "[{'op':'copy','from':'/a','path':'/b'}]",
    "{'a':[1],'b':[1]}", 0 },
  { "{'a':null}", "[{'op':'test','path':'/a','value':null}]", "{'a':null}",
    0 },
  { "{'/':9,'~1':10}", "[{'op':'test','path':'/~01','value':10}]",
    "{'/':9,'~1':10}", 0 },
  { "{'foo':'bar'}", "[{'op':'replace','path':'','value':[1]}]", "[1]", 0 },
  { "{'baz':'qux'}", "[{'op':'test','path':'/baz','value':'bar'}]", 0,
    "test failed" },
  { "{'foo':'bar'}", "[{'op':'add','path':'/baz/bat','value':'qux'}]", 0,
    "no place /baz/bat" },
  { "{'foo':'bar'}", "[{'op':'remove','path':'/baz'}]", 0,
    "nothing to remove" },
  { "{'foo':[1]}", "[{'op':'add','path':'/foo/3','value':1}]", 0,
    "can be added" },
  { "{'foo':[1]}", "[{'op':'replace','path':'/foo/01','value':1}]", 0,
    "no place" },
  { "{'foo':{}}", "[{'op':'move','from':'/foo','path':'/foo/a'}]", 0,
    "into itself" },
  { "{}", "[{'op':'add','path':'/a'}]", 0, "needs a \"value\"" },
  { "{}", "[{'op':'shuffle','path':'/a'}]", 0, "no operation" },
  { "{}", "{'op':'remove','path':'/a'}", 0, "list of operations" },
  { "{'a':1}", "[{'op':'remove','path':'/a'},{'op':'remove','path':'/b'}]", 0,
    "operation 2" },
}, strategic_examples[] = {
  { "{'spec':{'containers':[{'name':'a','image':'x','env':[{'name':'E',"
    "'value':'1'}]}]}}",
    "{'spec':{'containers':[{'name':'a','env':[{'name':'F','value':'2'}]},"
    "{'name':'b'}]}}",
    "{'spec':{'containers':[{'name':'a','image':'x','env':[{'name':'E',"
    "'value':'1'},{'name':'F','value':'2'}]},{'name':'b'}]}}", 0 },
  { "{'volumes':[{'name':'a'},{'name':'b'}]}",
    "{'volumes':[{'name':'a','$patch':'delete'}]}", "{'volumes':[{'name':'b'}]}",
    0 },
  { "{'volumes':[{'name':'a'},{'name':'b'}]}",
    "{'volumes':[{'$patch':'replace'},{'name':'c'}]}",
    "{'volumes':[{'name':'c'}]}", 0 },
  { "{'resources':{'a':1,'b':2}}",
    "{'resources':{'$patch':'replace','c':3}}", "{'resources':{'c':3}}", 0 },
  { "{'resources':{'a':1}}", "{'resources':{'$patch':'delete'}}",
    "{'resources':{}}", 0 },
  { "{'command':['a','b']}", "{'command':['c']}", "{'command':['c']}", 0 },
  { "{'tolerations':[{'key':'a'}]}", "{'tolerations':[{'key':'b'}]}",
    "{'tolerations':[{'key':'b'}]}", 0 },
  { "{'ports':[{'containerPort':1,'name':'x'}]}",
    "{'ports':[{'containerPort':1,'protocol':'UDP'}]}",
    "{'ports':[{'containerPort':1,'name':'x','protocol':'UDP'}]}", 0 },
  { "{'volumeMounts':[{'name':'a','mountPath':'/a'}]}",
    "{'volumeMounts':[{'name':'b','mountPath':'/a'}]}",
    "{'volumeMounts':[{'name':'b','mountPath':'/a'}]}", 0 },
  { "{'a':1,'b':2}", "{'a':null}", "{'b':2}", 0 },
  { "{'finalizers':['a','b']}", "{'finalizers':['b','c']}",
    "{'finalizers':['a','b','c']}", 0 },
  { "{'finalizers':['a','b']}", "{'$deleteFromPrimitiveList/finalizers':['a']}",
    "{'finalizers':['b']}", 0 },
  { "{'volumes':[{'name':'a','hostPath':{'path':'/x'}}]}",
    "{'volumes':[{'name':'a','$retainKeys':['name','emptyDir'],'emptyDir':{}}]}",
    "{'volumes':[{'name':'a','emptyDir':{}}]}", 0 },
  { "{'env':[{'name':'a'},{'name':'b'}]}",
    "{'$setElementOrder/env':[{'name':'b'},{'name':'a'}]}",
    "{'env':[{'name':'b'},{'name':'a'}]}", 0 },
  { "{}", "{'volumes':[{'name':'a','$patch':'delete'},{'name':'b'}]}",
    "{'volumes':[{'name':'b'}]}", 0 },
  { "{'env':[{'name':'a'}]}", "{'env':[{'value':'b'}]}", 0, "no \"name\"" },
  { "{}", "{'$patch':'shred'}", 0, "no $patch directive" },
  { "{}", "[]", 0, "is an object" },
};

static json_object *
parse (const char *text)
{
  char copy[1024];
  snprintf (copy, sizeof copy, "%s", text);
  for (char *c = copy; *c; c++)
    if (*c == '\'')
      *c = '"';
  return kbsh_json_parse (copy, strlen (copy), NULL);
}

static void
check (const struct example *e, int strategic)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *tree = parse (e->tree);
  kbsh_autojson json_object *before = kbsh_json_copy (tree);
  kbsh_autojson json_object *patch = parse (e->patch);
  kbsh_autojson json_object *want = e->result ? parse (e->result) : NULL;
  kbsh_autojson json_object *got
      = strategic
            ? kbsh_patch_strategic (tree, patch, kbsh_patch_pod_keys (), &err)
            : kbsh_patch_json (tree, patch, &err);
  int good = e->result ? got && kbsh_json_equal (want, got)
                       : !got && strstr (err.what, e->error);
  CHECK (kbsh_json_equal (tree, before));
  CHECK (good);
  if (!good)
    fprintf (stderr, "%s\n  with %s\n  gives %s (%s)\n", e->tree, e->patch,
             got ? json_object_to_json_string (got) : "nothing", err.what);
}

int
main (void)
{
  for (size_t i = 0; i < sizeof json_examples / sizeof *json_examples; i++)
    check (&json_examples[i], 0);
  for (size_t i = 0; i < sizeof strategic_examples / sizeof *strategic_examples;
       i++)
    check (&strategic_examples[i], 1);
  return check_result ();
}
