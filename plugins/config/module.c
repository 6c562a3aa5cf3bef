/* SPDX-License-Identifier: Apache-2.0
 *
 * The module `config`: what it offers.
 */
#include "config.h"

#define P(name, type, help)                                                    \
  "{\"name\":\"" name "\",\"type\":\"" type "\",\"help\":\"" help "\"}"
#define NAMED(name, type) "{\"name\":\"" name "\",\"type\":\"" type "\"}"
#define NAMED_SECRET(name)                                                     \
  "{\"name\":\"" name "\",\"type\":\"string\",\"secret\":true}"

/* clang-format off */
/* The flags that say which images. */
#define IMAGE_FLAGS                                                           \
  P ("config", "path", "a configuration file of kubeadm") ","                 \
  P ("feature-gates", "string", "kubeadm's feature gates") ","                \
  P ("image-repository", "string", "where the images are") ","                \
  P ("kubernetes-version", "string", "version of Kubernetes, or a label")
/* clang-format on */

#define LOOK                                                                   \
  "{\"programs\":[\"kubelet\"],\"units\":[\"systemd-resolved.service\"],"      \
  "\"hosts\":[\"dl.k8s.io\"]}"

/* The flags of the workflow; flags.yaml says what becomes of them. */
/* clang-format off */
static const char load_accepts[] = "["
  NAMED ("config", "path") ","
  NAMED ("apiserver-advertise-address", "string") ","
  NAMED ("apiserver-bind-port", "int") ","
  NAMED ("apiserver-cert-extra-sans", "list") ","
  NAMED ("apiserver-extra-args", "list") ","
  NAMED ("audit-policy", "path") ","
  NAMED ("cert-dir", "path") ","
  NAMED_SECRET ("certificate-key") ","
  NAMED ("control-plane-endpoint", "string") ","
  NAMED ("controller-manager-extra-args", "list") ","
  NAMED ("cri-socket", "string") ","
  NAMED ("experimental-patches", "path") ","
  NAMED ("feature-gates", "string") ","
  NAMED ("ignore-preflight-errors", "list") ","
  NAMED ("image-repository", "string") ","
  NAMED ("kubeconfig", "path") ","
  NAMED ("kubeconfig-dir", "path") ","
  NAMED ("kubernetes-version", "string") ","
  NAMED ("node-name", "string") ","
  NAMED ("patches", "path") ","
  NAMED ("pod-network-cidr", "string") ","
  NAMED ("print-manifest", "bool") ","
  NAMED ("scheduler-extra-args", "list") ","
  NAMED ("service-cidr", "string") ","
  NAMED ("service-dns-domain", "string") ","
  NAMED ("skip-certificate-key-print", "bool") ","
  NAMED ("skip-token-print", "bool") ","
  NAMED_SECRET ("token") ","
  NAMED ("token-ttl", "duration") ","
  NAMED ("upload-certs", "bool")
  "]";
/* clang-format on */

static const struct kbsh_step_ops load_ops
    = { sizeof load_ops, config_load_run };
static const struct kbsh_service load
    = { sizeof load,   "step",
        "config.load", "read the configuration and put it as facts",
        load_accepts,  LOOK,
        &load_ops };

KBSH_STEP (read_file, config_read_run, .name = "config.read",
           .summary = "put what a configuration file says as facts",
           .accepts = "[{\"name\":\"config\",\"type\":\"path\","
                      "\"required\":true,\"help\":\"the file\"}]");

/* Those of a workflow that joins; flags-join.yaml. */
/* clang-format off */
static const char join_accepts[] = "["
  NAMED ("api-server-endpoint", "string") ","
  NAMED ("apiserver-advertise-address", "string") ","
  NAMED ("apiserver-bind-port", "int") ","
  NAMED_SECRET ("certificate-key") ","
  NAMED ("config", "path") ","
  NAMED ("control-plane", "bool") ","
  NAMED ("cri-socket", "string") ","
  NAMED ("discovery-file", "string") ","
  NAMED_SECRET ("discovery-token") ","
  NAMED ("discovery-token-ca-cert-hash", "list") ","
  NAMED ("discovery-token-unsafe-skip-ca-verification", "bool") ","
  NAMED ("experimental-patches", "path") ","
  NAMED ("ignore-preflight-errors", "list") ","
  NAMED ("node-name", "string") ","
  NAMED ("patches", "path") ","
  NAMED_SECRET ("tls-bootstrap-token") ","
  NAMED_SECRET ("token")
  "]";
/* clang-format on */

static const struct kbsh_step_ops join_ops
    = { sizeof join_ops, config_join_run };
static const struct kbsh_service join
    = { sizeof join,   "step",
        "config.join", "read how to join a cluster and put it as facts",
        join_accepts,  LOOK,
        &join_ops };

static const struct kbsh_step_ops cluster_ops
    = { sizeof cluster_ops, config_cluster_run };
