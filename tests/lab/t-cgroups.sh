#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The system verification on kernels that this machine does not have: control
# groups of version 2 and 1, whole and without a controller.
# lab: seconds=30
. "$(dirname "$0")/functions.sh" || exit 1
. "$(dirname "$0")/vm.sh" || exit 1

vm_make
preflight="$KBSH_PREFIX/bin/kbsh init phase preflight --ignore-preflight-errors all
  --apiserver-advertise-address 10.77.0.11 --cri-socket unix:///run/none.sock"
preflight=${preflight//$'\n'/ }
# found NAME: what the run after "== NAME" said of the system
found () { sed -n "/^== $1\$/,/^\[init\]/p" "$tmp/vm.out" | grep 'SystemVerification' || :; }
ended () { sed -n "/^== $1\$/,/^\[init\]/p" "$tmp/vm.out" | grep -q '^\[init\] ok' || { cat "$tmp/vm.out" >&2; fail "$1 did not end well"; }; }
fine () { ended "$1"; same "$(found "$1")" ""; }
finds () { ended "$1"; has "$(found "$1")" "$2"; }
VERSION_2='mount -t cgroup2 none /sys/fs/cgroup && mkdir /sys/fs/cgroup/some'
VERSION_1='rmdir /sys/fs/cgroup/some; umount /sys/fs/cgroup; mount -t tmpfs none /sys/fs/cgroup
for one in cpu cpuacct cpuset devices freezer memory pids hugetlb blkio; do
  mkdir /sys/fs/cgroup/$one && mount -t cgroup -o $one none /sys/fs/cgroup/$one
done'

vm_run <<SH
$VERSION_2
echo "== new-v2"; $preflight --kubernetes-version v1.36.2
echo "== old-v2"; $preflight --kubernetes-version v1.20.2
mv /boot /elsewhere
echo "== unknown"; $preflight --kubernetes-version v1.36.2
$VERSION_1
echo "== new-v1"; $preflight --kubernetes-version v1.36.2
mv /elsewhere /boot
echo "== old-v1"; $preflight --kubernetes-version v1.20.2
SH
fine new-v2
fine old-v2
fine old-v1
finds new-v1 "this machine uses cgroup v1, which is deprecated"
finds unknown "configuration"

# a kernel that was told to leave two of them out
vm_run cgroup_disable=memory,pids <<SH
$VERSION_2
echo "== new-v2"; $preflight --kubernetes-version v1.36.2
$VERSION_1
echo "== old-v1"; $preflight --kubernetes-version v1.20.2
SH
finds new-v2 "required cgroup controllers are missing: memory pids"
finds old-v1 "required cgroup controllers are missing: memory"
