/* SPDX-License-Identifier: Apache-2.0
 *
 * Which runtime is chosen, and how its socket is written.
 */
#include "detect.h"

#include <kbsh/json.h>

#include "sdk/test/check.h"
#include "sdk/test/fake-host.h"

#define CONTAINERD                                                             \
  "{'to': 'call cri.runtime describe',"                                        \
  " 'result': {'name': 'containerd', 'version': '1.6'}}"
#define DOCKER                                                                 \
  "{'to': 'call docker.runtime describe',"                                     \
  " 'result': {'name': 'docker', 'version': '20.10.24',"                       \
  " 'endpoint': '/var/run/dockershim.sock'}}"
#define AT(service, sockets)                                                   \
  "{'to': 'call " service " detect', 'result': {'sockets': [" sockets "]}}"
#define OLD                                                                    \
  "{'release': {'cri-socket': '/var/run/dockershim.sock',"                     \
  " 'endpoint-needs-scheme': false}}"
#define NEW                                                                    \
  "{'release': {'cri-socket':"                                                 \
  " 'unix:///var/run/containerd/containerd.sock',"                             \
  " 'endpoint-needs-scheme': true}}"
#define C "'/run/containerd/containerd.sock'"
#define D "'/var/run/docker.sock'"

/* Run the step in a world; the service it chose, its socket, or the error. */
static void
try (const char *config, const char *socket, const char *answers,
     const char *service, const char *spelled, const char *error)
{
  struct fake fake;
  char world[4096];
  snprintf (world, sizeof world,
            "{'inputs': {'config': %s, 'socket': '%s', 'runtimes':"
            " ['cri.runtime', 'docker.runtime']}, 'answers': [%s],"
            " 'data': '%s/plugins/runtime'}",
            config, socket, answers,
            getenv ("top_srcdir") ? getenv ("top_srcdir") : ".");
  fake_open (&fake, world);
  CHECK ((detect_run (&fake.ctx) != 0) == (error != NULL));
  if (error)
    CHECK (strstr (fake_error (&fake), error));
  else
    {
      CHECK_TEXT (kbsh_json_string (fake.results, "/service", NULL), service);
      CHECK_TEXT (kbsh_json_string (fake.results, "/socket", NULL), spelled);
      CHECK (kbsh_json_bool (fake.results, "/found", -1) == (service != NULL));
    }
  fake_close (&fake);
}

int
main (void)
{
  const char *one = AT ("cri.runtime", C) "," AT ("docker.runtime", "");
  const char *both = AT ("cri.runtime", C) "," AT ("docker.runtime", D);
  const char *none = AT ("cri.runtime", "") "," AT ("docker.runtime", "");
  const char *crio
      = AT ("cri.runtime", C ", '/var/run/crio/crio.sock'") "," AT (
          "docker.runtime", "") "," CONTAINERD
                                ",{'to': 'call cri.runtime describe', "
                                "'result': {'name': 'cri-o'}}";
  char answers[2048];
  snprintf (answers, sizeof answers, "%s,%s", one, CONTAINERD);
  try (OLD, "", answers, "cri.runtime", "/run/containerd/containerd.sock",
       NULL);
  try (NEW, "", answers, "cri.runtime",
       "unix:///var/run/containerd/containerd.sock", NULL);
  snprintf (answers, sizeof answers, "%s,%s,%s", both, CONTAINERD, DOCKER);
  try (OLD, "", answers, "docker.runtime", "/var/run/dockershim.sock", NULL);
  try (NEW, "", answers, "cri.runtime",
       "unix:///var/run/containerd/containerd.sock", NULL);
  try (OLD, "", none, NULL, "/var/run/dockershim.sock", NULL);
  try (NEW, "/run/x.sock", none, NULL, "unix:///run/x.sock", NULL);
  /* While the kubelet runs, its shim answers as well. */
  snprintf (answers, sizeof answers,
            "%s,%s,{'to': 'call cri.runtime describe', 'result': {'name':"
            " 'docker'}},%s",
            AT ("cri.runtime", "'/var/run/dockershim.sock'"),
            AT ("docker.runtime", D), DOCKER);
  try (OLD, "/var/run/dockershim.sock", answers, "docker.runtime",
       "/var/run/dockershim.sock", NULL);
  try (OLD, "", crio, NULL, NULL, "more than one container runtime");
  return check_result ();
}
