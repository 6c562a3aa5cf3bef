# SPDX-License-Identifier: Apache-2.0
EXTRA_DIST += tests/abi/lies tests/abi/frozen-1.0 tests/abi/symbols \
	tests/abi/libkbsh.abi
abi_tests = tests/abi/dump.sh tests/abi/exports.sh tests/abi/frozen.sh \
	tests/abi/headers.sh tests/abi/lies.sh tests/abi/template.sh
dist_check_SCRIPTS += $(abi_tests)
TESTS += $(abi_tests) tests/abi/layout

check_PROGRAMS += tests/abi/layout tests/abi/open
tests_abi_layout_SOURCES = tests/abi/layout.c
tests_abi_open_SOURCES = tests/abi/open.c
tests_abi_open_CPPFLAGS = $(CORE_CPPFLAGS)
tests_abi_open_LDADD = $(CORE_LIBS)

# Record the interface of libkbsh as it is now: before 1.0 alone.
abi-record: sdk/lib/libkbsh.la
	abidw --no-show-locs --no-corpus-path --no-comp-dir-path \
	  --exported-interfaces-only \
	  sdk/lib/.libs/libkbsh.so | sed "s|path='[^']*/sdk/lib/|path='sdk/lib/|" \
	  >$(top_srcdir)/tests/abi/libkbsh.abi
	{ echo '# What libkbsh has exported; a name is never taken out.'; \
	  nm -D --defined-only sdk/lib/.libs/libkbsh.so | \
	  $(AWK) '{ print $$3 }' | LC_ALL=C sort; } >$(top_srcdir)/tests/abi/symbols
.PHONY: abi-record
# make itself would copy lies.sh there when that is newer than the folder.
tests/abi/lies: ;
