"""Starting, stopping and fetching a trace, and what its refusals mean."""

from __future__ import annotations

import pytest

from devices.driver.recording import perfetto
from devices.driver.recording.trace_config import light_config
from traces.errors import PhoneError

CONFIG = light_config(("com.chat",), 1000)


def test_a_trace_is_started_with_the_binary_config_on_stdin(link, phone):
    link.answers += [("perfetto .*", "4711\n")]
    trace = perfetto.start(phone, CONFIG)
    assert trace.pid == 4711
    assert trace.remote.startswith("/data/misc/perfetto-traces/silky-")
    assert (
        link.stdin[link.commands.index(f"perfetto --background-wait -c - -o {trace.remote}")]
        == CONFIG.encode()
    )


def test_android_12_waits_on_the_phone(link, phone):
    link.answers.insert(0, ("getprop", "[ro.build.version.sdk]: [32]\n"))
    link.answers += [("perfetto .*", "12\n")]
    perfetto.start(phone, CONFIG)
    [command] = [command for command in link.commands if command.startswith("perfetto")]
    assert "--background -c -" in command
    assert "sleep 2" in command


def test_android_10_overwrites_one_file_because_it_may_not_remove_any(link, phone, tmp_path):
    link.answers.insert(0, ("getprop", "[ro.build.version.sdk]: [29]\n"))
    link.answers += [("perfetto .*", "12\n")]
    trace = perfetto.start(phone, CONFIG)
    assert trace.remote == "/data/misc/perfetto-traces/silky.perfetto-trace"
    link.files[trace.remote] = b"trace"
    assert perfetto.fetch(phone, trace, tmp_path / "t") == 5
    assert not any(command.startswith("rm") for command in link.commands)


@pytest.mark.parametrize(
    ("said", "code", "what", "step"),
    [
        ("sh: perfetto: inaccessible or not found", 127, "has no `perfetto`", "belongs to this Android"),
        (
            "Failed to connect to the tracing service. Is traced running?",
            1,
            "does not run",
            "persist.traced.enable",
        ),
        ("Failed to open /data/misc/perfetto-traces/x: Permission denied", 1, "does not allow", "SELinux"),
        (
            "Too many concurrent tracing sessions (5) for uid 2000",
            1,
            "traced by somebody else",
            "End the other",
        ),
        ("something new", 1, "did not start", "report it"),
        ("", 0, "did not start", "report it"),
    ],
)
def test_refusals_are_explained(link, phone, said, code, what, step):
    link.answers += [("perfetto .*", ("", said, code))]
    with pytest.raises(PhoneError, match=what) as caught:
        perfetto.start(phone, CONFIG)
    assert step in caught.value.next_step
    assert said in caught.value.what


def test_stopping_waits_on_the_phone_for_the_process_to_vanish(link, phone):
    trace = perfetto.RunningTrace(99, "/data/misc/perfetto-traces/x")
    perfetto.stop(phone, trace)
    [script] = link.commands
    assert script.startswith("kill -TERM 99;")
    assert "while kill -0 99" in script


def test_a_trace_that_is_never_written_is_an_error(link, phone):
    link.answers += [("kill -TERM .*", "stuck\n")]
    with pytest.raises(PhoneError, match="did not write its trace"):
        perfetto.stop(phone, perfetto.RunningTrace(99, "/x"))


def test_an_empty_trace_is_an_error(link, phone, tmp_path):
    link.files["/x"] = b""
    with pytest.raises(PhoneError, match="is empty"):
        perfetto.fetch(phone, perfetto.RunningTrace(99, "/x"), tmp_path / "t")


def test_a_fetched_trace_is_removed_from_the_phone(link, phone, tmp_path):
    link.files["/x"] = b"abc"
    perfetto.fetch(phone, perfetto.RunningTrace(99, "/x"), tmp_path / "t")
    assert link.commands[-1] == "rm -f /x"
