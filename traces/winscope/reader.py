"""Read Winscope recordings, packets of a Perfetto trace and Winscope's own files."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from google.protobuf.message import DecodeError

from traces.errors import InputFileError
from traces.perfetto.containers import Unwrapping, pieces_of, unpack_packets
from traces.perfetto.framing import Damage, packets
from traces.perfetto.wire import WireError, walk_fields
from traces.tables import NA
from traces.trace import Clocks
from traces.winscope.schema import CLASSES
from traces.winscope.tables import NAN, ImeStateTable, InputTable, LayerPositionTable

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Sequence

KEYBOARD_LAYERS = ("*InputMethod*",)
"""Shell patterns of the keyboard's layers: its leash, its window container and its buffers."""
_MONOTONIC, _BOOTTIME = 3, 6
_FILES = {
    b"\x09IMCTRACE": ("clients", "ClientsEntry"),
    b"\x09IMMTRACE": ("manager", "ManagerEntry"),
    b"\x09IMSTRACE": ("service", "ServiceEntry"),
    b"\x09LYRTRACE": ("layers", "LayersSnapshot"),
}
_OTHERS = {
    b"\x09WINTRACE": "WindowManager",
    b"\x09TNXTRACE": "transactions",
    b"\x09PRLTRACE": "ProtoLog",
}
_ENTRY = 2
_MARKS = (b"\xea\x05", b"\x82\x07", b"\x92\x03", b"\xaa\x08", b"\x32")
"""Tags of the packet fields that matter: layers 93, extensions 112, compressed 50 and 133, clocks 6."""
_LARGEST_FILE = 1 << 30
_UNPACKED_LIMIT = 256 << 20
_TOUCH_X, _TOUCH_Y = 0, 1
_IME_TYPES = {b"ITYPE_IME", b"ime"}
_IME_TYPE_NUMBER = 8
"""WindowInsets.Type.ime()."""


@dataclass(frozen=True)
class Winscope:
    """What one recording holds; tables are empty where it has none of that."""

    path: Path
    ime: ImeStateTable
    layers: LayerPositionTable
    input: InputTable
    warnings: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(len(self.ime) or len(self.layers) or len(self.input))


def is_winscope_file(head: bytes) -> bool:
    """Whether a file that begins with `head` is one of Winscope's own."""
    return head[:9] in _FILES or head[:9] in _OTHERS


def read_winscope(path: str | os.PathLike[str], *, layers: Sequence[str] = KEYBOARD_LAYERS) -> Winscope:
    """Read a recording.

    Args:
        path: a Perfetto trace in any wrapping, or a file of Winscope itself.
        layers: shell patterns of the layers whose places are kept.

    Raises:
        InputFileError: it can't be read, or is a Winscope file of a kind that silky does not read.
    """
    file = Path(path)
    gathered = _Gathered(tuple(layers))
    try:
        with file.open("rb") as opened:
            head = opened.read(9)
    except OSError as error:
        raise InputFileError(
            f"{file}: can't be read: {error.strerror or error}.", next_step="Check the path."
        ) from error
    if is_winscope_file(head):
        _read_file(file, head, gathered)
    else:
        _read_packets(file, gathered)
    return gathered.finish(file)


def _read_file(path: Path, head: bytes, gathered: _Gathered) -> None:
    if head in _OTHERS:
        raise InputFileError(
            f"{path} is a Winscope trace of {_OTHERS[head]}, which silky does not read.",
            next_step="Give the input method or layers trace of the same recording.",
        )
    if path.stat().st_size > _LARGEST_FILE:
        raise InputFileError(
            f"{path} has more than {_LARGEST_FILE >> 20} MiB.", next_step="Record a shorter trace."
        )
    kind, message = _FILES[head]
    data = path.read_bytes()
    try:
        for number, wire, start, end in walk_fields(data, 0, len(data)):
            if number == _ENTRY and wire == 2:
                gathered.add_entry(kind, _parsed(message, data[start:end]), None)
    except (WireError, DecodeError):
        gathered.warnings.append("The file is damaged or cut short: what was whole before is shown.")


def _parsed(message: str, raw: bytes) -> Any:
    made = CLASSES[message]()
    made.ParseFromString(raw)
    return made


