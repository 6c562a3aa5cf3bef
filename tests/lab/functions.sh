# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# For the tests in throw-away hosts, which begin with
#   . "$(dirname "$0")/functions.sh" || exit 1
# Each has a lab of its own (KBSH_LAB), which is removed however it ends; kbsh is
# what was installed into KBSH_PREFIX. tests/lab/run sets both; and, where the
# lab is shared with other tests, KBSH_LAB_SHARED.
top_srcdir=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../..")
. "$top_srcdir/tests/functions.sh" || exit 1
: "${KBSH_PREFIX:?the prefix that kbsh is installed in: tests/lab/run PREFIX}"
export KBSH_LAB=${KBSH_LAB:-$test_name-$$}
LAB=$top_srcdir/contrib/lab/lab
. "$top_srcdir/contrib/lab/cluster.sh"
KUBERNETES=/etc/kubernetes
# CoreDNS is not packaged by Debian: its image can't be pulled in a host.
WITHOUT_COREDNS=(--ignore-preflight-errors ImagePull)
# Most of what is waited for there is asked for with a kubectl, which takes a
# processor a fifth of a second.
WAIT_PAUSE=0.5
HOST=cp1 # where in_host, kbsh and kubectl work
if [ -n "${KBSH_LAB_SHARED:-}" ]; then ln -s "$KBSH_LAB_SHARED" "$tmp/shared"; else mkdir "$tmp/shared"; fi

requires_root
"$top_srcdir/contrib/lab/components" --quick >/dev/null 2>&1 ||
  skip "Kubernetes is not built yet: contrib/lab/components"

# host_up [OPTION...] [HOST...]: hosts with kbsh at the path it was configured
# for, and $tmp/shared as /shared (default: cp1)
host_up () {
  local arg named=0
  for arg; do case $arg in --*) ;; *) named=1 ;; esac; done
  [ $named = 1 ] || set -- "$@" "$HOST"
  [ -n "${KBSH_LAB_SHARED:-}" ] || cleanup "'$LAB' down >/dev/null"
  "$LAB" up --mount "$KBSH_PREFIX:$KBSH_PREFIX" --mount "$tmp/shared:/shared:rw" "$@" \
    >"$tmp/up.log" 2>&1 || { cat "$tmp/up.log" >&2; fail "no host: lab up $*"; }
}
in_host () { "$LAB" in "$HOST" "$@"; }
# The programs of a fresh host are on its disk: what is needed from outside.
host_file () { echo "$("$LAB" root "$HOST")$1"; }
kbsh () { in_host "$KBSH_PREFIX/bin/kbsh" "$@"; }
kubectl () { in_host kubectl --kubeconfig "$KUBERNETES/admin.conf" "$@"; }

# config [LINE...]: /shared/init.yaml, as cluster_config says. The kubelet looks
# at its pods more often than every minute: a static Pod is ready in the API at
# the second or third look.
config () {
  {
    cluster_config "$@"
    printf -- '---\napiVersion: kubelet.config.k8s.io/v1beta1\n'
    printf 'kind: KubeletConfiguration\nsyncFrequency: 3s\n'
  } >"$tmp/shared/init.yaml"
}
# config_add LINE...: one more document
config_add () { printf -- '---\n' >>"$tmp/shared/init.yaml"; printf '%s\n' "$@" >>"$tmp/shared/init.yaml"; }

# try_init OPTION...: out and err are $tmp/out and $tmp/err
try_init () {
  [ -e "$tmp/shared/init.yaml" ] || config
  kbsh init --config /shared/init.yaml --cni bridge "${WITHOUT_COREDNS[@]}" "$@" \
    >"$tmp/out" 2>"$tmp/err"
}
init () { try_init "$@" || { local status=$?; show; fail "kbsh init $* ended with $status"; }; }
# what the last kbsh said
show () { sed 's/^/out: /' "$tmp/out" >&2; sed 's/^/err: /' "$tmp/err" >&2; }

