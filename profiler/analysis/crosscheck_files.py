"""The recordings of one moment, found and read for a cross-check."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from profiler.analysis.crosscheck_sources import (
    ToBoottime,
    of_gfxinfo,
    of_latency,
    of_sf_frametimeline,
    of_trace,
)
from profiler.analysis.period import Periods, display_presents
from traces.errors import InputFileError
from traces.perfetto import is_perfetto_trace, read_trace
from traces.tables import NA
from traces.text.gfxinfo import Gfxinfo, parse_gfxinfo
from traces.text.latency import LatencyDump, LatencyOutcome, parse_latency
from traces.text.layers import layer_of_name
from traces.text.sf_frametimeline import SfFrameTimeline, parse_sf_frametimeline
from traces.text.sniff import Kind, sniff
from traces.text.timestats import TimeStats, parse_timestats

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from profiler.analysis.crosscheck import Series
    from traces.trace import Trace

_HEAD = 4096
_LARGEST_TEXT = 256 << 20
TEXTS = {Kind.FRAMESTATS, Kind.LATENCY, Kind.SF_FRAMETIMELINE, Kind.TIMESTATS}


@dataclass
class Moment:
    """What the files of one moment hold.

    Attributes:
        series: frames by source and layer.
        period_ns: the panel's period; None where no file tells it.
        used, unused: names of the files, and why those of `unused` take no part.
        notes: what else is to be said.
    """

    series: list[Series] = field(default_factory=list)
    period_ns: float | None = None
    used: list[str] = field(default_factory=list)
    unused: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass
class _Read:
    traces: dict[str, Trace] = field(default_factory=dict)
    gfxinfo: dict[str, Gfxinfo] = field(default_factory=dict)
    latency: dict[str, tuple[LatencyDump, ...]] = field(default_factory=dict)
    timelines: dict[str, tuple[SfFrameTimeline, ...]] = field(default_factory=dict)
    timestats: dict[str, TimeStats] = field(default_factory=dict)


def read_moment(paths: Sequence[Path], modes_hz: tuple[float, ...] = ()) -> Moment:
    """Read the files that one moment left: traces, framestats, --latency, --frametimeline, --timestats.

    Args:
        paths: files; those of other kinds are left aside and named.
        modes_hz: rates of the panel's modes, if known.

    Raises:
        InputFileError: a file can't be read.
    """
    moment, read = Moment(), _Read()
    for path in paths:
        why = _read(path, read)
        if why is None:
            moment.used.append(path.name)
        else:
            moment.unused[path.name] = why
    clocks = next((trace.clocks for trace in read.traces.values()), None)
    convert = ToBoottime(clocks, tuple(read.gfxinfo.values()))
    for name, trace in read.traces.items():
        moment.series += of_trace(trace, name)
    for name, info in read.gfxinfo.items():
        moment.series += of_gfxinfo(info, name, convert)
    for name, rings in read.latency.items():
        moment.series += of_latency(rings, name, convert)
    for name, dumps in read.timelines.items():
        moment.series += of_sf_frametimeline(dumps, name)
    moment.period_ns = _period(read, modes_hz)
    moment.notes += _notes(read, moment.series)
    return moment


def _read(path: Path, read: _Read) -> str | None:
    """Read one file; return why it takes no part, None if it does."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
        if is_perfetto_trace(head):
            read.traces[path.name] = read_trace(path, slice_names=())
            return None
        if path.stat().st_size > _LARGEST_TEXT:
            return f"more than {_LARGEST_TEXT >> 20} MiB"
        data = path.read_bytes()
    except OSError as error:
        raise InputFileError(
            f"{path} can't be read: {error.strerror}.", next_step="Check the name and the permissions."
        ) from error
    return _read_text(path, data, read)


def _read_text(path: Path, data: bytes, read: _Read) -> str | None:
    kind = sniff(data, path.name)
    if kind is Kind.FRAMESTATS:
        read.gfxinfo[path.name] = parse_gfxinfo(data, str(path))
    elif kind is Kind.LATENCY:
        rings = parse_latency(data, str(path))
        if all(ring.outcome is not LatencyOutcome.FRAMES for ring in rings):
            return "no frames: no layer of that name, or nothing drawn"
        read.latency[path.name] = rings
    elif kind is Kind.SF_FRAMETIMELINE:
        read.timelines[path.name] = parse_sf_frametimeline(data, str(path))
    elif kind is Kind.TIMESTATS:
        read.timestats[path.name] = parse_timestats(data, str(path))
    else:
        return "tells no times of frames" if kind is not Kind.UNKNOWN else "not a recording that silky knows"
    return None


def _period(read: _Read, modes_hz: tuple[float, ...]) -> float | None:
    for trace in read.traces.values():
        presents = display_presents(trace.display)
        if len(presents) > 1:
            return Periods(presents, modes_hz).active_ns
    for rings in read.latency.values():
        if rings[-1].period_ns > 0:
            return float(rings[-1].period_ns)
    for info in read.gfxinfo.values():
        intervals = info.frames.interval_ns[info.frames.interval_ns != NA]
        if len(intervals):
            return float(np.median(intervals))
    for dumps in read.timelines.values():
        periods = dumps[-1].display.period_ns
        if len(periods) and periods[-1] > 0:
            return float(periods[-1])
    return None


def _notes(read: _Read, series: Sequence[Series]) -> list[str]:
    notes = [
        f"{name} holds {dump.announced} display frames at most: the last second or less."
        for name, dumps in read.timelines.items()
        if (dump := dumps[-1]).announced
    ]
    titles = {one.title: one for one in reversed(series) if one.title and one.source != "framestats"}
    for name, stats in read.timestats.items():
        for layer in stats.layers:
            title = layer_of_name(layer.layer_name).title
            if title in titles:
                one = titles[title]
                shown = int((one.present_ns != NA).sum())
                notes.append(
                    f"{name}: {layer.total_frames} frames of {title} since its -enable or -clear, "
                    f"{layer.dropped_frames} dropped; {one.source} shows {shown}."
                )
    return notes


def comparable(moment: Moment) -> bool:
    """Whether at least two sources tell frames."""
    return len({(one.source, one.file) for one in moment.series if len(one)}) > 1
