# SPDX-License-Identifier: Apache-2.0
#
# make bench: figures beside kubeadm's, of the kbsh that is installed in the
# prefix, as root, in throw-away hosts; BENCH="--quick" for one round,
# BENCH="join reset" for these figures alone.
EXTRA_PROGRAMS += tests/bench/measure
tests_bench_measure_SOURCES = tests/bench/measure.c
CLEANFILES += tests/bench/measure
dist_noinst_DATA += tests/bench/run tests/bench/README.md tests/bench/hosts.sh \
	tests/bench/init.sh tests/bench/nodes.sh tests/bench/table.sh
bench: tests/bench/measure
	bash $(srcdir)/tests/bench/run $(BENCH) '$(prefix)' \
	  '$(abs_builddir)/tests/bench/measure'
.PHONY: bench
