# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# cri.runtime, runtime.detect and images.pull with a real containerd, which
# has a root, a socket and a configuration of its own.
. "${top_srcdir:-.}/tests/functions.sh" || exit 1
requires containerd
requires_root
try () { k try --socket "$@" 2>&1; }
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
flow try <<'END'
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
  out=$(try "$socket") && fail "an image from nowhere: $out"
  has "$out" "container runtime: containerd"
  has "$out" "could not pull 1 of 1 images"
  has "$out" "registry.invalid/a:1: "
done
# Ignored by the name of the check, it is a warning.
out=$(try "$tmp/c.sock" --ignore ImagePull) ||
  fail "it was not ignored: $out"
has "$out" "ImagePull (ignored)"
# A dry run says what it would pull, and pulls nothing.
out=$(try "$tmp/c.sock" --dry-run) || fail "$out"
hasnt "$out" "could not pull"
# What is no runtime says so.
out=$(try "$tmp/nothing.sock") && fail "nothing was found"
has "$out" "there is no container runtime at $tmp/nothing.sock"
out=$(try "$tmp/config.toml") && fail "a file was taken"
has "$out" "it is not a socket"
