# SPDX-License-Identifier: Apache-2.0
FLOW_TESTS = tests/flow/cli.sh tests/flow/engine.sh tests/flow/errors.sh \
	tests/flow/faults.sh tests/flow/large.sh tests/flow/signals.sh \
	tests/flow/undo.sh tests/flow/words.sh
dist_check_SCRIPTS += $(FLOW_TESTS) tests/flow/hostile.sh
TESTS += $(FLOW_TESTS)
SLOW_TESTS += tests/flow/hostile.sh
dist_noinst_DATA += tests/kbsh
EXTRA_DIST += tests/modules
