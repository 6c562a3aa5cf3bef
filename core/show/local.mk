# SPDX-License-Identifier: Apache-2.0
core_libcore_la_SOURCES += core/show/events.c core/show/events.h \
	core/show/json.c core/show/lines.c core/show/live.c \
	core/show/plain.c core/show/redact.c core/show/redact.h \
	core/show/show.h core/show/trace.c core/show/trace.h \
	core/show/trace_file.c core/show/trace_format.c core/show/write.c

check_PROGRAMS += core/show/test-events core/show/test-live \
	core/show/test-trace
TESTS += core/show/test-events core/show/test-live core/show/test-trace
core_show_test_events_SOURCES = core/show/test-events.c sdk/test/check.h
core_show_test_events_CPPFLAGS = $(CORE_CPPFLAGS)
core_show_test_events_LDADD = $(CORE_LIBS)
core_show_test_live_SOURCES = core/show/test-live.c sdk/test/check.h
core_show_test_live_CPPFLAGS = $(CORE_CPPFLAGS)
core_show_test_live_LDADD = $(CORE_LIBS)
core_show_test_trace_SOURCES = core/show/test-trace.c sdk/test/check.h
core_show_test_trace_CPPFLAGS = $(CORE_CPPFLAGS)
core_show_test_trace_LDADD = $(CORE_LIBS)
