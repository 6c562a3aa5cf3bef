# SPDX-License-Identifier: Apache-2.0
#
# cri.runtime. The messages are generated from cri.proto, and compiled without
# our warnings: they are not our text.
plugin_LTLIBRARIES += plugins/cri/cri.la
noinst_LTLIBRARIES += plugins/cri/libcri.la plugins/cri/libcripb.la
cri_messages = plugins/cri/cri.pb-c.c plugins/cri/cri.pb-c.h
BUILT_SOURCES += $(cri_messages)
CLEANFILES += $(cri_messages)
EXTRA_DIST += plugins/cri/cri.proto plugins/cri/README.md
CRI_CPPFLAGS = $(PLUGIN_CPPFLAGS) -I. $(PROTOBUF_C_CFLAGS)

plugins/cri/cri.pb-c.c: plugins/cri/cri.proto
	$(AM_V_GEN)$(MKDIR_P) plugins/cri && $(PROTOC_C) \
	  --proto_path=$(top_srcdir) --c_out=. \
	  $(top_srcdir)/plugins/cri/cri.proto
plugins/cri/cri.pb-c.h: plugins/cri/cri.pb-c.c

plugins_cri_libcripb_la_CFLAGS = $(AM_CFLAGS) -w
plugins_cri_libcripb_la_CPPFLAGS = $(CRI_CPPFLAGS)
nodist_plugins_cri_libcripb_la_SOURCES = $(cri_messages)

plugins_cri_libcri_la_SOURCES = plugins/cri/api.c plugins/cri/api.h \
	plugins/cri/clear.c plugins/cri/containers.c plugins/cri/describe.c plugins/cri/grpc.c \
	plugins/cri/grpc.h plugins/cri/images.c
plugins_cri_libcri_la_CPPFLAGS = $(CRI_CPPFLAGS)
plugins_cri_libcri_la_LIBADD = plugins/cri/libcripb.la $(PROTOBUF_C_LIBS)

plugins_cri_cri_la_SOURCES = plugins/cri/module.c
plugins_cri_cri_la_CPPFLAGS = $(CRI_CPPFLAGS)
plugins_cri_cri_la_LDFLAGS = $(PLUGIN_LINKFLAGS)
plugins_cri_cri_la_LIBADD = plugins/cri/libcri.la $(PLUGIN_LIBS)

check_PROGRAMS += plugins/cri/test-grpc
TESTS += plugins/cri/test-grpc plugins/cri/test-real.sh
EXTRA_DIST += plugins/cri/test-real.sh
plugins_cri_test_grpc_SOURCES = plugins/cri/test-grpc.c
plugins_cri_test_grpc_CPPFLAGS = $(CRI_CPPFLAGS) -I$(top_srcdir)
plugins_cri_test_grpc_LDADD = plugins/cri/libcri.la $(PLUGIN_LIBS)
