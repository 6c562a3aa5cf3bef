# SPDX-License-Identifier: Apache-2.0
# serial 1
#
# KBSH_PLUGIN([MINIMUM-ABI], [ACTION-IF-FOUND], [ACTION-IF-NOT-FOUND])
#
# For a plugin of kbsh that is built with autoconf. Finds the SDK, and sets
# KBSH_CFLAGS, KBSH_LIBS, KBSH_ABI and the folders to install to: plugindir
# (NAME.so) and kbshdatadir (data files in a folder NAME, workflows in
# kbshworkflowdir). MINIMUM-ABI is MAJOR.MINOR, by default 1.0; another major
# version is never enough.
AC_DEFUN([KBSH_PLUGIN],
[AC_REQUIRE([PKG_PROG_PKG_CONFIG])dnl
PKG_CHECK_MODULES([KBSH], [kbsh], [kbsh_found=yes], [kbsh_found=no])
AS_IF([test "$kbsh_found" = yes],
  [KBSH_ABI=`$PKG_CONFIG --variable=abi kbsh`
   AC_MSG_CHECKING([whether the ABI of kbsh, $KBSH_ABI, is at least m4_default([$1], [1.0])])
   kbsh_wanted=m4_default([$1], [1.0])
   AS_IF([test "${KBSH_ABI%%.*}" = "${kbsh_wanted%%.*}" &&
          test "${KBSH_ABI#*.}" -ge "${kbsh_wanted#*.}"],
     [AC_MSG_RESULT([yes])],
     [AC_MSG_RESULT([no])
      kbsh_found=no])])
AS_IF([test "$kbsh_found" = yes],
  [AC_SUBST([KBSH_ABI])
   AC_SUBST([plugindir], [`$PKG_CONFIG --variable=plugindir kbsh`])
   AC_SUBST([kbshdatadir], [`$PKG_CONFIG --variable=pkgdatadir kbsh`])
   AC_SUBST([kbshworkflowdir], [`$PKG_CONFIG --variable=workflowdir kbsh`])
   $2],
  [m4_default([$3],
     [AC_MSG_ERROR([the SDK of kbsh, with ABI m4_default([$1], [1.0]) or newer, was not found])])])
])
