"""The shell runs POSIX programs with mksh's messages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.simulated.userland.shell.arithmetic import ExpressionError, evaluate
from tests.devices.simulated.userland.fake_world import MS, FakeWorld
from tests.devices.simulated.userland.helpers import Device, sh


@pytest.mark.parametrize(
    ("script", "out"),
    [
        ("echo a; echo b", "a\nb\n"),
        ("true && echo yes || echo no", "yes\n"),
        ("false && echo yes || echo no", "no\n"),
        ("! false && echo inverted", "inverted\n"),
        ("false; echo $?", "1\n"),
        ("a=1 b='x y'; echo $a \"$b\" $b", "1 x y x y\n"),
        ("echo \"a  b\" 'c $x' d\\ e", "a  b c $x d e\n"),
        ("x='a   b'; echo $x \"$x\"", "a b a   b\n"),
        ("echo $((2+3*4)) $(((2+3)*4)) $((7/2)) $((-7/2)) $((7%3)) $((1<2 && 3>=3))", "14 20 3 -3 1 1\n"),
        ("i=1; i=$((i+1)); echo $i", "2\n"),
        ("echo $(echo in; echo side) `echo tick`", "in side tick\n"),
        ("echo ${u:-default} ${u:+set} ${#x} x${u}y", "default 0 xy\n"),
        ("f=/a/b.txt; echo ${f##*/} ${f%.txt} ${f%/*}", "b.txt /a/b /a\n"),
        ("for i in 1 2 3; do echo $i; done", "1\n2\n3\n"),
        ("for i in 1 2 3; do [ $i = 2 ] && continue; echo $i; done", "1\n3\n"),
        ("i=0; while [ $i -lt 3 ]; do i=$((i+1)); echo $i; [ $i = 2 ] && break; done", "1\n2\n"),
        ("until true; do echo never; done; echo end", "end\n"),
        ("if false; then echo a; elif true; then echo b; else echo c; fi", "b\n"),
        ("(cd /data; pwd); pwd", "/data\n/\n"),
        ("{ echo a; echo b; } | wc -l", "2\n"),
        ("echo c; echo a | cat; echo b", "c\na\nb\n"),
        ("printf '%s=%d\\n' a 1 b 2", "a=1\nb=2\n"),
        ("echo -n a; echo -e 'b\\tc'", "ab\tc\n"),
        ("sh -c 'echo $0 $1' name arg", "name arg\n"),
        ("set -- p q; echo $# $1 \"$@\"; shift; echo $1", "2 p p q\nq\n"),
        ("cd /data/local/tmp; echo one > f; echo two >> f; cat < f", "one\ntwo\n"),
        ("cd /data/local/tmp; touch a.x b.x; echo *.x '*.x'", "a.x b.x *.x\n"),
        ("echo *.none", "*.none\n"),
        ("echo a b | { read x y; echo $y $x; }", "b a\n"),
        ("command -v grep; command -v nothing || echo none", "/system/bin/grep\nnone\n"),
        ("A=1 sh -c 'echo $A'; export B=2; sh -c 'echo $B$A'", "1\n2\n"),
        ("echo x 2>/dev/null >&2 | cat; echo y", "y\n"),
        ("eval 'echo evaluated'", "evaluated\n"),
        ("yes=1; echo a#b # comment", "a#b\n"),
        ("f() { echo $1-$2 $#; }; set -- o; f a b; echo $1", "a-b 2\no\n"),
        ("f() { return 3; echo never; }; f || echo $?", "3\n"),
        ("f()\n{\nif [ $1 = 0 ]; then return; fi; echo $1; f $(($1-1)); }\nf 2", "2\n1\n"),
        ("echo() { command echo mine \"$@\"; }; echo a; (unset x; echo b)", "mine a\nmine b\n"),
        ("f() { x=$1; }; f kept; echo $x", "kept\n"),
        ("{ { echo told; echo piped >&4; } 4>&1 1>&3 | tr p P; } 3>&1", "told\nPiPed\n"),
        ("{ echo a >&5; } 5>/data/local/tmp/five; cat /data/local/tmp/five", "a\n"),
    ],
)  # fmt: skip
def test_programs_print_what_posix_says(script: str, out: str) -> None:
    ran = sh(script)
    assert (ran.out, ran.err if "2>" not in script else "") == (out, "")


@pytest.mark.parametrize(
    ("script", "code", "err"),
    [
        ("foo", 127, "/system/bin/sh: foo: inaccessible or not found\n"),
        ("/nowhere/foo", 127, "/system/bin/sh: /nowhere/foo: inaccessible or not found\n"),
        ("exit 7", 7, ""),
        ("(exit 3)", 3, ""),
        ("echo x > /system/f", 1, "/system/bin/sh: can't create /system/f: Read-only file system\n"),
        ("cat < /none", 1, "/system/bin/sh: can't open /none: No such file or directory\n"),
        ("echo $((1/0))", 1, "/system/bin/sh: divide by zero\n"),
        ("if true; then", 1, "/system/bin/sh: syntax error: unexpected EOF\n"),
        ("echo )", 1, "/system/bin/sh: syntax error: unexpected ')'\n"),
        ("cat /none", 1, "cat: /none: No such file or directory\n"),
        ("[ 1 -eq x ]", 2, "/system/bin/sh: test: x: bad number\n"),
    ],
)
def test_failures_have_mkshs_words(script: str, code: int, err: str) -> None:
    ran = sh(script)
    assert (ran.code, ran.err.replace("[: ", "test: ")) == (code, err)


def test_a_background_job_has_a_pid_that_kill_and_wait_know() -> None:
    ran = sh("sleep 1000 & pid=$!; kill -0 $pid && echo alive; kill $pid; wait $pid; echo $?; kill -0 $pid")
    assert ran.out == "alive\n143\n"
    assert "No such process" in ran.err


def test_jobs_run_beside_the_script_on_the_phones_clock() -> None:
    ran = sh("(sleep 0.2; echo job) & sleep 0.1; echo script; wait; echo end")
    assert ran.out == "script\njob\nend\n"


def test_a_reader_that_leaves_early_stops_the_writer() -> None:
    ran = sh("while true; do echo y; done | head -2; echo done")
    assert ran.out == "y\ny\ndone\n"


def test_apps_cannot_be_killed_by_shell() -> None:
    assert sh("kill 4321").err == "/system/bin/sh: kill: 4321: Operation not permitted\n"


def test_costs_and_sleeps_add_up_exactly() -> None:
    world = FakeWorld()
    Device(world).run("input tap 1 1; sleep 0.05; input tap 2 2")
    times = [event[-1] for event in world.did if event[0] == "motion"]
    handled, start, command = 5 * MS, 1 * MS, 10 * MS
    expected = [0, handled, 2 * handled + start + 50 * MS + start + command]
    assert [int(str(time)) - int(str(times[0])) for time in times[:3]] == expected


@given(st.integers(-999, 999), st.integers(-999, 999), st.sampled_from(["+", "-", "*"]))
def test_arithmetic_agrees_with_integers(left: int, right: int, operator: str) -> None:
    want = {"+": left + right, "-": left - right, "*": left * right}[operator]
    assert evaluate(f"({left}) {operator} ({right})", lambda _: "") == want


def test_arithmetic_refuses_what_it_does_not_know() -> None:
    for text in ("1 +", "a b", "(1", "1 @ 2"):
        with pytest.raises(ExpressionError):
            evaluate(text, lambda _: "")
