# shellcheck shell=bash
# images.sh: the images that kubeadm names, from what was built and from
# Debian's packages, and the runtimes' stores filled with them.

# libs PROGRAM...: the shared libraries of programs, as mkimage takes them
libs() {
  local p
  for p in "$@"; do ldd "$p" | awk '/=> \//{print $3} /^\t\/lib/{print $1}'; done | sort -u | sed 's/.*/&=&/'
}

proxy_image() { # OUT
  local n files=()
  for n in iptables ip6tables iptables-save iptables-restore ip6tables-save ip6tables-restore; do
    files+=("/usr/sbin/xtables-nft-multi=/usr/sbin/$n")
  done
  for n in /usr/lib/"$(uname -m)"-linux-gnu/xtables/*.so; do files+=("$n=$n"); done
  # shellcheck disable=SC2046 # a list
  "$HERE/mkimage" "k8s.gcr.io/kube-proxy:$VERSION" "$1/images/kube-proxy.tar" - "$1/bin/kube-proxy=/usr/local/bin/kube-proxy" \
    /usr/sbin/conntrack=/usr/sbin/conntrack /usr/bin/ip=/usr/sbin/ip /bin/dash=/bin/sh "${files[@]}" \
    $(libs /usr/sbin/xtables-nft-multi /usr/sbin/conntrack /usr/bin/ip /bin/dash)
}

# A web server, a shell and a resolver to try a cluster with: busybox, unpacked
# from Debian's busybox-static (installing it would replace another busybox).
web_image() { # OUT
  local applet box=$WORK/busybox/bin/busybox files=()
  (cd "$WORK" && apt-get -qq -o APT::Sandbox::User=root download busybox-static)
  dpkg-deb -x "$WORK"/busybox-static_*.deb "$WORK/busybox"
  [ -x "$box" ] || box=$WORK/busybox/usr/bin/busybox
  for applet in sh httpd wget nc nslookup ping hostname cat ls sleep env ip; do files+=("$box=/bin/$applet"); done
  echo 'it works' >"$WORK/index.html"
  "$HERE/mkimage" kbsh.lab/web:1 "$1/images/web.tar" "/bin/httpd -f -p 8080 -h /www" "${files[@]}" "$WORK/index.html=/www/index.html"
}

pack_images() { # OUT
  local c
  mkdir -p "$1/images"
  for c in kube-apiserver kube-controller-manager kube-scheduler; do
    "$HERE/mkimage" "k8s.gcr.io/$c:$VERSION" "$1/images/$c.tar" - "$1/bin/$c=/usr/local/bin/$c"
  done
  gcc -Os -static -o "$WORK/pause" "$TREE/build/pause/linux/pause.c"
  "$HERE/mkimage" k8s.gcr.io/pause:3.2 "$1/images/pause.tar" /pause "$WORK/pause=/pause"
  # shellcheck disable=SC2046 # a list
  "$HERE/mkimage" k8s.gcr.io/etcd:3.4.13-0 "$1/images/etcd.tar" - /usr/bin/etcd=/usr/local/bin/etcd \
    /usr/bin/etcdctl=/usr/local/bin/etcdctl $(libs /usr/bin/etcd /usr/bin/etcdctl)
  proxy_image "$1"
  web_image "$1"
}

# fill_stores OUT: a runtime of our own fills each store, in namespaces that end with it.
fill_stores() {
  local runtime
  for runtime in containerd docker; do
    unshare -m -n -i -u -p -f --mount-proc --kill-child "$HERE/fill-store" "$runtime" "$1" >"$WORK/$runtime.log" 2>&1 ||
      { tail -20 "$WORK/$runtime.log" >&2; return 1; }
  done
}
