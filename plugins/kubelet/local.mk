# SPDX-License-Identifier: Apache-2.0
plugin_LTLIBRARIES += plugins/kubelet/kubelet.la
noinst_LTLIBRARIES += plugins/kubelet/libkubelet.la
EXTRA_DIST += plugins/kubelet/README.md

plugins_kubelet_libkubelet_la_SOURCES = plugins/kubelet/bootstrap.c \
	plugins/kubelet/explain.c plugins/kubelet/files.c \
	plugins/kubelet/finalize.c plugins/kubelet/joined.c \
	plugins/kubelet/kubelet.h plugins/kubelet/names.c \
	plugins/kubelet/request.c plugins/kubelet/start.c \
	plugins/kubelet/tables.c plugins/kubelet/taken.c \
	plugins/kubelet/wait.c plugins/kubelet/wait.h
plugins_kubelet_libkubelet_la_CPPFLAGS = $(PLUGIN_CPPFLAGS)

plugins_kubelet_kubelet_la_SOURCES = plugins/kubelet/module.c
plugins_kubelet_kubelet_la_CPPFLAGS = $(PLUGIN_CPPFLAGS)
plugins_kubelet_kubelet_la_LDFLAGS = $(PLUGIN_LINKFLAGS)
plugins_kubelet_kubelet_la_LIBADD = plugins/kubelet/libkubelet.la $(PLUGIN_LIBS)

check_PROGRAMS += plugins/kubelet/test-bootstrap plugins/kubelet/test-wait
TESTS += plugins/kubelet/test-bootstrap plugins/kubelet/test-wait
plugins_kubelet_test_bootstrap_SOURCES = plugins/kubelet/test-bootstrap.c \
	plugins/kubelet/test-kit.c plugins/kubelet/test-kit.h
plugins_kubelet_test_bootstrap_CPPFLAGS = $(PLUGIN_CPPFLAGS) -I$(top_srcdir)
plugins_kubelet_test_bootstrap_LDADD = plugins/kubelet/libkubelet.la \
	sdk/test/libfakehost.la $(PLUGIN_LIBS)
plugins_kubelet_test_wait_SOURCES = plugins/kubelet/test-wait.c \
	plugins/kubelet/test-kit.c plugins/kubelet/test-kit.h
plugins_kubelet_test_wait_CPPFLAGS = $(PLUGIN_CPPFLAGS) -I$(top_srcdir)
plugins_kubelet_test_wait_LDADD = plugins/kubelet/libkubelet.la \
	sdk/test/libfakehost.la $(PLUGIN_LIBS)
