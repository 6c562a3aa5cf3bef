/* SPDX-License-Identifier: Apache-2.0
 *
 * The checks in made-up worlds: every one can pass, and can fail.
 */
#include "preflight.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kbsh/json.h>

#include "sdk/test/check.h"
#include "sdk/test/fake-host.h"

/* Run a check; the names and severities of what it found, such as
 * "Swap=error Mem=passed ", must be as wanted. */
static void
try (int (*check) (struct kbsh_ctx *), const char *preflight,
     const char *config, const char *files, const char *wanted)
{
  struct fake fake;
  char world[8192], found[2048] = "";
  snprintf (world, sizeof world,
            "{'inputs': {'root': '', 'config': {'preflight': {%s} %s}},"
            " 'files': {%s}, 'data': '%s/plugins/preflight'}",
            preflight, config, files,
            getenv ("top_srcdir") ? getenv ("top_srcdir") : ".");
  fake_open (&fake, world);
  CHECK (!check (&fake.ctx));
  CHECK_TEXT (fake_error (&fake), "");
  for (size_t i = 0; i < kbsh_json_length (fake.findings, ""); i++)
    {
      json_object *one = json_object_array_get_idx (fake.findings, i);
      size_t at = strlen (found);
      json_object *severity = kbsh_json_at (one, "/severity");
      snprintf (found + at, sizeof found - at, "%s=%s ",
                kbsh_json_string (one, "/name", "?"),
                severity ? json_object_get_string (severity) : "?");
    }
  CHECK_TEXT (found, wanted);
  fake_close (&fake);
}

#define TITLE "Filename Type Size Used Priority\\n"
#define TCP                                                                    \
  "  sl  local_address rem_address   st tx_queue rx_queue tr"                  \
  " tm->when retrnsmt   uid  timeout inode\\n"                                 \
  "   0: 00000000:192B 00000000:0000 0A 00000000:00000000"                     \
  " 00:00000000 00000000     0        0 0 1 0 100 0\\n"
#define KERNEL                                                                 \
  "CONFIG_NAMESPACES=y\\nCONFIG_NET_NS=y\\nCONFIG_PID_NS=y\\n"                 \
  "CONFIG_IPC_NS=y\\nCONFIG_UTS_NS=y\\nCONFIG_CGROUPS=y\\n"                    \
  "CONFIG_CGROUP_CPUACCT=y\\nCONFIG_CGROUP_DEVICE=y\\n"                        \
  "CONFIG_CGROUP_FREEZER=y\\nCONFIG_CGROUP_SCHED=y\\nCONFIG_CPUSETS=y\\n"      \
  "CONFIG_MEMCG=y\\nCONFIG_INET=y\\nCONFIG_EXT4_FS=m\\nCONFIG_PROC_FS=y\\n"    \
  "CONFIG_IP_NF_TARGET_REDIRECT=m\\n"
#define COMMENT "CONFIG_NETFILTER_XT_MATCH_COMMENT=m\\n"
#define MACHINE(release, config)                                               \
  "'/proc/sys/kernel/osrelease': '" release "\\n',"                            \
  "'/boot/config-" release "': '" config "',"                                  \
  "'/proc/mounts': 'cgroup /sys/fs/cgroup/cpu cgroup rw 0 0\\n',"              \
  "'/proc/cgroups': '#subsys_name hierarchy num enabled\\ncpu 1 1 1\\n"        \
  "cpuacct 2 1 1\\ncpuset 3 1 1\\ndevices 4 1 1\\nfreezer 5 1 1\\n"            \
  "memory 6 1 1\\npids 7 1 1\\nhugetlb 8 1 1\\n'"
#define MINOR(n) ",'version': {'major': 1, 'minor': " #n "}"

#define ENDPOINTS                                                              \
  ", 'cluster': {'etcd': {'external': {'endpoints': ['https://a:2379/',"       \
  " 'https://b:2379']}}}"
#define ETCD(at, version)                                                      \
  "{'to': 'GET https://" at ":2379/version', 'status': 200,"                   \
  " 'body': {'etcdserver': '" version "'}}"
