/* SPDX-License-Identifier: Apache-2.0
 *
 * What a schema cannot say of a JoinConfiguration: how the cluster is found,
 * and what shows that it is the right one.
 */
#include "config.h"

#include <kbsh/net.h>
#include <unistd.h>

#define KIND "JoinConfiguration"
#define TOKEN "/discovery/bootstrapToken"
#define PATH "/discovery/file/kubeConfigPath"

static void
check_endpoint (struct config *config)
{
  static const char pointer[] = TOKEN "/apiServerEndpoint";
  const char *text = kbsh_json_string (config->tree,
                                       "/" KIND TOKEN "/apiServerEndpoint", "");
  char host[256];
  int port = 0;
  if (!*text)
    config_problem (config, KIND, TOKEN,
                    "apiServerEndpoint is missing: the API server's HOST:PORT");
  else if (kbsh_host_port_split (text, host, &port, NULL) || !port)
    config_problem (config, KIND, pointer,
                    "\"%s\" has no port: HOST:PORT is needed, as in %s:6443",
                    text, text);
}

/* Whoever answers at the endpoint could be anybody. */
static void
check_pins (struct config *config)
{
  json_object *token = kbsh_json_at (config->tree, "/" KIND TOKEN);
  if (kbsh_json_length (token, "/caCertHashes")
      || kbsh_json_bool (token, "/unsafeSkipCAVerification", 0))
    return;
  config_problem (
      config, KIND, TOKEN,
      config->file
          ? "nothing shows that it is the right cluster: give caCertHashes, "
            "the hash of its CA; or, in a network that is trusted, "
            "unsafeSkipCAVerification: true"
          : "nothing shows that it is the right cluster: give "
            "--discovery-token-ca-cert-hash sha256:..., the hash of its CA; "
            "or, in a network that is trusted, "
            "--discovery-token-unsafe-skip-ca-verification");
}

static void
check_file (struct config *config)
{
  const char *path = kbsh_json_string (config->tree, "/" KIND PATH, "");
  if (!strncmp (path, "https://", 8))
    {
      if (!path[8])
        config_problem (config, KIND, PATH, "the URL has no host");
    }
  else if (strstr (path, "://"))
    config_problem (config, KIND, PATH,
                    "\"%s\": a URL has to begin with https://", path);
  else if (access (path, R_OK))
    config_problem (config, KIND, PATH, "there is no file %s", path);
}

static void
check_discovery (struct config *config)
{
  json_object *token = kbsh_json_at (config->tree, "/" KIND TOKEN);
  json_object *file = kbsh_json_at (config->tree, "/" KIND "/discovery/file");
  if (token && file)
    config_problem (config, KIND, "/discovery",
                    "bootstrapToken and file exclude each other");
  else if (!token && !file)
    config_problem (config, KIND, "/discovery",
                    "either bootstrapToken or file has to be there");
  if (token)
    {
      check_endpoint (config);
      check_pins (config);
    }
  if (file)
    check_file (config);
}

void
config_join_validate (struct config *config)
{
  const char *ca = kbsh_json_string (config->tree, "/" KIND "/caCertPath", "");
  size_t length = strlen (ca);
  check_discovery (config);
  validate_name (config, KIND);
  validate_ignored (config, KIND, "/nodeRegistration/ignorePreflightErrors");
  validate_timeouts (config, KIND);
  if (kbsh_json_at (config->tree, "/" KIND "/controlPlane"))
    validate_address (config, KIND,
                      "/controlPlane/localAPIEndpoint/advertiseAddress");
  if (length < 5 || strcmp (ca + length - 4, ".crt"))
    config_problem (config, KIND, "/caCertPath",
                    "\"%s\" has to be the path of a .crt file", ca);
}
