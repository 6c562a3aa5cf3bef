# shellcheck shell=bash
# cache.sh: what `components` built, and whether it is still good.
#
# CACHE/VERSION-rRECIPE/
#   bin/ images/ containerd/ docker/   programs, image archives, filled stores
#   key        what it was made from
#   sums       the sha256 of every file
#   sizes      size and time of every file, for the quick check
# CACHE/gocache, CACHE/lock

RECIPE=1 # count up when what is built changes
VERSION=${KBSH_LAB_VERSION:-v1.20.2}
CACHE_ROOT=${KBSH_LAB_CACHE:-/var/cache/kbsh-lab}

cache_folder() { echo "$CACHE_ROOT/$VERSION-r$RECIPE"; }

# debian_source: the version of Debian's source package that apt would take;
# nothing when apt knows none (no lists yet).
debian_source() { apt-cache policy kubernetes-client 2>/dev/null | awk '$1 == "Candidate:" && $2 != "(none)" { print $2 }'; }

# cache_key SOURCE
cache_key() { printf 'recipe %s\nversion %s\nsource %s\n' "$RECIPE" "$VERSION" "$1"; }

cached_files() { (cd "$1" && find . -type f ! -path ./key ! -path ./sums ! -path ./sizes -print0 | LC_ALL=C sort -z); }
sums() { (cd "$1" && cached_files . | xargs -0r openssl dgst -sha256 -r); }
sizes() { (cd "$1" && cached_files . | xargs -0r stat -c '%n %s %Y'); }

# cache_good quick|full: quick compares names, sizes and times (a damaged disk
# apart, whatever changes a file changes these); else the sums are compared too.
cache_good() {
  local d source
  d=$(cache_folder)
  [ -f "$d/key" ] && [ -f "$d/sums" ] || return 1
  cmp -s <(sizes "$d") "$d/sizes" || return 1
  if [ "$1" = quick ]; then return 0; fi
  source=$(debian_source)
  [ -n "$source" ] || source=$(sed -n 's/^source //p' "$d/key")
  cmp -s <(cache_key "$source") "$d/key" && cmp -s <(sums "$d") "$d/sums"
}

# copy_store RUNTIME TO: a host's own copy of a filled store. Layers and blobs
# are never written in place, so these are linked: no time, no space.
copy_store() {
  local from; from=$(cache_folder)/$1
  if cp -al "$from" "$2/$1" 2>/dev/null; then
    find "$2/$1" -type f \
      ! -path '*/io.containerd.content.v1.content/blobs/*' \
      ! -path '*/io.containerd.snapshotter.v1.overlayfs/snapshots/*' \
      ! -path '*/overlay2/*/diff/*' -printf '%P\0' |
      (cd "$from" && xargs -0r cp -a --parents --remove-destination -t "$2/$1")
  else # another file system
    rm -rf "${2:?}/$1"
    cp -a --reflink=auto "$from" "$2/$1"
  fi
}
