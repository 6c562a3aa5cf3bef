#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The real kubeadm 1.20.2: its control plane joins kbsh's cluster. (The other
# way round: t-kubeadm-cluster.)
# lab: seconds=70
. "$(dirname "$0")/functions.sh" || exit 1
. "$(dirname "$0")/join.sh" || exit 1
. "$(dirname "$0")/ha.sh" || exit 1
requires jq python3

host_up --reference cp1 cp2
endpoint cp1 cp2
network cp1 0
network cp2 1
first
kubeadm cp2 join "${control[@]}"
both_work
# what its administrator looks at there
kubeadm cp1 certs check-expiration
hasnt "$(cat "$tmp/out")" MISSING
