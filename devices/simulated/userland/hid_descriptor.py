"""HID report descriptors, as far as the kernel's hid-multitouch needs them: a touch screen's fields.

Sources: Device Class Definition for HID 1.11, section 6.2.2; drivers/hid/hid-core.c and hid-multitouch.c.
"""

from __future__ import annotations

from dataclasses import dataclass, field

TOUCH_SCREEN = 0x000D0004
TIP, CONTACT, COUNT, X, Y = 0x000D0042, 0x000D0051, 0x000D0054, 0x00010030, 0x00010031
_INPUT, _COLLECTION, _END = 0x80, 0xA0, 0xC0
_PAGE, _MINIMUM, _MAXIMUM, _SIZE, _ID, _COUNT = 0x04, 0x14, 0x24, 0x74, 0x84, 0x94
_USAGE = 0x08
_CONSTANT = 1
_APPLICATION = 1


class BadDescriptorError(Exception):
    """The kernel would not take it."""


@dataclass(frozen=True, slots=True)
class Field:
    """One value in a report."""

    usage: int
    bit: int
    size: int
    minimum: int
    maximum: int


@dataclass(slots=True)
class Report:
    """A device with one input report."""

    application: int = 0
    fields: dict[int, Field] = field(default_factory=dict)
    bits: int = 0

    @property
    def touch_screen(self) -> bool:
        """Whether hid-multitouch makes a touch screen of it."""
        return self.application == TOUCH_SCREEN and {TIP, CONTACT, X, Y} <= set(self.fields)

    def value(self, usage: int, data: bytes) -> int | None:
        """Return a field of a report, None if the report is too short or has no such field."""
        found = self.fields.get(usage)
        if found is None or len(data) * 8 < found.bit + found.size:
            return None
        return (int.from_bytes(data, "little") >> found.bit) & ((1 << found.size) - 1)


@dataclass(slots=True)
class _State:
    page: int = 0
    minimum: int = 0
    maximum: int = 0
    size: int = 0
    count: int = 0
    usages: list[int] = field(default_factory=list)


def parse_descriptor(data: bytes) -> Report:
    """Parse a descriptor with short items and one input report without an id.

    Raises:
        BadDescriptorError: it is cut short, or not of that kind.
    """
    report, state, depth, at = Report(), _State(), 0, 0
    while at < len(data):
        head = data[at]
        length = (0, 1, 2, 4)[head & 3]
        raw = data[at + 1 : at + 1 + length]
        if len(raw) < length:
            raise BadDescriptorError("item fetching failed")
        at += 1 + length
        value = int.from_bytes(raw, "little")
        kind = head & 0xFC
        if kind == _COLLECTION:
            depth += 1
            if value == _APPLICATION and state.usages and not report.application:
                report.application = state.usages[0]
        elif kind == _END:
            depth -= 1
        elif kind == _INPUT:
            _take(report, state, constant=bool(value & _CONSTANT))
        else:
            _remember(state, kind, value)
        if not kind & 0x0C:  # a main item ends the local ones
            state.usages = []
    if depth or not report.bits:
        raise BadDescriptorError("unbalanced collection at end of report description")
    return report


def _remember(state: _State, kind: int, value: int) -> None:
    if kind == _USAGE:
        state.usages.append(value if value > 0xFFFF else state.page << 16 | value)
    elif kind == _PAGE:
        state.page = value
    elif kind == _MINIMUM:
        state.minimum = value
    elif kind == _MAXIMUM:
        state.maximum = value
    elif kind == _SIZE:
        state.size = value
    elif kind == _COUNT:
        state.count = value
    elif kind == _ID:
        raise BadDescriptorError("reports with ids are not played")


def _take(report: Report, state: _State, *, constant: bool) -> None:
    for index in range(state.count):
        if not constant and state.usages:
            usage = state.usages[min(index, len(state.usages) - 1)]
            made = Field(usage, report.bits, state.size, state.minimum, state.maximum)
            report.fields.setdefault(usage, made)
        report.bits += state.size
