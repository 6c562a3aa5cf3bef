# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# cri.runtime, runtime.detect and images.pull with a real containerd, which
# has a root, a socket and a configuration of its own.
. "${top_srcdir:-.}/tests/functions.sh" || exit 1
requires containerd
requires_root
stage=$KBSH_STAGE
kbsh () {
  LD_LIBRARY_PATH="$stage$KBSH_LIBDIR" "$stage$KBSH_BINDIR/kbsh" "$@" \
    --plugin-dir "$stage$KBSH_LIBDIR/kbsh/plugins" \
    --data-dir "$stage$KBSH_DATADIR" --workflow-dir "$tmp" \
    --overlay-dir "$tmp/none" --state-dir "$tmp/kbsh"
}
cat >"$tmp/config.toml" <<END
version = 2
root = "$tmp/root"
state = "$tmp/state"
[grpc]
  address = "$tmp/c.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "example.org/pause:3.6"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "native"
END
cat >"$tmp/try.yaml" <<'END'
workflow: kbsh/v1
name: try
summary: find a runtime, and pull
parameters:
  - {name: socket, type: string}
  - {name: ignore, type: list}
steps:
  - {name: runtime, run: runtime.detect, with: {socket: "${socket}"}}
  - name: images
    run: images.pull
    needs: [runtime]
    with: {images: ["registry.invalid/a:1"], ignore: "${ignore}"}
END
containerd --config "$tmp/config.toml" >"$tmp/log" 2>&1 &
pid=$!
cleanup "kill $pid; wait $pid"
wait_for 20 test -S "$tmp/c.sock"
wait_for 20 grep -q 'successfully booted' "$tmp/log"

# In either spelling; the failure has the runtime's own reason.
for socket in "$tmp/c.sock" "unix://$tmp/c.sock"; do
  out=$(kbsh try --socket "$socket" 2>&1) && fail "an image from nowhere: $out"
  has "$out" "container runtime: containerd"
  has "$out" "could not pull 1 of 1 images"
  has "$out" "registry.invalid/a:1: "
done
# Ignored by the name of the check, it is a warning.
out=$(kbsh try --socket "$tmp/c.sock" --ignore ImagePull 2>&1) ||
  fail "it was not ignored: $out"
has "$out" "ImagePull (ignored)"
# A dry run says what it would pull, and pulls nothing.
out=$(kbsh try --socket "$tmp/c.sock" --dry-run 2>&1) || fail "$out"
hasnt "$out" "could not pull"
# What is no runtime says so.
out=$(kbsh try --socket "$tmp/nothing.sock" 2>&1) && fail "nothing was found"
has "$out" "there is no container runtime at $tmp/nothing.sock"
out=$(kbsh try --socket "$tmp/config.toml" 2>&1) && fail "a file was taken"
has "$out" "it is not a socket"
