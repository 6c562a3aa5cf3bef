# SPDX-License-Identifier: Apache-2.0
plugin_LTLIBRARIES += plugins/reset/reset.la
noinst_LTLIBRARIES += plugins/reset/libreset.la
EXTRA_DIST += plugins/reset/README.md

plugins_reset_libreset_la_SOURCES = plugins/reset/cgroups.c \
	plugins/reset/clean.c plugins/reset/guard.c plugins/reset/iptables.c \
	plugins/reset/left.c plugins/reset/look.c plugins/reset/manifest.c \
	plugins/reset/reset.h plugins/reset/status.c
plugins_reset_libreset_la_CPPFLAGS = $(PLUGIN_CPPFLAGS)

plugins_reset_reset_la_SOURCES = plugins/reset/module.c
plugins_reset_reset_la_CPPFLAGS = $(PLUGIN_CPPFLAGS)
plugins_reset_reset_la_LDFLAGS = $(PLUGIN_LINKFLAGS)
plugins_reset_reset_la_LIBADD = plugins/reset/libreset.la $(PLUGIN_LIBS)

check_PROGRAMS += plugins/reset/test-reset plugins/reset/test-steps
TESTS += plugins/reset/test-reset plugins/reset/test-steps
plugins_reset_test_reset_SOURCES = plugins/reset/test-reset.c
plugins_reset_test_reset_CPPFLAGS = $(PLUGIN_CPPFLAGS)
plugins_reset_test_reset_LDADD = plugins/reset/libreset.la \
	sdk/test/libfakehost.la $(PLUGIN_LIBS)
plugins_reset_test_steps_SOURCES = plugins/reset/test-steps.c
plugins_reset_test_steps_CPPFLAGS = $(PLUGIN_CPPFLAGS)
plugins_reset_test_steps_LDADD = plugins/reset/libreset.la \
	sdk/test/libfakehost.la $(PLUGIN_LIBS)
