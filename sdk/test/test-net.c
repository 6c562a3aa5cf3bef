/* SPDX-License-Identifier: Apache-2.0
 *
 * Addresses, networks, host:port, names, and versions.
 */
#include <kbsh/net.h>
#include <kbsh/version.h>

#include "check.h"

static struct kbsh_error err = KBSH_ERROR_INIT;

static int
nth_is (const char *network, uint64_t index, const char *expected)
{
  struct kbsh_network n;
  struct kbsh_address a;
  char text[46];
  if (kbsh_network_parse (network, 0, &n, &err)
      || kbsh_network_nth (&n, index, &a))
    return expected == NULL;
  kbsh_address_text (&a, text);
  return expected && strcmp (text, expected) == 0;
}

static int
overlap (const char *a, const char *b)
{
  struct kbsh_network x, y;
  return kbsh_network_parse (a, 0, &x, &err) == 0
         && kbsh_network_parse (b, 0, &y, &err) == 0
         && kbsh_network_overlap (&x, &y);
}

static int
bad_network (const char *text)
{
  struct kbsh_network n;
  return kbsh_network_parse (text, 0, &n, &err) == -1;
}

static int
host_port (const char *text, const char *host, int port)
{
  char h[256];
  int p;
  if (kbsh_host_port_split (text, h, &p, &err))
    return host == NULL;
  return host && strcmp (h, host) == 0 && p == port;
}

static int
order (const char *a, const char *b)
{
  struct kbsh_version x, y;
  if (kbsh_version_parse (a, &x, &err) || kbsh_version_parse (b, &y, &err))
    return -2;
  return kbsh_version_compare (&x, &y);
}

static void
test_networks (void)
{
  struct kbsh_network n;
  CHECK (nth_is ("10.96.0.0/12", 10, "10.96.0.10"));
  CHECK (nth_is ("10.96.0.0/12", 300, "10.96.1.44"));
  CHECK (nth_is ("10.0.0.4/30", 3, "10.0.0.7"));
  CHECK (nth_is ("10.0.0.4/30", 4, NULL));
  CHECK (nth_is ("fd00::/108", 10, "fd00::a"));
  CHECK (overlap ("10.0.0.0/8", "10.96.0.0/12"));
  CHECK (!overlap ("10.244.0.0/16", "10.96.0.0/12"));
  CHECK (!overlap ("10.0.0.0/8", "fd00::/8"));
  CHECK (bad_network ("10.96.0.1/12") && strstr (err.what, "10.96.0.0/12"));
  CHECK (kbsh_network_parse ("10.96.0.1/12", 1, &n, &err) == 0);
  CHECK (bad_network ("10.96.0.0/33"));
  CHECK (bad_network ("10.96.0.0/") && bad_network ("10.96.0.0"));
  CHECK (bad_network ("10.96.0/12") && bad_network ("x/1"));
  CHECK (bad_network ("10.0.0.0/+8") && bad_network ("10.0.0.0/08"));
}

static void
test_names (void)
{
  CHECK (host_port ("host:6443", "host", 6443));
  CHECK (host_port ("host", "host", 0));
  CHECK (host_port ("[fd00::1]:6443", "fd00::1", 6443));
  CHECK (host_port ("fd00::1", "fd00::1", 0));
  CHECK (host_port ("host:", NULL, 0) && host_port ("host:0", NULL, 0));
  CHECK (host_port ("host:65536", NULL, 0) && host_port ("", NULL, 0));
  CHECK (host_port ("[fd00::1", NULL, 0) && host_port (":1", NULL, 0));
  CHECK (kbsh_dns_name_valid ("cp1") && kbsh_dns_name_valid ("a.b-c.d1"));
  CHECK (!kbsh_dns_name_valid ("CP1") && !kbsh_dns_name_valid ("-a"));
  CHECK (!kbsh_dns_name_valid ("a..b") && !kbsh_dns_name_valid (""));
  CHECK (!kbsh_dns_name_valid ("a.") && !kbsh_dns_name_valid ("a_b"));
}

static void
test_versions (void)
{
  CHECK (order ("v1.20.2", "1.20.10") < 0 && order ("1.20.2", "v1.20.2") == 0);
  CHECK (order ("1.2.3-alpha.1", "1.2.3-alpha.2") < 0);
  CHECK (order ("1.2.3-alpha.9", "1.2.3-alpha.10") < 0);
  CHECK (order ("1.2.3-alpha", "1.2.3-alpha.1") < 0);
  CHECK (order ("1.2.3-1", "1.2.3-alpha") < 0);
  CHECK (order ("1.2.3-rc.1", "1.2.3") < 0);
  CHECK (order ("1.2.3+a", "1.2.3+b") == 0);
  CHECK (order ("1.2", "1.2.3") == -2 && order ("1.2.x", "1.2.3") == -2);
  CHECK (order ("01.2.3", "1.2.3") == -2 && order ("1.2.3-", "1.2.3") == -2);
  CHECK (order ("1.2.3-a..b", "1.2.3") == -2);
}

int
main (void)
{
  test_networks ();
  test_names ();
  test_versions ();
  return check_result ();
}
