# SPDX-License-Identifier: Apache-2.0
#
# All but main.c is one library of its own, so that unit tests link what the
# program is made of. Each folder's fragment adds to its sources.
CORE_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/core $(JSON_CFLAGS) \
	-DKBSH_PLUGIN_FOLDER='"$(plugindir)"' \
	-DKBSH_DATA_FOLDER='"$(pkgdatadir)"' \
	-DKBSH_STATE_FOLDER='"$(statedir)"' \
	-DKBSH_OVERLAY_FOLDER='"$(sysconfdir)/kbsh/workflows.d"'
CORE_LIBS = core/libcore.la sdk/lib/libkbsh.la $(JSON_LIBS) $(LTDL_LIBS)

noinst_LTLIBRARIES += core/libcore.la
core_libcore_la_SOURCES =
core_libcore_la_CPPFLAGS = $(CORE_CPPFLAGS)

bin_PROGRAMS += core/kbsh
core_kbsh_SOURCES = core/main.c
core_kbsh_CPPFLAGS = $(CORE_CPPFLAGS)
core_kbsh_LDADD = $(CORE_LIBS)
core_kbsh_LDFLAGS = $(AM_LDFLAGS) -pie

include $(top_srcdir)/core/act/local.mk
include $(top_srcdir)/core/cli/local.mk
include $(top_srcdir)/core/flow/local.mk
include $(top_srcdir)/core/http/local.mk
include $(top_srcdir)/core/load/local.mk
include $(top_srcdir)/core/show/local.mk
