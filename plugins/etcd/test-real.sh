# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# etcd.check, etcd.join, etcd.leave and `kbsh etcd member` with real etcds. Each
# machine is a network namespace with an /etc of its own; what a kubelet does
# with the manifest, `kubelet` does.
. "${top_srcdir:-.}/tests/functions.sh" || exit 1
requires etcd nsenter ip jq setsid
own_namespaces --net --mount
mount -t tmpfs none "$tmp"
cleanup "umount -l '$tmp'"
mkdir -p "$tmp/try/up" "$tmp/try/work" "$tmp/try/on"
mount -t overlay none -o "lowerdir=/etc,upperdir=$tmp/try/up,workdir=$tmp/try/work" "$tmp/try/on" 2>/dev/null ||
  skip "overlayfs is not to be had"
umount "$tmp/try/on"
ip link set lo up
ip link add lan type bridge && ip addr add 10.9.0.1/24 dev lan && ip link set lan up

# machine N: its process, in namespaces of its own, is machine[N]
declare -A machine kubelet
machine () {
  local n=$1 dir=$tmp/$1
  mkdir -p "$dir/up" "$dir/work" "$dir/state"
  unshare --net --mount sleep infinity &
  machine[$n]=$!
  wait_for 5 in_own_namespace "${machine[$n]}"
  cleanup "kill ${machine[$n]} 2>/dev/null; wait ${machine[$n]} 2>/dev/null"
  ip link add "v$n" type veth peer name eth0 netns "${machine[$n]}"
  ip link set "v$n" master lan up
  on "$n" ip link set lo up
  on "$n" ip addr add "10.9.0.1$n/24" dev eth0
  on "$n" ip link set eth0 up
  on "$n" mount -t overlay none -o "lowerdir=/etc,upperdir=$dir/up,workdir=$dir/work" /etc
  cat >"$dir/config.yaml" <<END
apiVersion: kubeadm.k8s.io/v1beta2
kind: InitConfiguration
localAPIEndpoint: {advertiseAddress: 10.9.0.1$n}
nodeRegistration: {name: n$n}
---
apiVersion: kubeadm.k8s.io/v1beta2
kind: ClusterConfiguration
kubernetesVersion: v1.20.2
etcd: {local: {dataDir: $dir/data${MORE:-}}}
apiServer: {timeoutForControlPlane: ${PATIENCE:-60s}}
END
}
in_own_namespace () { ! [ "/proc/$1/ns/net" -ef /proc/$$/ns/net ]; }
on () { local n=$1; shift; nsenter -t "${machine[$n]}" -n -m -- "$@"; }
# k N ARG...: kbsh on that machine
k () {
  local n=$1; shift
  KBSH_STATE=$tmp/$n/state on "$n" "$kbsh" "$@" --workflow-dir "$tmp/flows"
}
join () { k "$1" member --config "$tmp/$1/config.yaml" "${@:2}"; }

# kubelet N: runs the manifest of etcd as long as it is there
manifest () { echo "$tmp/$1/up/kubernetes/manifests/etcd.yaml"; }
kubelet () {
  local n=$1 yaml pid=''
  yaml=$(manifest "$n")
  trap '[ -z "$pid" ] || kill -9 "$pid" 2>/dev/null; exit' TERM
  while :; do
    if [ -e "$yaml" ] && [ -z "$pid" ]; then
      mapfile -t words < <(sed -n '/- command:/,/^ *image:/{/command:/d; s/^ *- //p}' "$yaml" | sed "s/^[\"']//; s/[\"']\$//")
      nsenter -t "${machine[$n]}" -n -m -- "${words[@]}" >>"$tmp/$n/etcd.log" 2>&1 &
      pid=$!
    elif [ ! -e "$yaml" ] && [ -n "$pid" ]; then
      kill "$pid" 2>/dev/null || :
      wait "$pid" || :
      pid=
    fi
    sleep 0.1
  done
}
start_kubelet () {
  kubelet "$1" &
  kubelet[$1]=$!
  cleanup "kill ${kubelet[$1]} 2>/dev/null; wait ${kubelet[$1]} 2>/dev/null"
}
# power off, as a lost machine
stop_kubelet () { kill "${kubelet[$1]}"; wait "${kubelet[$1]}" 2>/dev/null || :; }

