/* SPDX-License-Identifier: Apache-2.0
 *
 * The addon cni-bridge: a network for the pods of a single host. One file, and
 * no image to pull: the node becomes Ready with it.
 */
#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/net.h>
#include <kbsh/plugin.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <string.h>
#include <unistd.h>

#define ADDRESSES "/var/lib/cni/networks/"
#define FALLBACK_NETWORK "10.244.0.0/16"

/* The part of the pod network that the first node gets: /24 or /64, as the
 * controller manager hands it out by default. */
static int
node_part (const char *text, char out[50], struct kbsh_error *err)
{
  struct kbsh_network n;
  int wanted;
  if (kbsh_network_parse (text, 1, &n, err))
    return -1;
  wanted = n.address.bits == 32 ? 24 : 64;
  if (n.prefix < wanted)
    n.prefix = wanted;
  kbsh_network_text (&n, out);
  return 0;
}

static int
add_family (json_object **values, const char *pod_network,
            struct kbsh_error *err)
{
  kbsh_autojson json_object *range = NULL, *ranges = NULL, *route = NULL;
  char subnet[50];
  if (node_part (pod_network, subnet, err)
      || kbsh_json_set_string (&range, "/subnet", subnet, err)
      || kbsh_json_set_string (
          &route, "/dst", strchr (subnet, ':') ? "::/0" : "0.0.0.0/0", err))
    return -1;
  ranges = json_object_new_array ();
  if (!ranges || json_object_array_add (ranges, json_object_get (range)))
    return kbsh_error_memory (err);
  if (kbsh_json_set (values, "/ranges/-", kbsh_steal (&ranges), err))
    return -1;
  return kbsh_json_set (values, "/routes/-", kbsh_steal (&route), err);
}

/* One entry a family: the pod network may be "v4,v6". */
static json_object *
network_values (struct kbsh_ctx *ctx)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *values = json_object_new_object ();
  const char *given = kbsh_input_string (ctx, "pod-network", NULL);
  kbsh_autofree char *list = strdup (given ? given : FALLBACK_NETWORK);
  char *rest = NULL;
  int status = list && values ? 0 : kbsh_error_memory (&err);
  if (!status)
    status = kbsh_json_set (&values, "/ranges", json_object_new_array (), &err);
  if (!status)
    status = kbsh_json_set (&values, "/routes", json_object_new_array (), &err);
  for (char *one = !status ? strtok_r (list, ",", &rest) : NULL; one && !status;
       one = strtok_r (NULL, ",", &rest))
    status = add_family (&values, one, &err);
  if (!status)
    return kbsh_steal (&values);
  kbsh_error_wrap (&err, "the network of the pods");
  kbsh_fail_error (ctx, &err);
  return NULL;
}

static json_object *
network (struct kbsh_ctx *ctx)
{
  kbsh_autojson json_object *values = network_values (ctx);
  return values ? kbsh_data (ctx, "cni-bridge", "network.yaml", values) : NULL;
}

static const char *
path_of (struct kbsh_ctx *ctx)
{
  return ctx->host->get_string (ctx, "path",
                                "/etc/cni/net.d/10-kbsh-bridge.conflist");
}

/* The programs that the runtime will run must be there. */
static int
check_programs (struct kbsh_ctx *ctx)
{
  static const char *const programs[] = { "bridge", "host-local", "portmap" };
  const char *folder = ctx->host->get_string (ctx, "bin-dir", "/opt/cni/bin");
  for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
    {
      kbsh_autofree char *own = kbsh_text ("%s/%s", folder, programs[i]);
      kbsh_autofree char *debian = kbsh_text ("/usr/lib/cni/%s", programs[i]);
      if (!own || !debian)
        return kbsh_fail_memory (ctx);
      if (access (own, X_OK) && access (debian, X_OK))
        return kbsh_fail (
            ctx, "neither the runtime's folder nor /usr/lib/cni has it",
            "apt-get install containernetworking-plugins",
            "the CNI plugin %s is missing", programs[i]);
    }
  return 0;
}

static int
bridge_render (struct kbsh_ctx *ctx)
{
  json_object *tree = network (ctx);
  return tree ? kbsh_put (ctx, "/objects/-", tree) : -1;
}

