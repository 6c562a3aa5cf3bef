# SPDX-License-Identifier: Apache-2.0
core_libcore_la_SOURCES += core/load/check.h core/load/declare.c \
	core/load/file.c core/load/loader.c core/load/loader.h \
	core/load/probe.c core/load/probe.h core/load/registry.c \
	core/load/registry.h core/load/service.c
