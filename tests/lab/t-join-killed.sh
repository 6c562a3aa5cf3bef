#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A join killed at its journal's records and run again, of a worker and of a
# control plane: it ends well, with one certificate asked for and one member of
# etcd, and a run after that changes nothing.
#   KBSH_KILL_POINTS  which points (tests/killed/killer.c), or "all"; otherwise
#                     a sample of them
#   KBSH_KILL_ROLES   of whom (default: worker control-plane)
# lab: seconds=180
. "$(dirname "$0")/functions.sh" || exit 1
. "$(dirname "$0")/join.sh" || exit 1
. "$(dirname "$0")/ha.sh" || exit 1
requires "${CC:-cc}" jq python3

"${CC:-cc}" -shared -fPIC -O1 -Wall -Wextra -Werror -o "$tmp/shared/killer.so" "$top_srcdir/tests/killed/killer.c"
cp "$top_srcdir/tests/killed/inside-join" "$top_srcdir/tests/killed/common.py" "$tmp/shared"
host_up cp1 w1
endpoint cp1 w1
network cp1 0
network w1 1
# so that a join has nothing to try to pull
for host in cp1 w1; do at "$host" in_host ctr -n k8s.io images tag kbsh.lab/web:1 k8s.gcr.io/coredns:1.7.0 >/dev/null; done
first
wait_ready
cp "$(host_file $KUBERNETES/admin.conf)" "$tmp/shared"
inside () { at w1 in_host /shared/inside-join "$KBSH_PREFIX" "$@"; }
settings () {
  cat <<YAML
apiVersion: kubeadm.k8s.io/v1beta2
kind: JoinConfiguration
discovery:
  bootstrapToken: {apiServerEndpoint: "${join[0]}", token: ${join[2]}, caCertHashes: ["${join[4]}"]}
YAML
  [ "$1" = worker ] || echo "controlPlane: {certificateKey: ${CONTROL[2]}}"
}

# points RECORDS ROLE: all is every record, and of a worker the three other kinds
# of points of each, too
points () {
  local i kind kinds=(after before torn)
  case ${KBSH_KILL_POINTS:-} in
    all)
      for ((i = 1; i <= $1; i++)); do printf 'after:%d ' $i; done
      [ "$2" = worker ] || return 0
      for kind in before torn; do for ((i = 1; i <= $1; i++)); do printf '%s:%d ' $kind $i; done; done
      echo rename:1 rename:2 rename:3 rename:4 after:9+after:7+torn:12+before:8 ;;
    "")
      for i in 0 1 2 3; do printf '%s:%d ' "${kinds[i % 3]}" $((2 + i * ($1 - 3) / 3)); done
      [ "$2" = control-plane ] || echo after:9+rename:1+torn:12 ;;
    *) echo "$KBSH_KILL_POINTS" ;;
  esac
}
# What was uploaded is gone after two hours: it is made anew for every few points.
kill_all () {
  local role=$1 some=8
  shift
  while [ $# -gt 0 ]; do
    [ "$role" = worker ] || kbsh init phase upload-certs --upload-certs --certificate-key "${CONTROL[2]}" --kubernetes-version v1.20.2 \
      >"$tmp/out" 2>"$tmp/err" || { show; fail "the certificates can't be uploaded again"; }
    { inside "${@:1:some}" || :; } | tee -a "$tmp/table"
    shift $(($# < some ? $# : some))
  done
}

for role in ${KBSH_KILL_ROLES:-worker control-plane}; do
  settings "$role" >"$tmp/shared/join.yaml"
  : >"$tmp/table"
  records=$(inside) || fail "a join that is not killed ($role)"
  [ "$records" -gt 15 ] || fail "a join writes $records records ($role)"
  read -r -a chosen <<<"$(points "$records" "$role" | tr '\n' ' ')"
  echo "$test_name: $role: $records records, ${#chosen[@]} points"
  kill_all "$role" "${chosen[@]}"
  ! grep '^BAD' "$tmp/table" >&2 || fail "a join that was killed does not go on well ($role)"
  same "$(wc -l <"$tmp/table")" "${#chosen[@]}"
done
