# SPDX-License-Identifier: Apache-2.0
plugin_LTLIBRARIES += plugins/kubeconfig/kubeconfig.la
plugins_kubeconfig_kubeconfig_la_SOURCES = plugins/kubeconfig/kubeconfig.c
plugins_kubeconfig_kubeconfig_la_CPPFLAGS = $(PLUGIN_CPPFLAGS)
plugins_kubeconfig_kubeconfig_la_LDFLAGS = $(PLUGIN_LINKFLAGS)
plugins_kubeconfig_kubeconfig_la_LIBADD = $(PLUGIN_LIBS)
EXTRA_DIST += plugins/kubeconfig/README.md

check_PROGRAMS += plugins/kubeconfig/test-kubeconfig
TESTS += plugins/kubeconfig/test-kubeconfig
plugins_kubeconfig_test_kubeconfig_SOURCES = \
	plugins/kubeconfig/test-kubeconfig.c \
	$(plugins_kubeconfig_kubeconfig_la_SOURCES) sdk/test/fake-pki.h
plugins_kubeconfig_test_kubeconfig_CPPFLAGS = $(PLUGIN_CPPFLAGS) \
	$(GNUTLS_CFLAGS) -I$(top_srcdir)
plugins_kubeconfig_test_kubeconfig_LDADD = sdk/test/libfakehost.la \
	$(PLUGIN_LIBS) $(GNUTLS_LIBS)