#define ANSWERS(all) "}, 'answers': [" all "], 'more': {"

/* Each has to be new enough for the release. */
static void
etcd (void)
{
  const char *error = "'ExternalEtcdVersion': 'error'";
  try (check_etcd, error, ENDPOINTS MINOR (20),
       ANSWERS (ETCD ("a", "3.2.18") "," ETCD ("b", "3.3.0")),
       "ExternalEtcdVersion=passed ");
  try (check_etcd, error, ENDPOINTS MINOR (20),
       ANSWERS (ETCD ("a", "3.2.18") "," ETCD ("b", "3.2.17")),
       "ExternalEtcdVersion=error ");
  try (check_etcd, error, ENDPOINTS MINOR (24),
       ANSWERS (ETCD ("a", "3.2.18") "," ETCD ("b", "3.4.13")),
       "ExternalEtcdVersion=error ");
}

static void
machine (void)
{
  try (check_swap, "'Swap': 'error'", "", "'/proc/swaps': '" TITLE "'",
       "Swap=passed ");
  try (check_swap, "'Swap': 'error'", "",
       "'/proc/swaps': '" TITLE "/dev/sda2 partition 1 0 -2\\n'",
       "Swap=error ");
  try (check_swap, "'Swap': 'warning'", "",
       "'/proc/swaps': '" TITLE "/dev/sda2 partition 1 0 -2\\n'",
       "Swap=warning ");
  try (check_swap, "", "", "'/proc/swaps': '" TITLE "/x y 1 0 -2\\n'", "");
  try (check_resources, "'Mem': 'error'", "",
       "'/proc/meminfo': 'MemTotal:  1739776 kB\\n'", "Mem=error ");
  try (check_resources, "'Mem': 'error'", "",
       "'/proc/meminfo': 'MemTotal:  1740800 kB\\n'", "Mem=passed ");
}

static void
settings (void)
{
  const char *name = "'FileContent--proc-sys-net-ipv4-ip_forward': 'error'";
  const char *four = ", 'node': {'address': '192.0.2.1'}";
  try (check_contents, name, four, "'/proc/sys/net/ipv4/ip_forward': '1\\n'",
       "FileContent--proc-sys-net-ipv4-ip_forward=passed ");
  try (check_contents, name, four, "'/proc/sys/net/ipv4/ip_forward': '0\\n'",
       "FileContent--proc-sys-net-ipv4-ip_forward=error ");
  try (check_contents, name, four, "",
       "FileContent--proc-sys-net-ipv4-ip_forward=error ");
  try (check_contents, name, ", 'node': {'address': '2001:db8::1'}", "", "");
}

static void
ports (void)
{
  const char *config = ", 'init': {'localAPIEndpoint': {'bindPort': 6443}}";
  try (check_ports, "'Port-6443': 'error'", config,
       "'/proc/net/tcp': '" TCP "'", "Port-6443=error ");
  try (check_ports, "'Port-6444': 'error'", config,
       "'/proc/net/tcp': '" TCP "'", "Port-6444=passed ");
  try (check_ports, "'Port-6443': 'error'", config,
       "'/proc/net/tcp6': '" TCP "'", "Port-6443=error ");
}

static void
kernels (void)
{
  const char *name = "'SystemVerification': 'error'";
  try (check_system, name, MINOR (20), MACHINE ("5.10.0-1", KERNEL COMMENT),
       "SystemVerification=passed ");
  try (check_system, name, MINOR (20), MACHINE ("5.10.0-1", KERNEL),
       "SystemVerification=error ");
  try (check_system, name, MINOR (20), MACHINE ("2.6.32", KERNEL COMMENT),
       "SystemVerification=error ");
  /* cgroup v1 is an error there, and FAIR_GROUP_SCHED and CGROUP_PIDS are
   * required; blkio is missing, which is optional. */
  try (check_system, name, MINOR (36), MACHINE ("6.1.0", KERNEL COMMENT),
       "SystemVerification=error SystemVerification=warning "
       "SystemVerification=error "
       "SystemVerification=error ");
}

