# SPDX-License-Identifier: Apache-2.0
dist_noinst_DATA += tests/functions.sh
EXTRA_DIST += tests/README.md tests/all
include $(top_srcdir)/tests/flow/local.mk
include $(top_srcdir)/tests/abi/local.mk
include $(top_srcdir)/tests/fuzz/local.mk
dist_check_SCRIPTS += tests/author.sh tests/differences.sh tests/dist.sh \
	tests/plugins.sh tests/setup.sh
TESTS += tests/author.sh tests/differences.sh tests/dist.sh \
	tests/plugins.sh tests/setup.sh
include $(top_srcdir)/tests/killed/local.mk
include $(top_srcdir)/tests/render/local.mk
include $(top_srcdir)/tests/lab/local.mk
include $(top_srcdir)/tests/bench/local.mk
