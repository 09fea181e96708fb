"""Open a trace file whatever it is wrapped in (plain, gzip, zip, zstd), as pieces of plain bytes.

Wrapped files may be cut short too: what could be unwrapped is given, and the cut is told. Unwrapping stops
at a limit, as a small file may claim to hold terabytes.
"""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

from traces.errors import InputFileError
from traces.perfetto.wire import VARINT, WireError, read_varint

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedReader
    from pathlib import Path


PIECE = 2 << 20
_ZSTD_READ = 64 << 10
UNWRAPPED_LIMIT = 8 << 30
"""Bytes that a wrapped file may unwrap to."""

GZIP_MAGIC = b"\x1f\x8b"
ZIP_MAGIC = b"PK\x03\x04"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_EMPTY_PACKET = b"\x0a\x00"

# Beginnings, in lower case and without leading white space.
_LOOKS = (
    (b"sqlite format 3", "a SQLite database"),
    (b"\x7felf", "a program"),
    (b"\x89png", "a PNG picture"),
    (b"par1", "a Parquet table"),
    (b"%pdf", "a PDF document"),
    (GZIP_MAGIC, "a gzip file with no Perfetto trace in it"),
    (ZIP_MAGIC.lower(), "a zip file with no Perfetto trace in it"),
    (b"{", "JSON (a Chrome trace, perhaps)"),
    (b"[", "JSON (a Chrome trace, perhaps)"),
    (b"# tracer", "a text trace of systrace"),
    (b"trace:", "a text trace of atrace"),
    (b"<!doctype", "a web page"),
    (b"<html", "a web page"),
)


@dataclass
class Unwrapping:
    """What was noticed while unwrapping."""

    cut_short: bool = False
    members: list[str] = field(default_factory=list)


def is_perfetto_trace(head: bytes) -> bool:
    """Return whether a file that begins with `head` (64 bytes or more) may be a Perfetto trace.

    A wrapped one counts if what it wraps does.
    """
    if head.startswith(GZIP_MAGIC):
        return _is_plain_trace(_inflated(head, 31, 0))
    if head.startswith(ZIP_MAGIC):
        if len(head) < 30:
            return False
        skip = 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
        method = int.from_bytes(head[8:10], "little")
        return _is_plain_trace(head[skip:] if method == 0 else _inflated(head, -15, skip))
    if head.startswith(ZSTD_MAGIC):
        return True  # zstd has no other use among the files that silky reads
    return _is_plain_trace(head)


def _inflated(head: bytes, window_bits: int, skip: int) -> bytes:
    try:
        return zlib.decompressobj(window_bits).decompress(head[skip:], 4096)
    except zlib.error:
        return b""


def _is_plain_trace(head: bytes) -> bool:
    """Whether the first packet that holds anything begins with a plausible field."""
    head = _without_empty_packets(head)
    if len(head) < 3 or head[0] != 0x0A:
        return False
    try:
        length, at = read_varint(head, 1, len(head))
        if length == 0 or length > 1 << 32:
            return False
        tag, _ = read_varint(head, at, len(head))
    except WireError:
        return False
    field_number, wire = tag >> 3, tag & 7
    if not (0 < field_number < 1024) or wire not in {VARINT, 1, 2, 5}:
        return False
    end = at + length
    return end >= len(head) or head[end] == 0x0A


def _without_empty_packets(head: bytes) -> bytes:
    """Cut off the packets without a byte that some writers begin with."""
    at = 0
    while head.startswith(_EMPTY_PACKET, at):
        at += len(_EMPTY_PACKET)
    return head[at:]


def looks_like(head: bytes) -> str:
    """Say what a file that begins with `head` looks like."""
    start = head.lstrip()[:64].lower()
    for magic, name in _LOOKS:
        if start.startswith(magic):
            return name
    if head[4:8] == b"ftyp":
        return "an MP4 video"
    printable = sum(32 <= byte < 127 or byte in b"\t\r\n" for byte in head)
    if not head:
        return "an empty file"
    return "a text file" if printable > 0.9 * len(head) else "unknown binary data"


def pieces_of(path: Path, unwrapping: Unwrapping, size: int = PIECE) -> Iterator[bytes | FilePiece]:
    """Yield the plain bytes of a trace file in pieces, each to be taken before the next is asked for.

    A zip's members come one after another.

    Raises:
        InputFileError: the file is not there, is empty, is no trace, or unwraps to more than the limit.
    """
    try:
        with path.open("rb") as file:
            head = file.read(4096)
            file.seek(0)
            if not is_perfetto_trace(head) and not head.startswith(ZIP_MAGIC):
                raise _not_a_trace(path, head)
            if head.startswith(ZIP_MAGIC):
                yield from _limited(path, _zip_pieces(path, file, unwrapping, size))
            elif head.startswith(GZIP_MAGIC):
                yield from _limited(path, _gzip_pieces(file, unwrapping, size))
            elif head.startswith(ZSTD_MAGIC):
                yield from _limited(path, _zstd_pieces(file, unwrapping, size))
            else:
                yield from _plain_pieces(path, file, size)
    except OSError as error:
        raise _unreadable(path, error) from error


