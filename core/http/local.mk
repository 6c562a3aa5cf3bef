# SPDX-License-Identifier: Apache-2.0
#
# A private library: act/http.c opens it when the first request is made.
pkglib_LTLIBRARIES += core/http/http.la
core_http_http_la_SOURCES = core/http/curl.c core/http/identity.c \
	core/http/identity.h
core_http_http_la_CPPFLAGS = $(CORE_CPPFLAGS) $(CURL_CFLAGS)
core_http_http_la_LDFLAGS = -module -avoid-version -no-undefined -shared \
	-export-symbols-regex '^http_library$$' $(KBSH_LINK_DEFS) $(AM_LDFLAGS)
core_http_http_la_LIBADD = sdk/lib/libkbsh.la $(JSON_LIBS) $(CURL_LIBS)
