"""After an error: what no attempt can mend ends at once, and nothing is done to the phone."""

from __future__ import annotations

import pytest

from devices.driver.errors import HopelessError, NeedsPersonError, NotOnScreenError
from devices.driver.recovery import Recovery
from traces.errors import PhoneError


@pytest.mark.parametrize("kind", [HopelessError, NeedsPersonError])
def test_what_no_attempt_can_help_ends_at_once(link, phone, kind):
    error = kind("Chat is not installed.")
    with pytest.raises(kind) as raised:
        Recovery(phone).after(error, "com.chat.app", failed=1, worked=True)
    assert raised.value is error
    assert link.commands == []


def test_what_never_worked_ends_at_the_first_attempt(link, phone):
    with pytest.raises(PhoneError, match="no trace"):
        Recovery(phone).after(PhoneError("no trace"), "com.chat.app", failed=1, worked=False)
    assert not [command for command in link.commands if "force-stop" in command]


@pytest.mark.parametrize(("failed", "done"), [(1, "keyevent"), (2, "am force-stop com.chat.app")])
def test_what_worked_before_is_tried_again_first_with_back_then_with_a_new_start(link, phone, failed, done):
    error = NotOnScreenError("The input field is not on the screen.")
    mended = Recovery(phone).after(error, "com.chat.app", failed=failed, worked=True)
    assert any(done in command for command in link.commands)
    assert len(mended) == 1


def test_the_phone_is_given_more_time_after_each_failure_in_a_row(link, phone):
    for failed in (1, 2, 3, 4, 5):
        Recovery(phone).after(PhoneError("No space left"), "com.chat.app", failed=failed, worked=True)
    pauses = [int(command.rpartition("sleep ")[2]) for command in link.commands if "sleep" in command]
    assert pauses == [1, 5, 20, 40, 40]
