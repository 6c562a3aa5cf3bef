# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What a host has, for the tests of reset: look WHEN, then differences.

# What the host wrote on its disk over this machine's root: type, mode, owner,
# content. Not logs, caches, what the container runtime keeps, nor folders that
# are as they are on this machine (overlayfs copies those of what is changed).
files () {
  local disk=${KBSH_LAB_STATE:-/var/tmp/kbsh-lab}/$KBSH_LAB/$HOST
  { (cd "$disk/upper/root" && find . -mindepth 1 \( -path ./var/log -o -path ./var/cache -o -path ./var/tmp \
      -o -path ./tmp -o -path ./run -o -path ./root/.kube -o -path ./var/lib/systemd \
      -o -path ./var/lib/containerd \) -prune -o -print)
    (cd "$disk/disk" && find kubelet etcd | sed 's|^|./var/lib/|'); } | sort -u >"$tmp/paths"
  # (What was removed lies there as well, and is not found in the host.)
  in_host xargs -d '\n' stat -c '%n %F %a %U:%G' <"$tmp/paths" 2>/dev/null | sort >"$tmp/there" || :
  (cd / && xargs -d '\n' stat -c '%n %F %a %U:%G' <"$tmp/paths" 2>/dev/null) | grep ' directory ' | sort >"$tmp/here" || :
  comm -23 "$tmp/there" "$tmp/here" | grep -v '^./var/lib/kbsh/lock '
  sed -n 's/ regular \(empty \)\?file [0-7]* [^ ]*$//p' "$tmp/there" | grep -v '^./var/lib/kbsh/lock$' |
    in_host xargs -r -d '\n' sha256sum
}
# What is unmounted, systemd learns a moment later, and a second when it is much.
mounts_known () {
  # shellcheck disable=SC2016 # the host's own
  in_host sh -c 'systemctl list-units --plain --no-legend --type=mount | while read -r unit rest; do
    mountpoint -q "$(systemd-escape -u --path "${unit%.mount}")" || exit 1; done'
}
# look WHEN: one file a kind, in $tmp/WHEN
look () {
  local to=$tmp/$1 tool
  rm -rf "$to"
  mkdir "$to"
  files | sort >"$to/files"
  in_host find /run -xdev -not -path '/run/systemd/*' -not -path '/run/log/*' \
    -not -path '/run/udev/*' -printf '%p %y %m\n' | sort >"$to/run"
  in_host awk '{print $5, $9, $10}' /proc/self/mountinfo | sort >"$to/mounts"
  # A kubelet without its configuration is started again and again.
  in_host ps --no-headers -eo comm,args |
    grep -v -e '^ps ' -e '^(\?kubelet)\? ' -e '^bash ' -e '^(\?sd-' | sort >"$to/processes"
  { in_host ip -br link | awk '{print "link", $1}'; in_host ip -br addr | awk '{$2 = ""; print "address", $0}'
    in_host ip route; in_host ip -6 route; } | sort >"$to/network"
  for tool in iptables ip6tables; do
    in_host $tool-save | sed -e '/^#/d' -e 's/ \[[0-9]*:[0-9]*\]$//' | sed "s/^/$tool /"
  done >"$to/iptables"
  # The unified hierarchy beside that of version 1 is the same in all hosts.
  in_host find /sys/fs/cgroup -type d -not -path '*/system.slice/*' -not -path '/sys/fs/cgroup/unified/*' |
    sort >"$to/cgroups"
  wait_for 20 mounts_known
  in_host systemctl list-units --all --plain --no-legend --type=service,mount,slice,timer,socket |
    awk '{print $1, $2, $3 == "activating" ? "active" : $3}' | sort >"$to/units"
  in_host systemctl list-unit-files --plain --no-legend | awk '{print $1, $2}' | sort >"$to/enabled"
}
KINDS=(files run mounts processes network iptables cgroups units enabled)
# differences A B [KIND...]: "KIND - LINE" was in A alone, "KIND + LINE" in B
differences () {
  local a=$1 b=$2 kind
  shift 2
  for kind in "${@:-${KINDS[@]}}"; do
    diff "$tmp/$a/$kind" "$tmp/$b/$kind" | sed -n "s/^< /$kind - /p; s/^> /$kind + /p" || :
  done
}
# What a reset leaves; what is not in this list is a failure.
explained () {
  grep -E -v \
    -e '^files \+ ([0-9a-f]{64}  )?\./var/lib/kbsh/journal-[0-9]+\.jsonl( regular file 600 root:root)?$' \
    -e '^files \+ \./var/lib/kbsh( directory 700|/backup directory 700) ' \
    -e '^files \+ \./var/lib/cni directory 7[05][05] ' \
    -e '^files \+ \./usr/lib/modules directory 755 ' \
    -e '^files \+ \./usr/libexec/kubernetes(/[a-z/-]*)? directory 755 ' \
    -e '^run \+ /run/containerd/(io\.containerd\.[a-z0-9.]*/[a-z0-9.]*|runc|runc/k8s\.io|s) d ' \
    -e '^run \+ /run/netns d ' \
    -e '^run \+ /run/xtables\.lock f ' \
    -e '^iptables \+ ip6?tables (\*(mangle|filter|nat)|COMMIT|:(PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING) ACCEPT)$' || :
  # 1, 2: the journal, kept for whoever wants to know what happened, and its
  #    folder: /var/lib/kbsh is what kbsh itself needs
  # 3: made by the CNI plugin host-local; it is empty
  # 4: made by the kubelet: a folder of this machine that kube-proxy mounts
  # 5: made by the controller manager's mount of the folder for volume plugins
  # 6: containerd's own, made for its first pod; they are empty
  # 7: the folder in which containerd keeps network namespaces; it is empty
  # 8: the lock of iptables
  # 9: asking for a table of iptables makes it; they have no rules
}
