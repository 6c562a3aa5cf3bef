#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What a join may not trust, or cannot do, ends with an error of its own, soon,
# and with nothing written or started here and nothing made in the cluster.
# lab: group=worker seconds=80
. "$(dirname "$0")/functions.sh" || exit 1
. "$(dirname "$0")/join.sh" || exit 1
. "$(dirname "$0")/refused.sh" || exit 1
requires openssl "${CC:-cc}"

cluster w1
"${CC:-cc}" -shared -fPIC -O1 -Wall -Wextra -Werror -o "$tmp/shared/clock.so" "$top_srcdir/tests/lab/clock.c"
endpoint=${join[0]} token=${join[2]} pin=${join[4]}
# sign NAME SUBJECT FROM TO CA KEY [EXTENSION]: $tmp/shared/NAME.{crt,key}; CA
# may be "self"
sign () {
  local name=$1 subject=$2 from=$3 to=$4 ca=$5 key=$6 by=(-selfsign)
  mkdir -p "$tmp/ca/new" && : >"$tmp/ca/index" && : >"$tmp/ca/index.attr" && openssl rand -hex 8 >"$tmp/ca/serial"
  printf '%s\n' '[ca]' 'default_ca=c' '[c]' "dir=$tmp/ca" 'database=$dir/index' 'new_certs_dir=$dir/new' 'serial=$dir/serial' \
    'default_md=sha256' 'policy=p' 'x509_extensions=e' '[p]' 'commonName=supplied' 'organizationName=optional' '[e]' "${7:-basicConstraints=CA:FALSE}" >"$tmp/ca/conf"
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "$subject" -keyout "$tmp/shared/$name.key" \
    -out "$tmp/ca/csr" 2>"$tmp/openssl" || { cat "$tmp/openssl" >&2; fail "no request for $name"; }
  [ "$ca" = self ] || by=(-cert "$ca")
  openssl ca -batch -config "$tmp/ca/conf" "${by[@]}" -keyfile "${key:-$tmp/shared/$name.key}" -in "$tmp/ca/csr" -notext \
    -startdate "$from" -enddate "$to" -out "$tmp/shared/$name.crt" 2>"$tmp/openssl" || { cat "$tmp/openssl" >&2; fail "no certificate $name"; }
}
AUTHORITY='basicConstraints=critical,CA:TRUE'
# discovery_file CA [LINE...]: /shared/discovery.conf; the lines are of its user
discovery_file () {
  local ca=$1; shift
  printf '%s\n' 'apiVersion: v1' 'kind: Config' "clusters: [{name: c, cluster: {server: \"https://$endpoint\"," \
    "  certificate-authority-data: $(base64 -w0 "$ca")}}]" "contexts: [{name: x, context: {cluster: c, user: u}}]" \
    'current-context: x' 'users:' '- name: u' '  user:' "${@:-    {\}}" >"$tmp/shared/discovery.conf"
}
# settings LINE...: /shared/join.yaml, which does not wait long
settings () {
  printf '%s\n' 'apiVersion: kubeadm.k8s.io/v1beta2' 'kind: JoinConfiguration' 'discovery:' '  timeout: 4s' "$@" >"$tmp/shared/join.yaml"
}
by_token () { settings "  bootstrapToken: {apiServerEndpoint: \"$1\", token: $2, caCertHashes: [\"${3:-$pin}\"]}"; }
by_file () { settings "  file: {kubeConfigPath: /shared/discovery.conf}" "  tlsBootstrapToken: $token"; }

wait_for 60 signed "${token%.*}"
at w1 in_host systemctl stop kubelet
SECRETS=("${token#*.}")
look_joining before
CONFIG=(--config /shared/join.yaml)
environment=()
# clock DAYS CMD...: kbsh's clock is so far ahead of that of the cluster
clock () {
  local environment=(LD_PRELOAD=/shared/clock.so KBSH_CLOCK=$(($1 * 86400)))
  shift
  "$@"
}
kbsh () { in_host env "${environment[@]}" "$KBSH_PREFIX/bin/kbsh" "$@"; }

# A pin that is not the cluster's, a token that nobody has signed with, or that
# has another secret
by_token "$endpoint" "$token" "sha256:$(printf '%064d' 0)"
refused "$pin" -- "${CONFIG[@]}"
by_token "$endpoint" "${token%.*}.0123456789abcdef"
refused "${token%.*}" -- "${CONFIG[@]}"
by_token "$endpoint" abcdef.0123456789abcdef
refused "abcdef" -- "${CONFIG[@]}"
# one that has expired
at cp1 in_host kubeadm token create fedcba.0123456789abcdef --ttl 8s >/dev/null 2>&1 || fail "no token"
wait_for 60 signed fedcba
unsigned () { ! signed "$1"; }
wait_for 60 unsigned fedcba
by_token "$endpoint" fedcba.0123456789abcdef
refused "fedcba" -- "${CONFIG[@]}"
clock 1 refused "fedcba" "its clock is 86" "seconds behind this machine's" timedatectl -- "${CONFIG[@]}"

