# SPDX-License-Identifier: Apache-2.0
#
# A plugin is a folder with a fragment of its own; this list is the one line
# that adding one edits.
include $(top_srcdir)/plugins/bootstrap/local.mk
include $(top_srcdir)/plugins/ca-files/local.mk
include $(top_srcdir)/plugins/cni-bridge/local.mk
include $(top_srcdir)/plugins/config/local.mk
include $(top_srcdir)/plugins/controlplane/local.mk
include $(top_srcdir)/plugins/coredns/local.mk
include $(top_srcdir)/plugins/cri/local.mk
include $(top_srcdir)/plugins/discovery/local.mk
include $(top_srcdir)/plugins/docker/local.mk
include $(top_srcdir)/plugins/etcd/local.mk
include $(top_srcdir)/plugins/images/local.mk
include $(top_srcdir)/plugins/kube-proxy/local.mk
include $(top_srcdir)/plugins/kubeconfig/local.mk
include $(top_srcdir)/plugins/kubelet/local.mk
include $(top_srcdir)/plugins/node/local.mk
include $(top_srcdir)/plugins/pki/local.mk
include $(top_srcdir)/plugins/preflight/local.mk
include $(top_srcdir)/plugins/reset/local.mk
include $(top_srcdir)/plugins/runtime/local.mk
include $(top_srcdir)/plugins/upload/local.mk
include $(top_srcdir)/plugins/wait/local.mk
include $(top_srcdir)/plugins/workflows/local.mk
