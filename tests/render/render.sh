#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# What kbsh makes for a release is what kubeadm of that release made: static
# Pods, the kubelet's files, kubeconfig files and certificates, field by field.
. "${top_srcdir:-.}/tests/functions.sh" || exit 1
requires openssl
case $KBSH_PREFIX in
/usr/local | /opt/*) ;;
*) skip "the prefix $KBSH_PREFIX can't be covered by the staged installation" ;;
esac
[ -d "$KBSH_PREFIX" ] || skip "there is no $KBSH_PREFIX to cover"
here=$top_srcdir/tests/render
# Everything that is installed is seen in its place, by this test alone.
own_namespaces --mount
hide_cluster
mount --bind "$KBSH_STAGE$KBSH_PREFIX" "$KBSH_PREFIX"
export LD_LIBRARY_PATH=$KBSH_LIBDIR ASAN_OPTIONS=detect_leaks=0
# A journal of its own: the machine's is not this test's business.
kbsh=$tmp/kbsh
printf '#!/bin/sh\nexec "%s" --state-dir "%s" "$@"\n' "$KBSH_BINDIR/kbsh" \
  "$tmp/state" >"$kbsh"
chmod +x "$kbsh"
unset "${!http_@}" "${!https_@}" "${!no_@}" HTTP_PROXY HTTPS_PROXY NO_PROXY

# As `openssl x509 -text` says it, without what is another one each time.
describe () {
  local name
  for name in $(cd "$1" && find pki -name '*.crt' | sort); do
    echo "== $name"
    openssl x509 -in "$1/$name" -noout -text |
      sed -E '/Serial Number/d; /Modulus/d; /Signature Value/,$d
        /^ *([0-9a-fA-F]{2}:)+([0-9a-fA-F]{2})?:?$/d; /Not (Before|After)/d
        s/ +$//'
  done
}
redact () { sed -E 's/(-data: ).*/\1REDACTED/' "$1"; }

for release in v1.20.2 v1.36.2; do
  input=$here/$release/input.yaml
  for phase in etcd control-plane kubelet-start; do
    "$kbsh" init phase "$phase" all --dry-run --output json \
      --config "$input" >>"$tmp/$release" 2>"$tmp/err" ||
      "$kbsh" init phase "$phase" --dry-run --output json \
        --config "$input" >>"$tmp/$release" 2>"$tmp/err" ||
      fail "$release $phase: $(cat "$tmp/err" "$tmp/$release")"
  done
  bad=0
  for file in etcd kube-apiserver kube-controller-manager kube-scheduler; do
    "$top_builddir/tests/render/compare" "$tmp/$release" \
      "$here/$release/$file.yaml" "/etc/kubernetes/manifests/$file.yaml" ||
      bad=1
  done
  for file in "$here/$release"/kubelet-*.yaml; do
    name=${file##*/kubelet-}
    "$top_builddir/tests/render/compare" "$tmp/$release" "$file" \
      "/var/lib/kubelet/$name" || bad=1
  done
  [ $bad = 0 ] || fail "$release: the above differs"

  folder=$tmp/made-$release
  mkdir "$folder"
  sed "s,^kubernetesVersion:.*,&\ncertificatesDir: $folder/pki," "$input" \
    >"$tmp/$release.yaml"
  input=$tmp/$release.yaml
  for phase in certs kubeconfig; do
    "$kbsh" init phase "$phase" all --config "$input" \
      --kubeconfig-dir "$folder" \
      >"$tmp/out" 2>&1 || fail "$release $phase: $(cat "$tmp/out")"
  done
  describe "$folder" >"$tmp/certificates"
  diff -u <(sed -E '/Signature Algorithm/d' \
    "$here/$release/certificates.txt") \
    <(sed -E '/Signature Algorithm/d' "$tmp/certificates") ||
    fail "$release: the certificates differ"
  for file in admin controller-manager scheduler; do
    diff -u "$here/$release/$file.conf" <(redact "$folder/$file.conf") ||
      fail "$release: $file.conf differs"
  done
  # Made once: the second time nothing changes.
  find "$folder" -type f -exec md5sum {} + | sort >"$tmp/before"
  for phase in certs kubeconfig; do
    "$kbsh" init phase "$phase" all --config "$input" \
      --kubeconfig-dir "$folder" \
      >"$tmp/out" 2>&1 || fail "$release $phase again: $(cat "$tmp/out")"
  done
  find "$folder" -type f -exec md5sum {} + | sort | diff "$tmp/before" - ||
    fail "$release: the second run changed something"
  same "$(stat -c %a "$folder/pki/ca.key" "$folder/pki/sa.pub" \
    "$folder/pki/ca.crt" "$folder/admin.conf" | tr '\n' ' ')" \
    "600 600 644 600 "

  # The CA's key is elsewhere, and so is something that it signed.
  rm "$folder/pki/ca.key" "$folder/pki/apiserver.crt" "$folder/scheduler.conf"
  if "$kbsh" init phase certs ca --config "$input" \
    --kubeconfig-dir "$folder" >"$tmp/out" 2>&1; then
    fail "$release: missing files of an external CA went unnoticed"
  fi
  has "$(cat "$tmp/out")" "pki/apiserver.crt, $folder/scheduler.conf"
  # A key alone gets a certificate; another one's is not overwritten.
  rm "$folder/pki/front-proxy-client.crt"
  "$kbsh" init phase certs front-proxy-client --config "$input" \
    >"$tmp/out" 2>&1 || fail "$release: $(cat "$tmp/out")"
  cp "$folder/pki/sa.key" "$folder/pki/front-proxy-client.key"
  if "$kbsh" init phase certs front-proxy-client --config "$input" \
    >"$tmp/out" 2>&1; then
    fail "$release: another one's key went unnoticed"
  fi
  has "$(cat "$tmp/out")" "front-proxy-client.key: it is the key of another"
done
