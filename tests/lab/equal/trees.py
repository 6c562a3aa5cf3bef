# SPDX-License-Identifier: Apache-2.0
"""The files and API objects of a host as trees, without what is another one
each time, so that two hosts can be compared by meaning."""

import base64
import json
import os
import re
import shlex
import stat

import yaml

import x509

# What an API server or a controller fills in, another one each time.
VOLATILE = ("uid", "resourceVersion", "creationTimestamp", "managedFields",
            "generation", "selfLink")
TOKEN_SECRET = re.compile(r"-token-[a-z0-9]{5}$")
RANDOM_TOKEN = re.compile(r"^bootstrap-token-[a-z0-9]{6}$")


class Host:
    """A host's folder: files/, objects.json; token: the id of the bootstrap
    token of the configuration, which is not random."""

    def __init__(self, folder, token):
        self.folder = folder
        self.token = "bootstrap-token-" + token
        with open(os.path.join(folder, "files/etc/kubernetes/pki/ca.crt"),
                  encoding="utf-8") as file:
            self.ca = file.read().strip()

    # -- texts

    def pem(self, text):
        if text.strip() == self.ca:
            return "the certificate of the CA, /etc/kubernetes/pki/ca.crt"
        return x509.describe(text)

    def text(self, text):
        """YAML as a tree, certificates as what they say, the rest as it is."""
        if "-----BEGIN " in text and ":" not in text.split("-----", 1)[0]:
            return self.pem(text)
        try:
            tree = yaml.safe_load(text)
        except yaml.YAMLError:
            return text
        return self.tree(tree) if isinstance(tree, (dict, list)) else text

    def tree(self, node):
        """Data within YAML: certificates in base64, as kubeconfigs have."""
        if isinstance(node, dict):
            return {key: self.data(value) if key.endswith("-data")
                    else self.tree(value) for key, value in node.items()}
        if isinstance(node, list):
            return [self.tree(value) for value in node]
        return node

    def data(self, value):
        text = base64.b64decode(value).decode("utf-8", "replace")
        return self.pem(text) if "-----BEGIN " in text else text

    # -- files

    def file(self, path):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if path.endswith(".env"):
            name, _, value = text.strip().partition("=")
            return {name: shlex.split(shlex.split(value)[0])}
        if path.endswith(".crt"):
            return x509.describe(text)
        return self.text(text)

    def files(self):
        top, found = os.path.join(self.folder, "files"), {}
        for folder, folders, files in os.walk(top):
            for name in folders + files:
                path = os.path.join(folder, name)
                told = os.lstat(path)
                what = {"mode": oct(stat.S_IMODE(told.st_mode))[2:],
                        "owner": f"{told.st_uid}:{told.st_gid}"}
                if stat.S_ISREG(told.st_mode):
                    what["content"] = self.file(path)
                elif not stat.S_ISDIR(told.st_mode):
                    what["kind"] = "neither a file nor a folder"
                found[path[len(top):]] = what
        self.pairs(top, found)
        return found

    def pairs(self, top, found):
        """Which key belongs to which certificate."""
        for path, what in found.items():
            other = re.sub(r"\.(crt|pub)$", ".key", path)
            if other != path and other in found:
                with open(top + path, encoding="utf-8") as one, \
                     open(top + other, encoding="utf-8") as two:
                    what["fits its key"] = x509.fingerprint(one.read()) == \
                        x509.fingerprint(two.read())

    # -- objects

    def name(self, name):
        name = TOKEN_SECRET.sub("-token-RANDOM", name)
        if name != self.token and RANDOM_TOKEN.match(name):
            return "bootstrap-token-RANDOM"
        return name

    def metadata(self, metadata):
        kept = {key: value for key, value in metadata.items()
                if key not in VOLATILE}
        kept["name"] = self.name(kept["name"])
        for owner in kept.get("ownerReferences", []):
            owner.pop("uid", None)
            owner["name"] = self.name(owner["name"])
        annotations = kept.get("annotations", {})
        for key in list(annotations):
            if key.endswith("service-account.uid"):
                del annotations[key]
            elif key == "kubectl.kubernetes.io/last-applied-configuration":
                del annotations[key]
        return kept

    def secret(self, item):
        """The values of secrets that are another one each time are not."""
        fixed = item["metadata"]["name"] == self.token
        values = {}
        for key, value in item.get("data", {}).items():
            text = base64.b64decode(value).decode("utf-8", "replace")
            if key == "expiration":
                text = re.sub(r"\d", "0", text)
            elif not fixed and key not in ("description", "namespace") and \
                    not key.startswith(("usage-", "auth-")):
                text = "a value"
            values[key] = text
        item["data"] = values

    def object(self, item):
        kind = item["kind"]
        item.pop("status", None)
        if kind == "Secret":
            self.secret(item)
        elif kind == "ConfigMap":
            item["data"] = {
                key: "a signature" if key.startswith("jws-") else
                self.text(value) for key, value in
                (item.get("data") or {}).items()}
        elif kind == "Node":
            # Several put them there, in the order in which they come.
            item["spec"].get("taints", []).sort(key=lambda taint: taint["key"])
        elif kind == "ServiceAccount":
            for secret in item.get("secrets", []):
                secret["name"] = self.name(secret["name"])
        item["metadata"] = self.metadata(item["metadata"])
        return item

    def objects(self):
        with open(os.path.join(self.folder, "objects.json"),
                  encoding="utf-8") as file:
            items = json.load(file)["items"]
        found = {}
        for item in map(self.object, items):
            meta = item["metadata"]
            where = "/".join(filter(None, (
                item["kind"], meta.get("namespace"), meta["name"])))
            found[where] = item
        return found

    def all(self):
        return {"file": self.files(), "object": self.objects()}
