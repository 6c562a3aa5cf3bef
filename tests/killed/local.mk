# SPDX-License-Identifier: Apache-2.0
#
# tests/lab/t-killed.sh is a part of the tests in hosts; `make check-killed`
# does the whole of it with what is installed in the prefix, for an hour or so.
# `make check-killed-join` does the same for a worker's join, and
# `make check-killed-join-control-plane` for a control plane's (t-join-killed.sh).
dist_check_SCRIPTS += tests/killed/inside tests/killed/inside-join \
	tests/killed/matrix
dist_noinst_DATA += tests/killed/common.py tests/killed/killer.c \
	tests/lab/t-killed.sh tests/lab/t-join-killed.sh
check-killed:
	CC='$(CC)' $(top_srcdir)/tests/killed/matrix --all '$(prefix)'
check-killed-join check-killed-join-control-plane:
	CC='$(CC)' KBSH_KILL_POINTS=all KBSH_LAB_TIMEOUT=14400 \
	  KBSH_KILL_ROLES=`echo $@ | sed 's/check-killed-join$$/worker/; s/check-killed-join-//'` \
	  KBSH_LAB_LOGS="$${KBSH_LAB_LOGS:-$$PWD}" \
	  $(top_srcdir)/tests/lab/run '$(prefix)' join-killed
.PHONY: check-killed check-killed-join check-killed-join-control-plane

TESTS += tests/killed/journal.sh
dist_check_SCRIPTS += tests/killed/journal.sh
