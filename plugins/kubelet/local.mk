# SPDX-License-Identifier: Apache-2.0
plugin_LTLIBRARIES += plugins/kubelet/kubelet.la
plugins_kubelet_kubelet_la_SOURCES = plugins/kubelet/finalize.c \
	plugins/kubelet/kubelet.h plugins/kubelet/module.c \
	plugins/kubelet/start.c plugins/kubelet/tables.c
plugins_kubelet_kubelet_la_CPPFLAGS = $(PLUGIN_CPPFLAGS)
plugins_kubelet_kubelet_la_LDFLAGS = $(PLUGIN_LINKFLAGS)
plugins_kubelet_kubelet_la_LIBADD = $(PLUGIN_LIBS)
EXTRA_DIST += plugins/kubelet/README.md
