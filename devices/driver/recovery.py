"""From a failed attempt back to where it can be repeated; or the error that says why it can't.

What may be mended by waiting or by what a person would do first: a cable put back, a phone that restarts, an
adb server that another tool has ended, a screen that went off, an app that hangs, a window in the way.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from devices.adb.errors import BROKEN
from devices.driver.errors import HopelessError, NeedsPersonError, NotOnScreenError
from devices.driver.phone import SHELL_SECONDS
from devices.driver.screen import keyboard
from devices.driver.state.checks import screen_refusals
from devices.driver.state.reading import read_state
from devices.driver.state.sweep import sweep
from traces.errors import PhoneError

if TYPE_CHECKING:
    from collections.abc import Callable

    from devices.driver.phone import Phone
    from traces.capture import PhoneState

PATIENCE_SECONDS = 120.0
"""How long a phone that has gone, or is locked, is waited for."""
_LOOK_SECONDS = 0.5
_TURNS = 3
"""How often getting ready may itself break off."""
_PAUSES = (1, 5, 20, 40)
"""Seconds given to the phone after the first, second, ... failure in a row: storage that is being freed, or a
service that starts again, needs longer than a window in the way."""
_WAKE = "input keyevent 224"
_UNLOCK = "wm dismiss-keyguard 2>/dev/null"
_BOOT = "cat /proc/sys/kernel/random/boot_id"
_SYSTEM_DIALOG = re.compile(r"^Application (?:Not Responding|Error): (\S+)")


class Recovery:
    """What brings one phone back.

    Args:
        phone: the phone.
        patience: seconds to wait for it.

    Attributes:
        tell: hears what is waited for.
    """

    def __init__(
        self,
        phone: Phone,
        patience: float = PATIENCE_SECONDS,
        tell: Callable[[str], None] = lambda _text: None,
    ) -> None:
        self._phone = phone
        self.patience = patience
        self.tell = tell
        self._boot: str | None = None
        self._build: str | None = None

    def remember(self) -> None:
        """Note which phone this is, and since when it runs; PhoneError if it doesn't answer."""
        self._boot, self._build = self._who()

    def after(self, error: PhoneError, package: str | None, *, failed: int, worked: bool) -> list[str]:
        """Bring the phone back after an error; return what was found and mended, each a sentence.

        Args:
            error: what ended the attempt.
            package: the app's, if known.
            failed: how many attempts in a row have ended so, this one counted.
            worked: whether the same has worked before in this run.

        Raises:
            PhoneError: it can't be mended from here; this error or a clearer one.
        """
        if isinstance(error, HopelessError | NeedsPersonError):
            raise error
        broken: PhoneError | None = error if isinstance(error, BROKEN) else None
        for _ in range(_TURNS):
            try:
                mended = self._wait(broken) if broken is not None else []
                mended += self._make_ready(package)
                if broken is None and not mended:
                    # a first look that finds something in the way may be helped by Back, too
                    if not worked and not (failed == 1 and isinstance(error, NotOnScreenError)):
                        raise error
                    mended += self._make_way(package, failed)
            except BROKEN as again:
                broken = again
            else:
                return mended
        assert broken is not None
        raise broken

    def wait(self) -> None:
        """Wait until the phone answers and has started; PhoneError if that takes longer than the patience."""
        self._phone.link.wait_back(self.patience)
        end = time.monotonic() + self.patience
        while self._phone.ask("getprop sys.boot_completed").strip() != "1":
            if time.monotonic() > end:
                raise PhoneError(
                    f"{self._phone.name} has not finished starting within {self.patience:g} s.",
                    next_step="Wait until its launcher is there, unlock it, then run again.",
                )
            time.sleep(_LOOK_SECONDS)

    def _wait(self, error: PhoneError) -> list[str]:
        self.tell(f"{error.what} Waiting up to {self.patience:g} s for the phone.")
        self.wait()
        boot, build = self._who()
        if self._build is not None and build != self._build:
            raise PhoneError(
                f"Another phone answers at {self._phone.serial} than before ({build}, not {self._build}).",
                next_step="Plug the first one in again, or start a new run.",
            )
        restarted = self._boot is not None and boot != self._boot
        self._boot = boot
        return ["The phone restarted."] if restarted else ["The connection is back."]

    def _who(self) -> tuple[str, str]:
        text = self._phone.sections({"boot": _BOOT, "build": "getprop ro.build.fingerprint"})
        return text["boot"].strip(), text["build"].strip()

    def _make_ready(self, package: str | None) -> list[str]:
        """Sweep, wake, unlock, close what the system says about crashed apps."""
        sweep(self._phone)
        mended = []
        state = read_state(self._phone, package)
        if state.screen_on is False:
            self._phone.shell(f"{_WAKE}; sleep 1")
            mended.append("The screen was off.")
            state = read_state(self._phone, package)
        if state.locked:
            state = self._unlocked()
            mended.append("The phone was locked.")
        if (dialog := _SYSTEM_DIALOG.match(state.focused_window or "")) is not None:
            self._phone.shell(f"am force-stop {dialog[1]}; sleep 1")
            mended.append(f"{dialog[1]} did not respond or had stopped, and was ended.")
        return mended

    def _unlocked(self) -> PhoneState:
        self._phone.shell(f"{_UNLOCK}; sleep 1")
        end = time.monotonic() + self.patience
        told = False
        while screen_refusals(state := read_state(self._phone)):
            if not told:
                self.tell(
                    f"{self._phone.name} is locked. Please unlock it; waiting up to {self.patience:g} s."
                )
                told = True
            if time.monotonic() > end:
                raise NeedsPersonError(
                    f"{self._phone.name} is locked.",
                    next_step="Unlock it, and set Screen lock to None or Swipe for the run.",
                )
            time.sleep(_LOOK_SECONDS)
        return state

    def _make_way(self, package: str | None, failed: int) -> list[str]:
        """Do what a person would: first Back, for what lies on top; then end the app and start it anew."""
        if package is None:
            return []
        pause = _PAUSES[min(failed, len(_PAUSES)) - 1]
        if failed == 1:
            self._phone.shell(f"{keyboard.BACK}; sleep {pause}")
            return ["Back was pressed once, for what may have been in the way."]
        self._phone.shell(f"am force-stop {package}; sleep {pause}", seconds=pause + SHELL_SECONDS)
        return [f"{package} was ended, to start it anew."]
