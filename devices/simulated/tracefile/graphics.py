"""Packets of SurfaceFlinger: FrameTimeline and FrameTracer."""

from __future__ import annotations

from dataclasses import dataclass

from devices.simulated.tracefile.wire import data, number, text

PREDICTION_VALID, PREDICTION_EXPIRED = 1, 2
PRESENT_DROPPED, JANK_DROPPED, _SEVERITY_NONE = 4, 1024, 1
_EXPIRED_START_NS = 2_000_000


@dataclass(frozen=True, slots=True)
class Surface:
    """One surface frame as FrameTimeline traces it, ns."""

    token: int
    pid: int
    layer: str
    expected: tuple[int, int] | None
    """None: the prediction has expired."""
    start: int
    end: int
    present_type: int
    on_time: bool
    jank: int
    is_buffer: bool
    severity: int | None = None
    """JankSeverityType, None where the release has none."""


@dataclass(frozen=True, slots=True)
class Display:
    """One display frame as FrameTimeline traces it, ns."""

    token: int
    pid: int
    expected: tuple[int, int]
    actual: tuple[int, int]
    present_type: int
    on_time: bool
    jank: int
    surfaces: tuple[Surface, ...]
    severity: int | None = None
    skipped: tuple[int, int] | None = None
    """Start and end of a vsync before it that SurfaceFlinger skipped; traced as a frame with token 0."""


Event = tuple[int, bytes]
"""Time and encoded FrameTimelineEvent."""


def display_events(frame: Display, cookie: int) -> tuple[list[Event], int]:
    """Return the events of a display frame in SurfaceFlinger's order, and the next free cookie."""
    expected = data(1, number(1, cookie) + number(2, frame.token) + number(3, frame.pid))
    events = [(frame.expected[0], expected), (frame.expected[1], _end(cookie))]
    cookie += 1
    actual = number(1, cookie) + number(2, frame.token) + number(3, frame.pid) + number(4, frame.present_type)
    actual += number(5, frame.on_time) + number(6, 0) + number(7, frame.jank) + number(8, PREDICTION_VALID)
    actual += _severity(9, frame.severity)
    events += [(frame.actual[0], data(2, actual)), (frame.actual[1], _end(cookie))]
    cookie += 1
    for surface in frame.surfaces:
        cookie = _surface_events(events, surface, frame.token, cookie)
    if frame.skipped is not None:
        events += _skipped_events(frame, frame.skipped, cookie)
        cookie += 1
    return events, cookie


def _skipped_events(frame: Display, times: tuple[int, int], cookie: int) -> list[Event]:
    body = number(1, cookie) + number(2, 0) + number(3, frame.pid) + number(4, PRESENT_DROPPED)
    body += number(5, frame.on_time) + number(6, 0) + number(7, JANK_DROPPED) + number(8, PREDICTION_VALID)
    return [(times[0], data(2, body + number(9, _SEVERITY_NONE))), (times[1], _end(cookie))]


def _severity(field: int, value: int | None) -> bytes:
    return b"" if value is None else number(field, value)


def _surface_events(events: list[Event], surface: Surface, display_token: int, cookie: int) -> int:
    common = (
        number(2, surface.token) + number(3, display_token) + number(4, surface.pid) + text(5, surface.layer)
    )
    prediction, start = PREDICTION_EXPIRED, surface.end - _EXPIRED_START_NS
    if surface.expected is not None:
        prediction = PREDICTION_VALID
        start = surface.start or surface.expected[0]
        events.append((surface.expected[0], data(3, number(1, cookie) + common)))
        events.append((surface.expected[1], _end(cookie)))
        cookie += 1
    actual = (
        number(1, cookie)
        + common
        + number(6, surface.present_type)
        + number(7, surface.on_time)
        + number(8, 0)
    )
    actual += number(9, surface.jank) + number(10, prediction) + number(11, surface.is_buffer)
    actual += _severity(12, surface.severity)
    events.append((start, data(4, actual)))
    events.append((surface.end, _end(cookie)))
    return cookie + 1


def _end(cookie: int) -> bytes:
    return data(5, number(1, cookie))


def timeline_packet(event: Event, *, clock: int, uid: int, sequence: int, pid: int) -> bytes:
    """Frame one FrameTimelineEvent."""
    time_ns, body = event
    packet = (
        number(3, uid)
        + number(8, time_ns)
        + number(10, sequence)
        + number(58, clock)
        + data(76, body)
        + number(79, pid)
    )
    return data(1, packet)


@dataclass(frozen=True, slots=True)
class Buffer:
    """One event of FrameTracer; MONOTONIC ns."""

    time_ns: int
    kind: int
    layer: str
    frame_number: int
    buffer: int


def buffer_packet(event: Buffer, *, clock: int, uid: int, sequence: int, pid: int) -> bytes:
    """Frame one GraphicsFrameEvent."""
    body = (
        number(1, event.frame_number) + number(2, event.kind) + text(3, event.layer) + number(5, event.buffer)
    )
    packet = number(3, uid) + number(8, event.time_ns) + number(10, sequence) + number(58, clock)
    return data(1, packet + data(57, data(1, body)) + number(79, pid))
