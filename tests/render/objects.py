#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""objects.py EVENTS OBJECTS: are the API objects that a dry run (its events,
one a line) would send those that kubeadm left in a cluster (OBJECTS, YAML)?
They are compared by meaning; what an API server adds to them is listed in
defaults.yaml, and allowed in OBJECTS alone. Each difference is printed."""

import fnmatch
import hashlib
import json
import os
import re
import sys

import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
HASH = "kubeadm.kubernetes.io/component-config.hash"
TOKEN = re.compile(r"bootstrap-token-[a-z0-9]{6}")


def meaning(value):
    """A text that is YAML, as a tree, and what is another one each time."""
    if isinstance(value, dict):
        return {key: "data" if key.endswith("-data") else meaning(inner)
                for key, inner in value.items()
                if key != "uid" and not key.startswith("jws-kubeconfig-")}
    if isinstance(value, list):
        return [meaning(inner) for inner in value]
    if isinstance(value, str) and "\n" in value:
        try:
            tree = yaml.safe_load(value)
        except yaml.YAMLError:
            return value
        return meaning(tree) if isinstance(tree, dict) else value
    return value


def flat(node, where, found):
    if isinstance(node, (dict, list)) and node:
        pairs = node.items() if isinstance(node, dict) else enumerate(node)
        for key, value in pairs:
            if value != {} or key != "annotations":
                flat(value, f"{where} > {key}", found)
    elif node is not None:
        found[where] = json.dumps(node)


def place(item):
    """Kind, namespace and name; a random token has the name of its use."""
    meta, name = item["metadata"], item["metadata"]["name"]
    for owner in meta.get("ownerReferences", []):
        owner["name"] = TOKEN.sub("bootstrap-token-OWNER", owner["name"])
    if TOKEN.fullmatch(name):
        joins = "usage-bootstrap-signing" in item["data"]
        name = "bootstrap-token-" + ("JOIN" if joins else "OWNER")
        meta["name"] = name
    if HASH in meta.get("annotations", {}):
        # Of the texts, and so of how each program writes YAML: is it right?
        text = "".join(item["data"][key] for key in sorted(item["data"]))
        right = "sha256:" + hashlib.sha256(text.encode()).hexdigest()
        meta["annotations"][HASH] = meta["annotations"][HASH] == right
    if item["kind"] == "Secret":
        item["data"] = {key: "a secret" for key in item["data"]}
    return " ".join(filter(None, (item["kind"], meta.get("namespace"), name)))


def fields(items):
    found = {}
    for item in items:
        name = place(item)
        found[name] = "there"
        flat(meaning(item), name, found)
    return found


def planned(events):
    """The objects of a dry run; what is merged into a node is one, too."""
    for line in events:
        event = json.loads(line)
        if event["event"] != "plan" or event["effect"] != "request" or \
                event["action"] != "send":
            continue
        method, _, body = event["text"].partition("\n")
        item = yaml.safe_load(body)
        if method.startswith("PATCH"):
            item["kind"], item["apiVersion"] = "Node", "v1"
            item["metadata"]["name"] = method.rpartition("/")[2]
        yield item


def main(events, objects):
    with open(events, encoding="utf-8") as file:
        ours = fields(planned(file))
    with open(objects, encoding="utf-8") as file:
        theirs = fields(filter(None, yaml.safe_load_all(file)))
    with open(os.path.join(HERE, "defaults.yaml"), encoding="utf-8") as file:
        allowed = yaml.safe_load(file)
    bad = 0
    for where in sorted(set(ours) | set(theirs)):
        one, other = theirs.get(where), ours.get(where)
        globs = allowed["added" if other is None else "ours"]
        if one == other or (None in (one, other) and any(
                fnmatch.fnmatchcase(where, glob) for glob in globs)):
            continue
        bad += 1
        print(f"{where}\n  kubeadm: {one}\n  kbsh:    {other}")
    print(f"{len(theirs)} values compared, {bad} differ")
    return bad or not ours or not theirs


if __name__ == "__main__":
    sys.exit(1 if main(*sys.argv[1:]) else 0)
