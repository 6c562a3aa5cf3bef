/* SPDX-License-Identifier: Apache-2.0
 *
 * kbsh/error.h - the one error object of libkbsh and the core.
 *
 * Rules: a function that can fail takes a `struct kbsh_error *err` as its last
 * argument, leaves it alone when it succeeds, and on failure fills it and
 * returns -1 or NULL. The object owns nothing: it needs no freeing, and
 * recording an error cannot itself fail. Since 1.0.
 */
#ifndef KBSH_ERROR_H
#define KBSH_ERROR_H

#include <stdarg.h>

#ifdef __cplusplus
extern "C" {
#endif

struct kbsh_error
{
  char what[512];   /* what failed */
  char why[1536];   /* the cause; may be empty */
  char remedy[768]; /* what to do about it; may be empty */
  char where[512];  /* file name, or empty */
  int line;         /* 1 is the first; 0: not known */
  int column;       /* 1 is the first; 0: not known */
};

#define KBSH_ERROR_INIT { { 0 }, { 0 }, { 0 }, { 0 }, 0, 0 }

#define KBSH_PRINTF(f, a) __attribute__ ((format (printf, f, a)))

/* Fill `err` (which may be NULL); `why` and `remedy` are emptied. Always
 * returns -1, so that a caller can `return kbsh_error_set (err, ...)`. */
int kbsh_error_set (struct kbsh_error *err, const char *what, ...)
    KBSH_PRINTF (2, 3);
int kbsh_error_why (struct kbsh_error *err, const char *why, ...)
    KBSH_PRINTF (2, 3);
int kbsh_error_remedy (struct kbsh_error *err, const char *remedy, ...)
    KBSH_PRINTF (2, 3);
/* Where in a file it was found. */
int kbsh_error_at (struct kbsh_error *err, const char *file, int line,
                   int column);
/* Put context in front on the way up: "CONTEXT: what". */
int kbsh_error_wrap (struct kbsh_error *err, const char *context, ...)
    KBSH_PRINTF (2, 3);
/* "out of memory", with nothing allocated. */
int kbsh_error_memory (struct kbsh_error *err);
/* The whole as one text: "file:line:column: what: why" and, on a line of its
 * own, the remedy. Returns `buffer`. */
char *kbsh_error_text (const struct kbsh_error *err, char *buffer,
                       unsigned long size);

#ifdef __cplusplus
}
#endif
#endif
