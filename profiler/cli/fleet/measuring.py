"""Measure several phones at once into one folder, or go on with such a run."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from devices.adb.inventory import list_phones
from devices.adb.server import AdbServer
from devices.driver.phone import serial_hash
from profiler.cli.fleet.choosing import Chosen, choose_phones
from profiler.cli.fleet.crew import Crew, Ending, Job
from profiler.cli.fleet.progress import fleet_view
from profiler.cli.measuring import Wish, check_wish, default_folder
from profiler.cli.output import note
from profiler.joint.codes import NO_EVIDENCE, PHONE
from profiler.joint.folder import (
    VERSION,
    JointRun,
    Member,
    bundle_name,
    phone_label,
    read_joint,
    write_joint,
)
from traces.bundle import Bundle, is_bundle
from traces.errors import PhoneError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_OF_ONE_PHONE = ("device", "out")
"""What a wish says for one phone only."""
NOT_STARTED = "Stopped by Ctrl-C before it began."


@dataclass(frozen=True, slots=True)
class Manner:
    """How the phones' reports and exit codes are meant."""

    lang: str = "en"
    fail_if_reproduced: bool = False


def measure_all(wish: Wish, wanted: Sequence[str], manner: Manner) -> Path:
    """Measure every phone that is wanted, all at once; return the joint folder.

    A phone that can't be used or fails is written down there with its reason; the others go on.

    Raises:
        UsageError: what is asked for is wrong whatever the phone, or the folder is not empty.
        PhoneError: there is no phone at all, or no adb server.
    """
    check_wish(wish)
    path = wish.out or default_folder(f"{wish.scenario}-phones", datetime.now().astimezone())
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise UsageError(f"{path} is there already.", next_step="Name a new folder with --out.")
    chosen = choose_phones(AdbServer.from_environment(), wanted)
    members = {phone.serial: _member(phone) for phone in chosen}
    run = JointRun(
        version=VERSION,
        created=datetime.now().astimezone().isoformat(timespec="seconds"),
        command=wish.command,
        wish={**_plain(wish), "manner": asdict(manner)},
        members=tuple(members.values()),
    )
    write_joint(path, run)
    for phone in chosen:
        member = members[phone.serial]
        note(f"{phone.serial} is {member.label} in the report; its bundle is {path / member.folder}")
        if phone.error is not None:
            note(f"{phone.serial}: {phone.error}")
    ready = {phone.serial: members[phone.serial] for phone in chosen if phone.error is None}
    _work(path, run, ready, manner)
    return path


def resume_all(path: Path, wanted: Sequence[str], *, yes_send: bool) -> tuple[Path, Manner]:
    """Go on with the phones whose run has not ended; return the joint folder and the manner of the run.

    Args:
        path: the joint folder.
        wanted: only these phones; empty: all that are not through.
        yes_send: messages may be sent.

    Raises:
        UsageError: all phones are through.
        InputFileError: the folder holds no joint run.
        PhoneError: no adb server; no phone that is wanted.
    """
    run = read_joint(path)
    manner = Manner(**run.wish.get("manner", {}))
    open_members = [member for member in run.members if not _through(path, member)]
    if not open_members:
        raise UsageError(
            f"The run on every phone of {path} is finished.", next_step=f"See it: silky report {path}."
        )
    server = AdbServer.from_environment()
    chosen = choose_phones(server, wanted) if wanted else []
    by_hash = {serial_hash(phone.serial): phone for phone in list_phones(server)}
    only = {serial_hash(one.serial) for one in chosen}
    ready: dict[str, Member] = {}
    for member in open_members:
        if only and member.serial_hash not in only:
            continue
        phone = by_hash.get(member.serial_hash)
        if phone is None or not phone.usable:
            state = "not connected" if phone is None else phone.state
            step = "" if phone is None else f" {phone.advice}"
            note(f"{member.label}: {state}; its run waits.{step}")
            continue
        ready[phone.serial] = member
    if not ready:
        labels = ", ".join(member.label for member in open_members)
        raise PhoneError(
            f"No phone whose run is open is connected ({labels}).",
            next_step="Plug it in; a phone on Wi-Fi must have the address that it had then.",
        )
    _work(path, run, ready, manner, yes_send=yes_send)
    return path, manner


def _work(
    path: Path, run: JointRun, ready: dict[str, Member], manner: Manner, *, yes_send: bool = False
) -> None:
    wish = {name: value for name, value in run.wish.items() if name != "manner"}
    wish["yes_send"] = bool(wish.get("yes_send")) or yes_send
    endings: dict[str, Ending] = {}
    keys = {member.folder: serial for serial, member in ready.items()}

    def order(serial: str, member: Member) -> dict[str, Any]:
        bundle = path / member.folder
        return {
            "serial": serial,
            "wish": wish,
            "bundle": str(bundle),
            "resume": is_bundle(bundle),
            **asdict(manner),
        }

    def write() -> None:
        members = tuple(_ended(member, endings, keys) for member in run.members)
        write_joint(path, replace(run, members=members))

    def on_end(key: str, ending: Ending) -> None:
        endings[key] = ending
        write()

    jobs = [Job(member.folder, serial, order(serial, member)) for serial, member in ready.items()]
    with fleet_view({member.folder: serial for serial, member in ready.items()}) as view:
        through = Crew(jobs, view, on_end).run()
    if not through:
        for job in jobs:
            endings.setdefault(job.key, Ending(NO_EVIDENCE, NOT_STARTED))
        write()


def _ended(member: Member, endings: dict[str, Ending], serials: dict[str, str]) -> Member:
    ending = endings.get(member.folder)
    if ending is None:
        return member if member.folder not in serials else replace(member, code=None, what="", next_step="")
    serial = serials[member.folder]
    what, step = (text.replace(serial, member.label) for text in (ending.what, ending.next_step))
    return replace(member, code=ending.code, what=what, next_step=step)


def _member(phone: Chosen) -> Member:
    key = serial_hash(phone.serial)
    label = phone_label(phone.model, key)
    folder = bundle_name(phone.model, key)
    if phone.error is None:
        return Member(folder, key, label)
    what, step = (text.replace(phone.serial, label) for text in (phone.error.what, phone.error.next_step))
    return Member(folder, key, label, PHONE, what, step)


def _through(path: Path, member: Member) -> bool:
    folder = path / member.folder
    return is_bundle(folder) and Bundle.open(folder).manifest.finished


def _plain(wish: Wish) -> dict[str, Any]:
    said = {name: value for name, value in asdict(wish).items() if name not in _OF_ONE_PHONE}
    # whoever goes on with the run may stand in another folder
    return said | {"messages": None if wish.messages is None else str(wish.messages.resolve())}
