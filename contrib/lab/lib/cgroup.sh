# shellcheck shell=bash
# cgroup.sh: the control groups of a host, on cgroup v1 and on cgroup v2.
#
# A host owns one folder, kbsh-lab/LAB/HOST, in every hierarchy. All its
# processes are below it for as long as they live, so it is also how they are
# found and ended, whoever started them and whatever the state folder says.

CG_ROOT=/sys/fs/cgroup

# cg_v2: does this machine use the unified hierarchy alone?
cg_v2() { [ "$(stat -fc %T "$CG_ROOT")" = cgroup2fs ]; }

# cg_v1_mounts: "FOLDER CONTROLLERS" for each v1 hierarchy, as mounted here.
# Of the mount options only controllers and the name are kept.
cg_v1_mounts() {
  awk 'FNR == NR { if ($1 !~ /^#/) known[$1]; next }
       { for (i = 7; $i != "-"; i++); if ($(i + 1) != "cgroup") next
         n = split($(i + 3), o, ","); s = ""
         for (k = 1; k <= n; k++)
           if (o[k] in known) s = s "," o[k]
           else if (o[k] ~ /^name=/) s = s ",none," o[k]
         print $5, substr(s, 2) }' /proc/cgroups /proc/self/mountinfo
}

cg_bases() { if cg_v2; then echo "$CG_ROOT"; else cg_v1_mounts | cut -d' ' -f1; fi; }

# cg_prepare FOLDER: what a new folder needs before a process may enter it, or
# before folders below it may be limited.
cg_prepare() {
  local parent=${1%/*} c f
  if cg_v2; then
    read -r c <"$parent/cgroup.controllers" || true
    for c in $c; do echo "+$c" >"$parent/cgroup.subtree_control" || true; done 2>/dev/null
  elif [ -e "$1/cpuset.cpus" ]; then
    for f in cpuset.cpus cpuset.mems; do
      [ -n "$(<"$1/$f")" ] || cat "$parent/$f" >"$1/$f"
    done
  fi
}

# cg_make PATH: makes PATH in every hierarchy. Another lab may be removing its
# own, and the folder both stand in, at the same time: hence the second try.
cg_make() {
  local base at part
  for base in $(cg_bases); do
    at=$base
    for part in ${1//\// }; do
      at=$at/$part
      mkdir -p "$at" 2>/dev/null || { sleep .05; mkdir -p "$at"; }
      cg_prepare "$at"
    done
  done
}

# cg_enter PATH: moves this shell. Needs cg_make; before the cgroup namespace.
cg_enter() {
  local base
  for base in $(cg_bases); do echo "$BASHPID" >"$base/$1/cgroup.procs"; done
}

# cg_join PATH: moves this shell to a running host. In v2 a folder that has
# folders below it holds no process, so those that come from outside get a leaf.
cg_join() {
  if ! cg_v2; then cg_enter "$1"; return; fi
  mkdir -p "$CG_ROOT/$1/lab-in" && cg_enter "$1/lab-in"
}

cg_pids() {
  local base
  for base in $(cg_bases); do
    [ ! -d "$base/$1" ] || find "$base/$1" -name cgroup.procs -exec cat {} + 2>/dev/null || true
  done | grep -vx 0 | sort -un || true
}

# cg_kill PATH: ends every process of a host; a frozen one must thaw to end.
cg_kill() {
  local i pids base
  for ((i = 0; i < 500; i++)); do
    pids=$(cg_pids "$1")
    [ -n "$pids" ] || return 0
    # shellcheck disable=SC2086 # a list of numbers
    kill -9 $pids 2>/dev/null || true
    for base in $(cg_bases); do
      find "$base/$1" -name freezer.state -exec sh -c 'echo THAWED >"$1"' _ {} \; 2>/dev/null || true
    done
    sleep .02
  done
  echo "lab: processes that do not end: $pids" >&2
  return 1
}

# cg_remove PATH: removes an emptied tree, then what is empty above it.
cg_remove() {
  local base i parent failed=0
  for base in $(cg_bases); do
    for ((i = 0; i < 100; i++)); do
      [ -d "$base/$1" ] || break
      find "$base/$1" -depth -type d -exec rmdir {} \; 2>/dev/null || true
      [ ! -d "$base/$1" ] || sleep .02
    done
    [ ! -d "$base/$1" ] || { echo "lab: $base/$1 is still in use" >&2; failed=1; }
    for parent in "${1%/*}" "${1%%/*}"; do rmdir "$base/$parent" 2>/dev/null || true; done
  done
  return $failed
}

# cg_mount ROOT: mounts the host's own view; in the new cgroup namespace.
cg_mount() {
  local at=$1$CG_ROOT dir what alias
  if cg_v2; then mount -t cgroup2 cgroup2 "$at"; return; fi
  mount -t tmpfs -o mode=755 tmpfs "$at"
  while read -r dir what; do
    mkdir -p "$at/${dir##*/}"
    mount -t cgroup -o "$what" cgroup "$at/${dir##*/}"
    case $dir in # Debian mounts cpu,cpuacct together, and links cpu to it
      *,*) alias=${dir##*/}; for alias in ${alias//,/ }; do ln -s "${dir##*/}" "$at/$alias"; done ;;
    esac
  done < <(cg_v1_mounts)
}
