"""ImeTracker of Android 14+: its log lines.

Sources: `ImeTracker`, `InsetsController` of AOSP 14, 15 and 16. All its durations are of the wall clock
(REALTIME), include the slide itself, and are no measure of latency; they tell what became of a request.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from traces.text.dress import read_text
from traces.text.fields import not_a


class ImeEnd(StrEnum):
    """How a request to show or hide the keyboard ended."""

    SHOWN = "shown"
    HIDDEN = "hidden"
    FAILED = "failed"
    TIMED_OUT = "timed-out"
    CANCELLED = "cancelled"
    """Overtaken: another request already does it, or undoes it. Not a failure."""
    SUCCEEDED = "succeeded"
    """Done: shown or hidden as `show` says (history), or handed to an animation that the app drives (16)."""
    OPEN = "open"
    """Nothing later is known of it."""


@dataclass(frozen=True, slots=True)
class ImeLogEvent:
    """One line of ImeTracker in a log.

    Attributes:
        time: the line's time as printed, "" without one.
        wall_ms: the same in ms on the phone's wall clock, in the year 2000 where the line names no year;
            only differences mean something. None without a time.
        pid: the writer's process; None where the format has none.
        tag: `component:hex`, the same for all events of one request.
        event: `onRequestShow`, `onShown`, `onFailed`, `onUserFinished shown` ...
        at: the origin of a request or the phase of an end; None if the line has none.
        reason: `SHOW_SOFT_INPUT`, ...; requests only.
        from_user: 15+.
    """

    time: str
    wall_ms: int | None
    pid: int | None
    tag: str
    event: str
    at: str | None
    reason: str | None
    from_user: bool | None


@dataclass(frozen=True, slots=True)
class ImeLogRequest:
    """All lines of one request.

    Attributes:
        tag: `component:hex`.
        component: the package (or process) that asked.
        show: to show, or to hide; None where the log starts after the request.
        end: how it ended.
        phase: where it ended, if the line says.
        duration_ms: request to end on the wall clock; None unless both lines have a time.
        superseded: cancelled because the keyboard already was, or was becoming, what it asked for: the phase
            says so, or another request of the same app and direction was under way or had been done.
    """

    tag: str
    component: str
    show: bool | None
    origin: str | None
    reason: str | None
    end: ImeEnd
    phase: str | None
    duration_ms: int | None
    superseded: bool

    @property
    def failed(self) -> bool:
        """Whether the request failed; a cancelled one did not."""
        return self.end in {ImeEnd.FAILED, ImeEnd.TIMED_OUT}


ALREADY_SHOWN_PHASE = "PHASE_CLIENT_APPLY_ANIMATION"
"""Where `InsetsController` cancels a show because the keyboard is shown or animating in (14 to 16)."""

_LINE = re.compile(
    r"(?:^|[\s/])ImeTracker\s*(?:\(\s*(?P<pid>[0-9]{1,9})\))?:\s+"
    r"(?P<tag>\S+:[0-9a-f]{1,8}): (?P<event>onUserFinished (?:shown|hidden)|on\w+|setFinished)"
    r"(?: at (?P<at>[A-Z0-9_]+))?(?: reason (?P<reason>[A-Z0-9_]+))?(?: fromUser (?P<user>true|false))?"
)
_THREADTIME = re.compile(
    r"\s*((?:[0-9]{4}-)?[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3})[0-9]*"
    r"(?: [+-][0-9]{4})?(?:\s+[0-9]+)??\s+([0-9]{1,9})\s+[0-9]{1,9} [VDIWEF] "
)
_ENDS = {
    "onShown": ImeEnd.SHOWN,
    "onHidden": ImeEnd.HIDDEN,
    "onFailed": ImeEnd.FAILED,
    "onCancelled": ImeEnd.CANCELLED,
    "setFinished": ImeEnd.TIMED_OUT,  # the service writes this line only for a timeout
    "onTimeout": ImeEnd.TIMED_OUT,  # what the service of 16 writes instead
    "onDispatched": ImeEnd.SUCCEEDED,  # 16: an animation of the app's own takes over here
    "onUserFinished shown": ImeEnd.SHOWN,
    "onUserFinished hidden": ImeEnd.HIDDEN,
}


def parse_imetracker_log(data: bytes | str, source: str = "this log") -> tuple[ImeLogEvent, ...]:
    """Return ImeTracker's lines of a log in the formats `brief`, `threadtime` or `year`, in file order.

    Raises:
        InputFileError: the log has no line of ImeTracker (below 14 there are none, and on some builds of 16
            they go to ProtoLog).
    """
    text = read_text(data)
    events = [event for line in text.split("\n") if "ImeTracker" in line and (event := _event(line))]
    if not events:
        raise not_a(
            "a log with lines of ImeTracker",
            text,
            source,
            "Record `adb logcat -v threadtime ImeTracker:I '*:S'` on Android 14 or newer.",
        )
    return tuple(events)


def _event(line: str) -> ImeLogEvent | None:
    found = _LINE.search(line)
    if found is None:
        return None
    head = _THREADTIME.match(line)
    pid = found["pid"] or (head[2] if head else None)
    time = head[1] if head else ""
    return ImeLogEvent(
        time=time,
        wall_ms=_wall_ms(time),
        pid=int(pid) if pid else None,
        tag=found["tag"],
        event=found["event"],
        at=found["at"],
        reason=found["reason"],
        from_user=None if found["user"] is None else found["user"] == "true",
    )


def _wall_ms(time: str) -> int | None:
    if not time:
        return None
    whole = time if time[4] == "-" else f"2000-{time}"
    try:
        moment = datetime.strptime(whole, "%Y-%m-%d %H:%M:%S.%f").replace(tzinfo=UTC)
    except ValueError:
        return None
    return round((moment - datetime(2000, 1, 1, tzinfo=UTC)).total_seconds() * 1000)


def ime_requests(events: tuple[ImeLogEvent, ...]) -> tuple[ImeLogRequest, ...]:
    """Join the events of each request, in the order of their first lines.

    Apps ask twice or thrice for one keyboard, and all but one end as cancelled; such requests are marked
    `superseded`.
    """
    order: dict[str, list[int]] = {}
    for index, event in enumerate(events):
        order.setdefault(event.tag, []).append(index)
    made = [_request(tag, [events[index] for index in places]) for tag, places in order.items()]
    spans = [(places[0], places[-1]) for places in order.values()]
    return tuple(
        replace(request, superseded=True) if _superseded(request, span, made, spans) else request
        for request, span in zip(made, spans, strict=True)
    )


def _request(tag: str, events: list[ImeLogEvent]) -> ImeLogRequest:
    start = next((event for event in events if event.event.startswith("onRequest")), None)
    ends = [event for event in events if event.event in _ENDS]
    # an animation that the app drives is dispatched first and finished later
    end = next(
        (event for event in ends if event.event.startswith("onUserFinished")), ends[0] if ends else None
    )
    duration = None
    if start and end and start.wall_ms is not None and end.wall_ms is not None:
        duration = end.wall_ms - start.wall_ms
    show = {"onRequestShow": True, "onRequestHide": False}.get(start.event) if start else None
    if show is None and end and _ENDS[end.event] in {ImeEnd.SHOWN, ImeEnd.HIDDEN}:
        show = _ENDS[end.event] is ImeEnd.SHOWN
    return ImeLogRequest(
        tag=tag,
        component=tag.rpartition(":")[0],
        show=show,
        origin=start.at if start else None,
        reason=start.reason if start else None,
        end=_ENDS[end.event] if end else ImeEnd.OPEN,
        phase=end.at if end else None,
        duration_ms=duration,
        superseded=False,
    )


def _superseded(
    request: ImeLogRequest, span: tuple[int, int], made: list[ImeLogRequest], spans: list[tuple[int, int]]
) -> bool:
    if request.end is not ImeEnd.CANCELLED:
        return False
    if request.show and request.phase == ALREADY_SHOWN_PHASE:
        return True
    last_done: tuple[int, bool] | None = None
    for other, (start, end) in zip(made, spans, strict=True):
        if (
            (start, end) == span
            or other.component != request.component
            or start > span[1]
            or other.show is None
        ):
            continue
        if other.show == request.show and end > span[1]:
            return True
        if (
            other.end in {ImeEnd.SHOWN, ImeEnd.HIDDEN}
            and end < span[1]
            and (not last_done or end > last_done[0])
        ):
            last_done = (end, other.show)
    return last_done is not None and last_done[1] == request.show
