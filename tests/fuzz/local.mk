# SPDX-License-Identifier: Apache-2.0
#
# Fuzz targets. `make check` runs each over its corpus; with --enable-fuzzing
# (clang) they are libFuzzer programs instead: see run.sh.
FUZZ_TARGETS = tests/fuzz/fuzz-json tests/fuzz/fuzz-kubeconfig \
	tests/fuzz/fuzz-pem tests/fuzz/fuzz-template \
	tests/fuzz/fuzz-text tests/fuzz/fuzz-yaml \
	tests/fuzz/fuzz-wire
check_PROGRAMS += $(FUZZ_TARGETS)
if FUZZING
FUZZ_MAIN =
FUZZ_LINKFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
else
FUZZ_MAIN = tests/fuzz/replay.c
FUZZ_LINKFLAGS = $(AM_LDFLAGS)
TESTS += $(FUZZ_TARGETS)
endif
FUZZ_CPPFLAGS = $(AM_CPPFLAGS) $(JSON_CFLAGS) -I$(top_srcdir)/sdk/test
FUZZ_LIBS = sdk/lib/libkbsh.la $(JSON_LIBS)
fuzz: $(FUZZ_TARGETS)
.PHONY: fuzz
EXTRA_DIST += tests/fuzz/corpus tests/fuzz/run.sh tests/fuzz/fuzz.h \
	tests/fuzz/replay.c

tests_fuzz_fuzz_json_SOURCES = tests/fuzz/fuzz-json.c
nodist_tests_fuzz_fuzz_json_SOURCES = $(FUZZ_MAIN)
tests_fuzz_fuzz_json_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_NAME='"json"'
tests_fuzz_fuzz_json_LDFLAGS = $(FUZZ_LINKFLAGS)
tests_fuzz_fuzz_json_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_kubeconfig_SOURCES = tests/fuzz/fuzz-kubeconfig.c
nodist_tests_fuzz_fuzz_kubeconfig_SOURCES = $(FUZZ_MAIN)
tests_fuzz_fuzz_kubeconfig_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_NAME='"kubeconfig"'
tests_fuzz_fuzz_kubeconfig_LDFLAGS = $(FUZZ_LINKFLAGS)
tests_fuzz_fuzz_kubeconfig_LDADD = sdk/test/libfakehost.la $(FUZZ_LIBS)
tests_fuzz_fuzz_pem_SOURCES = tests/fuzz/fuzz-pem.c
nodist_tests_fuzz_fuzz_pem_SOURCES = $(FUZZ_MAIN)
tests_fuzz_fuzz_pem_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_NAME='"pem"'
tests_fuzz_fuzz_pem_LDFLAGS = $(FUZZ_LINKFLAGS)
tests_fuzz_fuzz_pem_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_template_SOURCES = tests/fuzz/fuzz-template.c
nodist_tests_fuzz_fuzz_template_SOURCES = $(FUZZ_MAIN)
tests_fuzz_fuzz_template_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_NAME='"template"'
tests_fuzz_fuzz_template_LDFLAGS = $(FUZZ_LINKFLAGS)
tests_fuzz_fuzz_template_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_text_SOURCES = tests/fuzz/fuzz-text.c
nodist_tests_fuzz_fuzz_text_SOURCES = $(FUZZ_MAIN)
tests_fuzz_fuzz_text_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_NAME='"text"'
tests_fuzz_fuzz_text_LDFLAGS = $(FUZZ_LINKFLAGS)
tests_fuzz_fuzz_text_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_yaml_SOURCES = tests/fuzz/fuzz-yaml.c
nodist_tests_fuzz_fuzz_yaml_SOURCES = $(FUZZ_MAIN)
tests_fuzz_fuzz_yaml_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_NAME='"yaml"'
tests_fuzz_fuzz_yaml_LDFLAGS = $(FUZZ_LINKFLAGS)
tests_fuzz_fuzz_yaml_LDADD = $(FUZZ_LIBS)

FUZZ_CONFIG = tests/fuzz/fuzz-config
check_PROGRAMS += $(FUZZ_CONFIG)
fuzz: $(FUZZ_CONFIG)
if !FUZZING
TESTS += $(FUZZ_CONFIG)
endif
tests_fuzz_fuzz_config_SOURCES = tests/fuzz/fuzz-config.c
nodist_tests_fuzz_fuzz_config_SOURCES = $(FUZZ_MAIN)
tests_fuzz_fuzz_config_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_NAME='"config"' \
	-DFUZZ_TOP='"$(abs_top_srcdir)"'
tests_fuzz_fuzz_config_LDFLAGS = $(FUZZ_LINKFLAGS)
tests_fuzz_fuzz_config_LDADD = plugins/config/libconfig.la \
	sdk/test/libfakehost.la $(FUZZ_LIBS)
tests_fuzz_fuzz_wire_SOURCES = tests/fuzz/fuzz-wire.c
nodist_tests_fuzz_fuzz_wire_SOURCES = $(FUZZ_MAIN)
tests_fuzz_fuzz_wire_CPPFLAGS = $(FUZZ_CPPFLAGS) -I$(top_srcdir)/core \
	-DFUZZ_NAME='"wire"'
tests_fuzz_fuzz_wire_LDFLAGS = $(FUZZ_LINKFLAGS)
tests_fuzz_fuzz_wire_LDADD = $(CORE_LIBS)
