# SPDX-License-Identifier: Apache-2.0
plugin_LTLIBRARIES += plugins/controlplane/controlplane.la
plugins_controlplane_controlplane_la_SOURCES = \
	plugins/controlplane/audit.c plugins/controlplane/command.c \
	plugins/controlplane/controlplane.h plugins/controlplane/env.c \
	plugins/controlplane/manifest.c plugins/controlplane/module.c \
	plugins/controlplane/mounts.c plugins/controlplane/probes.c \
	plugins/controlplane/values.c
plugins_controlplane_controlplane_la_CPPFLAGS = $(PLUGIN_CPPFLAGS)
plugins_controlplane_controlplane_la_LDFLAGS = $(PLUGIN_LINKFLAGS)
plugins_controlplane_controlplane_la_LIBADD = $(PLUGIN_LIBS)
controlplanedatadir = $(pkgdatadir)/controlplane
dist_controlplanedata_DATA = plugins/controlplane/audit-policy.yaml \
	plugins/controlplane/pod.yaml
EXTRA_DIST += plugins/controlplane/README.md

check_PROGRAMS += plugins/controlplane/test-controlplane
TESTS += plugins/controlplane/test-controlplane
plugins_controlplane_test_controlplane_SOURCES = \
	plugins/controlplane/test-controlplane.c \
	$(plugins_controlplane_controlplane_la_SOURCES)
plugins_controlplane_test_controlplane_CPPFLAGS = $(PLUGIN_CPPFLAGS) \
	-I$(top_srcdir)
plugins_controlplane_test_controlplane_LDADD = sdk/test/libfakehost.la \
	$(PLUGIN_LIBS)
