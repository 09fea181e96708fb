from __future__ import annotations

from pathlib import Path

import pytest

from devices.adb.errors import AnswerTimeoutError, ConnectionLostError, RefusedError, ServerMissingError
from profiler.run.errors import RunInterruptedError, with_kept
from traces.errors import PhoneError, SilkyError


def test_a_run_that_kept_nothing_does_not_advise_to_go_on_with_it():
    told = with_kept(PhoneError("It said: not found", next_step="Use another."), Path("b"), 0, [])
    assert (told.what, told.next_step) == ("It said: not found. Kept in b: 0 rounds.", "Use another.")


def test_a_run_that_kept_rounds_says_how_to_go_on():
    told = with_kept(PhoneError("Gone.", next_step="Plug it in."), Path("b"), 1, ["Restored."])
    assert told.what == "Gone. Kept in b: 1 round. Restored."
    assert "silky run --resume b" in told.next_step


@pytest.mark.parametrize(
    "kind",
    [
        AnswerTimeoutError,
        ConnectionLostError,
        RefusedError,
        ServerMissingError,
        PhoneError,
        RunInterruptedError,
    ],
)
def test_whatever_ended_a_run_keeps_its_kind_and_so_its_exit_code(kind: type[SilkyError]):
    told = with_kept(kind("Gone."), Path("b"), 1, [])
    assert type(told) is kind
    assert told.what == "Gone. Kept in b: 1 round."
