# SPDX-License-Identifier: Apache-2.0
plugin_LTLIBRARIES += plugins/node/node.la
plugins_node_node_la_SOURCES = plugins/node/joined.c plugins/node/node.c \
	plugins/node/node.h
plugins_node_node_la_CPPFLAGS = $(PLUGIN_CPPFLAGS)
plugins_node_node_la_LDFLAGS = $(PLUGIN_LINKFLAGS)
plugins_node_node_la_LIBADD = $(PLUGIN_LIBS)
EXTRA_DIST += plugins/node/README.md
