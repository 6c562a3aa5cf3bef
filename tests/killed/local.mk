# SPDX-License-Identifier: Apache-2.0
#
# tests/lab/t-killed.sh is a part of the tests in hosts; `make check-killed`
# does the whole of it with what is installed in the prefix, for an hour or so.
dist_check_SCRIPTS += tests/killed/inside tests/killed/matrix
dist_noinst_DATA += tests/killed/killer.c tests/lab/t-killed.sh
check-killed:
	CC='$(CC)' $(top_srcdir)/tests/killed/matrix --all '$(prefix)'
.PHONY: check-killed

TESTS += tests/killed/journal.sh
dist_check_SCRIPTS += tests/killed/journal.sh
