# SPDX-License-Identifier: Apache-2.0
plugin_LTLIBRARIES += plugins/ca-files/ca-files.la
plugins_ca_files_ca_files_la_SOURCES = plugins/ca-files/ca-files.c
plugins_ca_files_ca_files_la_CPPFLAGS = $(PLUGIN_CPPFLAGS)
plugins_ca_files_ca_files_la_LDFLAGS = $(PLUGIN_LINKFLAGS)
plugins_ca_files_ca_files_la_LIBADD = $(PLUGIN_LIBS)
EXTRA_DIST += plugins/ca-files/README.md

check_PROGRAMS += plugins/ca-files/test-ca-files
TESTS += plugins/ca-files/test-ca-files
plugins_ca_files_test_ca_files_SOURCES = plugins/ca-files/test-ca-files.c \
	plugins/ca-files/ca-files.c sdk/test/fake-pki.h
plugins_ca_files_test_ca_files_CPPFLAGS = $(PLUGIN_CPPFLAGS) $(GNUTLS_CFLAGS) \
	-I$(top_srcdir)
plugins_ca_files_test_ca_files_LDADD = sdk/test/libfakehost.la \
	$(PLUGIN_LIBS) $(GNUTLS_LIBS)
