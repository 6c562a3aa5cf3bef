# SPDX-License-Identifier: Apache-2.0
#
# A program of its own, beside the plugins: act/http_program.c starts it for
# the first request. Not with all of libkbsh: what it needs of it is built in.
httpdir = $(pkglibdir)
http_PROGRAMS = core/http/kbsh-http
core_http_kbsh_http_SOURCES = core/http/main.c \
	core/http/curl.c core/http/curl.h \
	core/http/identity.c core/http/identity.h \
	core/http/memory.c core/http/memory.h core/http/protocol.h \
	core/act/loop.c core/act/loop.h core/act/wire.c core/act/wire.h \
	core/act/wire_form.c core/act/wire_form.h \
	sdk/lib/duration.c sdk/lib/error.c sdk/lib/text.c
core_http_kbsh_http_CPPFLAGS = $(CORE_CPPFLAGS) $(CURL_CFLAGS)
core_http_kbsh_http_LDFLAGS = $(AM_LDFLAGS) -pie
core_http_kbsh_http_LDADD = $(JSON_LIBS) $(CURL_LIBS)
