# SPDX-License-Identifier: Apache-2.0
plugin_LTLIBRARIES += plugins/etcd/etcd.la
noinst_LTLIBRARIES += plugins/etcd/libetcd.la
EXTRA_DIST += plugins/etcd/README.md

plugins_etcd_libetcd_la_SOURCES = plugins/etcd/check.c \
	plugins/etcd/client.c plugins/etcd/command.c plugins/etcd/connect.c \
	plugins/etcd/endpoints.c \
	plugins/etcd/etcd.h plugins/etcd/join.c plugins/etcd/leave.c \
	plugins/etcd/local.c plugins/etcd/members.c plugins/etcd/queue.c \
	plugins/etcd/start.c
plugins_etcd_libetcd_la_CPPFLAGS = $(PLUGIN_CPPFLAGS)

plugins_etcd_etcd_la_SOURCES = plugins/etcd/module.c
plugins_etcd_etcd_la_CPPFLAGS = $(PLUGIN_CPPFLAGS)
plugins_etcd_etcd_la_LDFLAGS = $(PLUGIN_LINKFLAGS)
plugins_etcd_etcd_la_LIBADD = plugins/etcd/libetcd.la $(PLUGIN_LIBS)

check_PROGRAMS += plugins/etcd/test-etcd
TESTS += plugins/etcd/test-etcd
SLOW_TESTS += plugins/etcd/test-real.sh
plugins_etcd_test_etcd_SOURCES = plugins/etcd/test-etcd.c sdk/test/fake-pki.h
plugins_etcd_test_etcd_CPPFLAGS = $(PLUGIN_CPPFLAGS) $(GNUTLS_CFLAGS) \
	-I$(top_srcdir)
plugins_etcd_test_etcd_LDADD = plugins/etcd/libetcd.la \
	sdk/test/libfakehost.la $(PLUGIN_LIBS) $(GNUTLS_LIBS)
EXTRA_DIST += plugins/etcd/test-real.sh
