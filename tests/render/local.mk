# SPDX-License-Identifier: Apache-2.0
check_PROGRAMS += tests/render/compare
tests_render_compare_SOURCES = tests/render/compare.c
tests_render_compare_CPPFLAGS = $(AM_CPPFLAGS) $(JSON_CFLAGS)
tests_render_compare_LDADD = sdk/lib/libkbsh.la $(JSON_LIBS)
dist_check_SCRIPTS += tests/render/objects.sh tests/render/render.sh tests/render/variants.sh
TESTS += tests/render/objects.sh tests/render/render.sh tests/render/variants.sh
EXTRA_DIST += tests/render/defaults.yaml tests/render/objects.py \
	tests/render/v1.20.2 tests/render/v1.36.2
