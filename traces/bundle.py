"""The folder of a run: what was captured, once and for all, and what was derived from it. See docs/bundle.md.

    manifest.json                 `Manifest`; its checksum in manifest.sha256
    journal.jsonl                 one line per finished attempt, appended and synced
    rounds/<NNN-app-rR-aA>/       capture.json (`RoundCapture`), the trace, other files; never changed again
    tables/                       derived, Parquet
    results/                      derived, JSON

A round is whole or absent: its files are written to a hidden folder that gets its name when all is on disk.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from traces.capture import Manifest, RoundCapture
from traces.disk import replace_file, sha256
from traces.errors import InputFileError
from traces.records import dumps, from_plain, parse_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

FORMAT_VERSION = 1
"""Version of the format that is written. 1: the first."""

MANIFEST = "manifest.json"
MANIFEST_SUM = "manifest.sha256"
"""SHA-256 of the manifest as silky wrote it last."""
JOURNAL = "journal.jsonl"
ROUNDS = "rounds"
CAPTURE = "capture.json"
UNFINISHED = "The run did not finish: this bundle holds what was captured until then."
"""First warning of a bundle whose run was cut off."""
PENDING = ".pending-"
"""Prefix of the hidden folder of a round that is being captured."""
UNSUMMED = f"There is no {MANIFEST_SUM}: whether {MANIFEST} was changed after the run can't be told."
_ANOTHER = "Take another copy of the bundle, or measure again."


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One finished attempt, as the run loop saw it at the time."""

    folder: str
    app: str
    round: int
    attempt: int
    void: tuple[str, ...]
    """All reasons why the attempt was repeated, the driver's and the analysis'."""
    files: dict[str, str]
    """SHA-256 of every file in the round's folder, by name."""


@dataclass(frozen=True)
class Bundle:
    """A bundle as it lies on the disk; opening reads the records, not the traces."""

    path: Path
    manifest: Manifest
    captures: tuple[RoundCapture, ...]
    """All finished attempts, in order."""
    journal: tuple[JournalEntry, ...]
    """Of the finished attempts, in the same order."""
    warnings: tuple[str, ...]
    """What was cut off, in words."""

    @classmethod
    def open(cls, path: Path) -> Bundle:
        """Read a bundle's records.

        Raises:
            InputFileError: no bundle, a newer format, or a file that was changed; names the file.
        """
        manifest = _read_manifest(path)
        warnings: list[str] = [] if manifest.finished else [UNFINISHED]
        if not (path / MANIFEST_SUM).is_file():
            warnings.append(UNSUMMED)
        journal = {entry.folder: entry for entry in _read_journal(path, warnings)}
        present = _round_folders(path, warnings)
        if lost := [folder for folder in journal if folder not in present]:
            raise InputFileError(
                f"{path / ROUNDS / lost[0]} is missing, though {JOURNAL} lists it.", next_step=_ANOTHER
            )
        captures, entries = [], []
        for folder in present:
            capture, entry = _read_round(path, folder, journal.get(folder))
            if folder not in journal:
                warnings.append(
                    f"{folder} is not in {JOURNAL}: the run was cut off just after this whole round."
                )
            captures.append(capture)
            entries.append(entry)
        return cls(path, manifest, tuple(captures), tuple(entries), tuple(warnings))

    def trace_path(self, capture: RoundCapture) -> Path | None:
        """Return where a round's trace lies, its checksum verified; None: the round has none."""
        return None if capture.trace is None else self.file(capture, capture.trace)

    def folder(self, capture: RoundCapture) -> Path:
        """Return a round's folder; of a round without a trace the checksums of its other files are verified.

        Raises:
            InputFileError: one of them is missing or was changed.
        """
        if capture.trace is None:
            for name in capture.extras:
                self.file(capture, name)
        return self.path / ROUNDS / capture.folder

    def file(self, capture: RoundCapture, name: str) -> Path:
        """Return the path of a file of a round, its checksum verified.

        Raises:
            InputFileError: it is missing, changed, or not of this round.
        """
        entry = next((e for e in self.journal if e.folder == capture.folder), None)
        path = self.path / ROUNDS / capture.folder / name
        if entry is None or name not in entry.files or not path.is_file():
            raise InputFileError(f"{path} is missing.", next_step=_ANOTHER)
        _verify(path, entry.files[name])
        return path

    def write_result(self, name: str, record: Any) -> Path:
        """Write a record to `results/<name>.json` in one step; return the path."""
        path = self.path / "results" / f"{name}.json"
        path.parent.mkdir(exist_ok=True)
        replace_file(path, dumps(record).encode() + b"\n")
        return path

    def write_table(self, name: str, columns: Mapping[str, Sequence[Any]]) -> Path:
        """Write columns of equal length to `tables/<name>.parquet` in one step; return the path."""
        import pyarrow as pa  # noqa: PLC0415  costs 0.1 s, and only writers need it
        import pyarrow.parquet as pq  # noqa: PLC0415

        path = self.path / "tables" / f"{name}.parquet"
        path.parent.mkdir(exist_ok=True)
        sink = pa.BufferOutputStream()
        pq.write_table(pa.table(dict(columns)), sink)
        replace_file(path, sink.getvalue().to_pybytes())
        return path

    def read_table(self, name: str) -> dict[str, list[Any]]:
        """Return the columns of `tables/<name>.parquet`.

        Raises:
            InputFileError: it is missing or not Parquet.
        """
        import pyarrow as pa  # noqa: PLC0415
        import pyarrow.parquet as pq  # noqa: PLC0415

        path = self.path / "tables" / f"{name}.parquet"
        if not path.is_file():
            raise InputFileError(f"{path} is missing.", next_step="Derive it again: silky report BUNDLE.")
        try:
            return dict(pq.read_table(path).to_pydict())
        except (pa.ArrowException, OSError) as error:
            raise InputFileError(
                f"{path} is not Parquet: {error}.", next_step="Derive it again: silky report BUNDLE."
            ) from error