class FilePiece:
    """The next bytes of a file, which are read to where they are wanted.

    Attributes:
        most: how many there are at most.
        ended: whether the file's end was met.
    """

    def __init__(self, path: Path, file: BufferedReader, most: int) -> None:
        self.most, self.ended = most, False
        self._path, self._file = path, file

    def into(self, room: memoryview) -> int:
        """Read; return how many bytes.

        Raises:
            InputFileError: the file can't be read.
        """
        try:
            count = self._file.readinto(room)
        except OSError as error:
            raise _unreadable(self._path, error) from error
        self.ended = not count
        return count


def _plain_pieces(path: Path, file: BufferedReader, size: int) -> Iterator[FilePiece]:
    piece = FilePiece(path, file, size)
    while not piece.ended:
        yield piece


def _unreadable(path: Path, error: OSError) -> InputFileError:
    return InputFileError(
        f"{path}: can't be read: {error.strerror or error}.",
        next_step="Check the path and its permissions.",
    )


def _not_a_trace(path: Path, head: bytes) -> InputFileError:
    return InputFileError(
        f"{path}: not a Perfetto trace; it looks like {looks_like(head)}.",
        next_step="Give a trace recorded by `perfetto` (.perfetto-trace, .pftrace), plain or compressed.",
    )


def _limited(path: Path, pieces: Iterator[bytes]) -> Iterator[bytes]:
    total = 0
    for piece in pieces:
        total += len(piece)
        if total > UNWRAPPED_LIMIT:
            raise InputFileError(
                f"{path}: unwraps to more than {UNWRAPPED_LIMIT >> 20} MiB.",
                next_step="Unwrap it yourself, and cut the trace if it really is that long.",
            )
        yield piece


def _gzip_pieces(file: IO[bytes], unwrapping: Unwrapping, size: int) -> Iterator[bytes]:
    """Inflate member after member; damage ends the pieces but keeps what came before."""
    inflater = zlib.decompressobj(31)
    raw = b""
    while True:
        raw = raw or file.read(size)
        if not raw:
            unwrapping.cut_short |= not inflater.eof
            return
        try:
            piece = inflater.decompress(raw, size)
        except zlib.error:
            unwrapping.cut_short = True
            return
        if piece:
            yield piece
        raw = inflater.unconsumed_tail
        if inflater.eof:
            raw = inflater.unused_data or file.read(size)
            if not raw:
                return
            inflater = zlib.decompressobj(31)


def _zip_pieces(path: Path, file: IO[bytes], unwrapping: Unwrapping, size: int) -> Iterator[bytes]:
    try:
        archive = zipfile.ZipFile(file)
    except zipfile.BadZipFile as error:
        raise InputFileError(
            f"{path}: a zip file whose directory can't be read ({error}).",
            next_step="It was probably cut short on its way: copy it again.",
        ) from error
    with archive:
        for info in archive.infolist():
            _refuse_leaving(path, info.filename)
            try:
                with archive.open(info) as member:
                    piece = member.read(size)
                    if not _is_plain_trace(piece[:4096]):
                        continue
                    unwrapping.members.append(info.filename)
                    while piece:
                        yield piece
                        piece = member.read(size)
            except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError):
                # RuntimeError: encrypted; NotImplementedError: an unknown method
                unwrapping.cut_short = True
    if not unwrapping.members:
        raise _not_a_trace(path, ZIP_MAGIC)


def _refuse_leaving(path: Path, name: str) -> None:
    """Refuse a zip whose members' names leave its folder: nothing is unpacked here, but others would."""
    parts = name.replace("\\", "/").split("/")
    if ".." in parts or not parts[0] or parts[0].endswith(":"):
        raise InputFileError(
            f"{path}: its member '{name}' leaves the folder of the zip file; nothing of it is read.",
            next_step="Do not unpack it. Ask for the trace itself, or for a zip without such names.",
        )


def _zstd_pieces(file: IO[bytes], unwrapping: Unwrapping, size: int) -> Iterator[bytes]:
    import pyarrow as pa  # noqa: PLC0415  slow to import, and zstd is rare

    stream = pa.CompressedInputStream(pa.PythonFile(file, mode="r"), "zstd")
    gathered: list[bytes] = []
    while True:
        # Small reads, as a read that meets the cut gives nothing of what it had unpacked.
        try:
            some = stream.read(_ZSTD_READ)
        except OSError:
            unwrapping.cut_short = True
            some = b""
        gathered.append(some)
        if not some or len(gathered) * _ZSTD_READ >= size:
            yield b"".join(gathered)
            gathered = []
        if not some:
            return


def unpack_packets(data: bytes, *, zstd: bool, limit: int) -> bytes | None:
    """Return what a packet of compressed packets holds, None if damaged or larger than `limit` bytes."""
    if not zstd:
        inflater = zlib.decompressobj()
        try:
            out = inflater.decompress(data, limit + 1)
        except zlib.error:
            return None
        return out if inflater.eof and len(out) <= limit else None
    import pyarrow as pa  # noqa: PLC0415  slow to import, and zstd is rare

    try:
        out = pa.CompressedInputStream(pa.BufferReader(data), "zstd").read(limit + 1)
    except OSError:
        return None
    return out if len(out) <= limit else None
