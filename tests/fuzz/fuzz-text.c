/* SPDX-License-Identifier: Apache-2.0
 *
 * Short texts: addresses, networks, hosts with ports, versions, durations,
 * base64. What is read and written is read again as the same.
 */
#include <kbsh/cleanup.h>
#include <kbsh/net.h>
#include <kbsh/text.h>
#include <kbsh/version.h>

#include "fuzz.h"

static void
networks (const char *text)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct kbsh_address address, again;
  struct kbsh_network network, twice;
  char out[50];
  if (!kbsh_address_parse (text, &address, &err))
    {
      kbsh_address_text (&address, out);
      MUST (!kbsh_address_parse (out, &again, &err));
      MUST (again.bits == address.bits);
      MUST (!memcmp (again.bytes, address.bytes, address.bits / 8));
    }
  if (kbsh_network_parse (text, 1, &network, &err))
    return;
  kbsh_network_text (&network, out);
  MUST (!kbsh_network_parse (out, 0, &twice, &err));
  MUST (kbsh_network_overlap (&network, &twice));
  MUST (kbsh_network_contains (&network, &twice.address));
  if (!kbsh_network_nth (&network, 10, &address))
    MUST (kbsh_network_contains (&network, &address));
}

static void
durations (const char *text)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  int64_t ms, again;
  char out[40];
  if (kbsh_duration_parse (text, &ms, &err))
    return;
  kbsh_duration_text (ms, out);
  MUST (!kbsh_duration_parse (out, &again, &err) && again == ms);
}

static void
base64 (const char *text)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  size_t length, twice;
  kbsh_autofree void *data = kbsh_base64_decode (text, &length, &err);
  kbsh_autofree char *coded = data ? kbsh_base64 (data, length) : NULL;
  kbsh_autofree void *again
      = coded ? kbsh_base64_decode (coded, &twice, &err) : NULL;
  MUST (!data || (again && length == twice && !memcmp (data, again, length)));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autofree char *text = fuzz_text (data, size);
  struct kbsh_version version;
  char host[256];
  int port;
  networks (text);
  durations (text);
  base64 (text);
  if (!kbsh_version_parse (text, &version, &err))
    MUST (!kbsh_version_compare (&version, &version));
  if (!kbsh_host_port_split (text, host, &port, &err))
    MUST (port >= 0 && port <= 65535 && strlen (host) < sizeof host);
  kbsh_dns_name_valid (text);
  return 0;
}
