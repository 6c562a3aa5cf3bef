# SPDX-License-Identifier: Apache-2.0
# All but the description: the tests use it as well.
noinst_LTLIBRARIES += plugins/discovery/libdiscovery.la
plugins_discovery_libdiscovery_la_SOURCES = plugins/discovery/ca.c \
	plugins/discovery/cluster.c plugins/discovery/discovery.h \
	plugins/discovery/file.c plugins/discovery/find.c \
	plugins/discovery/jws.c plugins/discovery/read.c \
	plugins/discovery/token.c plugins/discovery/url.c
plugins_discovery_libdiscovery_la_CPPFLAGS = $(PLUGIN_CPPFLAGS)
plugins_discovery_libdiscovery_la_LIBADD = $(PLUGIN_LIBS)

plugin_LTLIBRARIES += plugins/discovery/discovery.la
plugins_discovery_discovery_la_SOURCES = plugins/discovery/module.c
plugins_discovery_discovery_la_CPPFLAGS = $(PLUGIN_CPPFLAGS)
plugins_discovery_discovery_la_LDFLAGS = $(PLUGIN_LINKFLAGS)
plugins_discovery_discovery_la_LIBADD = plugins/discovery/libdiscovery.la \
	$(PLUGIN_LIBS)

check_PROGRAMS += plugins/discovery/test/test-discovery
SLOW_TESTS += plugins/discovery/test/test-discovery
plugins_discovery_test_test_discovery_SOURCES = \
	plugins/discovery/test/test-discovery.c
plugins_discovery_test_test_discovery_CPPFLAGS = $(PLUGIN_CPPFLAGS)
plugins_discovery_test_test_discovery_LDADD = \
	plugins/discovery/libdiscovery.la sdk/test/libfakehost.la $(PLUGIN_LIBS)
EXTRA_DIST += plugins/discovery/README.md