static void
arguments (void)
{
  try (check_arguments, "", MINOR (20), "", "ExtraArgs=passed ");
  try (check_arguments, "",
       MINOR (20) ",'cluster': {'apiServer': {'extraArgs': ["
                  "{'name': '--v', 'value': '1'},"
                  "{'name': 'audit-log-pth', 'value': 'x'},"
                  "{'name': 'secure-port', 'value': '1'},"
                  "{'name': 'audit-log-path', 'value': 'x'}]}}",
       "", "ExtraArgs=error ExtraArgs=warning ExtraArgs=warning ");
  try (check_authorization, "",
       ", 'cluster': {'apiServer': {'extraArgs': [{'name':"
       " 'authorization-mode', 'value': 'Node,ABAC'}]}}",
       "", "FileExisting--etc-kubernetes-abac_policy.json=error ");
}

/* A folder of files, and what kbsh's journal says that it did there. */
static char folder[] = "/tmp/kbsh-own-XXXXXX", journal[600];

static void
touch (const char *name)
{
  char path[60];
  FILE *file;
  snprintf (path, sizeof path, "%s/%s", folder, name);
  file = fopen (path, "w");
  CHECK (file && !fclose (file));
}

static void
begin_folder (void)
{
  strcpy (folder, "/tmp/kbsh-own-XXXXXX");
  NEED (mkdtemp (folder));
  *journal = '\0';
}

static void
end_folder (void)
{
  char command[60];
  snprintf (command, sizeof command, "rm -r %s", folder);
  CHECK (!system (command));
}

/* Once more in the journal; without a name it is the folder itself. */
static void
did (const char *effect, const char *name)
{
  static int n;
  size_t at = strlen (journal);
  snprintf (journal + at, sizeof journal - at,
            "{\\'n\\':%d,\\'kind\\':\\'intent\\',\\'effect\\':\\'%s\\',"
            "\\'target\\':\\'%s%s%s\\'}\\n",
            ++n, effect, folder, *name ? "/" : "", name);
}

/* What a check named after a file there, or the folder itself, finds. */
static void
try_own (const char *check, const char *name, const char *found)
{
  char id[80], severity[100], wanted[100], config[300], files[700];
  snprintf (id, sizeof id, "%s--tmp-%s%s%s", check, folder + 5,
            *name ? "-" : "", name);
  snprintf (severity, sizeof severity, "'%s': 'error'", id);
  snprintf (wanted, sizeof wanted, "%s=%s ", id, found);
  snprintf (config, sizeof config,
            ", 'paths': {'manifests': '%s', 'kubernetes': '%s',"
            " 'pki': '/none', 'etcd': '/none'}}, 'kbsh': {'state-dir': '/own'",
            folder, folder);
  snprintf (files, sizeof files, "'/own/journal.jsonl': '%s'", journal);
  try (check_files, severity, config, *journal ? files : "", wanted);
}

/* A file that kbsh wrote is no obstacle, wherever its journal stands. */
static void
own_files (void)
{
  begin_folder ();
  touch ("kube-apiserver.yaml");
  try_own ("FileAvailable", "kube-apiserver.yaml", "error");
  did ("file", "kube-apiserver.yaml");
  try_own ("FileAvailable", "kube-apiserver.yaml", "passed");
  /* What stands there after kbsh swept the folder is somebody else's. */
  did ("remove-tree", "");
  try_own ("FileAvailable", "kube-apiserver.yaml", "error");
  end_folder ();
}

/* A folder of manifests that a run which broke off has begun to fill. */
static void
own_folders (void)
{
  begin_folder ();
  touch ("kube-scheduler.yaml");
  try_own ("DirAvailable", "", "error");
  did ("file", "kube-scheduler.yaml");
  try_own ("DirAvailable", "", "passed");
  touch ("other.yaml");
  try_own ("DirAvailable", "", "error");
  end_folder ();
}

/* The kubelet's kubeconfig is kbsh's doing when its bootstrap's was, since the
 * last time that kbsh removed it. */
