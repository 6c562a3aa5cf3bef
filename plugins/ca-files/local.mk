# SPDX-License-Identifier: Apache-2.0
plugin_LTLIBRARIES += plugins/ca-files/ca-files.la
plugins_ca_files_ca_files_la_SOURCES = plugins/ca-files/ca-files.c
plugins_ca_files_ca_files_la_CPPFLAGS = $(PLUGIN_CPPFLAGS)
plugins_ca_files_ca_files_la_LDFLAGS = $(PLUGIN_LINKFLAGS)
plugins_ca_files_ca_files_la_LIBADD = $(PLUGIN_LIBS)
EXTRA_DIST += plugins/ca-files/README.md
