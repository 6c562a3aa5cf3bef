# SPDX-License-Identifier: Apache-2.0
EXTRA_DIST += doc/configuration.md doc/effects.md doc/events.md \
	doc/layout.md doc/operator.md doc/plugin-author.md doc/workflow.md \
	doc/differences.md
