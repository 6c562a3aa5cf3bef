# shellcheck shell=bash
# build.sh: Kubernetes from Debian's own source package. Used by `components`,
# which sets WORK (a temporary folder), VERSION and CACHE_ROOT.

# apt_here ARG...: apt-get with deb-src lists in a folder of its own, so that
# the machine's configuration and lists stay as they are.
apt_here() {
  apt-get -qq -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$WORK/apt/sources" \
    -o Dir::State::Lists="$WORK/apt/lists" -o Dir::Cache="$WORK/apt/cache" -o APT::Sandbox::User=root "$@"
}

# deb_src: this machine's Debian sources (mirror and all) with deb-src alone
deb_src() {
  local suite
  suite=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
  mkdir -p "$WORK"/apt/{sources,lists/partial,cache/archives/partial}
  find /etc/apt/sources.list.d -name '*.sources' -exec cat {} \; -exec echo \; | sed '/^#/d; s/^Types:.*/Types: deb-src/' |
    awk -v suite="$suite" 'BEGIN { RS = ""; ORS = "\n\n" }
      $0 ~ "Suites:[^\n]*" suite && /Components:[^\n]*main/ && !seen[$0]++' >"$WORK/apt/sources/all.sources"
  find /etc/apt -name '*.list' -exec cat {} \; | sed -nE "s/^deb(-src)? (.*$suite.* main.*)/deb-src \2/p" |
    sort -u >"$WORK/apt/sources/all.list"
}

# fetch_source: leaves the tree in TREE and its version in SOURCE
fetch_source() {
  deb_src
  apt_here update
  (cd "$WORK" && apt_here source --download-only kubernetes)
  TREE=$WORK/go/src/k8s.io/kubernetes
  mkdir -p "${TREE%/*}"
  # shellcheck disable=SC2034 # for the key
  SOURCE=$(sed -n 's/^Version: //p' "$WORK"/kubernetes_*.dsc)
  dpkg-source --no-check -x "$WORK"/kubernetes_*.dsc "$TREE" >/dev/null
}

# Go 1.19 needs reflect2 >= 1.0.2 under Kubernetes 1.20, or every program
# panics at its first JSON. Debian packages it.
newer_reflect2() {
  local to=$TREE/vendor/github.com/modern-go/reflect2
  rm -f "$to"/*.go "$to"/*.s
  cp /usr/share/gocode/src/github.com/modern-go/reflect2/*.{go,s} "$to/"
}

# The OpenAPI definitions are generated, not shipped. The API server serves
# them for API types alone: the programs' own configuration types are left out.
openapi() {
  local types
  go build -o "$WORK/openapi-gen" ./vendor/k8s.io/kube-openapi/cmd/openapi-gen
  types=$(grep -rl --include='*.go' '+k8s:openapi-gen=' pkg cmd plugin staging/src |
    grep -vE 'code-generator/_examples|sample-apiserver|kube-scheduler/|kube-controller-manager/config|_test\.go' |
    xargs -n1 dirname | sed -e 's#^staging/src/#vendor/#' -e 's#^#k8s.io/kubernetes/#' | sort -u | paste -sd,)
  : >"$WORK/header"
  "$WORK/openapi-gen" -O zz_generated.openapi -h "$WORK/header" -i "$types" \
    -p k8s.io/kubernetes/pkg/generated/openapi -r "$WORK/violations"
}

# link_flags: the same source can be stamped with another patch release
link_flags() {
  local p minor=${VERSION#v1.}
  printf -- '-s -w'
  for p in k8s.io/component-base/version k8s.io/client-go/pkg/version \
           k8s.io/kubernetes/vendor/k8s.io/component-base/version k8s.io/kubernetes/vendor/k8s.io/client-go/pkg/version; do
    printf ' -X %s.%s' "$p" "gitVersion=$VERSION" "$p" gitMajor=1 "$p" "gitMinor=${minor%%.*}" "$p" gitTreeState=clean
  done
}

# build_programs TO
build_programs() {
  local p targets=()
  for p in kubeadm kubelet kube-apiserver kube-controller-manager kube-scheduler kube-proxy kubectl; do targets+=("./cmd/$p"); done
  (
    cd "$TREE" || exit
    export GOPATH=$WORK/go GO111MODULE=off GOFLAGS=-trimpath CGO_ENABLED=0 GOCACHE=${GOCACHE:-$CACHE_ROOT/gocache}
    openapi
    mkdir -p "$1"
    go build -ldflags "$(link_flags)" -o "$1/" "${targets[@]}"
  )
}
