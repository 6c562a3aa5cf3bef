/* SPDX-License-Identifier: Apache-2.0
 *
 * The live list on a pseudo terminal that is played back on a small screen of
 * our own: what an operator sees at the end, also after the window shrank.
 */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "sdk/test/check.h"
#include "show/events.h"

#define ROWS 12
#define COLUMNS 60

static int screen, terminal;

/* What the screen shows: lines that move the cursor up and erase below are
 * all that the list uses. */
struct screen
{
  char cells[ROWS * 8][COLUMNS + 1];
  int row, column, bottom;
};

static void
resize (unsigned short rows, unsigned short columns)
{
  struct winsize size = { rows, columns, 0, 0 };
  NEED (!ioctl (screen, TIOCSWINSZ, &size));
}

static const char *
escape (struct screen *s, const char *at)
{
  int number = (int)strtol (at + 2, (char **)&at, 10), i;
  if (*at == 'A')
    s->row = s->row > number ? s->row - number : 0;
  else if (*at == 'J')
    for (i = s->row; i < ROWS * 8; i++)
      memset (s->cells[i], 0, COLUMNS + 1);
  else
    NEED (*at == 'm');
  return at + 1;
}

static void
play (struct screen *s, const char *at)
{
  while (*at)
    if (at[0] == '\033' && at[1] == '[')
      at = escape (s, at);
    else if (*at == '\r')
      s->column = 0, at++;
    else if (*at == '\n')
      s->column = 0, s->row++, at++;
    else
      {
        NEED (s->column < COLUMNS && s->row < ROWS * 8);
        s->cells[s->row][s->column++] = *at++;
      }
}

/* Everything that was written so far: up to a bell of our own, for a terminal
 * hands on in pieces what it is given. */
static char *
output (void)
{
  static char buffer[65536];
  size_t length = 0;
  NEED (write (terminal, "\a", 1) == 1);
  do
    {
      ssize_t got = read (screen, buffer + length, sizeof buffer - length);
      NEED (got > 0);
      length += (size_t)got;
    }
  while (buffer[length - 1] != '\a');
  buffer[length - 1] = '\0';
  return buffer;
}

static void
send (struct events *events, const char *kind, const char *members)
{
  json_object *event = json_tokener_parse (members);
  NEED (event);
  events_send (events, kind, event);
}

static void
test_list (void)
{
  static struct screen s;
  struct events *events;
  NEED (!events_new (&events, NULL));
  NEED (!events_add (events, sink_live (terminal), NULL));
  send (events, "run-started", "{\"workflow\":\"init\"}");
  send (events, "step-started", "{\"step\":\"one\",\"attempt\":1}");
  play (&s, output ());
  NEED (strstr (s.cells[0], " one  0.0"));
  send (events, "step-started", "{\"step\":\"two\",\"attempt\":1}");
  play (&s, output ());
  send (events, "step-progress",
        "{\"step\":\"two\",\"text\":\"waiting for the moon and for a text"
        " that is longer than a line of this terminal can be\"}");
  play (&s, output ());
  NEED (strstr (s.cells[0], " one  0.0"));
  NEED (strstr (s.cells[1], "waiting for the moon"));
  NEED (strlen (s.cells[1]) == COLUMNS - 1);
  send (events, "step-finished",
        "{\"step\":\"one\",\"status\":\"ok\",\"seconds\":0.5,\"changes\":1}");
  play (&s, output ());
  NEED (!strcmp (s.cells[0], "[one] done, 1 change (0.50s)"));
  NEED (strstr (s.cells[1], " two  "));
  NEED (!s.cells[2][0] && s.row == 2 && !s.column);
  /* text in the middle of it stands above the list, on lines of its own */
  send (events, "print", "{\"text\":\"half a line\"}");
  play (&s, output ());
  NEED (!strcmp (s.cells[1], "half a line"));
  NEED (strstr (s.cells[2], " two  "));
  send (events, "step-finished",
        "{\"step\":\"two\",\"status\":\"failed\",\"seconds\":61,\"error\":"
        "{\"what\":\"it broke\",\"why\":\"because\",\"remedy\":\"mend\"}}");
  play (&s, output ());
  NEED (!strcmp (s.cells[2], "[two] failed after 1m01s: it broke"));
  NEED (!strcmp (s.cells[3], "  why: because"));
  NEED (!strcmp (s.cells[4], "  remedy: mend"));
  events_free (events);
  NEED (s.row == 5 && !s.column);
}

/* A narrower window breaks the lines: the list is erased from where it begins
 * now. */
static void
test_resize (void)
{
  struct events *events;
  const char *text;
  NEED (!events_new (&events, NULL));
  NEED (!events_add (events, sink_live (terminal), NULL));
  send (events, "step-started",
        "{\"step\":\"a-name-that-is-thirty-bytes-or\",\"attempt\":1}");
  output ();
  resize (ROWS, 20);
  send (events, "step-log", "{\"step\":\"x\",\"text\":\"y\"}");
  text = output ();
  /* 2 + 30 + 2 + 5 columns are two lines of 20 */
  NEED (strstr (text, "\r\033[2A\033[J"));
  resize (ROWS, COLUMNS);
  events_free (events);
  output ();
}

/* More steps than lines: the list stays smaller than the screen. */
static void
test_many (void)
{
  static struct screen s;
  struct events *events;
  char members[80];
  int i;
  NEED (!events_new (&events, NULL));
  NEED (!events_add (events, sink_live (terminal), NULL));
  for (i = 0; i < ROWS * 2; i++)
    {
      snprintf (members, sizeof members, "{\"step\":\"s%d\"}", i);
      send (events, "step-started", members);
      play (&s, output ());
    }
  NEED (s.row < ROWS);
  NEED (!strcmp (s.cells[s.row - 1], "  and more"));
  events_free (events);
  output ();
}

int
main (void)
{
  setenv ("TERM", "xterm", 1);
  setenv ("NO_COLOR", "1", 1);
  screen = posix_openpt (O_RDWR | O_NOCTTY);
  if (screen < 0 || grantpt (screen) || unlockpt (screen))
    {
      fputs ("skipped: there are no pseudo terminals here\n", stderr);
      return 77;
    }
  terminal = open (ptsname (screen), O_RDWR | O_NOCTTY);
  NEED (terminal >= 0);
  resize (ROWS, COLUMNS);
  test_list ();
  test_resize ();
  test_many ();
  close (terminal);
  close (screen);
  return check_result ();
}
