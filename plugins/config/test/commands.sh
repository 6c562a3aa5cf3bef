#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# kbsh config ..., through the program itself: what is installed is found, what
# is printed is on standard output, and what is wrong on standard error.
. "${top_srcdir:-.}/tests/functions.sh" || exit 1

same "$("$kbsh" config images list --kubernetes-version v1.20.2)" \
  "$(cat "$top_srcdir/plugins/config/test/expected/v1.20.2-images-list.txt")"
has "$("$kbsh" config images list -o json --kubernetes-version v1.36.2)" \
  'registry.k8s.io/coredns/coredns:v1.14.2'
has "$("$kbsh" config print init-defaults --kubernetes-version v1.20.2)" \
  'apiVersion: kubeadm.k8s.io/v1beta2'

cat >"$tmp/old.yaml" <<'EOF'
apiVersion: kubeadm.k8s.io/v1beta2
kind: ClusterConfiguration
kubernetesVersion: v1.20.2
apiServer: {extraArgs: {v: "4"}}
EOF
has "$("$kbsh" config validate --config "$tmp/old.yaml")" "is valid"
"$kbsh" config migrate --old-config "$tmp/old.yaml" --new-config "$tmp/new.yaml"
has "$(cat "$tmp/new.yaml")" "kubeadm.k8s.io/v1beta4"
same "$(stat -c %a "$tmp/new.yaml")" 600
has "$("$kbsh" config validate --config "$tmp/new.yaml")" "is valid"
mkdir "$tmp/folder"
status 1 "$kbsh" config migrate --old-config "$tmp/old.yaml" --new-config "$tmp/folder"
has "$err" "cannot write $tmp/folder: it is there, and no file"
status 1 "$kbsh" config migrate --old-config "$tmp/folder"
has "$err" "it is a folder"

# Lines for kubeadm may say that any version will do.
has "$("$kbsh" config validate --allow-experimental-api --allow-deprecated-api \
  --config "$tmp/new.yaml")" "is valid"
has "$("$kbsh" config migrate --allow-experimental-api --old-config "$tmp/old.yaml")" \
  "kubeadm.k8s.io/v1beta4"

# A name without a folder is where the user is.
(cd "$tmp" && "$kbsh" config migrate --old-config old.yaml --new-config here.yaml &&
  "$kbsh" config migrate --old-config old.yaml --new-config ./dot.yaml)
same "$(cat "$tmp/here.yaml")" "$(cat "$tmp/new.yaml")"
same "$(cat "$tmp/dot.yaml")" "$(cat "$tmp/new.yaml")"

# Of what nothing is understood is not valid, and not made into an empty file.
: >"$tmp/empty.yaml"
printf 'apiVersion: kubeadm.k8s.i/v1beta3\nkind: ClusterConfiguration\n' \
  >"$tmp/misspelt.yaml"
for file in empty misspelt; do
  status 1 "$kbsh" config validate --config "$tmp/$file.yaml"
  has "$err" "$file.yaml has no configuration of kubeadm"
  status 1 "$kbsh" config migrate --old-config "$tmp/$file.yaml" \
    --new-config "$tmp/none.yaml"
  [ ! -e "$tmp/none.yaml" ] || fail "$file.yaml was migrated"
done
printf 'apiVersion: kubeadm.k8s.io/v1beta3\nnetworking:\n\ta: b\n' >"$tmp/tab.yaml"
status 1 "$kbsh" config validate --config "$tmp/tab.yaml"
has "$err" "tab.yaml:3:1: not valid YAML: a tab, where only spaces may stand"

# Files that are needed later on are looked for before anything is made.
status 1 "$kbsh" init --dry-run --patches "$tmp/none"
has "$err" "--patches: the folder $tmp/none can't be read"
hasnt "$err" "[preflight"
status 1 "$kbsh" init --dry-run --audit-policy "$tmp/none"
has "$err" "the audit policy $tmp/none can't be read"
hasnt "$err" "[preflight"

# What is printed for join and reset is valid, and can be another version's.
"$kbsh" config print join-defaults --kubernetes-version v1.20.2 >"$tmp/join.yaml"
has "$(cat "$tmp/join.yaml")" 'kubeadm.k8s.io/v1beta2'
has "$("$kbsh" config validate --config "$tmp/join.yaml")" "is valid"
has "$("$kbsh" config migrate --old-config "$tmp/join.yaml")" \
  'discovery: 5m0s'
"$kbsh" config print reset-defaults >"$tmp/reset.yaml"
has "$("$kbsh" config validate --config "$tmp/reset.yaml")" "is valid"
has "$("$kbsh" config migrate --old-config "$tmp/reset.yaml")" \
  'kind: ResetConfiguration'

# Every problem is told, however many there are.
{ echo "apiVersion: kubeadm.k8s.io/v1beta4"
  echo "kind: ClusterConfiguration"
  for i in $(seq 40); do echo "wrong$i: 1"; done; } >"$tmp/bad.yaml"
# What can't be seen is refused, not taken for an empty file.
if "$kbsh" config validate --config /dev/stdin <"$tmp/new.yaml" 2>"$tmp/err"; then
  fail "/dev/stdin was read"
fi
has "$(cat "$tmp/err")" "write it to a file"
if "$kbsh" config validate --config "$tmp/bad.yaml" >"$tmp/out" 2>"$tmp/err"; then
  fail "a bad configuration is valid"
fi
same "$(cat "$tmp/out")" ""
for i in $(seq 40); do
  has "$(cat "$tmp/err")" "bad.yaml:$((i + 2)):1: wrong$i: there is no such"
done
has "$(cat "$tmp/err")" "40 problems"

# The file's own skipPhases are left out, like those of --skip-phases.
cat >"$tmp/skip.yaml" <<'EOF'
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
localAPIEndpoint: {advertiseAddress: 192.0.2.7}
skipPhases: [certs/sa, preflight, control-plane/scheduler]
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v1.36.2
EOF
"$kbsh" init --dry-run --output json --config "$tmp/skip.yaml" >"$tmp/events" \
  2>/dev/null || :
for step in certs/sa preflight/checks control-plane/scheduler; do
  grep -q "\"step-skipped\".*\"$step\".*\"asked\"" "$tmp/events" \
    || fail "$step is not left out"
done
grep -q '"step-started".*"certs/ca"' "$tmp/events" || fail "certs/ca did not run"
