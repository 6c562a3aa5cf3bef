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

# Tests.
DISCOVERY_TESTS = plugins/discovery/test/test-file \
	plugins/discovery/test/test-token
check_PROGRAMS += $(DISCOVERY_TESTS)
SLOW_TESTS += $(DISCOVERY_TESTS)
DISCOVERY_WORLD = plugins/discovery/test/world.c \
	plugins/discovery/test/world.h sdk/test/check.h
DISCOVERY_TEST_LIBS = plugins/discovery/libdiscovery.la \
	sdk/test/libfakehost.la $(PLUGIN_LIBS)
plugins_discovery_test_test_file_SOURCES = \
	plugins/discovery/test/test-file.c $(DISCOVERY_WORLD)
plugins_discovery_test_test_file_CPPFLAGS = $(PLUGIN_CPPFLAGS)
plugins_discovery_test_test_file_LDADD = $(DISCOVERY_TEST_LIBS)
plugins_discovery_test_test_token_SOURCES = \
	plugins/discovery/test/test-token.c $(DISCOVERY_WORLD)
plugins_discovery_test_test_token_CPPFLAGS = $(PLUGIN_CPPFLAGS)
plugins_discovery_test_test_token_LDADD = $(DISCOVERY_TEST_LIBS)
EXTRA_DIST += plugins/discovery/README.md
