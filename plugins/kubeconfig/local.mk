# SPDX-License-Identifier: Apache-2.0
plugin_LTLIBRARIES += plugins/kubeconfig/kubeconfig.la
plugins_kubeconfig_kubeconfig_la_SOURCES = plugins/kubeconfig/kubeconfig.c
plugins_kubeconfig_kubeconfig_la_CPPFLAGS = $(PLUGIN_CPPFLAGS)
plugins_kubeconfig_kubeconfig_la_LDFLAGS = $(PLUGIN_LINKFLAGS)
plugins_kubeconfig_kubeconfig_la_LIBADD = $(PLUGIN_LIBS)
EXTRA_DIST += plugins/kubeconfig/README.md