# quiet CMD...: without its output (for wait_for)
quiet () { "$@" >/dev/null 2>&1; }
wait_ready () {
  local node=${1:-$HOST}
  quiet kubectl wait --for=condition=Ready "node/$node" --timeout=120s ||
    { kubectl describe node "$node" >&2; kubectl get pods -A >&2; fail "node $node is not ready"; }
}
# wait_pod POD [NAMESPACE]: a pod that is ready
wait_pod () {
  local namespace=${2:-default}
  quiet kubectl -n "$namespace" wait --for=condition=Ready "pod/$1" --timeout=120s ||
    { kubectl -n "$namespace" describe pod "$1" >&2; fail "pod $1 is not ready"; }
}
# accounts: a pod can be made, as a controller has made its service account,
# which may be some time after the node is ready
accounts () { wait_for 60 quiet kubectl get serviceaccount default; }
# web_pod: the lab's web server runs
web_pod () {
  accounts
  kubectl apply -f /usr/share/kbsh-lab/web.yaml >/dev/null
  wait_pod web
}
# the static Pods, which the kubelet shows to the API server, are all ready
wait_static_pods () {
  local name
  [ $# -gt 0 ] || set -- etcd kube-apiserver kube-controller-manager kube-scheduler
  for name; do
    wait_for 120 quiet kubectl -n kube-system get pod "$name-$HOST"
    wait_pod "$name-$HOST" kube-system
  done
}

# inventory PATH...: files with type, mode, owner, size, time and content
inventory () {
  in_host find "$@" -printf '%p %y %m %U:%G %s %T@ %l ' \
    \( -type f -exec sha256sum {} \; -o -printf '\n' \) 2>/dev/null | sort
}
# look_host HOST NAME: files, units, containers and processes, as $tmp/NAME.*
# All that a host differs in from this machine is on its disks; the rest are
# its memory file systems. What changes by itself: the journal of systemd, and
# the runtime's own books.
host_files () {
  local disks=${KBSH_LAB_STATE:-/var/tmp/kbsh-lab}/$KBSH_LAB/$HOST
  # (images are links to files that other hosts have, too: their times of
  # change are not this host's)
  find "$disks/upper" "$disks/disk" -path '*/disk/containerd/*' -printf '%p %y %m %U:%G %s %T@ %l\n' \
    -o -printf '%p %y %m %U:%G %s %T@ %C@ %l\n'
  in_host find /tmp /run /dev/shm -path /run/systemd -prune -o -path /run/log -prune -o -printf '%p %y %m %U:%G %s %l\n'
}
look_host () {
  local HOST=$1 name=$2
  local busy='/var/log/(journal|wtmp|lastlog)|/containerd/io.containerd.metadata.v1.bolt/meta.db '
  host_files 2>/dev/null | grep -vE "$busy" | sort >"$tmp/$name.files"
  in_host systemctl list-unit-files --plain --no-legend >"$tmp/$name.units"
  in_host systemctl list-units --all --type=service --plain --no-legend |
    awk '{print $1, $2, $3, $4}' | sort >>"$tmp/$name.units"
  { in_host ctr -n k8s.io containers ls -q; in_host ctr -n k8s.io images ls -q; } | sort >"$tmp/$name.containers"
  in_host ps -eo comm= | sort >"$tmp/$name.processes"
}
# same_host NAME OTHER: nothing differs between two looks
same_host () {
  local what
  for what in files units containers processes; do
    diff "$tmp/$1.$what" "$tmp/$2.$what" >&2 || fail "the $what changed"
  done
}
# versions: the resource versions of all objects that init makes
versions () {
  kubectl get -A -o 'jsonpath={range .items[*]}{.kind}/{.metadata.namespace}/{.metadata.name} {.metadata.resourceVersion}{"\n"}{end}' \
    configmaps,secrets,serviceaccounts,roles,rolebindings,clusterroles,clusterrolebindings |
    grep -v 'kube-system/kube-.*-leader-election'
}
# without TEXT FILE...: it stands in none of these files
without () {
  local text=$1; shift
  ! grep -qF -- "$text" "$@" || fail "a secret stands in $*"
}
