# SPDX-License-Identifier: Apache-2.0
plugin_LTLIBRARIES += plugins/pki/pki.la
plugins_pki_pki_la_SOURCES = plugins/pki/certificate.c \
	plugins/pki/external.c plugins/pki/keypair.c plugins/pki/module.c \
	plugins/pki/pki-steps.h
plugins_pki_pki_la_CPPFLAGS = $(PLUGIN_CPPFLAGS)
plugins_pki_pki_la_LDFLAGS = $(PLUGIN_LINKFLAGS)
plugins_pki_pki_la_LIBADD = $(PLUGIN_LIBS)
EXTRA_DIST += plugins/pki/README.md
