/* SPDX-License-Identifier: Apache-2.0
 *
 * The checks that a Kubernetes node has to pass, under kubeadm's names.
 */
#include "preflight.h"

#define ROOT                                                                   \
  "{\"name\": \"root\", \"type\": \"path\", \"default\": \"/\","               \
  " \"help\": \"the folder that stands for the machine's root\"}"

#define CHECK(id, service, about, reaches)                                     \
  KBSH_CHECK (id##_service, check_##id, .name = "preflight." service,          \
              .summary = about, .accepts = "[" ROOT "]", .touches = reaches)

CHECK (user, "user", "IsPrivilegedUser", NULL);
CHECK (resources, "resources", "NumCPU, Mem", NULL);
CHECK (swap, "swap", "Swap", NULL);
CHECK (ports, "ports", "Port-N: nothing else listens there", NULL);
CHECK (files, "files", "FileAvailable-PATH, DirAvailable-PATH", NULL);
CHECK (programs, "programs", "FileExisting-PROGRAM", NULL);
CHECK (contents, "contents", "FileContent-PATH: kernel settings", NULL);
CHECK (system, "system", "SystemVerification", NULL);
CHECK (versions, "versions", "KubeletVersion, KubernetesVersion",
       "{\"programs\": [\"kubelet\"]}");
CHECK (etcd, "etcd", "ExternalEtcdVersion, ExternalEtcdClientCertificates",
       "{\"hosts\": [\"*\"]}");
CHECK (services, "services", "Service-NAME, Firewalld, IsDockerSystemdCheck",
       "{\"units\": [\"kubelet.service\", \"docker.service\","
       " \"firewalld.service\"]}");
CHECK (proxy, "proxy", "HTTPProxy, HTTPProxyCIDR", NULL);
CHECK (hostname, "hostname", "Hostname", NULL);
CHECK (runtime, "runtime", "CRI, ContainerRuntimeVersion",
       "{\"calls\": [\"runtime\"]}");
CHECK (arguments, "arguments", "ExtraArgs: names of extra arguments", NULL);
CHECK (authorization, "authorization",
       "FileExisting-PATH of the modes ABAC and Webhook", NULL);
KBSH_CHECK (join_service, check_join, .name = "preflight.join",
            .summary = "ControlPlaneEndpoint, SharedCertificates: what a "
                       "control plane needs to join",
            .accepts
            = "[" ROOT ",{\"name\": \"ca-backend\", \"type\": \"string\"}]");
CHECK (ipvs, "ipvs", "RequiredIPVSKernelModulesAvailable", NULL);

static const struct kbsh_service *const all[] = { &user_service,
                                                  &resources_service,
                                                  &swap_service,
                                                  &ports_service,
                                                  &files_service,
                                                  &programs_service,
                                                  &contents_service,
                                                  &system_service,
                                                  &versions_service,
                                                  &etcd_service,
                                                  &services_service,
                                                  &proxy_service,
                                                  &hostname_service,
                                                  &runtime_service,
                                                  &arguments_service,
                                                  &authorization_service,
                                                  &ipvs_service,
                                                  &join_service,
                                                  NULL };

KBSH_MODULE (.name = "preflight", .version = "0.1.0", .licence = "Apache-2.0",
             .vendor = "kbsh", .summary = "the checks of a Kubernetes node",
             .services = all);
