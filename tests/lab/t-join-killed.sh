#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A worker's join killed at its journal's records and run again: it ends well,
# with one certificate asked for, and a run after that changes nothing.
#   KBSH_KILL_POINTS  which points (tests/killed/killer.c), or "all"; otherwise
#                     a sample of them
. "$(dirname "$0")/functions.sh" || exit 1
. "$(dirname "$0")/join.sh" || exit 1
requires "${CC:-cc}"

"${CC:-cc}" -shared -fPIC -O1 -Wall -Wextra -Werror -o "$tmp/shared/killer.so" "$top_srcdir/tests/killed/killer.c"
cp "$top_srcdir/tests/killed/inside-join" "$top_srcdir/tests/killed/common.py" "$tmp/shared"
cluster w1
cp "$(host_file $KUBERNETES/admin.conf)" "$tmp/shared"
cat >"$tmp/shared/join.yaml" <<YAML
apiVersion: kubeadm.k8s.io/v1beta2
kind: JoinConfiguration
discovery:
  bootstrapToken: {apiServerEndpoint: "${join[0]}", token: ${join[2]}, caCertHashes: ["${join[4]}"]}
YAML
inside () { at w1 in_host /shared/inside-join "$KBSH_PREFIX" "$@"; }

records=$(inside) || fail "a join that is not killed"
[ "$records" -gt 15 ] || fail "a join writes $records records"
# all: at every record, and at the three other kinds of points of each
points () {
  local i kind kinds=(after before torn)
  case ${KBSH_KILL_POINTS:-} in
    all)
      for ((i = 1; i <= records; i++)); do printf 'after:%d ' $i; done
      for kind in before torn; do for ((i = 1; i <= records; i++)); do printf '%s:%d ' $kind $i; done; done
      echo rename:1 rename:2 rename:3 rename:4 after:9+after:7+torn:12+before:8 ;;
    "")
      for i in 0 1 2 3; do printf '%s:%d ' "${kinds[i % 3]}" $((2 + i * (records - 3) / 3)); done
      echo after:9+rename:1+torn:12 ;;
    *) echo "$KBSH_KILL_POINTS" ;;
  esac
}
read -r -a chosen <<<"$(points | tr '\n' ' ')"
inside "${chosen[@]}" >"$tmp/table" || { cat "$tmp/table" >&2; fail "a join that was killed does not go on well"; }
cat "$tmp/table"
same "$(wc -l <"$tmp/table")" "${#chosen[@]}"
