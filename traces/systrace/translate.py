"""Translate ftrace's text lines to the trace packets that Perfetto writes of the same events.

A line: `chat-1234  ( 1200) [002] d..3  1234.567890: sched_switch: prev_comm=...`. The process number in round
brackets and the flags may be missing; a task's name may hold any sign. Times have microseconds.
Formats: the kernel's Documentation/trace/ftrace.rst and the `print fmt` of each event.
"""

from __future__ import annotations

import re

_LINE = re.compile(
    rb"^\s*(?P<task>.*)-(?P<tid>\d{1,9})\s+(?:\(\s*(?P<tgid>\d{1,9}|-+)?\s*\)\s*)?\[(?P<cpu>\d{1,4})\]\s*"
    rb"(?:[a-zA-Z.]{3}(?:[0-9a-zA-Z.]{1,3}\s+|\.))?(?P<s>\d{1,9})\.(?P<f>\d{1,9}):\s+(?P<event>\S+):\s?(?P<args>.*)$"
)
_SWITCH = re.compile(rb"prev_pid=(\d{1,9}) .*?prev_state=(\S+) ==> next_comm=(.*) next_pid=(\d{1,9})")
_WAKING = re.compile(rb"comm=(.*) pid=(\d{1,9})")
_NEW = re.compile(rb"pid=(\d{1,9}) comm=(.*) clone_flags=(?:0x)?([0-9a-f]{1,16})")
_RENAME = re.compile(rb"pid=(\d{1,9}) oldcomm=(.*) newcomm=(.*) oom_score_adj=")
_LOST = re.compile(rb"^CPU:(\d{1,4}) \[LOST (\d{1,18}) EVENTS\]")
_ENTRIES = re.compile(rb"^#\s*entries-in-buffer/entries-written: (\d{1,18})/(\d{1,18})")
_SYNC = re.compile(rb"^trace_event_clock_sync: (parent_ts|realtime_ts)=(\d{1,19})(?:\.(\d{1,9}))?$")

_UNKNOWN_TASK = b"<...>"
_MARKS = frozenset((b"tracing_mark_write", b"print", b"0"))
_BOOTTIME, _MONOTONIC, _REALTIME = 6, 3, 1
_PRINT, _SCHED_SWITCH, _SCHED_WAKING, _NEWTASK, _TASK_RENAME = 3, 4, 20, 235, 236
_STATES = {"S": 1, "D": 2, "T": 4, "t": 8, "X": 16, "Z": 32, "x": 0x40, "K": 0x80, "W": 0x100, "P": 0x200,
           "N": 0x400, "I": 0x402, "+": 0x800, "R": 0}  # fmt: skip
