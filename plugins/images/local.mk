# SPDX-License-Identifier: Apache-2.0
plugin_LTLIBRARIES += plugins/images/images.la
noinst_LTLIBRARIES += plugins/images/libimages.la
EXTRA_DIST += plugins/images/README.md

plugins_images_libimages_la_SOURCES = plugins/images/pull.c \
	plugins/images/pull.h
plugins_images_libimages_la_CPPFLAGS = $(PLUGIN_CPPFLAGS)

plugins_images_images_la_SOURCES = plugins/images/module.c
plugins_images_images_la_CPPFLAGS = $(PLUGIN_CPPFLAGS)
plugins_images_images_la_LDFLAGS = $(PLUGIN_LINKFLAGS)
plugins_images_images_la_LIBADD = plugins/images/libimages.la $(PLUGIN_LIBS)

check_PROGRAMS += plugins/images/test-pull
TESTS += plugins/images/test-pull
plugins_images_test_pull_SOURCES = plugins/images/test-pull.c
plugins_images_test_pull_CPPFLAGS = $(PLUGIN_CPPFLAGS) -I$(top_srcdir)
plugins_images_test_pull_LDADD = plugins/images/libimages.la \
	sdk/test/libfakehost.la $(PLUGIN_LIBS)
