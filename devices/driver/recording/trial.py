"""A trace that needs no touch: the app comes to the front from the home screen, which leaves traces."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from devices.driver.recording import perfetto
from devices.driver.script.steps import HOME
from traces.errors import PhoneError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from devices.driver.phone import Phone
    from devices.driver.recording.trace_config import Message

TRIAL_MARK = "silky_trial"
"""Counter written to trace_marker in the trial."""
_TRAILING = "sleep 1.5"
"""Frames are written when later ones are composed; a cursor blinks every half second."""


def trial_trace(
    phone: Phone, config: Message, local: Path, *, marker: str | None, bring_to_front: Callable[[], None]
) -> None:
    """Trace an app's way to the front into `local`.

    Args:
        phone: the phone.
        config: what to record.
        local: the file to write.
        marker: path of trace_marker, None to write no mark.
        bring_to_front: brings the app there.

    Raises:
        PhoneError: the trace can't be started, ended or fetched, or the app doesn't come.
    """
    phone.shell(f"{HOME} >/dev/null; sleep 1")
    trace = perfetto.start(phone, config)
    try:
        if marker is not None:
            phone.shell(f'echo "C|$$|{TRIAL_MARK}|1" > {marker}')
        bring_to_front()
        phone.shell(_TRAILING)
        perfetto.stop(phone, trace)
        perfetto.fetch(phone, trace, local)
    except BaseException:
        with contextlib.suppress(PhoneError):
            perfetto.abandon(phone, trace)
        raise
