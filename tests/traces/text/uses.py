"""Each text parser together with what is done with its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traces.text.battery import parse_battery
from traces.text.display import main_display, parse_display
from traces.text.dress import read_text
from traces.text.getevent import parse_getevent
from traces.text.getprop import build_facts, parse_getprop
from traces.text.gfxinfo import parse_gfxinfo
from traces.text.ime_history import parse_ime_history
from traces.text.imetracker import ime_requests, parse_imetracker_log
from traces.text.input_method import parse_input_method
from traces.text.latency import merge_latency, parse_latency
from traces.text.layers import app_layers, parse_layer_list
from traces.text.sf_frametimeline import parse_sf_frametimeline, present_gaps_ns
from traces.text.sniff import Kind, sniff
from traces.text.thermal import parse_thermal
from traces.text.timestats import parse_timestats
from traces.text.window import parse_window

if TYPE_CHECKING:
    from collections.abc import Callable


def use_gfxinfo(data: bytes | str) -> None:
    info = parse_gfxinfo(data)
    info.frames.duration_ns()
    info.frames.overrun_ns()
    for window in info.windows:
        assert window.overflowed in {True, False}
        if window.summary:
            window.summary.disagreements()
    info.require_frames()


def use_latency(data: bytes | str) -> None:
    dumps = parse_latency(data)
    merge_latency(dumps)
    for dump in dumps:
        assert dump.outcome
        for block in dump.blocks:
            block.evenly_spaced(dump.period_ns)


def use_window(data: bytes | str) -> None:
    state = parse_window(data)
    assert state.keyboard_frame is None or state.keyboard_shown


def use_display(data: bytes | str) -> None:
    for display in parse_display(data):
        assert all(period > 0 for period in display.periods_ns)
    main_display(parse_display(data))


def use_frametimeline(data: bytes | str) -> None:
    for dump in parse_sf_frametimeline(data):
        assert dump.complete in {True, False}
        present_gaps_ns(dump, "com.app")


USES: dict[str, Callable[[Any], object]] = {
    "gfxinfo": use_gfxinfo,
    "latency": use_latency,
    "layers": lambda data: app_layers(parse_layer_list(data), "com.app"),
    "timestats": parse_timestats,
    "input_method": parse_input_method,
    "imetracker": lambda data: ime_requests(parse_imetracker_log(data)),
    "ime_history": parse_ime_history,
    "window": use_window,
    "display": use_display,
    "battery": parse_battery,
    "thermal": parse_thermal,
    "getprop": lambda data: build_facts(parse_getprop(data)),
    "getevent": parse_getevent,
    "frametimeline": use_frametimeline,
    "sniff": sniff,
    "dress": read_text,
}

PARSERS: dict[Kind, Callable[[Any], object]] = {
    Kind.FRAMESTATS: parse_gfxinfo,
    Kind.GFXINFO: parse_gfxinfo,
    Kind.LATENCY: parse_latency,
    Kind.LAYER_LIST: parse_layer_list,
    Kind.TIMESTATS: parse_timestats,
    Kind.SF_FRAMETIMELINE: parse_sf_frametimeline,
    Kind.SURFACEFLINGER: parse_display,
    Kind.INPUT_METHOD: parse_input_method,
    Kind.WINDOW: parse_window,
    Kind.DISPLAY: parse_display,
    Kind.BATTERY: parse_battery,
    Kind.THERMAL: parse_thermal,
    Kind.GETPROP: parse_getprop,
    Kind.IMETRACKER: parse_imetracker_log,
    Kind.GETEVENT: parse_getevent,
}
"""Kind of a recording -> its parser."""
