"""The part of a phone's shell that device state is read and set with: settings, a few services, small files."""

from __future__ import annotations

import re
import shlex

ZEN = {"off": "0", "priority": "1", "none": "2", "alarms": "3"}
_LIST = re.compile(r"for f in (\S+)\*\.json; do .*")
_KEEP = re.compile(r"cat > (\S+) && \{ .*mv -f \1 (\S+); \} && echo noted")
_TOUCH = re.compile(r"if \[ -f (\S+) \]; then touch \1; fi(; dumpsys thermalservice)?")


class StateShell:
    """Settings by (namespace, key), files with the time that they were touched.

    Attributes:
        refuses: knobs ("namespace/key" or service names) that can't be written; reading still works.
        clamps: settings that the phone turns into something else when they are written.
        files: path -> text; `touched`: path -> seconds of the phone's clock, which stands at `now`.
    """

    def __init__(self) -> None:
        self.settings: dict[tuple[str, str], str] = {}
        self.files: dict[str, bytes] = {}
        self.touched: dict[str, int] = {}
        self.now = 1_000_000
        self.refuses: set[str] = set()
        self.clamps: dict[tuple[str, str], str] = {}
        self.filters: dict[str, str] = {}
        self.has_dnd = True
        self.charging = False
        self.full = False
        self.thermal = ""

    def run(self, command: str, stdin: bytes = b"") -> str | None:
        """Return what a command line prints; None where it holds something else than state."""
        if (asked := _LIST.fullmatch(command)) is not None:
            return self._listed(asked[1])
        if (kept := _KEEP.fullmatch(command)) is not None:
            if self.full:
                return ""
            self.files[kept[2]] = stdin
            self.touched[kept[2]] = self.now
            return "noted\n"
        if (touch := _TOUCH.fullmatch(command)) is not None:
            if touch[1] in self.files:
                self.touched[touch[1]] = self.now
            return self.thermal
        if command.startswith("rm -f /data/local/tmp/silky-state-"):
            for path in command.split()[2:]:
                self.files.pop(path, None)
            return ""
        said = [self.step(part) for part in command.split("; ")]
        return None if None in said else "".join(text for text in said if text)

    def step(self, part: str) -> str | None:
        """Run one simple command."""
        if part.startswith("cmd notification 2>&1 |"):
            return "1\n" if self.has_dnd else "0\n"
        words = [word for word in shlex.split(part) if word != "2>&1"]
        match words:
            case ["echo", *rest]:
                return " ".join(rest) + "\n"
            case ["settings", verb, space, key, *value]:
                return self._setting(verb, space, key, value)
            case ["cmd", "notification", "set_dnd", mode]:
                return self._service("notification/dnd", "zen_mode", ZEN[mode])
            case ["cmd", "power", "set-mode", mode]:
                if mode == "1" and self.charging:
                    return ""
                return self._service("power/battery_saver", "low_power", mode)
            case ["cmd", "display", "get-user-preferred-display-mode"]:
                return f"User preferred display mode: {self.settings.get(('display', 'mode'), 'null')}\n"
            case ["cmd", "display", "set-user-preferred-display-mode", *mode]:
                self.settings["display", "mode"] = " ".join(mode)
                return ""
            case ["cmd", "display", "clear-user-preferred-display-mode"]:
                self.settings.pop(("display", "mode"), None)
                return ""
            case ["dumpsys", "package", package]:
                if package not in self.filters:
                    return f"Unable to find package: {package}\n"
                return f"Dexopt state:\n  [{package}]\n    arm64: [status={self.filters[package]}]\n"
            case ["cmd", "package", "compile", "-m", wanted, "-f", package]:
                self.filters[package] = wanted
                return "Success\n"
        return None

    def _setting(self, verb: str, space: str, key: str, value: list[str]) -> str:
        if verb == "get":
            return self.settings.get((space, key), "null") + "\n"
        if f"{space}/{key}" in self.refuses or "settings" in self.refuses:
            return (
                f"\nException occurred while executing '{verb}':\njava.lang.SecurityException: Permission "
                "denial: writing to settings requires:android.permission.WRITE_SECURE_SETTINGS\n"
            )
        if verb == "put":
            self.settings[space, key] = self.clamps.get((space, key), value[0])
            return ""
        gone = self.settings.pop((space, key), None)
        return f"Deleted {int(gone is not None)} rows\n"

    def _service(self, name: str, key: str, value: str) -> str:
        if name in self.refuses:
            return f"Error: {name}\n"
        self.settings["global", key] = value
        return ""

    def _listed(self, prefix: str) -> str:
        return "".join(
            f"\n@@note {path} {self.now} {self.touched.get(path, 0)}\n{text.decode()}"
            for path, text in sorted(self.files.items())
            if path.startswith(prefix) and path.endswith(".json")
        )
