# SPDX-License-Identifier: Apache-2.0
"""What `inside` and `inside-join` share: running kbsh so that it is killed, and
what its journal and the machine look like then."""
import json
import os
import re
import stat
import subprocess
import time

STATE, KUBERNETES, KUBELET = "/var/lib/kbsh", "/etc/kubernetes", "/var/lib/kubelet"


def run(argv, point=None):
    env = dict(os.environ)
    if point:
        env.update(LD_PRELOAD="/shared/killer.so", KBSH_KILL=point)
    return subprocess.run(argv, env=env, text=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def last_words(done):
    lines = [line for line in (done.stdout + done.stderr).strip().splitlines()
             if "a step that it needs did not end well" not in line]
    return " / ".join(lines[-8:])


def read(path):
    with open(path, "rb") as file:
        return file.read()


def temporaries():
    for top in (KUBERNETES, KUBELET, "/etc/cni", STATE):
        for folder, _, names in os.walk(top):
            for name in names:
                if name.startswith(".") and ".kbsh-" in name:
                    yield "temporary file " + os.path.join(folder, name)


def journal():
    last, number, open_intents, line = None, 0, set(), ""
    for line in read(STATE + "/journal.jsonl").decode().split("\n")[:-1]:
        number += 1
        last = json.loads(line)
        if last["n"] != number:
            yield "journal: record %d says that it is %d" % (number, last["n"])
        if last["kind"] == "intent":
            open_intents.add(number)
        elif last["kind"] in ("done", "failed"):
            if last["intent"] not in open_intents:
                yield "journal: intent %d has two outcomes" % last["intent"]
            open_intents.discard(last["intent"])
    if open_intents:
        yield "journal: no outcome for %s" % sorted(open_intents)
    if not last or (last["kind"], last.get("status")) != ("run", "ok"):
        yield "journal: its last record is %s" % last
    for path, mode in ((STATE, 0o700), (STATE + "/journal.jsonl", 0o600),
                       (STATE + "/backup", 0o700)):
        if stat.S_IMODE(os.stat(path).st_mode) != mode:
            yield "%s has the wrong mode" % path


def differences(reference, now, what):
    for name in sorted(set(reference) | set(now)):
        if name not in now:
            yield "%s: missing: %s" % (what, name)
        elif name not in reference:
            yield "%s: too much: %s" % (what, name)
        elif reference[name] != now[name]:
            yield "%s: %s: %s instead of %s" % (what, name, now[name], reference[name])


def unit(name):
    return run(["systemctl", "show", "--value", "-p", name, "kubelet"]).stdout.strip()


def started():
    """When the kubelet was started, in seconds since the epoch."""
    since_boot = int(unit("ExecMainStartTimestampMonotonic")) / 1e6
    return time.time() - time.clock_gettime(time.CLOCK_MONOTONIC) + since_boot


def where():
    """The last record, in words; and of an outcome, what it is of."""
    try:
        records = [json.loads(line) for line in
                   read(STATE + "/journal.jsonl").decode().split("\n")[:-1]]
    except OSError:
        return "no record"
    last = records[-1] if records else {"kind": "no record"}
    of = records[last["intent"] - 1] if "intent" in last else last
    return " ".join(str(word) for word in (
        last["kind"], of.get("step", ""), of.get("effect", ""),
        of.get("op", ""), re.sub("^https://[^/]*", "", of.get("target", ""))) if word)


def report(point, last, since, found):
    print("\t".join(("BAD" if found else "ok", point, last, "%.1f" % (time.time() - since),
                     "; ".join(found))), flush=True)
    return not found
