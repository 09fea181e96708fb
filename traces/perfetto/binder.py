"""Calls between processes that a thread waited for, from the kernel's binder events.

`binder_transaction` is written by who sends a request or a reply, `binder_transaction_received` by who takes
it, both with the transaction's number (perfetto's binder.proto; drivers/android/binder_trace.h). A pass of
its own over the file, for those who ask: hardly a recording has these events. Packets that the phone
compressed are not looked into.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from google.protobuf.message import DecodeError

from traces.perfetto.containers import Unwrapping, pieces_of
from traces.perfetto.framing import Damage, packets
from traces.perfetto.schema import CLASSES
from traces.tables import BinderTable

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator

_SENT_TAG, _TAKEN_TAG = b"\x92\x03", b"\x9a\x03"
"""Tags of fields 50 and 51 of an FtraceEvent."""
_ONE_WAY = 1


@dataclass(frozen=True, slots=True)
class Sent:
    """A request or a reply as its sender wrote it; BOOTTIME ns."""

    time_ns: int
    tid: int
    number: int
    to_pid: int
    to_tid: int
    reply: bool
    one_way: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """A request or a reply as its receiver took it."""

    time_ns: int
    tid: int
    number: int


def read_binder(path: str | os.PathLike[str]) -> BinderTable:
    """Read the calls of a trace; empty where it has no binder events.

    Raises:
        InputFileError: the file can't be read or unpacked.
    """
    sent: list[Sent] = []
    taken: list[Taken] = []
    for block, starts, ends in packets(pieces_of(Path(path), Unwrapping()), Damage(), None):
        whole = block.octets.tobytes()
        if _SENT_TAG not in whole and _TAKEN_TAG not in whole:
            continue
        for start, end in zip(starts, ends, strict=True):
            for event in _events(whole[start:end]):
                _take(event, sent, taken)
    return calls(sent, taken)


def _events(raw: bytes) -> Iterator[Any]:
    if _SENT_TAG not in raw and _TAKEN_TAG not in raw:
        return
    with suppress(DecodeError):
        packet = CLASSES["BinderPacket"].FromString(raw)
        yield from packet.ftrace_events.event


def _take(event: Any, sent: list[Sent], taken: list[Taken]) -> None:
    time, tid = int(event.timestamp), int(event.pid)
    if event.HasField("binder_transaction"):
        one = event.binder_transaction
        way = bool(one.flags & _ONE_WAY)
        sent.append(Sent(time, tid, one.debug_id, one.to_proc, one.to_thread, bool(one.reply), way))
    elif event.HasField("binder_transaction_received"):
        taken.append(Taken(time, tid, event.binder_transaction_received.debug_id))


def calls(sent: Iterable[Sent], taken: Iterable[Taken]) -> BinderTable:
    """Join requests with the replies to them.

    The reply to a request is the first that the serving thread sends to the caller after taking it; the wait
    ends when the caller takes the reply.
    """
    took = {one.number: one for one in taken}
    replies: dict[tuple[int, int], list[Sent]] = {}
    requests: list[Sent] = []
    for one in sorted(sent, key=lambda s: s.time_ns):
        if one.reply:
            replies.setdefault((one.tid, one.to_tid), []).append(one)
        elif not one.one_way:
            requests.append(one)
    rows: list[tuple[int, int, int, int, int]] = []
    for request in requests:
        served = took.get(request.number)
        if served is None:
            continue
        answers = replies.get((served.tid, request.tid), [])
        answer = next((a for a in answers if a.time_ns >= served.time_ns), None)
        if answer is not None:
            back = took.get(answer.number)
            end = back.time_ns if back is not None else answer.time_ns
            rows.append((request.tid, request.time_ns, end, request.to_pid, served.tid))
    names = ("tid", "start_ns", "end_ns", "server_pid", "server_tid")
    return BinderTable.from_columns({name: [row[i] for row in rows] for i, name in enumerate(names)})
