"""Writing a bundle: round by round, each whole or absent."""

from __future__ import annotations

import dataclasses
import hashlib
import re
import shutil
from typing import TYPE_CHECKING

from traces.bundle import (
    CAPTURE,
    JOURNAL,
    MANIFEST,
    MANIFEST_SUM,
    PENDING,
    ROUNDS,
    Bundle,
    JournalEntry,
    sequence_of,
)
from traces.disk import append_line, replace_file, sha256, sync
from traces.errors import InputFileError, UsageError
from traces.records import dumps

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from traces.capture import Manifest, RoundCapture


def round_folder(sequence: int, app: str, round_number: int, attempt: int) -> str:
    """Return the name of an attempt's folder; `sequence` counts all attempts of the run from 1."""
    safe = re.sub(r"[^A-Za-z0-9_.-]+", "_", app)
    return f"{sequence:03d}-{safe}-r{round_number}-a{attempt}"


class PendingRound:
    """A round that is being captured: `path` is its hidden folder until it is committed."""

    def __init__(self, writer: BundleWriter, name: str) -> None:
        self.name = name
        self.path = writer.path / ROUNDS / (PENDING + name)
        self._writer = writer
        self.path.mkdir(parents=True)

    def commit(self, capture: RoundCapture, void: Sequence[str] = ()) -> RoundCapture:
        """Make the round part of the bundle; return the capture as written: with folder and checksum."""
        return self._writer.commit_round(self, capture, tuple(void))


class BundleWriter:
    """Writes a new bundle; nothing that was committed is ever changed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._sequence = 0

    @classmethod
    def create(cls, path: Path, manifest: Manifest) -> BundleWriter:
        """Make the folder and write the manifest.

        Raises:
            UsageError: the folder is not empty, or can't be made.
        """
        try:
            path.mkdir(parents=True, exist_ok=True)
            if any(path.iterdir()):
                raise UsageError(
                    f"{path} is not empty.",
                    next_step="Name another folder with --out; nothing is overwritten.",
                )
            (path / ROUNDS).mkdir()
        except OSError as error:
            raise UsageError(
                f"{path} can't be made: {error.strerror}.", next_step="Name another folder with --out."
            ) from error
        writer = cls(path)
        writer.write_manifest(manifest)
        return writer

    @classmethod
    def reopen(cls, path: Path, manifest: Manifest) -> BundleWriter:
        """Go on writing a bundle that was cut off: drop what is not whole, replace the manifest.

        Raises:
            InputFileError: it can't be read as a bundle.
        """
        bundle = Bundle.open(path)
        for leftover in (path / ROUNDS).glob(f"{PENDING}*"):
            shutil.rmtree(leftover)
        lines = [dumps(entry, indent=None).encode() + b"\n" for entry in bundle.journal]
        replace_file(path / JOURNAL, b"".join(lines))
        writer = cls(path)
        writer._sequence = max((sequence_of(entry.folder) for entry in bundle.journal), default=0)
        writer.write_manifest(manifest)
        return writer

    def write_manifest(self, manifest: Manifest) -> None:
        """Replace the manifest in one step, and keep its checksum beside it.

        The checksums of the old and of the new one both count until the new one is on the disk: a pulled plug
        never makes a manifest look changed.
        """
        text = dumps(manifest).encode() + b"\n"
        old = self.path / MANIFEST
        sums = [sha256(old)] if old.is_file() else []
        new = hashlib.sha256(text).hexdigest()
        replace_file(self.path / MANIFEST_SUM, "\n".join([*sums, new, ""]).encode())
        replace_file(old, text)
        replace_file(self.path / MANIFEST_SUM, f"{new}\n".encode())

    def new_round(self, app: str, round_number: int, attempt: int) -> PendingRound:
        """Open the hidden folder of the next attempt."""
        self._sequence += 1
        return PendingRound(self, round_folder(self._sequence, app, round_number, attempt))

    def commit_round(
        self, pending: PendingRound, capture: RoundCapture, void: tuple[str, ...]
    ) -> RoundCapture:
        """Write capture.json, sync all files, give the folder its name, append the journal line.

        Raises:
            InputFileError: the trace is not what the capture's checksum says.
        """
        files = {p.name: sha256(p) for p in sorted(pending.path.iterdir()) if p.is_file()}
        written = dataclasses.replace(capture, folder=pending.name)
        if capture.trace is not None:
            actual = files.get(capture.trace)
            if actual is None or capture.trace_sha256 not in (None, actual):
                fault = "missing" if actual is None else "not the trace that was pulled"
                raise InputFileError(
                    f"{pending.path / capture.trace} is {fault}.",
                    next_step="Check the free space of this disk, and repeat the run.",
                )
            written = dataclasses.replace(written, trace_sha256=actual)
        text = dumps(written).encode() + b"\n"
        replace_file(pending.path / CAPTURE, text)
        files[CAPTURE] = hashlib.sha256(text).hexdigest()
        for name in files:
            sync(pending.path / name)
        sync(pending.path)
        pending.path.rename(self.path / ROUNDS / pending.name)
        sync(self.path / ROUNDS)
        entry = JournalEntry(pending.name, capture.app, capture.round, capture.attempt, void, files)
        append_line(self.path / JOURNAL, dumps(entry, indent=None).encode())
        return written