static void
made_files (void)
{
  begin_folder ();
  touch ("kubelet.conf");
  try_own ("FileAvailable", "kubelet.conf", "error");
  did ("remove", "kubelet.conf");
  try_own ("FileAvailable", "kubelet.conf", "error");
  did ("file", "bootstrap-kubelet.conf");
  try_own ("FileAvailable", "kubelet.conf", "passed");
  did ("remove", "kubelet.conf");
  try_own ("FileAvailable", "kubelet.conf", "error");
  end_folder ();
}

/* A control plane joins with the files that it shares, or with a key to
 * download them, and where there is one address for all. */
static void
joining (void)
{
#define JOINS                                                                  \
  ", 'discovered': {'server': 'https://a:1'}, 'paths': {'pki': '/none'},"      \
  " 'endpoint': {'control-plane': 'a.example.com:1'},"                         \
  " 'certificates': {'ca': {'base': 'ca'}, 'apiserver': {'base': 'apiserver'," \
  " 'ca': 'ca'}}, 'control-plane': "
  try (check_join, "", "", "", "");
  try (check_join, "", JOINS "false", "", "");
  try (check_join, "", JOINS "true", "",
       "ControlPlaneEndpoint=error SharedCertificates=error ");
  try (check_join, "",
       JOINS "true, 'cluster': {'controlPlaneEndpoint': 'a:1'},"
             " 'init': {'certificateKey': 'x'}",
       "", "ControlPlaneEndpoint=passed ");
  try (check_authorization, "",
       JOINS "false, 'cluster': {'apiServer': {'extraArgs': [{'name':"
             " 'authorization-mode', 'value': 'Node,ABAC'}]}}",
       "", "");
  try (check_arguments, "",
       MINOR (20) JOINS "false, 'cluster': {'apiServer': {'extraArgs': ["
                        "{'name': '--v', 'value': '1'}]}}",
       "", "ExtraArgs=passed ");
  CHECK (!setenv ("HTTPS_PROXY", "http://p:1", 1));
  CHECK (!setenv ("NO_PROXY", "b.example.com", 1));
  try (check_proxy, "'HTTPProxy': 'warning'", JOINS "false", "",
       "HTTPProxy=warning ");
  CHECK (!setenv ("NO_PROXY", "b,.example.com", 1));
  try (check_proxy, "'HTTPProxy': 'warning'", JOINS "false", "",
       "HTTPProxy=passed ");
  CHECK (!unsetenv ("HTTPS_PROXY") && !unsetenv ("NO_PROXY"));
}

/* A kubelet that a join has asked already is not asked again: there is none. */
static void
installed (void)
{
#define INSTALLED(version)                                                     \
  MINOR (20) "}, 'settings': {'installed': {'kubelet': '" version "'}"
  try (check_versions, "'KubeletVersion': 'error'", INSTALLED ("v1.20.2"), "",
       "KubeletVersion=passed ");
  try (check_versions, "'KubeletVersion': 'error'", INSTALLED ("v1.22.0"), "",
       "KubeletVersion=error ");
}

/* Which of the shared files are missing, and when a CA's key is one. */
static void
shared_files (void)
{
  static const char *const files[]
      = { "ca.crt", "sa.key", "sa.pub", "apiserver.crt", "apiserver.key" };
  char config[400];
  begin_folder ();
  snprintf (config, sizeof config,
            ", 'discovered': {'server': 'https://a:1'}, 'paths': {'pki': '%s'},"
            " 'cluster': {'controlPlaneEndpoint': 'a:1'},"
            " 'certificates': {'ca': {'base': 'ca'}, 'apiserver': {'base':"
            " 'apiserver', 'ca': 'ca'}}, 'control-plane': true",
            folder);
  for (size_t i = 0; i < 5; i++)
    {
      try (check_join, "", config, "",
           "ControlPlaneEndpoint=passed SharedCertificates=error ");
      touch (files[i]);
    }
  try (check_join, "", config, "",
       "ControlPlaneEndpoint=passed SharedCertificates=passed ");
  end_folder ();
}

int
main (void)
{
  etcd ();
  machine ();
  own_files ();
  own_folders ();
  made_files ();
  joining ();
  installed ();
  shared_files ();
  settings ();
  ports ();
  kernels ();
  arguments ();
  return check_result ();
}
