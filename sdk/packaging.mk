# SPDX-License-Identifier: Apache-2.0
#
# What a plugin's author finds the SDK with, and begins from.
pkgconfig_DATA += sdk/kbsh.pc
aclocal_DATA += sdk/kbsh.m4
templatedir = $(pkgdatadir)/template
dist_template_DATA = sdk/template/Makefile sdk/template/README.md \
	sdk/template/example.c sdk/template/try.yaml
dist_template_SCRIPTS = sdk/template/rename
EXTRA_DIST += sdk/kbsh.m4
