# SPDX-License-Identifier: Apache-2.0
plugin_LTLIBRARIES += plugins/wait/wait.la
plugins_wait_wait_la_SOURCES = plugins/wait/explain.c plugins/wait/probe.c \
	plugins/wait/wait.c plugins/wait/wait.h
plugins_wait_wait_la_CPPFLAGS = $(PLUGIN_CPPFLAGS)
plugins_wait_wait_la_LDFLAGS = $(PLUGIN_LINKFLAGS)
plugins_wait_wait_la_LIBADD = $(PLUGIN_LIBS)
EXTRA_DIST += plugins/wait/README.md
