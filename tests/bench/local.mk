# SPDX-License-Identifier: Apache-2.0
#
# make bench: figures beside kubeadm's, of the kbsh that is installed in the
# prefix, as root, in throw-away hosts; BENCH="--quick" for one round.
EXTRA_PROGRAMS += tests/bench/measure
tests_bench_measure_SOURCES = tests/bench/measure.c
CLEANFILES += tests/bench/measure
dist_noinst_DATA += tests/bench/run tests/bench/README.md
bench: tests/bench/measure
	bash $(srcdir)/tests/bench/run $(BENCH) '$(prefix)' \
	  '$(abs_builddir)/tests/bench/measure'
.PHONY: bench
