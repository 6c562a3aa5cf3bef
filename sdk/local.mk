# SPDX-License-Identifier: Apache-2.0
kbshincludedir = $(includedir)/kbsh
kbshinclude_HEADERS = \
	sdk/include/kbsh/addon.h \
	sdk/include/kbsh/cleanup.h \
	sdk/include/kbsh/error.h \
	sdk/include/kbsh/issue.h \
	sdk/include/kbsh/json.h \
	sdk/include/kbsh/kube.h \
	sdk/include/kbsh/net.h \
	sdk/include/kbsh/patch.h \
	sdk/include/kbsh/pki.h \
	sdk/include/kbsh/plugin.h \
	sdk/include/kbsh/rules.h \
	sdk/include/kbsh/service.h \
	sdk/include/kbsh/text.h \
	sdk/include/kbsh/version.h \
	sdk/include/kbsh/yaml.h

EXTRA_DIST += sdk/README.md

lib_LTLIBRARIES += sdk/lib/libkbsh.la
sdk_lib_libkbsh_la_SOURCES = \
	sdk/lib/addon.c \
	sdk/lib/arguments.c \
	sdk/lib/base64.c \
	sdk/lib/digest.c \
	sdk/lib/duration.c \
	sdk/lib/error.c \
	sdk/lib/issue.c \
	sdk/lib/json.c \
	sdk/lib/json_covers.c \
	sdk/lib/json_merge.c \
	sdk/lib/json_numbers.c \
	sdk/lib/json_parse.c \
	sdk/lib/json_reader.h \
	sdk/lib/json_strings.c \
	sdk/lib/json_text.c \
	sdk/lib/kube.c \
	sdk/lib/kube_annotate.c \
	sdk/lib/kube_apply.c \
	sdk/lib/kube_lib.h \
	sdk/lib/kube_open.c \
	sdk/lib/kube_path.c \
	sdk/lib/kubeconfig.c \
	sdk/lib/kubeconfig_read.c \
	sdk/lib/net.c \
	sdk/lib/net_default.c \
	sdk/lib/patch_folder.c sdk/lib/path.c \
	sdk/lib/patch_json.c \
	sdk/lib/patch_strategic.c \
	sdk/lib/pki.h \
	sdk/lib/pki_check.c \
	sdk/lib/pki_crypt.c \
	sdk/lib/pki_key.c \
	sdk/lib/pki_sign.c \
	sdk/lib/random_text.c \
	sdk/lib/rules.c \
	sdk/lib/service.c \
	sdk/lib/template.c \
	sdk/lib/text.c \
	sdk/lib/tree.h \
	sdk/lib/unit_log.c \
	sdk/lib/version.c \
	sdk/lib/yaml.c \
	sdk/lib/yaml_emit.c \
	sdk/lib/yaml_events.c \
	sdk/lib/yaml_load.h \
	sdk/lib/yaml_parse.c \
	sdk/lib/yaml_scalar.c \
	sdk/lib/yaml_scalar.h \
	sdk/lib/yaml_values.c
sdk_lib_libkbsh_la_CPPFLAGS = $(AM_CPPFLAGS) $(JSON_CFLAGS) $(YAML_CFLAGS) \
	$(GNUTLS_CFLAGS)
# what leaves the library is said once, by the names below
sdk_lib_libkbsh_la_CFLAGS = $(AM_CFLAGS) -fvisibility=default
sdk_lib_libkbsh_la_LDFLAGS = $(AM_LDFLAGS) -no-undefined -version-info 1:0:0 \
	-export-symbols-regex '^kbsh_' $(KBSH_LINK_DEFS)
sdk_lib_libkbsh_la_LIBADD = $(JSON_LIBS) $(YAML_LIBS) $(GNUTLS_LIBS)

# Unit tests. libfakehost is for those of plugins, too (sdk/test/fake-host.h).
check_LTLIBRARIES += sdk/test/libfakehost.la
sdk_test_libfakehost_la_SOURCES = sdk/test/fake-answers.c \
	sdk/test/fake-effects.c sdk/test/fake-host.c sdk/test/fake-host.h \
	sdk/test/fake-inner.h sdk/test/fake-inputs.c