static int
bridge_apply (struct kbsh_ctx *ctx)
{
  kbsh_autojson json_object *tree = network (ctx);
  const char *text;
  if (!tree || check_programs (ctx))
    return -1;
  if (ctx->host->get_bool (ctx, "print-manifest", 0))
    return kbsh_print (ctx, "%s\n", json_object_to_json_string (tree));
  text = json_object_to_json_string_ext (
      tree, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE);
  if (!text)
    return kbsh_fail_memory (ctx);
  return ctx->host->make_dir (ctx, "/etc/cni/net.d", 0755)
             ? -1
             : kbsh_write (ctx, path_of (ctx), text, 0644);
}

static int
bridge_verify (struct kbsh_ctx *ctx)
{
  kbsh_autojson json_object *tree = network (ctx), *have = NULL;
  size_t length = 0;
  const char *text = ctx->host->read_file (ctx, path_of (ctx), &length);
  if (!tree || ctx->host->failed (ctx))
    return -1;
  have = text ? kbsh_json_parse (text, length, NULL) : NULL;
  return kbsh_json_equal (have, tree)
             ? 0
             : kbsh_fail (ctx, text ? "it was changed" : "it is not there",
                          "apply the addon again", "%s", path_of (ctx));
}

/* The addresses that the plugin host-local handed out lie in a folder with the
 * network's name. */
static int
remove_addresses (struct kbsh_ctx *ctx, const char *network)
{
  kbsh_autofree char *folder
      = kbsh_text (ADDRESSES "%s", network && *network ? network : "");
  if (!folder)
    return kbsh_fail_memory (ctx);
  return network && *network && !strchr (network, '/') && *network != '.'
             ? ctx->host->remove_tree (ctx, folder, 0)
             : 0;
}

/* With the last pod its end of the link went; the bridge stays for ever. */
static int
remove_link (struct kbsh_ctx *ctx, const char *link)
{
  const char *const argv[] = { "ip", "link", "delete", link, NULL };
  struct kbsh_program run = { .size = sizeof run, .argv = argv };
  struct kbsh_output output = { .size = sizeof output };
  kbsh_autofree char *path = kbsh_text ("/sys/class/net/%s/bridge", link);
  if (!path)
    return kbsh_fail_memory (ctx);
  return access (path, F_OK) ? 0 : ctx->host->run_program (ctx, &run, &output);
}

/* What is there says which bridge it was; the file goes last, so that a
 * removal that was cut off is made again. */
static int
bridge_remove (struct kbsh_ctx *ctx)
{
  size_t length = 0;
  const char *text = ctx->host->read_file (ctx, path_of (ctx), &length);
  kbsh_autojson json_object *have
      = text ? kbsh_json_parse (text, length, NULL) : NULL;
  const char *link = kbsh_json_string (have, "/plugins/0/bridge", NULL);
  if (ctx->host->failed (ctx)
      || remove_addresses (ctx, kbsh_json_string (have, "/name", NULL))
      || (link && *link != '-' && remove_link (ctx, link)))
    return -1;
  return ctx->host->remove_file (ctx, path_of (ctx));
}

static const struct kbsh_addon_ops ops = {
  .size = sizeof ops,
  .render = bridge_render,
  .apply = bridge_apply,
  .verify = bridge_verify,
  .remove = bridge_remove,
};

static const struct kbsh_service addon = {
  .size = sizeof addon,
  .role = "addon",
  .name = "cni-bridge.addon",
  .summary = "a bridge network for the pods of a single host",
  .accepts = "[{\"name\": \"pod-network\", \"type\": \"string\","
             "  \"help\": \"the network of the pods (10.244.0.0/16)\"},"
             " {\"name\": \"path\", \"type\": \"path\","
             "  \"help\": \"where the CNI configuration goes\"},"
             " {\"name\": \"bin-dir\", \"type\": \"path\","
             "  \"help\": \"where the runtime's CNI plugins are\"},"
             " {\"name\": \"print-manifest\", \"type\": \"bool\","
             "  \"help\": \"print the configuration, and write nothing\"}]",
  .touches = "{\"paths\": [\"/etc/cni/net.d/\", \"${path}\","
             "  \"" ADDRESSES "\"], \"programs\": [\"ip\"]}",
  .ops = &ops,
};

static const struct kbsh_service *const services[] = { &addon, NULL };

KBSH_MODULE (.name = "cni-bridge", .version = "0.1.0", .licence = "Apache-2.0",
             .vendor = "kbsh",
             .summary = "pod network of a single host, off by default",
             .services = services);