"""Letters of `prev_state` -> bits as of a kernel 4.4, which is what a trace without `uname` is read as."""


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _blob(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


class Translator:
    """Keeps what goes beyond one batch of lines: names, processes and clocks seen so far."""

    def __init__(self) -> None:
        self.unreadable = 0
        self._names: dict[int, bytes] = {}
        self._groups: dict[int, int] = {}
        self._parent: tuple[int, int] | None = None

    def packets(self, lines: list[bytes]) -> bytes:
        """Return the packets of some lines, in their order: a bundle for neighbouring lines of one CPU."""
        out: list[bytes] = []
        bundle: list[bytes] = []
        current = -1
        for line in lines:
            found = _LINE.match(line)
            if found is None:
                out += self._other(line)
                continue
            cpu = int(found["cpu"])
            if cpu != current:
                out += _bundle(current, bundle)
                current, bundle = cpu, []
            bundle += self._events(found, out)
        return b"".join(out + _bundle(current, bundle))

    def _other(self, line: bytes) -> list[bytes]:
        """Translate a line that is no event: what the kernel lost; all else says nothing or is unreadable."""
        if lost := _LOST.match(line):
            return [_packet(_blob(1, _number(1, int(lost[1])) + _number(3, 1)))]
        if entries := _ENTRIES.match(line):
            gone = max(int(entries[2]) - int(entries[1]), 0)
            return [_packet(_blob(34, _number(1, 2) + _blob(2, _number(1, 0) + _number(3, gone))))]
        text = line.strip()
        chatter = text.startswith((b"#", b"TRACE:", b"capturing trace", b"cpus=")) or text in {b"", b"done"}
        self.unreadable += not chatter
        return []

    def _events(self, found: re.Match[bytes], out: list[bytes]) -> list[bytes]:
        tid = int(found["tid"])
        time_ns = int(found["s"]) * 10**9 + int(found["f"].ljust(9, b"0"))
        events = []
        group = found["tgid"]
        if group and group.isdigit() and self._groups.get(tid) != int(group):
            self._groups[tid] = int(group)
            out.append(_packet(_blob(2, _blob(2, _number(1, tid) + _number(3, int(group))))))
        task = found["task"].strip()
        if task != _UNKNOWN_TASK and tid:
            events += self._named(tid, task, time_ns)
        event, args = found["event"], found["args"].strip()
        if event in _MARKS:
            if sync := _SYNC.match(args):
                out += self._clocks(sync, time_ns)
            events.append(_event(time_ns, tid, _PRINT, _blob(2, args)))
        elif event == b"sched_switch" and (switch := _SWITCH.search(args)):
            previous, state, name, following = switch.groups()
            events += self._named(int(following), name, time_ns)
            body = _number(2, int(previous)) + _number(4, _mask(state)) + _number(6, int(following))
            events.append(_event(time_ns, tid, _SCHED_SWITCH, body))
        elif event in {b"sched_waking", b"sched_wakeup"} and (waking := _WAKING.search(args)):
            events.append(_event(time_ns, tid, _SCHED_WAKING, _number(2, int(waking[2]))))
        elif event == b"task_newtask" and (new := _NEW.search(args)):
            body = _number(1, int(new[1])) + _blob(2, new[2]) + _number(3, int(new[3], 16))
            events.append(_event(time_ns, tid, _NEWTASK, body))
        elif event == b"task_rename" and (rename := _RENAME.search(args)):
            events += self._named(int(rename[1]), rename[3], time_ns)
        return events

    def _named(self, tid: int, name: bytes, time_ns: int) -> list[bytes]:
        """Tell a thread's name where it is new."""
        if not tid or self._names.get(tid) == name:
            return []
        self._names[tid] = name
        return [_event(time_ns, tid, _TASK_RENAME, _number(1, tid) + _blob(3, name))]

    def _clocks(self, sync: re.Match[bytes], time_ns: int) -> list[bytes]:
        """Make a clock snapshot of two sync marks: the first tells MONOTONIC, the second the wall clock."""
        whole = int(sync[2])
        if sync[1] == b"parent_ts":
            self._parent = (time_ns, whole * 10**9 + int((sync[3] or b"0").ljust(9, b"0")))
            return []
        if self._parent is None or whole > 10**15:
            return []
        then, monotonic = self._parent
        realtime = max(whole * 10**6 - (time_ns - then), 0)
        readings = {_BOOTTIME: then, _MONOTONIC: monotonic, _REALTIME: realtime}
        clocks = b"".join(_blob(1, _number(1, clock) + _number(2, ns)) for clock, ns in readings.items())
        return [_packet(_blob(6, clocks))]


def _mask(state: bytes) -> int:
    """Return the bits of a `prev_state` such as `S`, `R+` or `D|K`."""
    mask = 0
    for letter in state.decode("ascii", "replace"):
        mask |= _STATES.get(letter, 0)
    return mask


def _event(time_ns: int, tid: int, field: int, body: bytes) -> bytes:
    return _blob(2, _number(1, time_ns) + _number(2, tid) + _blob(field, body))


def _bundle(cpu: int, events: list[bytes]) -> list[bytes]:
    return [_packet(_blob(1, _number(1, cpu) + b"".join(events)))] if events else []


def _packet(body: bytes) -> bytes:
    return _blob(1, body + _number(10, 1))
