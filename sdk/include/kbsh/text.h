/* SPDX-License-Identifier: Apache-2.0
 *
 * kbsh/text.h - small things with text. Since 1.0.
 */
#ifndef KBSH_TEXT_H
#define KBSH_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include <kbsh/error.h>

/* A text that grows. A failed allocation is remembered: append freely, and
 * look once, when the text is taken. */
struct kbsh_buffer
{
  char *data; /* NUL-terminated once something was added */
  size_t length;
  size_t capacity;
  int failed;
};

void kbsh_buffer_add (struct kbsh_buffer *b, const void *data, size_t length);
void kbsh_buffer_puts (struct kbsh_buffer *b, const char *text);
void kbsh_buffer_printf (struct kbsh_buffer *b, const char *format, ...)
    KBSH_PRINTF (2, 3);
/* Hand the text to the caller ("" when empty), or NULL when an append failed;
 * the buffer is empty afterwards. */
char *kbsh_buffer_take (struct kbsh_buffer *b);
/* Wipe and free. For use with KBSH_CLEANUP as well. */
void kbsh_buffer_free (struct kbsh_buffer *b);

/* printf into a new text, or NULL. */
char *kbsh_text (const char *format, ...) KBSH_PRINTF (1, 2);

/* The candidate nearest to `word` by edit distance (at most a third of its
 * length, at least 1), or NULL. `candidates` ends with NULL. */
const char *kbsh_nearest (const char *word, const char *const *candidates);

/* Base64 (RFC 4648, with padding). The caller frees. */
char *kbsh_base64 (const void *data, size_t length);
char *kbsh_base64_url (const void *data, size_t length); /* no padding */
void *kbsh_base64_decode (const char *text, size_t *length,
                          struct kbsh_error *err);
void *kbsh_base64_url_decode (const char *text, size_t *length,
                              struct kbsh_error *err); /* no padding */
/* SHA-256 as 64 hex digits and a NUL. */
void kbsh_sha256 (const void *data, size_t length, char hex[65]);
/* HMAC-SHA-256 (RFC 2104) as 32 bytes. */
int kbsh_hmac_sha256 (const void *key, size_t key_length, const void *data,
                      size_t length, uint8_t out[32], struct kbsh_error *err);
/* `length` bytes from the system's random source. */
int kbsh_random (void *data, size_t length, struct kbsh_error *err);
/* `length` random lower case letters and digits, each as likely as any other,
 * and a NUL. */
int kbsh_random_text (char *out, size_t length, struct kbsh_error *err);

/* "4m0s", "1h30m", "500ms", "60" (seconds) -> milliseconds. */
int kbsh_duration_parse (const char *text, int64_t *ms,
                         struct kbsh_error *err);
/* As Go's time.Duration prints it: 240000 -> "4m0s". */
void kbsh_duration_text (int64_t ms, char out[40]);
/* Milliseconds of a clock that nobody sets, to measure with: CLOCK_MONOTONIC.
 */
int64_t kbsh_now_ms (void);

/* A path as the user of a command line means it: a relative one from the folder
 * that the program was started in. Absolute; the caller frees. NULL with errno:
 * ENOMEM, or what getcwd(3) says. Since 1.0. */
char *kbsh_path_here (const char *path);

/* A whole file; the caller frees (kbsh_autowipe when it is a secret). At most
 * 16 MiB. `length` may be NULL. errno tells ENOENT, or ETIMEDOUT: nothing came
 * out of a pipe for 10 seconds. */
char *kbsh_file_read (const char *path, size_t *length,
                      struct kbsh_error *err);

#endif
