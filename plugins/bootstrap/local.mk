# SPDX-License-Identifier: Apache-2.0
# All but the description: the tests use it as well.
noinst_LTLIBRARIES += plugins/bootstrap/libbootstrap.la
plugins_bootstrap_libbootstrap_la_SOURCES = plugins/bootstrap/bootstrap.h \
	plugins/bootstrap/cluster-info.c plugins/bootstrap/create.c \
	plugins/bootstrap/delete.c plugins/bootstrap/generate.c \
	plugins/bootstrap/join-line.c plugins/bootstrap/list.c \
	plugins/bootstrap/secret.c plugins/bootstrap/share.c \
	plugins/bootstrap/show.c plugins/bootstrap/token.c \
	plugins/bootstrap/tokens.c
plugins_bootstrap_libbootstrap_la_CPPFLAGS = $(PLUGIN_CPPFLAGS)
plugins_bootstrap_libbootstrap_la_LIBADD = $(PLUGIN_LIBS)

plugin_LTLIBRARIES += plugins/bootstrap/bootstrap.la
plugins_bootstrap_bootstrap_la_SOURCES = plugins/bootstrap/bootstrap.c
plugins_bootstrap_bootstrap_la_CPPFLAGS = $(PLUGIN_CPPFLAGS)
plugins_bootstrap_bootstrap_la_LDFLAGS = $(PLUGIN_LINKFLAGS)
plugins_bootstrap_bootstrap_la_LIBADD = plugins/bootstrap/libbootstrap.la \
	$(PLUGIN_LIBS)

bootstrapdatadir = $(pkgdatadir)/bootstrap
dist_bootstrapdata_DATA = plugins/bootstrap/cluster-info.yaml \
	plugins/bootstrap/kubeconfig.yaml plugins/bootstrap/rbac.yaml \
	plugins/bootstrap/token.yaml

check_PROGRAMS += plugins/bootstrap/test/test-bootstrap
TESTS += plugins/bootstrap/test/test-bootstrap
plugins_bootstrap_test_test_bootstrap_SOURCES = \
	plugins/bootstrap/test/test-bootstrap.c
plugins_bootstrap_test_test_bootstrap_CPPFLAGS = $(PLUGIN_CPPFLAGS)
plugins_bootstrap_test_test_bootstrap_LDADD = \
	plugins/bootstrap/libbootstrap.la sdk/test/libfakehost.la $(PLUGIN_LIBS)
EXTRA_DIST += plugins/bootstrap/README.md
TESTS += plugins/bootstrap/test/commands.sh
dist_check_SCRIPTS += plugins/bootstrap/test/commands.sh
