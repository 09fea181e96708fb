"""The lines of a gfxinfo file sorted into dumps, processes, windows and rows."""

from __future__ import annotations

import re
from dataclasses import dataclass

from traces.errors import InputFileError
from traces.tables import NA
from traces.text.framestats_table import NEEDED
from traces.text.gfxinfo_summary import SummaryReader


@dataclass(frozen=True, slots=True)
class ClockPair:
    """One moment on two clocks, in ns, each cut to whole ms by the dump."""

    monotonic_ns: int
    boottime_ns: int


_DUMP = "Applications Graphics Acceleration Info:"
_CLOCKS = re.compile(r"Uptime: ([0-9]{1,12}) Realtime: ([0-9]{1,12})")
_PROCESS = re.compile(r"\*\* Graphics info for pid ([0-9]{1,9}) \[(.*)\] \*\*")
_ROOT = re.compile(r"(.*)/android\.view\.ViewRootImpl@([0-9a-f]+) \(visibility=([0-9]{1,4})\)")
_NO_PROCESS = re.compile(r"No process found for: *(.*)")
_FAILURE = re.compile(r"Failure while dumping the app: *(.*)|(Got a RemoteException.*)")
_HEADINGS = re.compile(r"Flags,[A-Za-z0-9_,]+")
_ROW_START = frozenset("0123456789")
LONGEST_LINE = 65_536
"""No line of a dump is longer; one that is carries nothing."""
_SUMMARY_STARTS = (
    "Stats since: ",
    "Total frames ",
    "Janky frames",
    "Number ",
    "HISTOGRAM: ",
    "GPU HISTOGRAM: ",
)


class RawWindow:
    """One window as scanned; `runs` are (headings, rows as text, each with its LF)."""

    def __init__(self, title: str, root: str = "", visibility: int | None = None) -> None:
        self.title, self.root, self.visibility = title, root, visibility
        self.summary = SummaryReader()
        self.headings: tuple[str, ...] = ()
        self.runs: list[tuple[tuple[str, ...], str]] = []


class RawProcess:
    """One process as scanned."""

    def __init__(self, dump: int, pid: int, name: str) -> None:
        self.dump, self.pid, self.name = dump, pid, name
        self.failure: str | None = None
        self.summary = SummaryReader()
        self.windows: list[RawWindow] = []


class Scanner:
    """Walks the lines of a gfxinfo file once and notes what stands where."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.clocks: list[ClockPair | None] = []
        self.processes: list[RawProcess] = []
        self.not_found: list[str] = []
        self._seen: set[tuple[int, int]] = set()

    def scan(self, text: str) -> None:
        """Take the whole text.

        Raises:
            InputFileError: frame rows lack a column that is needed.
        """
        place, marks = 0, _Marks(text)
        while place < len(text):
            end = text.find("\n", place)
            end = len(text) if end < 0 else end
            line = text[place:end].strip() if end - place <= LONGEST_LINE else ""
            place = end + 1
            if not line:
                continue
            if line.startswith("Flags,") and _HEADINGS.fullmatch(line):
                place = self._take_rows(line, text, place, marks)
            else:
                self._take_line(line)

    def _take_line(self, line: str) -> None:
        if line == _DUMP:
            self.clocks.append(None)
        elif found := _CLOCKS.match(line):
            self._set_clocks(ClockPair(int(found[1]) * 1_000_000, int(found[2]) * 1_000_000))
        elif found := _PROCESS.match(line):
            self._start_process(int(found[1]), found[2])
        elif found := _NO_PROCESS.match(line):
            self.not_found.append(found[1].strip())
        elif found := _FAILURE.match(line):
            self._process().failure = (found[1] or found[2] or "").strip()
        elif found := _ROOT.fullmatch(line):
            self._process().windows.append(RawWindow(found[1], found[2], int(found[3])))
        elif line.startswith("Window: "):
            self._name_window(line.removeprefix("Window: "))
        else:
            self._take_summary(line)

    def _set_clocks(self, pair: ClockPair) -> None:
        if self.clocks and self.clocks[-1] is None:
            self.clocks[-1] = pair

    def _start_process(self, pid: int, name: str) -> None:
        dump = max(0, len(self.clocks) - 1)
        if (dump, pid) in self._seen:
            self.clocks.append(None)  # the same process again without a heading: another dump
        if not self.clocks:
            self.clocks.append(None)
        self._seen.add((len(self.clocks) - 1, pid))
        self.processes.append(RawProcess(len(self.clocks) - 1, pid, name))

    def _process(self) -> RawProcess:
        if not self.processes or self.processes[-1].dump != max(0, len(self.clocks) - 1):
            if not self.clocks:
                self.clocks.append(None)
            self.processes.append(RawProcess(len(self.clocks) - 1, NA, ""))
        return self.processes[-1]

    def _name_window(self, title: str) -> None:
        windows = self._process().windows
        if windows and windows[-1].summary.finish() is None and not windows[-1].runs:
            windows[-1].title = title
        else:
            windows.append(RawWindow(title))

    def _take_summary(self, line: str) -> None:
        if line.startswith(_SUMMARY_STARTS) or "percentile: " in line:
            process = self._process()
            (process.windows[-1].summary if process.windows else process.summary).take(line)

    def _take_rows(self, heading: str, text: str, start: int, marks: _Marks) -> int:
        headings = tuple(name for name in heading.split(",") if name)
        missing = [name for name in NEEDED if name not in headings]
        if missing:
            raise InputFileError(
                f"{self.source} has frame rows without the column {', '.join(missing)}.",
                next_step="Dump again with `dumpsys gfxinfo <package> framestats`, and keep its headings.",
            )
        end = marks.next_after(start)
        if not _only_rows(text[start:end]):
            end = _walk_rows(text, start)
        process = self._process()
        if not process.windows:
            process.windows.append(RawWindow(""))
        process.windows[-1].headings = headings
        rows = text[start:end]
        process.windows[-1].runs.append((headings, rows if rows.endswith("\n") or not rows else rows + "\n"))
        return end


class _Marks:
    """Where the next line begins that certainly ends a run of rows; every place is looked for once."""

    _WORDS = ("---PROFILEDATA---", "Flags,")

    def __init__(self, text: str) -> None:
        self._text = text
        self._next = [self._find(word, 0) for word in self._WORDS]

    def _find(self, word: str, start: int) -> int:
        if self._text.startswith(word, start):
            return start
        found = self._text.find(f"\n{word}", max(0, start - 1))
        return len(self._text) if found < 0 else found + 1

    def next_after(self, place: int) -> int:
        """Return the first such line at or behind a place, or the end of the text."""
        for index, word in enumerate(self._WORDS):
            if self._next[index] < place:
                self._next[index] = self._find(word, place)
        return min(self._next)


_ROW_CHARACTERS = b"0123456789,-\n"


def _only_rows(block: str) -> bool:
    """Whether every line of a block begins like a row and holds nothing else."""
    if not block:
        return True
    if not block.isascii() or block.encode("ascii").translate(None, _ROW_CHARACTERS):
        return False
    return block[0].isdigit() and "\n\n" not in block and "\n-" not in block and "\n," not in block


def _walk_rows(text: str, start: int) -> int:
    """Return where the rows end that begin at `start`, line by line."""
    place = start
    while place < len(text):
        end = text.find("\n", place)
        end = len(text) if end < 0 else end
        if end - place > LONGEST_LINE or not _is_row(text[place:end]):
            break
        place = min(end + 1, len(text))
    return place


def _is_row(line: str) -> bool:
    stripped = line.lstrip()
    return bool(stripped) and stripped[0] in _ROW_START and "," in stripped
