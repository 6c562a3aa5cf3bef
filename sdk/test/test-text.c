/* SPDX-License-Identifier: Apache-2.0
 *
 * Buffers, nearest words, base64, digests, durations, files.
 */
#include <kbsh/cleanup.h>
#include <kbsh/text.h>

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

static void
test_buffer (void)
{
  struct kbsh_buffer b = { 0 };
  char *text = kbsh_buffer_take (&b);
  CHECK_TEXT (text, "");
  free (text);
  kbsh_buffer_puts (&b, "a");
  for (int i = 0; i < 1000; i++)
    kbsh_buffer_printf (&b, "%d,", i);
  kbsh_buffer_add (&b, "\0x", 2);
  CHECK (b.length == 1 + 10 * 2 + 90 * 3 + 900 * 4 + 2);
  CHECK (!memcmp (b.data, "a0,1,2,", 7));
  text = kbsh_buffer_take (&b);
  CHECK (text && !b.data && !b.length && !b.capacity);
  free (text);
  b.failed = 1;
  kbsh_buffer_puts (&b, "x");
  CHECK (!kbsh_buffer_take (&b));
  kbsh_buffer_add (&b, "x", (size_t)-1 / 2);
  CHECK (b.failed && !kbsh_buffer_take (&b));
  text = kbsh_text ("%s-%d", "x", 7);
  CHECK_TEXT (text, "x-7");
  free (text);
}

static void
test_nearest (void)
{
  static const char *const words[]
      = { "init", "join", "reset", "upgrade", "pod-network-cidr", NULL };
  char longest[200];
  CHECK_TEXT (kbsh_nearest ("jion", words), "join");
  CHECK_TEXT (kbsh_nearest ("upgarde", words), "upgrade");
  CHECK_TEXT (kbsh_nearest ("pod-netwrok-cdir", words), "pod-network-cidr");
  CHECK_TEXT (kbsh_nearest ("init", words), "init");
  CHECK_TEXT (kbsh_nearest ("delete", words), NULL);
  CHECK_TEXT (kbsh_nearest ("", words), NULL);
  memset (longest, 'x', sizeof longest - 1);
  longest[sizeof longest - 1] = '\0';
  CHECK_TEXT (kbsh_nearest (longest, words), NULL);
}

static void
base64 (const char *plain, const char *coded, const char *url)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  size_t length = 99;
  kbsh_autofree char *a = kbsh_base64 (plain, strlen (plain));
  kbsh_autofree char *b = kbsh_base64_url (plain, strlen (plain));
  kbsh_autofree char *c = kbsh_base64_decode (coded, &length, &err);
  kbsh_autofree char *d = kbsh_base64_url_decode (url, NULL, &err);
  CHECK_TEXT (d, plain);
  CHECK_TEXT (a, coded);
  CHECK_TEXT (b, url);
  CHECK_TEXT (c, plain);
  CHECK (length == strlen (plain));
}

static void
test_base64 (void)
{
  static const char *const bad[]
      = { "=",     "Zg",   "Zg=",  "Z===", "Zg==Zg==", "Z g=", "Zm9v!",
          "Zm9vY", "Zm-v", "Zh==", "Zm9=", "====",     NULL };
  struct kbsh_error err = KBSH_ERROR_INIT;
  size_t length;
  char *wrapped;
  /* RFC 4648, section 10 */
  base64 ("", "", "");
  base64 ("f", "Zg==", "Zg");
  base64 ("fo", "Zm8=", "Zm8");
  base64 ("foo", "Zm9v", "Zm9v");
  base64 ("foob", "Zm9vYg==", "Zm9vYg");
  base64 ("fooba", "Zm9vYmE=", "Zm9vYmE");
  base64 ("foobar", "Zm9vYmFy", "Zm9vYmFy");
  base64 ("\xfb\xff\xfe", "+//+", "-__-");
  wrapped = kbsh_base64_decode ("Zm9v\r\nYmFy\n", &length, &err);
  CHECK_TEXT (wrapped, "foobar");
  free (wrapped);
  for (size_t i = 0; bad[i]; i++)
    {
      void *data = kbsh_base64_decode (bad[i], &length, &err);
      if (data)
        fprintf (stderr, "'%s'\n", bad[i]);
      CHECK (!data);
      free (data);
    }
}

static void
test_base64_url (void)
{
  static const char *const bad[]
      = { "=", "Zg==", "Z", "+//+", "Zm9v\n", "Zm9vY", "Zh", NULL };
  for (size_t i = 0; bad[i]; i++)
    {
      struct kbsh_error err = KBSH_ERROR_INIT;
      void *data = kbsh_base64_url_decode (bad[i], NULL, &err);
      CHECK (!data && err.what[0]);
      free (data);
    }
}

