from __future__ import annotations

import os
import subprocess
import sys

import pytest

from profiler.cli import main
from traces.errors import EvidenceError, InputFileError, PhoneError, UsageError


@pytest.fixture
def failing(monkeypatch):
    """Make `silky restore` fail with an error of choice."""

    def fail(error: BaseException) -> None:
        def restore_phones(serial, *, force):
            raise error

        monkeypatch.setattr("devices.driver.state.restore.restore_phones", restore_phones)

    return fail


@pytest.mark.parametrize(
    ("kind", "code"), [(EvidenceError, 2), (UsageError, 3), (InputFileError, 3), (PhoneError, 4)]
)
def test_an_error_says_what_happened_then_what_to_do_and_sets_the_exit_code(silky, failing, kind, code):
    failing(kind("Phone X is gone.", next_step="Plug it in."))
    done = silky("restore")
    assert (done.code, done.out, done.err) == (code, "", "Error: Phone X is gone.\nPlug it in.\n")


def test_a_fault_of_silky_itself_shows_no_traceback_and_allows_no_conclusion(silky, failing):
    failing(ZeroDivisionError("division by zero"))
    done = silky("restore")
    assert done.code == 2
    assert "silky itself failed (ZeroDivisionError: division by zero)" in done.err
    assert "silky --traceback restore" in done.err
    assert "Traceback" not in done.err


def test_developers_get_the_traceback(silky, failing):
    failing(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        silky("--traceback", "restore")


def test_a_file_that_the_system_refuses_is_named(silky, failing):
    failing(OSError(28, "No space left on device", "/disk/full"))
    assert silky("restore").err.startswith("Error: /disk/full: No space left on device.")


def test_ctrl_c_is_quiet_and_means_no_evidence(silky, failing):
    failing(KeyboardInterrupt())
    done = silky("restore")
    assert done.code == 2
    assert done.err.strip() == "Stopped."


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["frobnicate"], "No such command 'frobnicate'"),
        (["run", "--rounds", "0", "--app", "a"], "Invalid value for '--rounds'"),
        (["run", "--frobnicate"], "No such option"),
        (["report", "/nowhere/at/all"], "does not exist"),
        (["reproduce", "keyboard-popup", "--app", "a"], "Missing option '--against'"),
        (["reproduce", "--app", "a", "--against", "b"], "Missing argument 'COMPLAINT'"),
        (["run"], "No app is named"),
        (["run", "--app", "a", "a"], "a is named twice"),
        (["run", "--app", "no-such-app"], "no-such-app"),
        (["run", "--scenario", "juggling", "--app", "qwen"], "no scenario or complaint 'juggling'"),
        (["apps", "show", "no-such-app"], "no-such-app"),
        (["simulate", "--persona", "no-such-phone"], "no-such-phone"),
        (["analyze", __file__], "is neither a trace nor a text dump"),
    ],
)
def test_what_was_typed_wrong_is_named_and_exits_with_3(silky, args, said):
    done = silky(*args)
    assert done.code == 3
    assert said in done.err
    assert "Traceback" not in done.err


def test_the_program_returns_its_exit_code_to_the_shell(silky_process):
    done = silky_process("frobnicate")
    assert done.returncode == 3
    assert silky_process("--version").stdout.startswith("silky, version ")


def test_a_reader_that_goes_away_is_no_failure_worth_words():
    program = (
        "import os, sys; os.close(0); r, w = os.pipe(); os.close(r); os.dup2(w, 1);"
        "from profiler.cli.main import run_cli; sys.exit(run_cli(['apps', 'list']))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "")


def test_being_told_to_end_counts_as_ctrl_c(monkeypatch):
    handlers = {}
    monkeypatch.setattr(
        main.signal, "signal", lambda number, handler: handlers.update({number.name: handler})
    )
    monkeypatch.setattr(main.sys, "argv", ["silky", "--version"])
    with pytest.raises(SystemExit):
        main.main()
    assert sorted(handlers) == ["SIGHUP", "SIGTERM"]
    with pytest.raises(KeyboardInterrupt):
        handlers["SIGTERM"](15, None)


@pytest.mark.parametrize("arguments", [("complaints", "list", "--lang", "zh"), ("apps", "list")])
def test_a_terminal_that_cannot_show_chinese_shows_question_marks(arguments):
    done = subprocess.run(
        [sys.executable, "-m", "profiler.cli", *arguments],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "?" in done.stdout
