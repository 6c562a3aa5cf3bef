# SPDX-License-Identifier: Apache-2.0
plugin_LTLIBRARIES += plugins/pki/pki.la
plugins_pki_pki_la_SOURCES = plugins/pki/certificate.c \
	plugins/pki/external.c plugins/pki/keypair.c plugins/pki/module.c \
	plugins/pki/pki-steps.h plugins/pki/shared.c
plugins_pki_pki_la_CPPFLAGS = $(PLUGIN_CPPFLAGS)
plugins_pki_pki_la_LDFLAGS = $(PLUGIN_LINKFLAGS)
plugins_pki_pki_la_LIBADD = $(PLUGIN_LIBS)
EXTRA_DIST += plugins/pki/README.md

check_PROGRAMS += plugins/pki/test-pki-steps
TESTS += plugins/pki/test-pki-steps
plugins_pki_test_pki_steps_SOURCES = plugins/pki/test-pki-steps.c \
	$(plugins_pki_pki_la_SOURCES) sdk/test/fake-pki.h
plugins_pki_test_pki_steps_CPPFLAGS = $(PLUGIN_CPPFLAGS) $(GNUTLS_CFLAGS) \
	-I$(top_srcdir)
plugins_pki_test_pki_steps_LDADD = sdk/test/libfakehost.la \
	$(PLUGIN_LIBS) $(GNUTLS_LIBS)
