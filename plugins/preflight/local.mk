# SPDX-License-Identifier: Apache-2.0
plugin_LTLIBRARIES += plugins/preflight/preflight.la
noinst_LTLIBRARIES += plugins/preflight/libpreflight.la
EXTRA_DIST += plugins/preflight/README.md
preflightdatadir = $(pkgdatadir)/preflight
dist_preflightdata_DATA = plugins/preflight/arguments.yaml \
	plugins/preflight/contents.yaml plugins/preflight/files.yaml \
	plugins/preflight/ipvs.yaml plugins/preflight/limits.yaml \
	plugins/preflight/ports.yaml plugins/preflight/programs.yaml \
	plugins/preflight/system.yaml
preflightargumentsdir = $(preflightdatadir)/arguments
dist_preflightarguments_DATA = plugins/preflight/arguments/1.20.yaml

plugins_preflight_libpreflight_la_SOURCES = \
	plugins/preflight/arguments.c plugins/preflight/authorization.c \
	plugins/preflight/cgroups.c plugins/preflight/common.c \
	plugins/preflight/contents.c plugins/preflight/etcd.c \
	plugins/preflight/files.c plugins/preflight/hostname.c \
	plugins/preflight/ipvs.c plugins/preflight/join.c \
	plugins/preflight/kconfig.c \
	plugins/preflight/kernel.c plugins/preflight/listen.c \
	plugins/preflight/machine.c plugins/preflight/own.c \
	plugins/preflight/ports.c plugins/preflight/preflight.h \
	plugins/preflight/programs.c plugins/preflight/proxy.c \
	plugins/preflight/runtime.c plugins/preflight/services.c \
	plugins/preflight/system.c plugins/preflight/system.h \
	plugins/preflight/versions.c
plugins_preflight_libpreflight_la_CPPFLAGS = $(PLUGIN_CPPFLAGS) $(ZLIB_CFLAGS)
plugins_preflight_libpreflight_la_LIBADD = $(ZLIB_LIBS)

plugins_preflight_preflight_la_SOURCES = plugins/preflight/module.c
plugins_preflight_preflight_la_CPPFLAGS = $(PLUGIN_CPPFLAGS)
plugins_preflight_preflight_la_LDFLAGS = $(PLUGIN_LINKFLAGS)
plugins_preflight_preflight_la_LIBADD = \
	plugins/preflight/libpreflight.la $(PLUGIN_LIBS)

check_PROGRAMS += plugins/preflight/test-preflight
TESTS += plugins/preflight/test-preflight plugins/preflight/test-real.sh
EXTRA_DIST += plugins/preflight/test-real.sh
plugins_preflight_test_preflight_SOURCES = plugins/preflight/test-preflight.c
plugins_preflight_test_preflight_CPPFLAGS = $(PLUGIN_CPPFLAGS) -I$(top_srcdir)
plugins_preflight_test_preflight_LDADD = plugins/preflight/libpreflight.la \
	sdk/test/libfakehost.la $(PLUGIN_LIBS)
