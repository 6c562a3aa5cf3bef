# SPDX-License-Identifier: Apache-2.0
plugin_LTLIBRARIES += plugins/bootstrap/bootstrap.la
plugins_bootstrap_bootstrap_la_SOURCES = plugins/bootstrap/bootstrap.c \
	plugins/bootstrap/bootstrap.h plugins/bootstrap/cluster-info.c \
	plugins/bootstrap/show.c plugins/bootstrap/tokens.c
plugins_bootstrap_bootstrap_la_CPPFLAGS = $(PLUGIN_CPPFLAGS)
plugins_bootstrap_bootstrap_la_LDFLAGS = $(PLUGIN_LINKFLAGS)
plugins_bootstrap_bootstrap_la_LIBADD = $(PLUGIN_LIBS)
bootstrapdatadir = $(pkgdatadir)/bootstrap
dist_bootstrapdata_DATA = plugins/bootstrap/cluster-info.yaml \
	plugins/bootstrap/kubeconfig.yaml plugins/bootstrap/rbac.yaml \
	plugins/bootstrap/token.yaml
EXTRA_DIST += plugins/bootstrap/README.md
