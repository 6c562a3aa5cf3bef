#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Plugins that misbehave in one way each: the run ends with one clear error that
# names the step, the plugin and the cause; nothing is left behind; the next
# run works.
. "${top_srcdir:-.}/tests/functions.sh" || exit 1

build_module play

# beside SERVICE [TIMEOUT]: a workflow of that step, beside an honest one.
beside () {
  flow try <<END
workflow: kbsh/v1
name: try
steps:
  - {name: before, run: play.write, with: {path: $tmp/made}}
  - {name: bad/one, run: $1, timeout: ${2:-60s}, needs: [before]}
  - {name: after, run: play.tell, needs: [bad/one]}
END
}

# hostile NAME WORDS...: built, run, and what is said has all of these words.
hostile () {
  local name=$1 word; shift
  build_module "$name" -DSCRIBBLE="\"$tmp/scribble\""
  beside "$name.step" "${timeout:-60s}"
  status 1 k try
  has "$err" "bad/one"
  for word; do has "$err" "$word"; done
  hasnt "$err" "[after] done"
  [ ! -e "$tmp/scribble" ] || fail "$name wrote a file"
  [ -s "$tmp/made" ] || fail "the step before did not run"
  # no worker is left
  ! pgrep -f "state-dir=$KBSH_STATE" >/dev/null || fail "a process is left"
  status 0 k try --skip-phases=bad
}

hostile crash "$modules/crash.so" crash.step SIGSEGV
build_module spin
beside spin.step
status 1 eval '(ulimit -t 1; k try)'
has "$err" "raise the limit (ulimit -t)"
hasnt "$err" "fault of the plugin"
timeout=300ms hostile spin "$modules/spin.so" spin.step \
  "did not end within 300ms"
hostile quit "$modules/quit.so" quit.step "exited with status 3 without an answer"
# The sanitizers reserve more address space than the limit: there is none then.
if ! grep -q __asan_init "$KBSH_STAGE$KBSH_BINDIR/kbsh"; then
  hostile hoard "$modules/hoard.so" "reached its memory limit of 512 MiB"
  hostile claim "$modules/claim.so" "reached its memory limit of 512 MiB"
fi
build_landlock () {
  printf '%s\n' '#include <sys/syscall.h>' '#include <unistd.h>' \
    'int main (void) { return syscall (444, 0, 0, 1) < 1; }' >"$tmp/landlock.c"
  # shellcheck disable=SC2086
  ${CC:-cc} -D_GNU_SOURCE -o "$tmp/landlock" "$tmp/landlock.c"
}
build_landlock
if "$tmp/landlock"; then
  hostile scribble "the file can't be made" "Permission denied"
fi
hostile overreach "$tmp/scribble"

# A run that goes on in spite of it.
flow onward <<END
workflow: kbsh/v1
name: onward
steps:
  - {name: bad, run: crash.step, on-failure: continue}
  - {name: needs-it, run: play.tell, needs: [bad]}
  - {name: other, run: play.write, with: {path: $tmp/other}}
END
status 0 k onward
has "$err" SIGSEGV
has "$err" "[needs-it]"
[ -s "$tmp/other" ] || fail "the other step did not run"

# A check that crashes is an error named after its service; the others are made.
flow look <<END
workflow: kbsh/v1
name: look
parameters:
  - {name: ignore-preflight-errors, type: list}
steps:
  - name: preflight
    run: checks
    with:
      packs: [crash, play]
      finds: [Swap=3, Port=1, Fine=0]
      ignore: "\${ignore-preflight-errors}"
END
status 1 k look
has "$err" "crash.check"
has "$err" SIGSEGV
has "$err" "[Swap] it is so (needed: that it is not)"
has "$err" "mend it"
has "$err" "2 checks failed"
has "$err" "--ignore-preflight-errors="
status 1 k look --ignore-preflight-errors=swap
has "$err" "1 check failed"
has "$err" "[WARNING Swap]"
status 0 k look --ignore-preflight-errors=swap,crash.check
status 0 k look --ignore-preflight-errors=all
