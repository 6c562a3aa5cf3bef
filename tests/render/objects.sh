#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A dry run of the whole init, of a release: the API objects that it would send
# are those that kubeadm of that release left in a cluster, field by field.
. "${top_srcdir:-.}/tests/functions.sh" || exit 1
requires python3
python3 -c 'import yaml' 2>/dev/null || skip "there is no python3-yaml"
own_namespaces --mount --net
hide_cluster
here=$top_srcdir/tests/render
unset "${!http_@}" "${!https_@}" "${!no_@}" HTTP_PROXY HTTPS_PROXY NO_PROXY

planned () {
  local release=$1; shift
  "$kbsh" init --config "$tmp/$release.yaml" --dry-run --output json \
    --ignore-preflight-errors all "$@" >"$tmp/$release.json" 2>"$tmp/err" ||
    fail "$release: $(cat "$tmp/err"; tail -1 "$tmp/$release.json")"
}
compare () {
  python3 "$here/objects.py" "$tmp/$1.json" "${2:-$here/$1/objects.yaml}" \
    >"$tmp/said"
}
check () { compare "$1" || fail "$1: $(cat "$tmp/said")"; }

cp "$here/v1.20.2/input.yaml" "$tmp/v1.20.2.yaml"
planned v1.20.2
check v1.20.2
# As the cluster that the objects are of was made: uploaded certificates, too.
{ cat "$here/v1.36.2/input.yaml"
  printf -- '---\napiVersion: kubeproxy.config.k8s.io/v1alpha1\n'
  printf 'kind: KubeProxyConfiguration\nconntrack: {maxPerCore: 0}\n'
} >"$tmp/v1.36.2.yaml"
planned v1.36.2 --upload-certs
check v1.36.2

# It is seen when a value is another one, and when an object is missing.
sed 's/cluster-admin$/cluster-admix/' "$here/v1.36.2/objects.yaml" >"$tmp/other"
! compare v1.36.2 "$tmp/other" || fail "another role is not seen"
has "$(cat "$tmp/said")" "ClusterRoleBinding kubeadm:cluster-admins > roleRef"
grep -v '"addon/coredns"' "$tmp/v1.36.2.json" >"$tmp/less.json"
! compare less "$here/v1.36.2/objects.yaml" || fail "missing objects are not seen"
has "$(cat "$tmp/said")" "Deployment kube-system coredns"
