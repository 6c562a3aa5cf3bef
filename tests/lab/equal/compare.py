#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""compare.py KUBEADM KBSH: what differs between two hosts, by meaning, and is
not in differences.yaml; what is there and does not differ. Status 1 if any.
compare.py --doc: doc/differences.md, of differences.yaml.

KUBEADM and KBSH are folders: files/ (a copy of /etc/kubernetes and of what is
configuration in /var/lib/kubelet) and objects.json (of kubectl)."""

import fnmatch
import json
import os
import sys
import textwrap

import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
TOKEN = "abcdef"  # of init.yaml
ABSENT = "(absent)"


def flat(node, where, found):
    """A tree as {place: value}; null says as much as absent."""
    if isinstance(node, dict) and node:
        for key, value in node.items():
            flat(value, f"{where} > {key}", found)
    elif isinstance(node, list) and node:
        for index, value in enumerate(node):
            flat(value, f"{where} > {index}", found)
    elif node is not None:
        found[where] = node if isinstance(node, str) else json.dumps(node)
    return found


def listed():
    with open(os.path.join(HERE, "differences.yaml"), encoding="utf-8") as f:
        return yaml.safe_load(f)


def matches(entry, place, values):
    """An entry's values, where it has them, must be the ones found."""
    return any(fnmatch.fnmatchcase(place, where)
               for where in entry["where"]) and \
        all(fnmatch.fnmatchcase(value, str(entry[side]))
            for side, value in values.items() if side in entry)


def compare(kubeadm, kbsh):
    """{place: {kubeadm: value, kbsh: value}} of all that differs."""
    left, right = {}, {}
    for kind in kubeadm:
        for name in sorted(set(kubeadm[kind]) | set(kbsh[kind])):
            for side, into in (kubeadm, left), (kbsh, right):
                if name in side[kind]:
                    into[f"{kind} {name}"] = "(there)"
                    flat(side[kind][name], f"{kind} {name}", into)
    for place in sorted(set(left) ^ set(right)):
        # What is within an object that one side alone has is not news.
        head = place.split(" > ", 1)[0]
        if head != place and (head in left) != (head in right):
            left.pop(place, None)
            right.pop(place, None)
    return {place: {"kubeadm": left.get(place, ABSENT),
                    "kbsh": right.get(place, ABSENT)}
            for place in sorted(set(left) | set(right))
            if left.get(place, ABSENT) != right.get(place, ABSENT)}, len(left)


def check(folders):
    import trees  # needs openssl, --doc does not
    differences, count = compare(
        *(trees.Host(folder, TOKEN).all() for folder in folders))
    known, bad = listed()["found"], 0
    seen = set()
    for place, values in differences.items():
        entry = next((number for number, entry in enumerate(known)
                      if matches(entry, place, values)), None)
        if entry is not None:
            seen.add(entry)
            continue
        bad += 1
        print(f"{place}\n  kubeadm: {values['kubeadm']}\n"
              f"  kbsh:    {values['kbsh']}")
    for number, entry in enumerate(known):
        if number not in seen:
            bad += 1
            print(f"listed, and not found: {entry['title']}")
    print(f"{count} values compared, {len(differences)} differ for "
          f"{len(seen)} listed reasons, {bad} that are not as listed")
    return bad


def document():
    def paragraph(text, indent=""):
        return "\n".join(textwrap.wrap(" ".join(text.split()), 80,
                                       subsequent_indent=indent))
    all_of_it = listed()
    print("# What differs from kubeadm\n")
    print(paragraph(all_of_it["about"]))
    for part, title in ("found", "In files and objects"), \
                       ("otherwise", "In what is done"):
        print(f"\n## {title}")
        for entry in all_of_it[part]:
            print("\n" + paragraph(f"- **{entry['title']}.** "
                                   f"{entry['reason']}", "  "))


if __name__ == "__main__":
    if sys.argv[1:] == ["--doc"]:
        document()
    elif len(sys.argv) == 3:
        sys.exit(1 if check(sys.argv[1:]) else 0)
    else:
        sys.exit(__doc__)