def is_bundle(path: Path) -> bool:
    """Whether the folder holds a manifest; says nothing of its health."""
    return (path / MANIFEST).is_file()


def _read_manifest(path: Path) -> Manifest:
    file = path / MANIFEST
    if not file.is_file():
        raise InputFileError(
            f"{path} is not a bundle: there is no {MANIFEST}.",
            next_step="Name the folder that `silky run` wrote.",
        )
    plain = parse_json(file.read_bytes(), file)
    version = plain.get("format_version") if isinstance(plain, dict) else None
    if isinstance(version, int) and version > FORMAT_VERSION:
        raise InputFileError(
            f"{file} has format version {version}; this silky reads up to {FORMAT_VERSION}.",
            next_step="Open it with a newer silky.",
        )
    sums = path / MANIFEST_SUM
    if sums.is_file() and sha256(file) not in sums.read_text(errors="replace").split():
        raise InputFileError(
            f"{file} was changed after the run: its SHA-256 is not the recorded one.", next_step=_ANOTHER
        )
    return from_plain(Manifest, plain, file)


def _read_journal(path: Path, warnings: list[str]) -> list[JournalEntry]:
    file = path / JOURNAL
    if not file.is_file():
        return []
    *lines, last = file.read_bytes().split(b"\n")
    if last:
        warnings.append(f"The last line of {JOURNAL} is cut off and was left out.")
    return [
        from_plain(JournalEntry, parse_json(line, where), where)
        for number, line in enumerate(lines, 1)
        if (where := f"{file}, line {number}")
    ]


def _round_folders(path: Path, warnings: list[str]) -> list[str]:
    rounds = path / ROUNDS
    names = sorted(p.name for p in rounds.iterdir() if p.is_dir()) if rounds.is_dir() else []
    warnings.extend(
        f"{name.removeprefix(PENDING)} was being captured when the run stopped and was left out."
        for name in names
        if name.startswith(PENDING)
    )
    kept = [name for name in names if not name.startswith(".")]
    return sorted(kept, key=lambda name: (sequence_of(name), name))


def sequence_of(folder: str) -> int:
    """Return the leading number of a round's folder; 0 where there is none."""
    lead = folder.split("-", maxsplit=1)[0]
    return int(lead) if lead.isdecimal() else 0


def _read_round(path: Path, folder: str, entry: JournalEntry | None) -> tuple[RoundCapture, JournalEntry]:
    file = path / ROUNDS / folder / CAPTURE
    if not file.is_file():
        raise InputFileError(f"{file} is missing.", next_step=_ANOTHER)
    if entry is not None:
        _verify(file, entry.files.get(CAPTURE))
    capture = from_plain(RoundCapture, parse_json(file.read_bytes(), file), file)
    if capture.folder != folder:
        raise InputFileError(
            f"{file}: field folder: {capture.folder!r} is not its folder.", next_step=_ANOTHER
        )
    return capture, entry or _entry_of(file.parent, capture)


def _entry_of(folder: Path, capture: RoundCapture) -> JournalEntry:
    """Return the journal line that a cut-off run owes; only the trace's checksum is of that time."""
    files = {p.name: sha256(p) for p in folder.iterdir() if p.is_file()}
    if capture.trace is not None and capture.trace_sha256 is not None:
        files[capture.trace] = capture.trace_sha256
    return JournalEntry(capture.folder, capture.app, capture.round, capture.attempt, capture.void, files)


def _verify(path: Path, expected: str | None) -> None:
    if sha256(path) != expected:
        raise InputFileError(
            f"{path} was changed after the run: its SHA-256 is not the recorded one.", next_step=_ANOTHER
        )