# members FILTER: what the first machine says, through jq
members () { k 1 etcd member list -o json | jq -r "$1"; }
voters () { members '[.[]|select(.kind == "voter" and .healthy).name]|sort|join(" ")'; }
is_voters () { [ "$(voters 2>/dev/null)" = "$1" ]; }

mkdir "$tmp/flows"
flow () {
  printf 'workflow: kbsh/v1\nname: %s\nsummary: try\nparameters:\n' "$1"
  printf '  - {name: config, type: path}\n  - {name: force, type: bool}\nsteps:\n'
  printf '  - {name: config, run: config.load, with: {config: "${config}"}, always: true}\n'
  cat
} >"$tmp/flows/$1.yaml"
leaf='  - {name: certs/%s, run: pki.certificate, with: {name: %s}, needs: [%s]}\n'
leaves () { local l; for l in etcd-server etcd-peer etcd-healthcheck-client; do printf "$leaf" $l $l "$1"; done; }
flow first <<END
$(printf "$leaf" etcd-ca etcd-ca config; leaves certs/etcd-ca)
  - {name: etcd, run: controlplane.manifest, with: {component: etcd}, needs: [certs]}
END
asks='endpoints: ["https://10.9.0.11:2379", "https://10.9.0.12:2379"]'
flow member <<END
$(leaves config)
  - {name: check, run: etcd.check, with: {$asks}, needs: [certs]}
  - {name: join, run: etcd.join, with: {$asks}, needs: [check], timeout: 5m}
END
flow leave <<END
  - {name: leave, run: etcd.leave, with: {force: "\${force}"}, needs: [config]}
END
flow may-leave <<END
  - {name: ask, run: etcd.may-leave, with: {force: "\${force}"}, needs: [config]}
END
# The CA goes to the others as it does between machines.
share_ca () {
  mkdir -p "$tmp/$1/up/kubernetes/pki/etcd"
  cp "$tmp"/1/up/kubernetes/pki/etcd/ca.* "$tmp/$1/up/kubernetes/pki/etcd"
}

machine 1
status 0 k 1 first --config "$tmp/1/config.yaml"
start_kubelet 1
wait_for 30 is_voters n1
for n in 2 3; do machine $n; share_ca $n; done

# -- two at the same time: one waits for the other, both get in
join 2 -o json >"$tmp/2/out" 2>&1 & one=$!
wait_for 20 test -e "$(manifest 2)"
join 3 -o json >"$tmp/3/out" 2>&1 & two=$!
wait_for 20 grep -q '(https://10.9.0.12:2380) is joining' "$tmp/3/out"
start_kubelet 2
start_kubelet 3
wait $one || fail "n2 did not join: $(cat "$tmp/2/out" "$tmp/2/etcd.log")"
wait $two || fail "n3 did not join: $(cat "$tmp/3/out" "$tmp/3/etcd.log")"
wait_for 10 is_voters "n1 n2 n3"
for n in 2 3; do
  has "$(cat "$(manifest $n)")" "- --initial-cluster-state=existing"
  has "$(cat "$(manifest $n)")" "n1=https://10.9.0.11:2380"
  has "$(cat "$(manifest $n)")" "n$n=https://10.9.0.1$n:2380"
done

# -- once more: it is a member already, and its etcd is not restarted
before=$(stat -c '%i %Y' "$(manifest 2)")
status 0 join 2
has "$err" "of etcd already"
has "$err" "nothing was changed"
same "$(stat -c '%i %Y' "$(manifest 2)")" "$before"

