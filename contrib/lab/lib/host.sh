# shellcheck shell=bash
# host.sh: one host, from outside: made, entered, removed. Used by `lab`, which
# sets RUNTIME, IMAGES, COMPONENTS, REFERENCE and MOUNTS.

make_lan() {
  local l; l=$(lan)
  [ ! -e "/run/netns/$l" ] || return 0
  ip netns add "$l"
  ip -n "$l" link add lan type bridge
  ip -n "$l" addr add "$NET.1/24" dev lan
  ip -n "$l" link set lan up
  ip -n "$l" link set lo up
  # with no way out of here, this makes "unreachable" the answer, and to all, not silence
  ip netns exec "$l" sysctl -qw net.ipv4.ip_forward=1 net.ipv4.icmp_ratelimit=0
}

# claim HOST: its name, address and folder are taken; under the lock.
claim() {
  local d; d=$(folder "$1")
  [ ! -e "$d" ] || die "lab $LAB already has a host $1"
  mkdir -p "$d"
  myself >"$d/maker"
  address "$1" >"$d/address"
}

# boot HOST: until its runtime answers; for the first time or, with its disk
# as it was, once more
boot() {
  local d; d=$(folder "$1")
  if [ ! -e "$d/options" ]; then
    mkdir -p "$d/disk"
    [ "$IMAGES" = 0 ] || copy_store "$RUNTIME" "$d/disk"
    declare -p RUNTIME IMAGES COMPONENTS REFERENCE MOUNTS >"$d/options"
  fi
  cg_make "$(group "$1")"
  start "$1" "$d" >"$d/boot.log" 2>&1 </dev/null 9<&- &
  wait_systemd "$1" $! || { sed "s/^/lab: $1: /" "$d/boot.log" >&2; return 1; }
  wait_runtime "$1" || { say_why "$1"; return 1; }
}

# start HOST FOLDER: becomes the parent of the host's first process
start() {
  local cache=''
  [ "$COMPONENTS" = 0 ] || cache=$(cache_folder)
  ADDRESS=$(<"$2/address")
  exec env NAME="$1" ADDRESS="$ADDRESS" PORT="$(port "$ADDRESS")" LAN="$(lan)" GROUP="$(group "$1")" HOSTS="$(hosts_file)" \
    CACHE="$cache" RUNTIME="$RUNTIME" REFERENCE="$REFERENCE" MOUNTS="$MOUNTS" \
    setsid unshare -m -u -i -n -p -f "$HERE/boot" "$2"
}

# wait_systemd HOST PID: until the child of PID has become systemd
wait_systemd() {
  local i pid=
  for ((i = 0; i < 1500; i++)); do
    [ -d "/proc/$2" ] || return 1
    { read -r pid _ <"/proc/$2/task/$2/children"; } 2>/dev/null || true
    if [ -n "$pid" ] && [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = systemd ]; then
      echo "$pid" >"$(folder "$1")/pid"
      return 0
    fi
    sleep .02
  done
  return 1
}

wait_runtime() {
  local i root sock=run/containerd/containerd.sock probe=(ctr version)
  [ "$RUNTIME" = containerd ] || { sock=run/docker.sock; probe=(docker version); }
  root=/proc/$(host_pid "$1")/root
  for ((i = 0; i < 1500; i++)); do
    if [ -S "$root/$sock" ] && inside "$1" "${probe[@]}" >/dev/null 2>&1; then return 0; fi
    [ -d "$root" ] || return 1
    sleep .02
  done
  return 1
}

say_why() {
  echo "lab: $1: $RUNTIME did not start:" >&2
  inside "$1" journalctl -n 20 --no-pager -u "$RUNTIME" >&2 || true
}

# inside HOST CMD...
inside() {
  local pid; pid=$(host_pid "$1")
  ( cg_join "$(group "$1")"
    shift
    exec nsenter -t "$pid" -m -u -i -n -p -C -r -w env -i HOME=/root TERM="${TERM:-dumb}" LANG=C.UTF-8 \
      PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@" )
}

hosts_file() {
  local h
  for h in $(hosts); do echo "$(<"$(folder "$h")/address") $h"; done
}

# tell_hosts: every host of the lab knows the names of all
tell_hosts() {
  local h pid f all
  all=$(hosts_file)
  for h in $(hosts); do
    pid=$(host_pid "$h") || continue
    f=/proc/$pid/root/etc/hosts
    { grep -v "^${NET//./\\.}\." "$f" || true; echo "$all"; } >"$(folder "$h")/hosts"
    cat "$(folder "$h")/hosts" >"$f"
  done
}

remove_hosts() {
  local h failed=0
  lock
  for h in "$@"; do valid_name "$h"; remove_host "$h" || failed=1; done
  tell_hosts
  remove_lab
  unlock
  return $failed
}

# power_off HOST: its processes are gone, and so is its end of the link
power_off() {
  local d failed=0; d=$(folder "$1")
  cg_kill "$(group "$1")" || failed=1
  cg_remove "$(group "$1")" || failed=1
  [ ! -s "$d/address" ] || ip -n "$(lan)" link del "$(port "$(<"$d/address")")" 2>/dev/null || true
  return $failed
}

# remove_host HOST: everything of it, whatever state it is in. Its mounts and
# its end of the link go with its last process.
remove_host() {
  local d failed=0; d=$(folder "$1")
  power_off "$1" || failed=1
  rm -rf "$d" 2>/dev/null || { sleep .2; rm -rf "$d" || failed=1; }
  return $failed
}

# remove_lab: what is left of a lab without hosts. Under the lock.
remove_lab() {
  [ -z "$(hosts)" ] || return 0
  if [ -e "$STATE/$LAB/owner" ] && lives "$STATE/$LAB/owner"; then return 0; fi
  [ ! -e "/run/netns/$(lan)" ] || ip netns del "$(lan)"
  rm -rf "${STATE:?}/$LAB"
  rmdir "$STATE" 2>/dev/null || true
}

# sweep: clears what a killed `lab` left, in every lab: hosts that never became
# ready and whose maker is gone, and labs whose `lab run` is gone.
sweep() {
  local LAB h d orphan
  for LAB in $(labs); do
    lock try || continue
    orphan=0
    if [ -e "$STATE/$LAB/owner" ] && ! lives "$STATE/$LAB/owner"; then orphan=1; fi
    for h in $(hosts); do
      d=$(folder "$h")
      if [ $orphan = 1 ] || { [ ! -e "$d/ready" ] && ! lives "$d/maker"; }; then remove_host "$h" || true; fi
    done
    remove_lab
    unlock
  done
}
