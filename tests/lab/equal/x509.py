# SPDX-License-Identifier: Apache-2.0
"""What certificates and keys in PEM say, without what is another one each
time (serial number, key, signature, the moment): read with openssl."""

import datetime
import re
import subprocess

BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----.*?-----END \1-----", re.S)
# Of these, only whether they are the ones of the CA is of interest.
IDENTIFIER = re.compile(r"(keyid:)?([0-9A-Fa-f]{2}:){15,}[0-9A-Fa-f]{2}")


def openssl(*arguments, text):
    return subprocess.run(["openssl", *arguments], input=text, text=True,
                          check=True, capture_output=True).stdout


def moment(text):
    return datetime.datetime.strptime(text, "%b %d %H:%M:%S %Y %Z")


def extensions(text):
    """{name: value, with "critical" before it} from openssl's text."""
    found, name = {}, None
    for line in text.partition("X509v3 extensions:")[2].splitlines():
        indent = len(line) - len(line.lstrip())
        if indent == 12:
            name, _, critical = line.strip().partition(":")
            found[name] = [critical.strip()] if critical.strip() else []
        elif indent == 16 and name:
            found[name].append(IDENTIFIER.sub("an identifier", line.strip()))
        elif indent < 12 and found:
            break
    return {name: " ".join(words) for name, words in found.items()}


def names(value):
    """Subject alternative names, whose order says nothing."""
    return sorted(value.split(", "))


def certificate(pem):
    said = openssl("x509", "-noout", "-subject", "-issuer", "-dates",
                   "-serial", "-nameopt", "RFC2253,show_type", text=pem)
    field = dict(line.split("=", 1) for line in said.splitlines())
    text = openssl("x509", "-noout", "-text", text=pem)
    life = moment(field["notAfter"]) - moment(field["notBefore"])
    extension = extensions(text)
    for name in extension:
        if name.endswith("Alternative Name"):
            extension[name] = names(extension[name])
    serial = int(field["serial"], 16)
    return {
        "version": re.search(r"Version: (\d+)", text)[1],
        "subject": sorted(field["subject"].split(",")),
        "issuer": sorted(field["issuer"].split(",")),
        "serial number": "zero" if serial == 0 else "random" if
        serial.bit_length() > 32 else "small",
        "serial number's bits": 64 if serial.bit_length() <= 64 else 128,
        # kubeadm's leaf certificates begin when their CA did, seconds before.
        "validity in minutes": round(life.total_seconds() / 60),
        "signature": re.search(r"Signature Algorithm: (\S+)", text)[1],
        "key": public_key(openssl("x509", "-noout", "-pubkey", text=pem)),
        "extensions": extension,
    }


def public_key(pem):
    text = openssl("pkey", "-pubin", "-noout", "-text", text=pem)
    kind = "RSA" if "Modulus:" in text else "EC"
    curve = re.search(r"NIST CURVE: (\S+)", text)
    return {"kind": kind, "bits": re.search(r"\((\d+) bit", text)[1],
            "curve": curve and curve[1]}


def describe(text):
    """Each block of a PEM file."""
    blocks = []
    for found in BLOCK.finditer(text):
        kind, pem = found[1], found[0] + "\n"
        if kind == "CERTIFICATE":
            blocks.append({kind: certificate(pem)})
        elif kind == "PUBLIC KEY":
            blocks.append({kind: public_key(pem)})
        else:
            public = openssl("pkey", "-pubout", text=pem)
            blocks.append({kind: public_key(public)})
    return blocks


def fingerprint(text):
    """Of the public keys of a PEM file, to see which belong together."""
    found = []
    for block in BLOCK.finditer(text):
        pem = block[0] + "\n"
        if block[1] == "CERTIFICATE":
            found.append(openssl("x509", "-noout", "-pubkey", text=pem))
        elif block[1] == "PUBLIC KEY":
            found.append(pem)
        else:
            found.append(openssl("pkey", "-pubout", text=pem))
    return found
