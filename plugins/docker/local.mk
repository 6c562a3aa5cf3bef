# SPDX-License-Identifier: Apache-2.0
plugin_LTLIBRARIES += plugins/docker/docker.la
noinst_LTLIBRARIES += plugins/docker/libdocker.la
EXTRA_DIST += plugins/docker/README.md

plugins_docker_libdocker_la_SOURCES = plugins/docker/clear.c plugins/docker/containers.c \
	plugins/docker/describe.c plugins/docker/engine.c \
	plugins/docker/engine.h plugins/docker/images.c
plugins_docker_libdocker_la_CPPFLAGS = $(PLUGIN_CPPFLAGS)

plugins_docker_docker_la_SOURCES = plugins/docker/module.c
plugins_docker_docker_la_CPPFLAGS = $(PLUGIN_CPPFLAGS)
plugins_docker_docker_la_LDFLAGS = $(PLUGIN_LINKFLAGS)
plugins_docker_docker_la_LIBADD = plugins/docker/libdocker.la $(PLUGIN_LIBS)
