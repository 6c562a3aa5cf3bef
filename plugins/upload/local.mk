# SPDX-License-Identifier: Apache-2.0
plugin_LTLIBRARIES += plugins/upload/upload.la
plugins_upload_upload_la_SOURCES = plugins/upload/admin.c \
	plugins/upload/certs.c plugins/upload/config.c \
	plugins/upload/download.c plugins/upload/kubelet.c \
	plugins/upload/shared.c plugins/upload/status.c \
	plugins/upload/upload.c plugins/upload/upload.h
plugins_upload_upload_la_CPPFLAGS = $(PLUGIN_CPPFLAGS)
plugins_upload_upload_la_LDFLAGS = $(PLUGIN_LINKFLAGS)
plugins_upload_upload_la_LIBADD = $(PLUGIN_LIBS)
uploaddatadir = $(pkgdatadir)/upload
dist_uploaddata_DATA = plugins/upload/admin.yaml \
	plugins/upload/kubeadm-certs.yaml plugins/upload/kubeadm-config.yaml \
	plugins/upload/kubelet-client.yaml plugins/upload/kubelet-config.yaml \
	plugins/upload/owner-token.yaml
EXTRA_DIST += plugins/upload/README.md

check_PROGRAMS += plugins/upload/test-download
TESTS += plugins/upload/test-download
plugins_upload_test_download_SOURCES = plugins/upload/test-download.c \
	plugins/upload/download.c plugins/upload/shared.c
plugins_upload_test_download_CPPFLAGS = $(PLUGIN_CPPFLAGS) -I$(top_srcdir)
plugins_upload_test_download_LDADD = sdk/test/libfakehost.la $(PLUGIN_LIBS)