# Clocks that differ: a cluster that is still to come, one whose servers'
# certificates are over, one that is over itself
by_token "$endpoint" "$token"
clock -3650 refused "the CA of the cluster at https://$endpoint is not valid before" "this machine's clock says 20" timedatectl -- "${CONFIG[@]}"
clock 730 refused "the API server at https://$endpoint can't be verified" "its clock is" "behind this machine's" timedatectl -- "${CONFIG[@]}"
clock 7300 refused "the CA of the cluster at https://$endpoint expired at" "this machine's clock says 20" timedatectl -- "${CONFIG[@]}"

# Somebody in between: with a certificate of a CA of their own, or who also
# puts this CA into the cluster's description
sign other /CN=kubernetes 20200101000000Z 20900101000000Z self '' "$AUTHORITY
subjectAltName=IP:10.77.0.11"
cat "$tmp/shared/other.crt" "$tmp/shared/other.key" >"$tmp/shared/other.pem"
cp "$top_srcdir/tests/lab/mitm.py" "$tmp/shared"
between () {
  at cp1 in_host python3 /shared/mitm.py "$1" /shared/other.pem "https://$endpoint" "${@:2}" >"$tmp/mitm-$1" 2>&1 &
  cleanup "kill $! 2>/dev/null"
  wait_for 10 grep -q ready "$tmp/mitm-$1"
}
between 7443
by_token 10.77.0.11:7443 "$token"
refused "10.77.0.11:7443" "verif" -- "${CONFIG[@]}"
between 7444 --ca /shared/other.crt
by_token 10.77.0.11:7444 "$token"
refused "signature" -- "${CONFIG[@]}"
# or who knows the token, and signs a description of their own: the pin tells
between 7445 --ca /shared/other.crt --token "$token"
by_token 10.77.0.11:7445 "$token"
refused "the cluster at https://10.77.0.11:7445 has another CA than expected" "$pin" "somebody else answers here" -- "${CONFIG[@]}"
# (without a pin who knows the token is believed: by choice)
between 7447 --ca /shared/other.crt --token "$token" --to https://10.77.0.11:7447
settings "  bootstrapToken: {apiServerEndpoint: \"10.77.0.11:7447\", token: $token}"
refused "nothing shows that it is the right cluster" "caCertHashes" -- "${CONFIG[@]}"
settings "  bootstrapToken: {apiServerEndpoint: \"10.77.0.11:7447\", token: $token, unsafeSkipCAVerification: true}"
try_join w1 "${CONFIG[@]}" --dry-run || { show; fail "a choice was not respected: $?"; }
# One that sends the node elsewhere, with the cluster's own CA: what is read
# again, from whom this CA vouches for, tells
between 7446 --to https://10.77.0.11:7445 --token "$token" --once
by_token 10.77.0.11:7446 "$token"
refused "the two reads of cluster-info at https://10.77.0.11:7446 differ" "do not join over this network" -- "${CONFIG[@]}"

# Where nobody answers
by_token 10.77.0.11:7999 "$token"
refused "10.77.0.11:7999" "connect" -- "${CONFIG[@]}"
by_token 10.77.0.99:6443 "$token"
refused "10.77.0.99:6443" -- "${CONFIG[@]}"

# A file: of another cluster, of a CA that is not valid yet where the clock is
# right, and with a certificate that has expired
discovery_file "$tmp/shared/other.crt"
by_file
refused "https://$endpoint" -- "${CONFIG[@]}"
sign later /CN=kubernetes 20600101000000Z 20700101000000Z self '' "$AUTHORITY"
discovery_file "$tmp/shared/later.crt"
refused "not valid before" "timedatectl" -- "${CONFIG[@]}"
ca=$(at cp1 host_file $KUBERNETES/pki/ca.crt)
sign old /O=system:masters/CN=old 20200101000000Z 20210101000000Z "$ca" "${ca%.crt}.key" 'extendedKeyUsage=clientAuth'
discovery_file "$ca" "    client-certificate-data: $(base64 -w0 "$tmp/shared/old.crt")" "    client-key-data: $(base64 -w0 "$tmp/shared/old.key")"
settings "  file: {kubeConfigPath: /shared/discovery.conf}"
refused "/shared/discovery.conf" -- "${CONFIG[@]}"
rm "$tmp/shared/discovery.conf"
refused "/shared/discovery.conf" -- "${CONFIG[@]}"

# A name that is taken, by a machine that is well
by_token "$endpoint" "$token"
refused "the name cp1 is taken in this cluster" "kubectl delete node cp1" -- "${CONFIG[@]}" --node-name cp1

# With the same file, and all right: it was none of the above that was wrong
try_join w1 "${CONFIG[@]}" || { show; fail "the join that should go well ended with $?"; }
has_joined w1

# A machine of another cluster: one whose CA differs
at w1 in_host sed -i "s/certificate-authority-data: .*/certificate-authority-data: $(base64 -w0 "$tmp/shared/other.crt")/" $KUBERNETES/kubelet.conf
! try_join w1 "${CONFIG[@]}" --ignore-preflight-errors all || fail "a machine of another cluster has joined"
has "$(cat "$tmp/err")" "a node of another cluster"