static const struct kbsh_service cluster
    = { .size = sizeof cluster,
        .role = "step",
        .name = "config.cluster",
        .summary = "read the configuration of the cluster to join",
        .accepts = "[{\"name\":\"join\",\"type\":\"any\",\"required\":true},"
                   "{\"name\":\"kubeconfig\",\"type\":\"any\","
                   "\"required\":true}]",
        .touches = "{\"units\":[\"systemd-resolved.service\"],"
                   "\"hosts\":[\"*\"]}",
        .ops = &cluster_ops };

/* flags-reset.yaml; with the kubeconfig the cluster is asked what it has. */
/* clang-format off */
static const char reset_accepts[] = "["
  NAMED ("cert-dir", "path") ","
  NAMED ("cleanup-tmp-dir", "bool") ","
  NAMED ("config", "path") ","
  NAMED ("cri-socket", "string") ","
  NAMED ("force", "bool") ","
  NAMED ("ignore-preflight-errors", "list") ","
  NAMED ("kubeconfig", "path")
  "]";
/* clang-format on */

KBSH_STEP (reset, config_reset_run, .name = "config.reset",
           .summary = "read how to reset this machine and put it as facts",
           .accepts = reset_accepts,
           .touches = "{\"programs\":[\"kubelet\"],\"hosts\":[\"*\"]}");

#define COMMAND(id, title, typed, about, flags, touch)                         \
  static const struct kbsh_command_ops id##_ops                                \
      = { sizeof id##_ops, typed, config_##id##_run };                         \
  static const struct kbsh_service id = {                                      \
    sizeof id, "command", "config." title, about, flags, touch, &id##_ops      \
  }

#define RELEASE_FLAG                                                           \
  P ("kubernetes-version", "string", "version of Kubernetes, or a label")

/* clang-format off */
#define PRINT_FLAGS                                                           \
  P ("component-configs", "list",                                             \
     "KubeProxyConfiguration, KubeletConfiguration, or both") ","             \
  RELEASE_FLAG
/* clang-format on */

COMMAND (print_init, "print-init", "config print init-defaults",
         "print the defaults of init", "[" PRINT_FLAGS "]", LOOK);
COMMAND (print_join, "print-join", "config print join-defaults",
         "print the defaults of join", "[" RELEASE_FLAG "]", LOOK);
COMMAND (print_reset, "print-reset", "config print reset-defaults",
         "print the defaults of reset", "[" RELEASE_FLAG "]", LOOK);
COMMAND (print_upgrade, "print-upgrade", "config print upgrade-defaults",
         "print the defaults of upgrade", "[" RELEASE_FLAG "]", LOOK);
/* kubeadm reads some versions of its API only when told to. */
#define EXPERIMENTAL_FLAG                                                      \
  P ("allow-experimental-api", "bool",                                         \
     "taken from lines for kubeadm: every version is read that there is")
COMMAND (validate, "validate", "config validate",
         "check a configuration file and say all that is wrong with it",
         "[{\"name\":\"config\",\"type\":\"path\",\"required\":true,"
         "\"help\":\"the file\"}," EXPERIMENTAL_FLAG
         "," P ("allow-deprecated-api", "bool",
                "the same: old versions are read without it") "]",
         LOOK);
COMMAND (
    migrate, "migrate", "config migrate",
    "write a configuration file in another version of the API",
    "[{\"name\":\"old-config\",\"type\":\"path\",\"required\":true,"
    "\"help\":\"the file to read\"}," EXPERIMENTAL_FLAG
    "," P ("new-config", "path",
           "the file to write (default: print it)") ",{\"name\":\"target\","
                                                    "\"type\":\"string\","
                                                    "\"values\":"
                                                    "[\"v1beta2\",\"v1beta3\","
                                                    "\"v1beta4\"],\"default\":"
                                                    "\"v1beta4\","
                                                    "\"help\":\"the version to "
                                                    "write\"}]",
    "{\"paths\":[\"${new-config}\"],\"programs\":[\"kubelet\"],"
    "\"hosts\":[\"dl.k8s.io\"]}");
COMMAND (images_list, "images-list", "config images list",
         "print the images that are needed",
         "[" IMAGE_FLAGS
         ",{\"name\":\"output\",\"short\":\"o\",\"type\":\"string\","
         "\"values\":[\"text\",\"json\",\"yaml\"],\"default\":\"text\","
         "\"help\":\"form of the output\"}]",
         LOOK);
COMMAND (images_pull, "images-pull", "config images pull",
         "pull the images that are needed",
         "[" IMAGE_FLAGS
         "," P ("cri-socket", "string", "socket of the container runtime") "]",
         "{\"programs\":[\"kubelet\"],\"hosts\":[\"dl.k8s.io\"],"
         "\"calls\":[\"step\"]}");

static const struct kbsh_service *const services[]
    = { &load,          &read_file,  &join,       &cluster,
        &reset,         &print_init, &print_join, &print_reset,
        &print_upgrade, &validate,   &migrate,    &images_list,
        &images_pull,   NULL };

KBSH_MODULE (.name = "config", .version = "0.1.0", .licence = "Apache-2.0",
             .vendor = "kbsh",
             .summary = "configuration files, defaults and release tables",
             .services = services);