sdk_test_libfakehost_la_CPPFLAGS = $(AM_CPPFLAGS) $(JSON_CFLAGS)
sdk_test_libfakehost_la_LIBADD = sdk/lib/libkbsh.la $(JSON_LIBS)
LIB_TESTS = sdk/test/test-json sdk/test/test-kube sdk/test/test-memory \
	sdk/test/test-net sdk/test/test-patch sdk/test/test-pki \
	sdk/test/test-service sdk/test/test-template \
	sdk/test/test-unit-log sdk/test/test-yaml
check_PROGRAMS += $(LIB_TESTS) sdk/test/test-text
TESTS += $(LIB_TESTS)
SLOW_TESTS += sdk/test/test-text
sdk_test_test_json_SOURCES = sdk/test/test-json.c sdk/test/check.h
sdk_test_test_json_CPPFLAGS = $(AM_CPPFLAGS) $(JSON_CFLAGS)
sdk_test_test_json_LDADD = sdk/lib/libkbsh.la $(JSON_LIBS)
sdk_test_test_kube_SOURCES = sdk/test/test-kube.c sdk/test/check.h
sdk_test_test_kube_CPPFLAGS = $(AM_CPPFLAGS) $(JSON_CFLAGS)
sdk_test_test_kube_LDADD = sdk/test/libfakehost.la sdk/lib/libkbsh.la $(JSON_LIBS)
sdk_test_test_memory_SOURCES = sdk/test/test-memory.c sdk/test/check.h
sdk_test_test_memory_CPPFLAGS = $(AM_CPPFLAGS) $(JSON_CFLAGS)
sdk_test_test_memory_LDADD = sdk/lib/libkbsh.la $(JSON_LIBS)
sdk_test_test_net_SOURCES = sdk/test/test-net.c sdk/test/check.h
sdk_test_test_net_LDADD = sdk/lib/libkbsh.la
sdk_test_test_patch_SOURCES = sdk/test/test-patch.c sdk/test/check.h
sdk_test_test_patch_CPPFLAGS = $(AM_CPPFLAGS) $(JSON_CFLAGS)
sdk_test_test_patch_LDADD = sdk/lib/libkbsh.la $(JSON_LIBS)
sdk_test_test_pki_SOURCES = sdk/test/test-pki.c sdk/test/check.h
sdk_test_test_pki_CPPFLAGS = $(AM_CPPFLAGS) $(JSON_CFLAGS)
sdk_test_test_pki_LDADD = sdk/lib/libkbsh.la
sdk_test_test_service_SOURCES = sdk/test/test-service.c sdk/test/check.h
sdk_test_test_service_CPPFLAGS = $(AM_CPPFLAGS) $(JSON_CFLAGS)
sdk_test_test_service_LDADD = sdk/test/libfakehost.la sdk/lib/libkbsh.la \
	$(JSON_LIBS)
sdk_test_test_template_SOURCES = sdk/test/test-template.c sdk/test/check.h
sdk_test_test_template_CPPFLAGS = $(AM_CPPFLAGS) $(JSON_CFLAGS)
sdk_test_test_template_LDADD = sdk/lib/libkbsh.la $(JSON_LIBS)
sdk_test_test_text_SOURCES = sdk/test/test-text.c sdk/test/check.h
sdk_test_test_text_CPPFLAGS = $(AM_CPPFLAGS) $(JSON_CFLAGS)
sdk_test_test_text_LDADD = sdk/lib/libkbsh.la $(JSON_LIBS)
sdk_test_test_unit_log_SOURCES = sdk/test/test-unit-log.c sdk/test/check.h
sdk_test_test_unit_log_CPPFLAGS = $(AM_CPPFLAGS) $(JSON_CFLAGS)
sdk_test_test_unit_log_LDADD = sdk/test/libfakehost.la sdk/lib/libkbsh.la \
	$(JSON_LIBS)
sdk_test_test_yaml_SOURCES = sdk/test/test-yaml.c sdk/test/check.h
sdk_test_test_yaml_CPPFLAGS = $(AM_CPPFLAGS) $(JSON_CFLAGS)
sdk_test_test_yaml_LDADD = sdk/lib/libkbsh.la $(JSON_LIBS)


include $(top_srcdir)/sdk/packaging.mk
