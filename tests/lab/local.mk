# SPDX-License-Identifier: Apache-2.0
#
# Run with tests/lab/run: they need root, hosts and minutes. `make check-load`
# joins 20 workers at the same time, with what is installed in the prefix and
# with kubeadm, and says what it took; t-load.sh alone joins a few.
dist_check_SCRIPTS += tests/lab/run
dist_noinst_DATA += tests/lab/functions.sh tests/lab/join.sh \
	tests/lab/t-join.sh tests/lab/t-join-errors.sh \
	tests/lab/t-join-kubeadm.sh tests/lab/t-token.sh \
	tests/lab/t-discovery.sh tests/lab/mitm.py tests/lab/clock.c \
	tests/lab/ha.sh tests/lab/t-ha.sh tests/lab/t-load.sh \
	tests/lab/refused.sh tests/lab/t-join-cp.sh \
	tests/lab/t-join-cp-kubeadm.sh tests/lab/t-kubeadm-cluster.sh \
	tests/lab/t-algorithms.sh \
	tests/lab/custom.sh tests/lab/t-external.sh tests/lab/t-dry-run.sh \
	tests/lab/t-faults.sh tests/lab/t-cgroups.sh tests/lab/vm.sh \
	tests/lab/t-init.sh tests/lab/t-paths.sh tests/lab/t-patches.sh \
	tests/lab/t-phases.sh tests/lab/t-reset.sh tests/lab/t-reset-kubeadm.sh \
	tests/lab/reset.sh tests/lab/t-runtime.sh \
	tests/lab/t-equal.sh tests/lab/equal/compare.py \
	tests/lab/equal/trees.py tests/lab/equal/x509.py \
	tests/lab/equal/differences.yaml tests/lab/equal/init.yaml
check-load:
	CC='$(CC)' KBSH_LOAD_WORKERS="$${KBSH_LOAD_WORKERS:-20}" \
	  KBSH_LOAD_REFERENCE=1 KBSH_LAB_TIMEOUT=3600 KBSH_LAB_SHOW=1 \
	  $(top_srcdir)/tests/lab/run '$(prefix)' load
.PHONY: check-load
