# SPDX-License-Identifier: Apache-2.0
plugin_LTLIBRARIES += plugins/runtime/runtime.la
noinst_LTLIBRARIES += plugins/runtime/libruntime.la
EXTRA_DIST += plugins/runtime/README.md
runtimedatadir = $(pkgdatadir)/runtime
dist_runtimedata_DATA = plugins/runtime/sockets.yaml

plugins_runtime_libruntime_la_SOURCES = plugins/runtime/candidates.c \
	plugins/runtime/choose.c plugins/runtime/detect.c \
	plugins/runtime/detect.h
plugins_runtime_libruntime_la_CPPFLAGS = $(PLUGIN_CPPFLAGS)

plugins_runtime_runtime_la_SOURCES = plugins/runtime/module.c
plugins_runtime_runtime_la_CPPFLAGS = $(PLUGIN_CPPFLAGS)
plugins_runtime_runtime_la_LDFLAGS = $(PLUGIN_LINKFLAGS)
plugins_runtime_runtime_la_LIBADD = plugins/runtime/libruntime.la \
	$(PLUGIN_LIBS)

check_PROGRAMS += plugins/runtime/test-choose
TESTS += plugins/runtime/test-choose
plugins_runtime_test_choose_SOURCES = plugins/runtime/test-choose.c
plugins_runtime_test_choose_CPPFLAGS = $(PLUGIN_CPPFLAGS) -I$(top_srcdir)
plugins_runtime_test_choose_LDADD = plugins/runtime/libruntime.la \
	sdk/test/libfakehost.la $(PLUGIN_LIBS)
