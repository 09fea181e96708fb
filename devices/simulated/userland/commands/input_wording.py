"""How `input` words its usage and its errors: a Java program of its own until 11, a shell command since 12.

Sources: cmds/input Input.java and BaseCommand.java of Android 11, InputShellCommand.java and
ShellCommand.java of 14; refusals as people posted them from phones of Xiaomi and Honor.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

_SHELL_COMMAND = 31

_USAGE = """Usage: input [<source>] [-d DISPLAY_ID] <command> [<arg>...]

The commands and default sources are:
      text <string> (Default: touchscreen)
      keyevent [--longpress|--doubletap] <key code number or name> ... (Default: keyboard)
      tap <x> <y> (Default: touchscreen)
      swipe <x1> <y1> <x2> <y2> [duration(ms)] (Default: touchscreen)
      draganddrop <x1> <y1> <x2> <y2> [duration(ms)] (Default: touchscreen)
      motionevent <DOWN|UP|MOVE|CANCEL> <x> <y> (Default: touchscreen)
"""
_JAVA_USAGE = """Usage: input [<source>] [-d DISPLAY_ID] <command> [<arg>...]

The sources are: 
      dpad
      keyboard
      mouse
      touchpad
      gamepad
      touchnavigation
      joystick
      touchscreen
      stylus
      trackball

-d: specify the display ID.
      (Default: -1 for key event, 0 for motion event if not specified.)
The commands and default sources are:
      text <string> (Default: touchscreen)
      keyevent [--longpress] <key code number or name> ... (Default: keyboard)
      tap <x> <y> (Default: touchscreen)
      swipe <x1> <y1> <x2> <y2> [duration(ms)] (Default: touchscreen)
      draganddrop <x1> <y1> <x2> <y2> [duration(ms)] (Default: touchscreen)
      press (Default: trackball)
      roll <dx> <dy> (Default: trackball)
      motionevent <DOWN|UP|MOVE> <x> <y> (Default: touchscreen)
"""  # noqa: W291 - the program prints that space
_DISPLAY_IDS = 29
"""Level from which `-d` is there."""

_REFUSED = (
    "java.lang.SecurityException: Injecting input events requires the caller (or the source of the "
    "instrumentation, if any) to have the INJECT_EVENTS permission.\n"
    "\tat com.android.server.input.InputManagerService.injectInputEventToTarget(Unknown Source)\n"
    "\tat com.android.server.input.InputShellCommand.onCommand(Unknown Source)\n"
)
_JAVA_REFUSED = (
    "java.lang.SecurityException: Injecting to another application requires INJECT_EVENTS permission\n"
    "\tat android.os.Parcel.createException(Unknown Source)\n"
    "\tat android.hardware.input.InputManager.injectInputEvent(Unknown Source)\n"
    "\tat com.android.commands.input.Input.main(Unknown Source)\n"
)

Said = tuple[str, int]
"""Text for standard error, and the exit code."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one release.

    Attributes:
        sdk: API level.
        commands: What this phone's `input` can do.
    """

    sdk: int
    commands: Collection[str]

    @property
    def _java(self) -> bool:
        return self.sdk < _SHELL_COMMAND

    @property
    def usage(self) -> str:
        """What it prints without arguments."""
        text = _JAVA_USAGE if self._java else _USAGE
        kept = "".join(line for line in text.splitlines(keepends=True) if self._offered(line))
        if self.sdk >= _DISPLAY_IDS:
            return kept
        start, end = kept.index("-d: specify"), kept.index("The commands and")
        return (kept[:start] + kept[end:]).replace(" [-d DISPLAY_ID]", "")

    def _offered(self, line: str) -> bool:
        """Whether a line of the usage stays: motionevent goes where there is none."""
        return not line.startswith("      motionevent") or "motionevent" in self.commands

    def unknown(self, command: str) -> Said:
        """Return what it says of a command that it does not know."""
        if self._java:
            return f"{self.usage}\nError: Unknown command: {command}\n", 0
        return f"Unknown command: {command}\n", 255

    def fault(self, command: str, text: str) -> Said:
        """Return what it says of wrong arguments (an IllegalArgumentException)."""
        if self._java:
            return f"{self.usage}\nError: {text}\n", 0
        return self._failed(command, f"java.lang.IllegalArgumentException: {text}\n")

    def refused(self, command: str) -> Said:
        """Return what it says where the shell may not inject."""
        return (_JAVA_REFUSED, 1) if self._java else self._failed(command, _REFUSED)

    def _failed(self, command: str, text: str) -> Said:
        return f"\nException occurred while executing '{command}':\n{text}", 255
