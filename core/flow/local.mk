# SPDX-License-Identifier: Apache-2.0
core_libcore_la_SOURCES += core/flow/accepts.c core/flow/check.c \
	core/flow/check.h core/flow/checks.c core/flow/cycles.c \
	core/flow/engine.c core/flow/engine.h core/flow/inputs.c \
	core/flow/inputs.h core/flow/job.c core/flow/job.h \
	core/flow/interrupt.h core/flow/lookup.c core/flow/names.c \
	core/flow/names.h core/flow/needs.c \
	core/flow/needs.h core/flow/node.c \
	core/flow/node.h core/flow/overlay.c core/flow/parse.c \
	core/flow/parse.h core/flow/plan.c core/flow/plan.h \
	core/flow/problems.c core/flow/problems.h core/flow/references.c \
	core/flow/read.c core/flow/report.c core/flow/report.h \
	core/flow/run.c core/flow/run.h core/flow/task.c core/flow/task.h \
	core/flow/turn.c core/flow/turn.h core/flow/undo.c \
	core/flow/verdict.c core/flow/verdict.h core/flow/when.c \
	core/flow/worker.c core/flow/worker.h core/flow/workflow.c \
	core/flow/workflow.h

check_PROGRAMS += core/flow/test-inputs
TESTS += core/flow/test-inputs
core_flow_test_inputs_SOURCES = core/flow/test-inputs.c sdk/test/check.h
core_flow_test_inputs_CPPFLAGS = $(CORE_CPPFLAGS)
core_flow_test_inputs_LDADD = $(CORE_LIBS)
