# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# For the tests with more than one control plane, after functions.sh and
# join.sh. The endpoint is the lab's own address, which stays when hosts go: a
# forwarder there (forward.py) leads to whichever API server answers.
ENDPOINT=10.77.0.1:6443

# endpoint HOST...: these hosts' API servers are behind it
endpoint () {
  local host servers=()
  for host; do servers+=("$("$LAB" ip "$host"):6443"); done
  setsid "$LAB" net python3 "$top_srcdir/tests/lab/forward.py" "$ENDPOINT" "${servers[@]}" >"$tmp/forward.log" 2>&1 &
  cleanup "kill -- -$! 2>/dev/null"
}

# took WHAT: what went by since began was set
took () { printf '%s: %s: %d.%d s\n' "$test_name" "$1" $(((${EPOCHREALTIME/./} - began) / 1000000)) $(((${EPOCHREALTIME/./} - began) / 100000 % 10)); }
begin () { began=${EPOCHREALTIME/./}; }

# first [OPTION...]: cp1's init; $join and $control are how the others join
first () {
  config "controlPlaneEndpoint: $ENDPOINT"
  init --upload-certs "$@"
  read -r -a join <<<"$(sed -n '/worker joins/,$ {/ join /,/sha256/p}' "$tmp/out" | tr -d '\\\n' | sed 's/.* join //')"
  key=$(grep -oE -- '--certificate-key [0-9a-f]{64}' "$tmp/out" | head -1)
  [ "${#join[@]}" = 5 ] && [ -n "$key" ] || { show; fail "init does not say how the others join"; }
  # shellcheck disable=SC2206 # words
  control=("${join[@]}" --control-plane $key "${WITHOUT_COREDNS[@]}")
}

# join_all HOST... -- OPTION...: at the same time; all must go well
join_all () {
  local host hosts=() waits=() failed=''
  while [ "$1" != -- ]; do hosts+=("$1"); shift; done
  shift
  for host in "${hosts[@]}"; do
    at "$host" kbsh join "$@" >"$tmp/$host.out" 2>"$tmp/$host.err" &
    waits+=($!)
  done
  for host in "${hosts[@]}"; do
    wait "${waits[0]}" || { failed+=" $host"; sed "s/^/$host: /" "$tmp/$host.out" "$tmp/$host.err" >&2; }
    waits=("${waits[@]:1}")
  done
  [ -z "$failed" ] || fail "these did not join:$failed"
}

# voters [HOST]: the members that vote and are well
voters () { at "${1:-cp1}" kbsh etcd member list -o json | jq -r '[.[]|select(.kind == "voter" and .healthy).name]|sort|join(" ")'; }
are_voters () { [ "$(voters 2>/dev/null)" = "$1" ]; }
all_ready () { local node; for node; do at cp1 wait_ready "$node"; done; }
