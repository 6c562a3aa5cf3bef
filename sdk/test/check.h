/* SPDX-License-Identifier: Apache-2.0
 *
 * All that a unit test needs: CHECK() tells what is not so and goes on, NEED()
 * tells it and ends; `return check_result ();` ends main().
 */
#ifndef KBSH_TEST_CHECK_H
#define KBSH_TEST_CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* 1: with AddressSanitizer, whose memory is none of ours. */
#ifndef __has_feature
#define __has_feature(x) 0 /* clang's */
#endif
#if defined __SANITIZE_ADDRESS__ || __has_feature(address_sanitizer)
#define CHECK_SANITIZED 1
#else
#define CHECK_SANITIZED 0
#endif

/* One of each in a test that is made of several files. */
int check_failures __attribute__ ((weak)), check_count __attribute__ ((weak));

#define CHECK(condition)                                                       \
  do                                                                           \
    {                                                                          \
      check_count++;                                                           \
      if (condition)                                                           \
        break;                                                                 \
      check_failures++;                                                        \
      fprintf (stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
    }                                                                          \
  while (0)

/* What the rest can't do without. (assert() may be compiled out.) */
#define NEED(condition)                                                        \
  do                                                                           \
    {                                                                          \
      check_count++;                                                           \
      if (condition)                                                           \
        break;                                                                 \
      fprintf (stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
      exit (1);                                                                \
    }                                                                          \
  while (0)

/* Texts that must be the same; NULL is one of them. */
#define CHECK_TEXT(got, wanted)                                                \
  check_text (__FILE__, __LINE__, #got, (got), (wanted))

static inline void
check_text (const char *file, int line, const char *what, const char *got,
            const char *wanted)
{
  check_count++;
  if (got && wanted ? !strcmp (got, wanted) : got == wanted)
    return;
  check_failures++;
  fprintf (stderr, "%s:%d: %s\n  is:     %s\n  wanted: %s\n", file, line, what,
           got ? got : "(NULL)", wanted ? wanted : "(NULL)");
}

static inline int
check_result (void)
{
  if (!check_count)
    fprintf (stderr, "nothing was checked\n");
  return check_failures || !check_count;
}

#endif
