# SPDX-License-Identifier: Apache-2.0
core_libcore_la_SOURCES += core/cli/cli.c core/cli/cli.h \
	core/cli/command.c core/cli/confirm.c core/cli/common.c core/cli/completion.c \
	core/cli/describe.c core/cli/describe.h core/cli/execute.c \
	core/cli/flags.c core/cli/flags.h core/cli/graph.c core/cli/help.c \
	core/cli/help_phases.c \
	core/cli/inner.h core/cli/phase.c core/cli/plugins.c \
	core/cli/say.c core/cli/sinks.c core/cli/unknown.c core/cli/value.c \
	core/cli/version.c core/cli/words.c core/cli/workflow.c \
	core/cli/workflows.c
