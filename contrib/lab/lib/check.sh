# shellcheck shell=bash
# check.sh: can this machine run a lab? Each missing thing is named, together
# with what mends it, before anything is made.

MISSING=0
missing() { MISSING=1; printf 'lab: %s\n     mend it: %s\n' "$1" "$2" >&2; }

check_programs() {
  local program package
  while read -r program package; do
    command -v "$program" >/dev/null || missing "$program is not installed" "apt-get install $package (or contrib/setup lab)"
  done <<'LIST'
unshare util-linux
nsenter util-linux
pivot_root util-linux
flock util-linux
ip iproute2
containerd containerd
runc runc
iptables iptables
conntrack conntrack
LIST
  [ -x /lib/systemd/systemd ] || missing "systemd is not installed" "apt-get install systemd"
  [ -x /usr/lib/cni/bridge ] || missing "the CNI plugins are not in /usr/lib/cni" "apt-get install containernetworking-plugins"
  [ "$1" != docker ] || command -v dockerd >/dev/null || missing "dockerd is not installed" "apt-get install docker.io"
}

# One file system can't be an overlay's upper layer when it is one itself (the
# usual case in a container), or comes from the network: so it is tried.
check_overlay() {
  local d; d=$(mktemp -d "$1/.check.XXXXXX")
  mkdir "$d"/{upper,work,root}
  # shellcheck disable=SC2016 # expanded by the inner shell
  unshare -m sh -c 'mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root" 2>/dev/null' _ "$d" ||
    missing "overlayfs does not work on $1" "modprobe overlay, or set KBSH_LAB_STATE to a folder on a local disk (ext4, xfs)"
  rm -rf "$d"
}

check_kernel() {
  unshare -m -u -i -n -p -C -f true 2>/dev/null ||
    missing "namespaces (mount, uts, ipc, net, pid, cgroup) can't be made" "sysctl kernel.unprivileged_userns_clone is not enough: run as root of the machine, in a privileged container at least"
  unshare -n sh -c 'ip link add va type veth peer name vb && ip link add vc type bridge' 2>/dev/null ||
    missing "veth or bridge links can't be made" "modprobe veth bridge"
  [ -e /proc/sys/net/bridge/bridge-nf-call-iptables ] ||
    missing "bridged packets do not pass iptables" "modprobe br_netfilter"
}

check_cgroups() {
  local c have
  if cg_v2; then have=" $(<"$CG_ROOT/cgroup.controllers") "; else have=" $(cg_v1_mounts | cut -d' ' -f2 | tr ',\n' '  ')"; fi
  for c in cpu cpuset memory pids; do
    case $have in *" $c "*) ;; *) missing "the cgroup controller $c is not there" "add cgroup_enable=$c to the kernel's command line (GRUB_CMDLINE_LINUX), reboot" ;; esac
  done
  [ -w "$CG_ROOT" ] || missing "$CG_ROOT can't be written" "mount -o remount,rw $CG_ROOT"
}

# check_machine STATE RUNTIME
check_machine() {
  check_programs "$2"
  [ "$MISSING" = 0 ] || return 1
  check_overlay "$1"
  check_kernel
  check_cgroups
  return $MISSING
}