static void
test_digest (void)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  unsigned char a[40] = { 0 }, b[40] = { 0 };
  char hex[65];
  kbsh_sha256 ("abc", 3, hex); /* FIPS 180-2, B.1 */
  CHECK_TEXT (hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61"
                   "f20015ad");
  /* RFC 4231, test case 2 */
  CHECK (!kbsh_hmac_sha256 ("Jefe", 4, "what do ya want for nothing?", 28, a,
                            &err));
  CHECK (!memcmp (a,
                  "\x5b\xdc\xc1\x46\xbf\x60\x75\x4e\x6a\x04\x24\x26"
                  "\x08\x95\x75\xc7\x5a\x00\x3f\x08\x9d\x27\x39\x83"
                  "\x9d\xec\x58\xb9\x64\xec\x38\x43",
                  32));
  memset (a, 0, sizeof a);
  CHECK (!kbsh_random (a, 32, &err) && !kbsh_random (b, 32, &err));
  CHECK (memcmp (a, b, 32) && !memcmp (a + 32, b + 32, 8));
}

static void
duration (const char *text, int64_t ms, const char *again)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  int64_t got = -1;
  char out[40];
  if (!again)
    {
      CHECK (kbsh_duration_parse (text, &got, &err) == -1 && got == -1);
      CHECK (strstr (err.what, text) && err.remedy[0]);
      return;
    }
  CHECK (!kbsh_duration_parse (text, &got, &err));
  CHECK (got == ms);
  kbsh_duration_text (got, out);
  CHECK_TEXT (out, again);
}

static void
test_duration (void)
{
  char out[40];
  duration ("4m0s", 240000, "4m0s");
  duration ("1h30m", 5400000, "1h30m0s");
  duration ("500ms", 500, "500ms");
  duration ("60", 60000, "1m0s");
  duration ("0", 0, "0s");
  duration ("0s", 0, "0s");
  duration ("1.5h", 5400000, "1h30m0s");
  duration ("1.5s", 1500, "1.5s");
  duration ("1.050s", 1050, "1.05s");
  duration (".5s", 500, "500ms");
  duration ("2000us", 2, "2ms");
  duration ("24h0m0s", 86400000, "24h0m0s");
  duration ("1h1ms", 3600001, "1h0m0.001s");
  duration ("", 0, NULL);
  duration ("1m1", 0, NULL);
  duration ("s", 0, NULL);
  duration ("-1s", 0, NULL);
  duration ("1d", 0, NULL);
  duration ("1sx", 0, NULL);
  duration (".", 0, NULL);
  duration ("99999999999999999999h", 0, NULL);
  duration ("80000h80000h", 0, NULL);
  duration ("18446744073709551617s", 0, NULL); /* 2^64 + 1 */
  kbsh_duration_text (-90000, out);
  CHECK_TEXT (out, "-1m30s");
  kbsh_duration_text (INT64_MIN, out);
  CHECK_TEXT (out, "-2562047788015h12m55.808s");
}

static void
test_file (void)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  char path[] = "test-text.XXXXXX", *text;
  int fd = mkstemp (path);
  size_t length = 0;
  CHECK (fd >= 0 && write (fd, "a\0b", 3) == 3);
  text = kbsh_file_read (path, &length, &err);
  CHECK (text && length == 3 && !memcmp (text, "a\0b", 4));
  free (text);
  CHECK (!ftruncate (fd, (16 << 20) + 1));
  CHECK (!kbsh_file_read (path, &length, &err) && errno == EFBIG);
  CHECK (strstr (err.why, "larger") && err.remedy[0]);
  close (fd);
  unlink (path);
  CHECK (!kbsh_file_read (path, &length, &err) && errno == ENOENT);
  CHECK (strstr (err.what, path));
  CHECK (!kbsh_file_read (".", &length, &err) && errno == EISDIR);
  CHECK (strstr (err.why, "a folder") && strstr (err.remedy, "move"));
  /* A pipe that nobody writes into does not hang it for ever. */
  CHECK (!mkfifo (path, 0600));
  CHECK (!kbsh_file_read (path, &length, &err) && errno == ETIMEDOUT);
  CHECK (err.remedy[0]);
  unlink (path);
}

/* From where the program was started. */
static void
test_path (void)
{
  kbsh_autofree char *one = NULL, *other = NULL, *whole = NULL, *top = NULL;
  CHECK (!chdir ("/usr"));
  one = kbsh_path_here ("a/b");
  other = kbsh_path_here ("./a/b");
  whole = kbsh_path_here ("/a/b");
  CHECK_TEXT (one, "/usr/a/b");
  CHECK_TEXT (other, "/usr/a/b");
  CHECK_TEXT (whole, "/a/b");
  CHECK (!chdir ("/"));
  top = kbsh_path_here ("a");
  CHECK_TEXT (top, "/a");
}

int
main (void)
{
  test_buffer ();
  test_nearest ();
  test_base64 ();
  test_base64_url ();
  test_digest ();
  test_duration ();
  test_file ();
  test_path ();
  return check_result ();
}
