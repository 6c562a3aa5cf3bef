# SPDX-License-Identifier: Apache-2.0
plugin_LTLIBRARIES += plugins/wait/wait.la
WAIT_SOURCES = plugins/wait/explain.c plugins/wait/probe.c \
	plugins/wait/wait.c plugins/wait/wait.h
plugins_wait_wait_la_SOURCES = $(WAIT_SOURCES)
plugins_wait_wait_la_CPPFLAGS = $(PLUGIN_CPPFLAGS)
plugins_wait_wait_la_LDFLAGS = $(PLUGIN_LINKFLAGS)
plugins_wait_wait_la_LIBADD = $(PLUGIN_LIBS)
EXTRA_DIST += plugins/wait/README.md

check_PROGRAMS += plugins/wait/test-wait
TESTS += plugins/wait/test-wait
plugins_wait_test_wait_SOURCES = plugins/wait/test-wait.c $(WAIT_SOURCES)
plugins_wait_test_wait_CPPFLAGS = $(PLUGIN_CPPFLAGS) -I$(top_srcdir)
plugins_wait_test_wait_LDADD = sdk/test/libfakehost.la $(PLUGIN_LIBS)
