# SPDX-License-Identifier: Apache-2.0
configreleasesdir = $(pkgdatadir)/config/releases
dist_configreleases_DATA = \
	plugins/config/releases/1.20.yaml plugins/config/releases/1.21.yaml \
	plugins/config/releases/1.22.yaml plugins/config/releases/1.23.yaml \
	plugins/config/releases/1.24.yaml plugins/config/releases/1.25.yaml \
	plugins/config/releases/1.26.yaml plugins/config/releases/1.27.yaml \
	plugins/config/releases/1.28.yaml plugins/config/releases/1.29.yaml \
	plugins/config/releases/1.30.yaml plugins/config/releases/1.31.yaml \
	plugins/config/releases/1.32.yaml plugins/config/releases/1.33.yaml \
	plugins/config/releases/1.34.yaml plugins/config/releases/1.35.yaml \
	plugins/config/releases/1.36.yaml

configdatadir = $(pkgdatadir)/config
dist_configdata_DATA = plugins/config/defaults.yaml \
	plugins/config/documents.yaml plugins/config/flags.yaml \
	plugins/config/flags-join.yaml \
	plugins/config/flags-reset.yaml
configschemasdir = $(pkgdatadir)/config/schemas
dist_configschemas_DATA = plugins/config/schemas/kube-proxy.yaml \
	plugins/config/schemas/kubelet.yaml \
	plugins/config/schemas/v1beta2.yaml \
	plugins/config/schemas/v1beta3.yaml plugins/config/schemas/v1beta4.yaml

# All but the description: the tests use it as well.
noinst_LTLIBRARIES += plugins/config/libconfig.la
plugins_config_libconfig_la_SOURCES = plugins/config/cluster.c \
	plugins/config/components.c \
	plugins/config/config.h plugins/config/convert.c \
	plugins/config/defaults.c plugins/config/facts.c \
	plugins/config/fetch.c \
	plugins/config/flags.c plugins/config/format.c \
	plugins/config/images.c plugins/config/join.c \
	plugins/config/load.c \
	plugins/config/migrate.c plugins/config/names.c \
	plugins/config/print.c plugins/config/problems.c \
	plugins/config/read.c plugins/config/release.c plugins/config/reset.c \
	plugins/config/schema.c plugins/config/stored.c \
	plugins/config/table.c plugins/config/validate.c \
	plugins/config/validate-join.c plugins/config/validate-net.c
plugins_config_libconfig_la_CPPFLAGS = $(PLUGIN_CPPFLAGS)
plugins_config_libconfig_la_LIBADD = $(PLUGIN_LIBS)

plugin_LTLIBRARIES += plugins/config/config.la
plugins_config_config_la_SOURCES = plugins/config/module.c
plugins_config_config_la_CPPFLAGS = $(PLUGIN_CPPFLAGS)
plugins_config_config_la_LDFLAGS = $(PLUGIN_LINKFLAGS)
plugins_config_config_la_LIBADD = plugins/config/libconfig.la $(PLUGIN_LIBS)

check_PROGRAMS += plugins/config/test/test-config
TESTS += plugins/config/test/test-config
plugins_config_test_test_config_SOURCES = plugins/config/test/test-config.c
plugins_config_test_test_config_CPPFLAGS = $(PLUGIN_CPPFLAGS) \
	-I$(top_srcdir)/sdk/test
plugins_config_test_test_config_LDADD = plugins/config/libconfig.la \
	sdk/test/libfakehost.la $(PLUGIN_LIBS)
EXTRA_DIST += plugins/config/README.md plugins/config/test/bad.yaml \
	plugins/config/test/cluster.yaml plugins/config/test/reset.yaml \
	plugins/config/test/good.yaml plugins/config/test/join.yaml \
	plugins/config/test/migrate.yaml \
	plugins/config/test/print.yaml plugins/config/test/expected
TESTS += plugins/config/test/commands.sh
dist_check_SCRIPTS += plugins/config/test/commands.sh
