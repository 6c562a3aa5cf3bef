# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# The table: of each figure the median, the least and the most, and how many
# times the right one's the left one's median is.

# figure FILE COLUMN: median, least, most
figure () {
  cut -d' ' -f"$2" "$work/$1" | sort -n | awk '{ v[NR] = $1 }
    END { m = NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2
          print m, v[1], v[NR] }'
}
# row TITLE UNIT SCALE LEFT RIGHT COLUMN: nothing, if it was not measured
row () {
  [ -s "$work/$4" ] && [ -s "$work/$5" ] || return 0
  echo "$(figure "$4" "$6") $(figure "$5" "$6")" |
    awk -v title="$1" -v unit="$2" -v s="$3" -v n="$(wc -l <"$work/$4")" '{ printf \
      "%-38s %8.2f %-17s %8.2f %-17s %-3s %7.3f %3d\n", title, $1*s,
      sprintf("(%.2f-%.2f)", $2*s, $3*s), $4*s,
      sprintf("(%.2f-%.2f)", $5*s, $6*s), unit, ($4 ? $1/$4 : 0), n }'
}
# rows TITLE NAME: time, processor and memory of both tools
rows () {
  row "$1: kbsh, kubeadm" s 1 "$2-kbsh" "$2-kubeadm" 1
  row "  own processor time" s 1 "$2-kbsh" "$2-kubeadm" 3
  row "  peak RSS, largest process" MiB "$MIB" "memory-$2-kbsh" \
    "memory-$2-kubeadm" 4
  row "  peak memory, all processes" MiB "$MIB" "memory-$2-kbsh" \
    "memory-$2-kubeadm" 5
}
MIB=0.0009765625 # a KiB

table () {
  [ -n "$(find "$work" -name '*-kbsh')" ] || return 0
  echo "medians (least-most) on $(nproc) processors"
  printf '%-38s %26s %26s %-3s %7s %3s\n' "" left right "" ratio n
  rows init init
  row "init: kbsh, floor" s 1 init-kbsh floor 1
  row "init: kubeadm, floor" s 1 init-kubeadm floor 1
  row "certs all: kbsh, kubeadm" s 1 certs-kbsh certs-kubeadm 1
  row "version: kbsh, kubeadm" ms 1000 version-kbsh version-kubeadm 1
  row "size: kbsh, kubeadm" MiB 0.00000095367431640625 size-kbsh size-kubeadm 1
  rows "join of a worker" join-w1
  rows "join of a control plane" join-cp2
  row "  until its API server answers" s 1 serving-kbsh serving-kubeadm 1
  rows "reset of a worker" reset-w1
  rows "reset of a control plane" reset-cp2
  rows "cluster of 3 and 2" cluster
}