def _read_packets(path: Path, gathered: _Gathered) -> None:
    damage, unwrapping = Damage(), Unwrapping()
    for raw in _raw_packets(path, damage, unwrapping):
        try:
            gathered.add_packet(_parsed("TracePacket", raw))
        except DecodeError:
            gathered.damaged += 1
    if damage.truncated or unwrapping.cut_short:
        gathered.warnings.append("The trace is cut short.")


def _raw_packets(path: Path, damage: Damage, unwrapping: Unwrapping) -> Iterator[bytes]:
    for block, starts, ends in packets(pieces_of(path, unwrapping), damage, None):
        data = block.data
        for start, end in zip(starts, ends, strict=True):
            if any(data.find(mark, start, end) >= 0 for mark in _MARKS):
                yield data[start:end]


class _Gathered:
    """Rows as they are found."""

    def __init__(self, patterns: tuple[str, ...]) -> None:
        self.patterns = patterns
        self.ime: list[tuple[Any, ...]] = []
        self.layers: list[tuple[Any, ...]] = []
        self.input: list[tuple[Any, ...]] = []
        self.pairs: list[tuple[int, int]] = []
        self.warnings: list[str] = []
        self.damaged = 0

    def add_packet(self, packet: Any) -> None:
        """Take one packet: what it holds itself, or the packets that are packed in it."""
        for field, zstd in (("compressed_packets", False), ("zstd_compressed_packets", True)):
            if packet.HasField(field):
                self._add_packed(getattr(packet, field), zstd=zstd)
        if packet.HasField("clock_snapshot"):
            self._add_clocks(packet.clock_snapshot)
        clock = packet.timestamp_clock_id or _BOOTTIME
        time = (clock, _whole(packet.timestamp))
        if packet.HasField("layers"):
            self._add_layers(packet.layers, time)
        if packet.HasField("extensions"):
            extensions = packet.extensions
            for kind in ("clients", "service", "manager"):
                if extensions.HasField(kind):
                    self.add_entry(kind, getattr(extensions, kind), time)
            if extensions.HasField("input"):
                self._add_input(extensions.input, time)

    def _add_packed(self, raw: bytes, *, zstd: bool) -> None:
        unpacked = unpack_packets(raw, zstd=zstd, limit=_UNPACKED_LIMIT)
        if unpacked is None:
            self.damaged += 1
            return
        try:
            for number, wire, start, end in walk_fields(unpacked, 0, len(unpacked)):
                if number == 1 and wire == 2:
                    packet = _parsed("TracePacket", unpacked[start:end])
                    packet.ClearField("compressed_packets")  # packets are packed once, not again
                    packet.ClearField("zstd_compressed_packets")
                    self.add_packet(packet)
        except (WireError, DecodeError):
            self.damaged += 1

    def _add_clocks(self, snapshot: Any) -> None:
        times = {clock.clock_id: clock.timestamp for clock in snapshot.clocks}
        if _MONOTONIC in times and _BOOTTIME in times:
            self.pairs.append((_whole(times[_MONOTONIC]), _whole(times[_BOOTTIME])))

    def add_entry(self, kind: str, entry: Any, time: tuple[int, int] | None) -> None:
        """Take an entry of a file (`time` None: its own) or of a packet."""
        if kind == "layers":
            self._add_layers(entry, time)
            return
        own = (_BOOTTIME, _whole(entry.elapsed_ns))
        at = own if entry.HasField("elapsed_ns") and own[1] > 0 else time or own
        row = {"clients": _client, "service": _service, "manager": _manager}[kind](entry)
        self.ime.append((at, row[0], _text(entry.where), *row[1:]))

    def _add_layers(self, snapshot: Any, time: tuple[int, int] | None) -> None:
        own = (_BOOTTIME, _whole(snapshot.elapsed_ns))
        at = own if time is None or snapshot.elapsed_ns > 0 else time
        vsync = snapshot.vsync_id if snapshot.HasField("vsync_id") else NA
        for layer in snapshot.layers.layers:
            name = _text(layer.name)
            if name is None or not any(fnmatchcase(name, pattern) for pattern in self.patterns):
                continue
            size = (NAN, NAN)
            if layer.HasField("screen_bounds") and layer.HasField("buffer"):
                bounds = layer.screen_bounds
                size = (bounds.right - bounds.left, bounds.bottom - bounds.top)
            place = (layer.position.x, layer.position.y)
            alpha = layer.color.a if layer.HasField("color") else NAN
            self.layers.append((at, vsync, layer.id, name, *place, *size, alpha, snapshot.missed_entries))

    def _add_input(self, event: Any, time: tuple[int, int]) -> None:
        for field in ("motion", "motion_redacted", "key", "key_redacted"):
            if not event.HasField(field):
                continue
            one = getattr(event, field)
            kind = field.removesuffix("_redacted")
            x, y = _place(one) if kind == "motion" else (NAN, NAN)
            code = one.key_code if kind == "key" else NA
            happened = one.event_time_ns
            self.input.append(
                (time, happened, one.event_id, kind, one.action, one.source, one.device_id, code, x, y)
            )

    def finish(self, path: Path) -> Winscope:
        """Convert the clocks and make the tables, by time."""
        pairs = sorted(self.pairs, key=lambda pair: pair[1])
        clocks = Clocks(
            boottime_ns=np.asarray([boot for _, boot in pairs], dtype=np.int64),
            monotonic_ns=np.asarray([mono for mono, _ in pairs], dtype=np.int64),
        )
        if self.damaged:
            self.warnings.append(f"{self.damaged} packets could not be read.")
        ime = [(_boottime(at, clocks), *rest) for at, *rest in self.ime]
        layers = [(_boottime(at, clocks), *rest) for at, *rest in self.layers]
        inputs = [
            (_boottime(at, clocks), _boottime((_MONOTONIC, mono), clocks), mono, *rest)
            for at, mono, *rest in self.input
        ]
        if any(row[1] == NA for row in inputs):
            self.warnings.append("No reading of both clocks: input times stay on MONOTONIC.")
        for rows in (ime, layers, inputs):
            rows.sort(key=lambda row: row[0])
        return Winscope(
            path,
            ImeStateTable.of_rows(ime),
            LayerPositionTable.of_rows(layers),
            InputTable.of_rows(inputs),
            tuple(self.warnings),
        )


