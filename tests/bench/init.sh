# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# A control plane, on hosts that were never used: init, beside the floor of it;
# and what is measured without a cluster.

# well.sh ADDRESS: until the API server there is well
write_well () {
  cat >"$work/well.sh" <<'SH'
until [ "$(curl -ks --max-time 2 -o /dev/null -w '%{http_code}' \
  "https://$1:6443/healthz")" = 200 ]; do sleep 0.02; done
SH
}

init_round () {
  tool "$1"
  up cp1
  measured "init-$1" cp1 "$PROGRAM" init --config /shared/init.yaml
  at cp1 cp /var/lib/kubelet/config.yaml /var/lib/kubelet/kubeadm-flags.env \
    /shared
  down
}
# Everything is there before the kubelet starts.
floor_round () {
  local phase
  up cp1
  at cp1 systemctl stop kubelet
  for phase in certs/all kubeconfig/all etcd/local control-plane/all; do
    at cp1 "$PREFIX/bin/kbsh" init phase "${phase%/*}" "${phase#*/}" \
      --config /shared/init.yaml
  done
  at cp1 mkdir -p /var/lib/kubelet
  at cp1 cp /shared/config.yaml /shared/kubeadm-flags.env /var/lib/kubelet
  measured floor cp1 sh -c \
    "systemctl start kubelet && sh /shared/well.sh $ADDRESS"
  down
}
init_memory () {
  tool "$1"
  up cp1
  measured --memory "memory-init-$1" cp1 "$PROGRAM" init \
    --config /shared/init.yaml
  down
}
bench_init () {
  local i
  CLEAR=(down)
  write_well
  rounds init_round
  for ((i = 1; i <= ROUNDS; i++)); do again floor_round; done
  again init_memory kbsh
  again init_memory kubeadm
}

# In turns, on one host.
bench_certs () {
  local i flags=(--kubernetes-version v1.20.2
    --apiserver-advertise-address "$ADDRESS")
  up cp1
  for ((i = 0; i < ROUNDS; i++)); do
    measured certs-kbsh cp1 "$PREFIX/bin/kbsh" init phase certs all \
      "${flags[@]}" --cert-dir "/root/kbsh-$i"
    measured certs-kubeadm cp1 kubeadm init phase certs all "${flags[@]}" \
      --cert-dir "/root/kubeadm-$i"
  done
  down
}
bench_version () {
  local i
  up cp1
  for ((i = 0; i < 4 * ROUNDS; i++)); do
    measured version-kbsh cp1 "$PREFIX/bin/kbsh" version
    measured version-kubeadm cp1 kubeadm version
  done
  down
}

# stripped FILE...: bytes
stripped () {
  local file total=0
  for file; do
    cp "$file" "$work/one"
    strip "$work/one" 2>/dev/null || :
    total=$((total + $(stat -c %s "$work/one")))
  done
  echo "$total"
}
bench_size () {
  local files
  up cp1
  at cp1 sh -c 'cp "$(realpath "$(command -v kubeadm)")" /shared/kubeadm'
  down
  mapfile -t files < <(find "$PREFIX/bin/kbsh" "$PREFIX"/lib/libkbsh.so* \
    "$PREFIX/lib/kbsh" "$PREFIX/share/kbsh" -type f)
  stripped "${files[@]}" >"$work/size-kbsh"
  stripped "$work/kubeadm" >"$work/size-kubeadm"
}
