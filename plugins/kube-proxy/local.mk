# SPDX-License-Identifier: Apache-2.0
plugin_LTLIBRARIES += plugins/kube-proxy/kube-proxy.la
plugins_kube_proxy_kube_proxy_la_SOURCES = plugins/kube-proxy/kube-proxy.c
plugins_kube_proxy_kube_proxy_la_CPPFLAGS = $(PLUGIN_CPPFLAGS)
plugins_kube_proxy_kube_proxy_la_LDFLAGS = $(PLUGIN_LINKFLAGS)
plugins_kube_proxy_kube_proxy_la_LIBADD = $(PLUGIN_LIBS)
kube_proxydatadir = $(pkgdatadir)/kube-proxy
dist_kube_proxydata_DATA = plugins/kube-proxy/kubeconfig.yaml \
	plugins/kube-proxy/objects.yaml
EXTRA_DIST += plugins/kube-proxy/README.md
