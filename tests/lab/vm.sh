# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# For tests that need a kernel of their own: a virtual machine with Debian's
# kernel, busybox and the kbsh of KBSH_PREFIX, without disk or network. To be
# sourced after functions.sh.
#   vm_make               its files, below $tmp
#   vm_run OPTION... <SCRIPT   starts it with these options for the kernel, runs
#                         SCRIPT in it as root, and ends it; $tmp/vm.out is what
#                         the script printed
case $(uname -m) in x86_64) ;; *) skip "the virtual machine is one of x86_64" ;; esac
requires qemu-system-x86_64 busybox

vm_libraries () {
  find "$KBSH_PREFIX/bin" "$KBSH_PREFIX/lib" -type f -perm -u+x -exec ldd {} + 2>/dev/null |
    awk '$2 == "=>" { print $3 } $1 ~ /^\/lib/ { print $1 }' | grep -v "^$KBSH_PREFIX" | sort -u
}

vm_make () {
  local root=$tmp/vm library
  VM_KERNEL=$("$top_srcdir/contrib/lab/kernel") || fail "no kernel"
  mkdir -p "$root"/{bin,boot,dev,etc,proc,run,sys,tmp,var/lib} "$root$KBSH_PREFIX"
  cp "$(command -v busybox)" "$root/bin"
  cp -a "$KBSH_PREFIX"/{bin,lib,share} "$root$KBSH_PREFIX"
  cp /etc/os-release "$root/etc"
  cp "$VM_KERNEL"/boot/config-* "$root/boot"
  while read -r library; do
    mkdir -p "$root${library%/*}"
    cp -L "$library" "$root$library"
  done < <(vm_libraries)
  cat >"$root/init" <<'SH'
#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
ip link set lo up
ip addr add 10.77.0.11/24 dev lo
hostname cp1
echo "-- begin"
sh /script 2>&1 | cat
echo "-- end"
poweroff -f
SH
  chmod 755 "$root/init"
}

vm_run () {
  cat >"$tmp/vm/script"
  (cd "$tmp/vm" && find . | busybox cpio -o -H newc 2>/dev/null | gzip -1) >"$tmp/initrd"
  timeout 300 qemu-system-x86_64 -accel tcg -cpu max -m 512 -nographic -no-reboot -nic none \
    -kernel "$VM_KERNEL"/boot/vmlinuz-* -initrd "$tmp/initrd" \
    -append "console=ttyS0 quiet panic=-1 $*" </dev/null >"$tmp/vm.log" 2>&1 ||
    { tail -40 "$tmp/vm.log" >&2; fail "the virtual machine ended with $?"; }
  tr -d '\r' <"$tmp/vm.log" | sed -n '/-- begin$/,/-- end$/p' | sed '1d;$d' >"$tmp/vm.out"
  grep -q -- '^-- end' "$tmp/vm.log" || { tail -40 "$tmp/vm.log" >&2; fail "the script did not end"; }
}
