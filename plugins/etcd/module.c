/* SPDX-License-Identifier: Apache-2.0
 *
 * The members of a cluster's etcd: joining, leaving, and looking after them.
 */
#include "etcd.h"

#include <kbsh/service.h>

static const struct kbsh_command_ops member_list_ops
    = { .size = sizeof member_list_ops,
        .words = "etcd member list",
        .run = member_list_run };
static const struct kbsh_command_ops member_remove_ops
    = { .size = sizeof member_remove_ops,
        .words = "etcd member remove",
        .run = member_remove_run };

#define KUBECONFIG                                                             \
  "{\"name\": \"kubeconfig\", \"type\": \"any\","                              \
  " \"help\": \"how to reach the API server, which knows where etcd is\"}"
#define ENDPOINTS                                                              \
  "{\"name\": \"endpoints\", \"type\": \"list\","                              \
  " \"help\": \"URLs of members, instead of looking for them\"}"
#define COMMAND                                                                \
  "{\"name\": \"kubeconfig\", \"type\": \"path\","                             \
  " \"default\": \"/etc/kubernetes/admin.conf\","                              \
  " \"help\": \"how to reach the API server, where this machine has no"        \
  " member\"},"                                                                \
  " {\"name\": \"cert-dir\", \"type\": \"path\","                              \
  " \"default\": \"/etc/kubernetes/pki\","                                     \
  " \"help\": \"folder of the certificates\"}," ENDPOINTS

KBSH_STEP (check, check_run, .name = "etcd.check",
           .summary = "look whether every member of etcd is well",
           .accepts = "[" KUBECONFIG ", " ENDPOINTS "]",
           .touches = "{\"hosts\": [\"*\"]}");

KBSH_STEP (join, join_run, .name = "etcd.join",
           .summary = "make this machine a member of the cluster's etcd",
           .accepts = "[" KUBECONFIG ", " ENDPOINTS "]",
           .touches
           = "{\"hosts\": [\"*\"], \"calls\": [\"step\"],"
             " \"paths\": [\"${config:/paths/manifests}/etcd.yaml\","
             "  \"${config:/paths/etcd}/member/\"]}");

#define LEAVES                                                                 \
  "[" KUBECONFIG ", " ENDPOINTS ","                                            \
  " {\"name\": \"force\", \"type\": \"bool\","                                 \
  "  \"help\": \"even when the others cannot do without it\"}]"

KBSH_STEP (leave, leave_run, .name = "etcd.leave",
           .summary = "take this machine's member out of etcd",
           .accepts = LEAVES, .touches = "{\"hosts\": [\"*\"]}");

KBSH_STEP (may_leave, may_leave_run, .name = "etcd.may-leave",
           .summary = "look whether etcd can do without this machine",
           .accepts = LEAVES, .touches = "{\"hosts\": [\"*\"]}");

static const struct kbsh_service member_list = {
  .size = sizeof member_list,
  .role = "command",
  .name = "etcd.member-list",
  .summary = "show the members of etcd, and how they are",
  .accepts = "[" COMMAND ","
             " {\"name\": \"output\", \"short\": \"o\", \"type\": \"string\","
             "  \"values\": [\"text\", \"json\"], \"default\": \"text\","
             "  \"help\": \"form of the output\"}]",
  .touches = "{\"hosts\": [\"*\"]}",
  .ops = &member_list_ops,
};

static const struct kbsh_service member_remove = {
  .size = sizeof member_remove,
  .role = "command",
  .name = "etcd.member-remove",
  .summary = "remove a member whose machine is gone",
  .accepts = "[{\"name\": \"member\", \"type\": \"string\","
             "  \"positional\": true, \"required\": true,"
             "  \"help\": \"its ID, name or peer URL\"}," COMMAND ","
             " {\"name\": \"force\", \"type\": \"bool\","
             "  \"help\": \"even when the others cannot do without it\"}]",
  .touches = "{\"hosts\": [\"*\"]}",
  .ops = &member_remove_ops,
};

static const struct kbsh_service *const services[]
    = { &check, &join, &leave, &may_leave, &member_list, &member_remove, NULL };

KBSH_MODULE (.name = "etcd", .version = "0.1.0", .licence = "Apache-2.0",
             .vendor = "kbsh", .summary = "the members of a cluster's etcd",
             .services = services);
