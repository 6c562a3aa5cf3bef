# SPDX-License-Identifier: Apache-2.0
plugin_LTLIBRARIES += plugins/etcd/etcd.la
noinst_LTLIBRARIES += plugins/etcd/libetcd.la
EXTRA_DIST += plugins/etcd/README.md

plugins_etcd_libetcd_la_SOURCES = plugins/etcd/check.c \
	plugins/etcd/client.c plugins/etcd/command.c plugins/etcd/connect.c \
	plugins/etcd/etcd.h plugins/etcd/join.c plugins/etcd/leave.c \
	plugins/etcd/local.c plugins/etcd/members.c plugins/etcd/queue.c \
	plugins/etcd/start.c
plugins_etcd_libetcd_la_CPPFLAGS = $(PLUGIN_CPPFLAGS)

plugins_etcd_etcd_la_SOURCES = plugins/etcd/module.c
plugins_etcd_etcd_la_CPPFLAGS = $(PLUGIN_CPPFLAGS)
plugins_etcd_etcd_la_LDFLAGS = $(PLUGIN_LINKFLAGS)
plugins_etcd_etcd_la_LIBADD = plugins/etcd/libetcd.la $(PLUGIN_LIBS)

TESTS += plugins/etcd/test-real.sh
EXTRA_DIST += plugins/etcd/test-real.sh
