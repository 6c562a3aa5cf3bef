# shellcheck shell=bash
# state.sh: where a lab is written down.
#
# $STATE/LAB/           locked while hosts are added or removed
#   owner               the `lab run` that made it: "PID START"
#   HOST/               root/ upper/ work/ disk/ boot.log hosts
#     maker pid address ready; options made: what it was made with, and that
#     its disk is

STATE=${KBSH_LAB_STATE:-/var/tmp/kbsh-lab}
NET=10.77.0

lan() { echo "kbsh-$LAB"; }
folder() { echo "$STATE/$LAB/$1"; }
group() { echo "kbsh-lab/$LAB/$1"; }
port() { echo "host${1##*.}"; } # of ADDRESS: its link on the lab's bridge
die() { echo "lab: $*" >&2; exit 1; }

valid_name() {
  [[ $1 =~ ^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$ ]] || die "'$1' is no name: small letters, digits and '-', 40 at most"
}

# start_of PID: a process is known by its number and the moment it started.
start_of() {
  local s
  { s=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
  s=${s##*) }
  # shellcheck disable=SC2086 # fields
  set -- $s
  echo "${20}"
}

myself() { echo "$$ $(start_of $$)"; }

# lives FILE: is the process written in FILE still there?
lives() {
  local pid start
  { read -r pid start <"$1"; } 2>/dev/null || return 1
  [ "$(start_of "$pid")" = "$start" ]
}

# host_pid HOST: the host's first process, as seen from here.
host_pid() {
  local pid
  { pid=$(<"$(folder "$1")/pid"); } 2>/dev/null || return 1
  grep -qE "/$(group "$1")(/|\$)" "/proc/$pid/cgroup" 2>/dev/null || return 1
  echo "$pid"
}

names_in() {
  local d
  for d in "$1"/*/; do [ ! -d "$d" ] || basename "$d"; done
}
labs() { names_in "$STATE"; }
hosts() { names_in "$STATE/$LAB"; }

# lock [try]: one `lab` at a time changes a lab. The folder itself is the lock,
# so that no file outlives the lab; if it was removed meanwhile, try anew.
lock() {
  while mkdir -p "$STATE/$LAB"; do
    { exec 9<"$STATE/$LAB"; } 2>/dev/null || continue
    if [ "${1:-}" = try ]; then flock -n 9 || { unlock; return 1; }; else flock 9; fi
    [ ! "$STATE/$LAB" -ef /proc/self/fd/9 ] || return 0
  done
}
unlock() { exec 9<&-; }

# address HOST: cp1 to cp9 and w1 to w9 always have the same; others what is free.
address() {
  local i used
  used=" $(cat "$STATE/$LAB"/*/address 2>/dev/null | tr '\n' ' ')"
  case $1 in
    cp[1-9]) i=$((10 + ${1#cp})) ;;
    w[1-9]) i=$((20 + ${1#w})) ;;
    *) for ((i = 31; i < 254; i++)); do case $used in *" $NET.$i "*) ;; *) break ;; esac; done ;;
  esac
  [ "$i" -lt 254 ] || die "no address is left in lab $LAB"
  echo "$NET.$i"
}