def _whole(value: int) -> int:
    """Return a time as int64 holds it; one beyond is no time."""
    return value if -(1 << 62) < value < 1 << 62 else NA


def _boottime(at: tuple[int, int], clocks: Clocks) -> int:
    clock, time = at
    if clock == _BOOTTIME or time == NA:
        return time
    if clock != _MONOTONIC or not len(clocks.boottime_ns):
        return NA
    return clocks.monotonic_to_boottime_ns(_whole(time)) if _whole(time) != NA else NA


def _text(raw: bytes) -> str | None:
    return raw.decode("utf-8", errors="replace") or None


def _bit(message: Any, field: str) -> int:
    return int(getattr(message, field))


def _client(entry: Any) -> tuple[Any, ...]:
    client = entry.client
    source = next((one for one in client.insets.state.sources if _is_keyboard(one)), None)
    running = [one for one in client.insets.control if not (one.is_finished or one.is_cancelled)]
    requested = (
        _bit(client.consumer.source, "requested_visible") if client.consumer.HasField("source") else NA
    )
    return (
        "client",
        _text(client.view_root.view),
        NA if source is None else _bit(source, "visible"),
        requested,
        NA if source is None or not source.HasField("frame") else source.frame.top,
        running[0].pending_fraction if running else NAN,
    )


def _is_keyboard(source: Any) -> bool:
    return source.type in _IME_TYPES or source.type_number == _IME_TYPE_NUMBER


def _service(entry: Any) -> tuple[Any, ...]:
    service = entry.service
    told = bool(service.ListFields())  # false is not written: a message without fields says nothing
    return (
        "service",
        None,
        _bit(service, "window_visible") if told else NA,
        _bit(service, "show_input_requested") if told else NA,
        NA,
        NAN,
    )


def _manager(entry: Any) -> tuple[Any, ...]:
    manager = entry.manager
    told = bool(manager.ListFields())
    shown = _bit(manager, "input_shown") if told else NA
    return "manager", _text(manager.target_window), shown, NA, NA, NAN


def _place(motion: Any) -> tuple[float, float]:
    if not motion.pointer:
        return NAN, NAN
    axes = {axis.axis: axis.value for axis in motion.pointer[0].axis}
    return axes.get(_TOUCH_X, NAN), axes.get(_TOUCH_Y, NAN)
