"""The note on the phone: what silky changed there, so that any computer can put it back.

One small file for each installation of silky that has changed something, written before the first change and
removed after the last is back. It is replaced in one step; as each installation has its own file, two
computers can't overwrite each other's. It names only what was and what was set; nothing of it is taken that
silky would not set itself (`Knob.known`).

Whether its run still goes on: on the same computer the process answers that, on another one the file's age by
the phone's own clock, as a run touches it before every round.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import secrets
import socket
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from devices.driver.state.journal import Change, change_of
from devices.driver.state.places import state_folder

if TYPE_CHECKING:
    from devices.driver.phone import Phone

FOLDER = "/data/local/tmp"
PREFIX = "silky-state-"
_VERSION = 1
LIVE_SECONDS = 300
"""A note of another computer that is younger than this may belong to a run that goes on."""
_NAME = re.compile(rf"{PREFIX}([0-9a-f]{{24}})\.json")
_ABOUT = "Settings that silky changed on this phone for a run. To put them back: silky restore"


@dataclass(frozen=True, slots=True)
class Owner:
    """The process that wrote a note."""

    host: str
    """Hash of the computer."""
    pid: int
    born: str | None
    """When the process started, as this computer's kernel tells it; None where it doesn't."""


@dataclass(frozen=True, slots=True)
class Note:
    """One note as it was found."""

    token: str
    owner: Owner
    changes: tuple[Change, ...]
    age_s: int
    """Since it was last touched, by the phone's clock."""

    @property
    def may_be_live(self) -> bool:
        """Whether the run that wrote it may still go on."""
        if self.owner.host == host_hash():
            return born(self.owner.pid) is not None and born(self.owner.pid) == self.owner.born
        return 0 <= self.age_s < LIVE_SECONDS

    @property
    def ours(self) -> bool:
        """Whether this installation wrote it."""
        return self.token == own_token()


class PhoneNote:
    """One installation's note on one phone.

    Args:
        phone: the phone.
        token: whose; None: this installation's.
    """

    def __init__(self, phone: Phone, token: str | None = None) -> None:
        self._phone = phone
        self.path = f"{FOLDER}/{PREFIX}{token or own_token()}.json"
        self.problem: str | None = None
        """What the phone said when it did not take the note."""

    def write(self, changes: list[Change]) -> None:
        """Replace the note; no changes: remove it. That a phone refuses is no error; `problem` says it."""
        if not changes:
            self._phone.shell(f"rm -f {self.path} {self.path}.part")
            return
        owner = Owner(host_hash(), os.getpid(), born(os.getpid()))
        document = {
            "about": _ABOUT,
            "version": _VERSION,
            **asdict(owner),
            "changes": [asdict(change) for change in changes],
        }
        part = f"{self.path}.part"
        result = self._phone.shell(
            f"cat > {part} && {{ fsync {part} 2>/dev/null; mv -f {part} {self.path}; }} && echo noted",
            stdin=json.dumps(document).encode() + b"\n",
        )
        noted = "noted" in result.text
        self.problem = None if noted else (result.error_text.strip() or "no answer").splitlines()[0]

    def touch_command(self) -> str:
        """Return the shell command that gives a sign of life, if there is a note."""
        return f"if [ -f {self.path} ]; then touch {self.path}; fi"


def find_notes(phone: Phone) -> tuple[list[Note], list[str]]:
    """Return the notes on a phone, and the paths of such as can't be read."""
    script = (
        f"for f in {FOLDER}/{PREFIX}*.json; do if [ -f $f ]; then echo; "
        'echo "@@note $f $(date +%s) $(stat -c %Y $f)"; cat $f; fi; done'
    )
    found, spoilt = [], []
    for part in ("\n" + phone.shell(script).text).split("\n@@note ")[1:]:
        head, _, body = part.partition("\n")
        path, now, touched = [*head.split(), "0", "0"][:3]
        name = _NAME.fullmatch(path.rpartition("/")[2])
        try:
            token = name[1] if name else ""
            found.append(_note(token, json.loads(body), int(now) - int(touched)))
        except (ValueError, KeyError, TypeError):
            spoilt.append(path)
    return found, spoilt


def own_token() -> str:
    """Return this installation's name in notes: drawn once, kept beside the journals."""
    path = state_folder() / "installation"
    with contextlib.suppress(FileExistsError):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(6))
    drawn = path.read_text(encoding="ascii").strip()
    # a home folder that was copied to another computer is another installation there
    return hashlib.sha256(f"{drawn} {host_hash()}".encode()).hexdigest()[:24]


def host_hash() -> str:
    """Return what names this computer without telling which it is."""
    machine = ""
    with contextlib.suppress(OSError):
        machine = Path("/etc/machine-id").read_text(encoding="ascii")
    return hashlib.sha256(f"{socket.gethostname()} {machine}".encode()).hexdigest()[:12]


def born(pid: int) -> str | None:
    """Return when a process of this computer started; None where there is none, "?" where it isn't told."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        # field 22, starttime; the name in field 2 may hold spaces and parentheses
        return stat.rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        pass
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except OSError:
        return "?"
    return None if Path("/proc/self/stat").exists() else "?"


def _note(token: str, data: dict[str, Any], age_s: int) -> Note:
    if data["version"] != _VERSION or not token:
        raise ValueError(f"version {data['version']}")
    start = data["born"]
    owner = Owner(str(data["host"]), int(data["pid"]), None if start is None else str(start))
    return Note(token, owner, tuple(change_of(entry) for entry in data["changes"]), age_s)
