"""The binary form of a configuration: protobuf's wire format; unknown fields are skipped."""

from __future__ import annotations

from devices.simulated.userland.tracing.schema import OPAQUE, Field, Kind, Message, fields
from devices.simulated.userland.tracing.text_config import ConfigError

_BROKEN = "Could not parse TraceConfig proto from stdin"


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise ConfigError(_BROKEN)
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def _read(data: bytes, at: int, wire: int) -> tuple[int | bytes, int]:
    if wire == 0:
        return _varint(data, at)
    if wire == 2:
        length, at = _varint(data, at)
        end = at + length
    elif wire in (1, 5):
        end = at + (8 if wire == 1 else 4)
    else:
        raise ConfigError(_BROKEN)
    if end > len(data):
        raise ConfigError(_BROKEN)
    return data[at:end], end


def parse_binary(data: bytes, message: str = "TraceConfig", *, sdk: int = 36) -> Message:
    """Read a configuration in binary form, as the perfetto of an API level does.

    Raises:
        ConfigError: Not protobuf.
    """
    by_number = {field.number: (name, field) for name, field in fields(message, sdk).items()}
    found: Message = {}
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        if tag >> 3 == 0:
            raise ConfigError(_BROKEN)
        value, at = _read(data, at, tag & 7)
        known = by_number.get(tag >> 3)
        if known is not None:
            _store(found, known[0], known[1], value, sdk)
    return found


def _store(found: Message, name: str, field: Field, value: int | bytes, sdk: int) -> None:
    values = found.setdefault(name, [])
    if isinstance(value, int):
        if field.kind is Kind.ENUM:
            values.append(field.values[value] if value < len(field.values) else value)
        elif field.kind in (Kind.INT, Kind.BOOL):
            values.append(value)
    elif field.kind is Kind.STRING:
        values.append(value.decode("utf-8", "replace"))
    elif field.kind is Kind.MESSAGE:
        values.append({} if field.message == OPAQUE else parse_binary(value, field.message, sdk=sdk))
