/* SPDX-License-Identifier: Apache-2.0
 *
 * The steps of a reset.
 */
#include "reset.h"

#include <kbsh/service.h>

#define FOLDER                                                                 \
  "[{\"name\": \"folder\", \"type\": \"path\", \"required\": true}]"

KBSH_STEP (look, look_run, .name = "reset.look",
           .summary = "look what there is, and what stands in the way");

KBSH_STEP (status, status_run, .name = "reset.status",
           .summary = "take this machine's API server out of the cluster's list",
           .accepts = "[{\"name\": \"kubeconfig\", \"type\": \"any\"}]",
           .touches = "{\"hosts\": [\"*\"]}");

KBSH_STEP (stop, stop_run, .name = "reset.stop",
           .summary = "stop the kubelet",
           .touches = "{\"units\": [\"kubelet\"]}");

KBSH_STEP (pods, pods_run, .name = "reset.pods",
           .summary = "stop and remove all pods",
           .accepts = "[{\"name\": \"service\", \"type\": \"string\"},"
                      " {\"name\": \"socket\", \"type\": \"string\"}]",
           .touches = "{\"calls\": [\"runtime\"]}");

KBSH_STEP (unmount, unmount_run, .name = "reset.unmount",
           .summary = "unmount all below a folder",
           .accepts
           = "[{\"name\": \"folder\", \"type\": \"path\", \"required\": true},"
             " {\"name\": \"flags\", \"type\": \"list\","
             "  \"help\": \"of umount2: MNT_FORCE, ...\"}]",
           .touches = "{\"paths\": [\"${folder}/\"]}");

KBSH_STEP (empty, empty_run, .name = "reset.empty",
           .summary = "remove all below a folder", .accepts = FOLDER,
           .touches = "{\"paths\": [\"${folder}/\"]}");

KBSH_STEP (etcd_data, etcd_data_run, .name = "reset.etcd-data",
           .summary = "remove the data of etcd", .accepts = FOLDER,
           .touches = "{\"paths\": [\"${folder}/\"]}");

KBSH_STEP (files, files_run, .name = "reset.files",
           .summary = "remove kubeconfig files",
           .accepts = "[{\"name\": \"names\", \"type\": \"list\","
                      "  \"required\": true}]",
           .touches = "{\"paths\": [\"/etc/kubernetes/\"]}");

KBSH_STEP (leftovers, leftovers_run, .name = "reset.leftovers",
           .summary = "remove all below the folders that a release had",
           .accepts = "[{\"name\": \"folders\", \"type\": \"list\"}]",
           .touches = "{\"paths\": [\"/var/lib/dockershim/\","
                      " \"/var/run/kubernetes/\", \"/var/lib/cni/\"]}");

KBSH_STEP (iptables, iptables_run, .name = "reset.iptables",
           .summary = "remove the chains KUBE-* of iptables",
           .touches
           = "{\"programs\": [\"iptables-save\", \"iptables-restore\","
             " \"ip6tables-save\", \"ip6tables-restore\","
             " \"iptables-legacy-save\", \"iptables-legacy-restore\","
             " \"ip6tables-legacy-save\", \"ip6tables-legacy-restore\","
             " \"iptables-nft-save\", \"iptables-nft-restore\","
             " \"ip6tables-nft-save\", \"ip6tables-nft-restore\"]}");

KBSH_STEP (cgroups, cgroups_run, .name = "reset.cgroups",
           .summary = "remove the control groups of the pods",
           .touches = "{\"paths\": [\"/sys/fs/cgroup/\"],"
                      " \"units\": [\"kubepods.slice\"]}");

KBSH_STEP (left, left_run, .name = "reset.left",
           .summary = "say what is left",
           .touches = "{\"programs\": [\"iptables-save\", \"ip6tables-save\","
                      " \"iptables-legacy-save\", \"ip6tables-legacy-save\","
                      " \"iptables-nft-save\", \"ip6tables-nft-save\"]}");

static const struct kbsh_service *const services[]
    = { &look,      &status,   &stop,    &pods, &unmount, &empty, &etcd_data,
        &files,     &leftovers, &iptables, &cgroups, &left, NULL };

KBSH_MODULE (.name = "reset", .version = "0.1.0", .licence = "Apache-2.0",
             .vendor = "kbsh", .summary = "take a node apart",
             .services = services);
