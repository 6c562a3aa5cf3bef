#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A host before init and after reset is the same, but for what is explained here
# line by line; a dry run changes nothing, a reset that was killed goes on, and
# what is foolish is refused. Then init makes a node again.
# lab: seconds=110
. "$(dirname "$0")/functions.sh" || exit 1
. "$(dirname "$0")/reset.sh" || exit 1

reset () { kbsh reset -f "$@" >"$tmp/out" 2>"$tmp/err" || { local status=$?; show; fail "reset $* ended with $status"; }; }
# a ready node, on which a pod runs
node () {
  init
  wait_ready
  web_pod
}
host_up
config
look before
node

# -- refused, and nothing is done
refused () {
  local words=$1; shift
  kbsh reset "$@" >"$tmp/out" 2>"$tmp/err" </dev/null && fail "reset $* was done"
  has "$(cat "$tmp/err")" "$words"
  wait_ready
}
refused "aborted: nothing was done"
refused "/etc, is not emptied" -f --cert-dir /etc
refused "no folder of certificates" -f --cert-dir /usr/share/doc
# -- a dry run
look node
reset --dry-run --clean-iptables
for words in "stop unit kubelet" StopPodSandbox "unmount /var/lib/kubelet/" "/etc/kubernetes/pki" \
  "/etc/kubernetes/admin.conf" "iptables-restore" "10-kbsh-bridge.conflist" "/var/lib/etcd"; do
  has "$(cat "$tmp/out" "$tmp/err")" "$words"
done
look dry
differences node dry | grep -v -e '^files . [0-9a-f]*  ./var/lib/etcd/member' -e '^files . ./var/lib/etcd/member' \
  -e '^processes ' -e '^run ' >"$tmp/changed" || :
[ ! -s "$tmp/changed" ] || { cat "$tmp/changed" >&2; fail "a dry run changed something"; }
wait_ready

# -- killed where a step begins, and run again
cat >"$tmp/shared/kill" <<'END'
#!/bin/sh
# kill STEP COMMAND...: SIGKILL to the command when it begins with the step
step=$1; shift
"$@" >/tmp/killed.log 2>&1 & pid=$!
until grep -q "\"event\":\"step-started\".*\"step\":\"$step\"" /tmp/killed.log; do
  kill -0 $pid 2>/dev/null || { echo "it ended before $step"; cat /tmp/killed.log; exit 1; }
done
kill -KILL $pid
wait $pid
exit 0
END
chmod +x "$tmp/shared/kill"
for step in cleanup-node/kubelet cleanup-node/pods cleanup-node/unmount cleanup-node/kubelet-data \
  cleanup-node/manifests cleanup-node/undo; do
  in_host /shared/kill "$step" "$KBSH_PREFIX/bin/kbsh" reset -f --clean-iptables -o json >"$tmp/out" 2>&1 ||
    { cat "$tmp/out" >&2; fail "reset could not be killed at $step"; }
done
reset --clean-iptables
look after
differences before after | explained >"$tmp/left"
[ ! -s "$tmp/left" ] || { cat "$tmp/left" >&2; fail "reset left this"; }
same "$(in_host find /var/lib/kbsh/backup -type f)" ""
in_host test ! -e /var/lib/kbsh/journal.jsonl || fail "the journal was not set aside"

# -- a node again, and reset in one go
node
reset --clean-iptables
look again
differences before again | explained >"$tmp/left"
[ ! -s "$tmp/left" ] || { cat "$tmp/left" >&2; fail "the second reset left this"; }
node
reset
has "$(cat "$tmp/out")" "chains KUBE-* in iptables: kbsh reset --clean-iptables"
# Once more: there is nothing to do, but that the kubelet is stopped: no journal
# says any more that it ran before.
reset
has "$(cat "$tmp/out")" "This machine is no longer part of a cluster"
same "$(in_host systemctl is-active kubelet)" inactive
