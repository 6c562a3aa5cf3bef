# SPDX-License-Identifier: Apache-2.0
core_libcore_la_SOURCES += \
	core/act/aside.c \
	core/act/broker.c core/act/broker.h \
	core/act/child.c core/act/child.h \
	core/act/diff.c core/act/diff.h \
	core/act/effect.h core/act/effect_call.c core/act/effect_file.c \
	core/act/effect_folder.c core/act/effect_program.c core/act/effect_request.c \
	core/act/effect_tree.c core/act/effect_unit.c core/act/effect_unmount.c \
	core/act/evidence.c core/act/http.c core/act/http.h \
	core/act/http_ask.c core/act/http_ask.h \
	core/act/http_program.c core/act/http_program.h \
	core/act/host.c core/act/host.h core/act/host_call.c \
	core/act/host_effect.c core/act/host_request.c \
	core/act/host_input.c core/act/host_tell.c core/act/host_worker.c \
	core/act/journal.c core/act/journal.h \
	core/act/landlock.c core/act/landlock.h \
	core/act/loop.c core/act/loop.h core/act/mounts.c core/act/mounts.h \
	core/act/order.c \
	core/act/past.c core/act/past.h core/act/past_check.c core/act/peer.h core/act/place.c core/act/place.h \
	core/act/plan_request.c core/act/pretend.c core/act/pretend.h \
	core/act/pretend_file.c core/act/pretend_file.h \
	core/act/request.h core/act/request_message.c core/act/recover.c core/act/recover.h \
	core/act/spawn.c core/act/spawn.h \
	core/act/spawn_launch.c core/act/spawn_launch.h \
	core/act/state.c core/act/state.h \
	core/act/target.c core/act/target.h \
	core/act/tell.c core/act/tell.h \
	core/act/touches.c core/act/touches.h \
	core/act/tree.c core/act/tree.h \
	core/act/undo.c core/act/undo.h core/act/undo_check.c \
	core/act/undo_content.c core/act/undo_path.c \
	core/act/undo_unit.c core/act/undoing.h \
	core/act/unit_state.c core/act/unit_state.h \
	core/act/wire.c core/act/wire.h \
	core/act/wire_form.c core/act/wire_form.h core/act/wire_worker.c

# Tests. The kit is what they have in common.
check_LTLIBRARIES += core/act/libkit.la
core_act_libkit_la_SOURCES = core/act/test-kit.c core/act/test-kit.h
ACT_KIT_CPPFLAGS = $(CORE_CPPFLAGS) \
	-DKIT_HTTP_FOLDER='"$(abs_top_builddir)/core/http"'
core_act_libkit_la_CPPFLAGS = $(ACT_KIT_CPPFLAGS)
ACT_KIT_LIBS = core/act/libkit.la $(CORE_LIBS)
ACT_SERVER = core/act/test-server.c core/act/test-server.h
ACT_HTTP_KIT = core/act/test-http-kit.c core/act/test-http-kit.h $(ACT_SERVER)
ACT_TESTS = core/act/test-calls core/act/test-core core/act/test-dry-run core/act/test-files \
	core/act/test-http core/act/test-http-end core/act/test-journal \
	core/act/test-programs \
	core/act/test-requests core/act/test-trees core/act/test-undo \
	core/act/test-units
check_PROGRAMS += $(ACT_TESTS)
TESTS += $(ACT_TESTS)
EXTRA_DIST += core/act/test-callee.c core/act/test-server.py
core_act_test_calls_SOURCES = core/act/test-calls.c
core_act_test_calls_CPPFLAGS = $(CORE_CPPFLAGS)
core_act_test_calls_LDADD = $(ACT_KIT_LIBS)
core_act_test_core_SOURCES = core/act/test-core.c
core_act_test_core_CPPFLAGS = $(CORE_CPPFLAGS)
core_act_test_core_LDADD = $(ACT_KIT_LIBS)
core_act_test_dry_run_SOURCES = core/act/test-dry-run.c
core_act_test_dry_run_CPPFLAGS = $(CORE_CPPFLAGS)
core_act_test_dry_run_LDADD = $(ACT_KIT_LIBS)
core_act_test_files_SOURCES = core/act/test-files.c
core_act_test_files_CPPFLAGS = $(CORE_CPPFLAGS)
core_act_test_files_LDADD = $(ACT_KIT_LIBS)
core_act_test_http_SOURCES = core/act/test-http.c $(ACT_HTTP_KIT)
core_act_test_http_CPPFLAGS = $(ACT_KIT_CPPFLAGS)
core_act_test_http_LDADD = $(ACT_KIT_LIBS)
core_act_test_http_end_SOURCES = core/act/test-http-end.c $(ACT_HTTP_KIT)
core_act_test_http_end_CPPFLAGS = $(ACT_KIT_CPPFLAGS)
core_act_test_http_end_LDADD = $(ACT_KIT_LIBS)
core_act_test_journal_SOURCES = core/act/test-journal.c
core_act_test_journal_CPPFLAGS = $(CORE_CPPFLAGS)
core_act_test_journal_LDADD = $(ACT_KIT_LIBS)
core_act_test_programs_SOURCES = core/act/test-programs.c
core_act_test_programs_CPPFLAGS = $(CORE_CPPFLAGS)
core_act_test_programs_LDADD = $(ACT_KIT_LIBS)
core_act_test_requests_SOURCES = core/act/test-requests.c $(ACT_SERVER)
core_act_test_requests_CPPFLAGS = $(CORE_CPPFLAGS)
core_act_test_requests_LDADD = $(ACT_KIT_LIBS)
core_act_test_trees_SOURCES = core/act/test-trees.c
core_act_test_trees_CPPFLAGS = $(CORE_CPPFLAGS)
core_act_test_trees_LDADD = $(ACT_KIT_LIBS)
core_act_test_undo_SOURCES = core/act/test-undo.c
core_act_test_undo_CPPFLAGS = $(CORE_CPPFLAGS)
core_act_test_undo_LDADD = $(ACT_KIT_LIBS)
core_act_test_units_SOURCES = core/act/test-units.c
core_act_test_units_CPPFLAGS = $(CORE_CPPFLAGS)
core_act_test_units_LDADD = $(ACT_KIT_LIBS)
