#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A dry run on a fresh host says what it would do, and changes nothing: no
# file, no unit, no process, no container.
. "$(dirname "$0")/functions.sh" || exit 1

host_up
config
# All that a host differs in from this machine is on its disks; the rest are
# its memory file systems. What changes by itself: the journal of systemd, and
# the runtime's own books.
disks=${KBSH_LAB_STATE:-/var/tmp/kbsh-lab}/$KBSH_LAB/$HOST
busy='/var/log/(journal|wtmp|lastlog)|/containerd/io.containerd.metadata.v1.bolt/meta.db '
files () {
  # (images are links to files that other hosts have, too: their times of
  # change are not this host's)
  find "$disks/upper" "$disks/disk" -path '*/disk/containerd/*' -printf '%p %y %m %U:%G %s %T@ %l\n' \
    -o -printf '%p %y %m %U:%G %s %T@ %C@ %l\n'
  in_host find /tmp /run /dev/shm -path /run/systemd -prune -o -path /run/log -prune -o -printf '%p %y %m %U:%G %s %l\n'
}
look () {
  files 2>/dev/null | grep -vE "$busy" | sort >"$tmp/$1.files"
  in_host systemctl list-unit-files --plain --no-legend >"$tmp/$1.units"
  in_host systemctl list-units --all --type=service --plain --no-legend |
    awk '{print $1, $2, $3, $4}' | sort >>"$tmp/$1.units"
  { in_host ctr -n k8s.io containers ls -q; in_host ctr -n k8s.io images ls -q; } | sort >"$tmp/$1.containers"
  in_host ps -eo comm= | sort >"$tmp/$1.processes"
}
# It restarts until it is configured.
in_host systemctl stop kubelet
look before
try_init --dry-run || { show; fail "a dry run ended with $?"; }
look after
for what in files units containers processes; do
  diff "$tmp/before.$what" "$tmp/after.$what" >&2 || fail "the dry run changed the $what"
done
# (and the inventory would have seen it)
in_host touch /var/lib/kubelet/x
look touched
! cmp -s "$tmp/after.files" "$tmp/touched.files" || fail "the inventory is not whole"

text=$(cat "$tmp/out" "$tmp/err")
for name in etcd kube-apiserver kube-controller-manager kube-scheduler; do
  has "$text" "+++ $KUBERNETES/manifests/$name.yaml"
done
for word in "+    - --service-cluster-ip-range=10.96.0.0/12" "+++ $KUBERNETES/pki/apiserver.crt" \
  "+++ /var/lib/kubelet/config.yaml" "kind: DaemonSet" "name: kubeadm-config" "name: cluster-info" \
  "would start unit kubelet" "it was a dry run"; do
  has "$text" "$word"
done
hasnt "$text" "PRIVATE KEY"