# -- killed between adding and starting: the second run takes it up
machine 4; share_ca 4
KBSH_STATE=$tmp/4/state setsid nsenter -t "${machine[4]}" -n -m -- "$kbsh" \
  member --config "$tmp/4/config.yaml" --workflow-dir "$tmp/flows" >"$tmp/4/out" 2>&1 &
killed=$!
wait_for 60 test -e "$(manifest 4)"
kill -9 -- "-$killed"
wait "$killed" 2>/dev/null || :
same "$(members '[.[]|select(.kind == "new learner").peer]|join(" ")')" "https://10.9.0.14:2380"
start_kubelet 4
status 0 join 4
wait_for 10 is_voters "n1 n2 n3 n4"

# -- it leaves, and its data are no member's any more; to ask changes nothing
status 0 k 4 may-leave --config "$tmp/4/config.yaml"
is_voters "n1 n2 n3 n4" || fail "who asked has left"
status 0 k 4 leave --config "$tmp/4/config.yaml"
has "$err" "out of etcd"
wait_for 10 is_voters "n1 n2 n3"
stop_kubelet 4

# -- one that never comes up is taken out again, with its manifest
PATIENCE=2s machine 5; share_ca 5
status 1 join 5
has "$err" "etcd does not come up on this machine"
has "$err" "out of etcd again"
same "$(members length)" 3
[ ! -e "$(manifest 5)" ] || fail "the manifest of n5 is still there"

# -- nor is one whose clients can't reach it, and its data go, too
PATIENCE=3s MORE=', extraArgs: {listen-client-urls: "https://127.0.0.1:2379"}' machine 6; share_ca 6
start_kubelet 6
status 1 join 6
has "$err" "etcd does not come up on this machine"
has "$(cat "$tmp/6/etcd.log")" "Name:n6"
[ -e "$tmp/6/data" ] && [ ! -e "$tmp/6/data/member" ] || fail "its data are still there"
same "$(members length)" 3
stop_kubelet 6

# -- data of another member: nothing is added
mkdir -p "$tmp/5/data/member"
status 1 join 5
has "$err" "there are data of etcd in"
same "$(members length)" 3

# -- a lost machine is found, replaced under its name, and nothing else goes
stop_kubelet 3
for flow in may-leave leave; do
  status 1 k 2 $flow --config "$tmp/2/config.yaml"
  has "$err" "the cluster cannot do without this machine's etcd"
  has "$err" "of the 2 that would be left 1 works"
done
status 1 join 5
has "$err" "etcd is not healthy"
has "$err" "n3 (member "
status 1 k 1 etcd member remove n2
has "$err" "without this member etcd would not work"
rm -rf "$tmp/3/data" "$tmp/3/state" && mkdir "$tmp/3/state"
on 3 rm /etc/kubernetes/manifests/etcd.yaml
status 1 join 3
has "$err" "etcd has a member of this name or address already"
remedy=$(sed -n 's/.*kbsh etcd member remove \([0-9a-f]*\).*/\1/p' "$tmp/err" | head -1)
status 0 k 1 etcd member remove "$remedy"
has "$out" "Removed member $remedy (n3, https://10.9.0.13:2380)"
start_kubelet 3
status 0 join 3
wait_for 10 is_voters "n1 n2 n3"
status 1 k 1 etcd member remove n1
has "$err" "it is this machine's own member"
status 1 k 1 etcd member remove n9
has "$err" 'etcd has no member "n9"'

# -- down to the last one
status 0 k 3 leave --config "$tmp/3/config.yaml"
status 0 k 2 leave --config "$tmp/2/config.yaml"
wait_for 10 is_voters n1
status 0 k 1 leave --config "$tmp/1/config.yaml"
has "$err" "the last member of etcd"
# its etcd gone, too: nobody holds up who wants to go
stop_kubelet 1
status 0 k 1 leave --config "$tmp/1/config.yaml"
has "$err" "etcd does not answer"
