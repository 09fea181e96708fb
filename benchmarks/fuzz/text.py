"""Coverage-guided fuzzing of the text parsers: whatever the bytes, a result or an error of the family.

Also of winscope's files, and of the JSON and YAML that silky writes and people may have changed.

    python benchmarks/fuzz/text.py TARGET [--recordings DIR] [libFuzzer options and corpus folders]
    python benchmarks/fuzz/text.py gfxinfo -max_total_time=600 -max_len=65536 /tmp/corpus-gfxinfo

Without a corpus folder it begins with the pieces below; `--recordings` adds files of a folder of recordings as
seeds. Needs `atheris` (dependency group `fuzz`).
"""

from __future__ import annotations

import codecs
import dataclasses
import json
import sys
import tempfile
import typing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

with atheris.instrument_imports(include=["traces"]):
    from traces.bundle import JournalEntry
    from traces.capture import Manifest, RoundCapture
    from traces.errors import SilkyError
    from traces.records import from_plain, parse_json
    from traces.text.battery import parse_battery
    from traces.text.display import main_display, parse_display
    from traces.text.dress import read_text
    from traces.text.driver_log import parse_marks
    from traces.text.getevent import parse_getevent
    from traces.text.getprop import build_facts, parse_getprop
    from traces.text.gfxinfo import parse_gfxinfo
    from traces.text.ime_history import parse_ime_history
    from traces.text.imetracker import ime_requests, parse_imetracker_log
    from traces.text.input_devices import parse_input_devices
    from traces.text.input_method import parse_input_method
    from traces.text.latency import merge_latency, parse_latency
    from traces.text.layers import app_layers, keyboard_layers, keyboard_leashes, parse_layer_list
    from traces.text.sf_frametimeline import parse_sf_frametimeline
    from traces.text.sniff import sniff
    from traces.text.thermal import parse_thermal
    from traces.text.timestats import parse_timestats
    from traces.text.window import parse_window
    from traces.winscope import read_winscope
    from traces.yaml_file import line_of, parse_yaml, plain

if TYPE_CHECKING:
    from collections.abc import Callable


RECORDS = (Manifest, JournalEntry, RoundCapture)


def gfxinfo(data: bytes) -> None:
    """Rows, summaries and what is computed from them."""
    info = parse_gfxinfo(data)
    info.frames.duration_ns()
    info.frames.overrun_ns()
    for window in info.windows:
        assert window.overflowed in {True, False}
        if window.summary:
            window.summary.disagreements()
    info.require_frames()


def latency(data: bytes) -> None:
    """Rings, their states, and the join."""
    dumps = parse_latency(data)
    merge_latency(dumps)
    for dump in dumps:
        assert dump.outcome
        for block in dump.blocks:
            block.evenly_spaced(dump.period_ns)


def layers(data: bytes) -> None:
    """Layer lists and the choice of a layer."""
    found = parse_layer_list(data)
    app_layers(found, "com.app")
    keyboard_layers(found)
    keyboard_leashes(found)


def winscope(data: bytes) -> None:
    """Winscope's own files and packets; read from a file, as everybody does."""
    path = Path(tempfile.gettempdir()) / "silky-fuzz-winscope"
    path.write_bytes(data)
    found = read_winscope(path)
    for side in ("client", "manager", "service"):
        found.ime.changes(side)


def surfaceflinger(data: bytes) -> None:
    """The four families of `dumpsys SurfaceFlinger`; each looks at every input."""
    for use in (latency, layers, parse_timestats, parse_sf_frametimeline):
        try:
            use(data)
        except SilkyError:
            continue


def keyboard(data: bytes) -> None:
    """`dumpsys input_method` and `dumpsys window`; both look at every input."""
    for parse in (parse_input_method, parse_window):
        try:
            parse(data)
        except SilkyError:
            continue


def imetracker(data: bytes) -> None:
    """Log lines and the history."""
    parse_ime_history(data)
    ime_requests(parse_imetracker_log(data))


def state(data: bytes) -> None:
    """Display, battery, thermal, getprop, getevent: each looks at every input."""
    for use in (
        lambda: main_display(parse_display(data)).periods_ns,
        lambda: parse_battery(data),
        lambda: parse_thermal(data),
        lambda: build_facts(parse_getprop(data)),
        lambda: parse_getevent(data).finger_downs(),
    ):
        try:
            use()
        except SilkyError:
            continue


def driver(data: bytes) -> None:
    """What the driver reads of a phone without a trace: the touch screens, and the marks in a log."""
    marks = parse_marks(read_text(data))
    assert (marks.time_ns >= 0).all()
    for device in parse_input_devices(data):
        assert device.name is not None


def records(data: bytes) -> None:
    """The JSON files of a bundle; each kind looks at every input."""
    said = parse_json(data, "this file")
    for kind in RECORDS:
        try:
            from_plain(kind, said, "this file")
        except SilkyError:
            continue


def yaml(data: bytes) -> None:
    """Files that people write."""
    said = parse_yaml(data.decode(errors="replace"), "this file", next_step="Mend it.")
    plain(said)
    assert line_of(said, ("a", 0, "b")) >= 1


def dress(data: bytes) -> None:
    """Undressing twice is undressing once; the kind and the text do not hang on the dress."""
    once = read_text(data)
    assert read_text(once) == once
    assert sniff(data) is sniff(once)
    for bom, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF8, "utf-8")):
        worn = bom + once.replace("\n", "\r\r\n").encode(encoding)
        assert read_text(worn) == once
        assert read_text(b"* daemon started successfully\r\n" + once.encode()) == once


TARGETS: dict[str, Callable[[bytes], Any]] = {
    "gfxinfo": gfxinfo,
    "latency": latency,
    "layers": layers,
    "timestats": parse_timestats,
    "frametimeline": parse_sf_frametimeline,
    "winscope": winscope,
    "surfaceflinger": surfaceflinger,
    "keyboard": keyboard,
    "imetracker": imetracker,
    "state": state,
    "driver": driver,
    "records": records,
    "yaml": yaml,
    "dress": dress,
}

_SURFACEFLINGER = ("latency", "layers", "timestats", "frametimeline")

SEEDS: dict[str, tuple[str, ...]] = {
    "gfxinfo": ("gfxinfo/*.txt",),
    "latency": ("surfaceflinger/*latency*.txt",),
    "layers": ("surfaceflinger/*list*.txt",),
    "timestats": ("surfaceflinger/*timestats*.txt",),
    "frametimeline": (),
    "surfaceflinger": ("surfaceflinger/*.txt",),
    "winscope": ("ime/winscope/*Service.pb", "perfetto/winscope/in*", "perfetto/winscope/ime*"),
    "keyboard": ("ime/*.txt",),
    "imetracker": ("ime/logcat/*.log", "ime/*input_method*.txt"),
    "state": ("misc/*.txt", "surfaceflinger/*displays*.txt"),
    "driver": (),
    "records": (),
    "yaml": (),
    "dress": ("gfxinfo/*.txt", "ime/*.txt", "misc/*.txt"),
}


TOKENS: dict[str, tuple[str, ...]] = {
    "gfxinfo": (
        "Applications Graphics Acceleration Info:",
        "Uptime: 1 Realtime: 2",
        "** Graphics info for pid 5 [com.app] **",
        "Stats since: 5ns",
        "Total frames rendered: 3",
        "HISTOGRAM: 5ms=2",
        "50th percentile: 5ms",
        "a/android.view.ViewRootImpl@ff (visibility=0)",
        "Window: x",
        "---PROFILEDATA---",
        "Flags,IntendedVsync,FrameInterval,FrameStartTime,SyncStart,FrameCompleted,",
        "0,1,2,3,4,5,",
        "9223372036854775807",
        "Failure while dumping the app: ",
        "No process found for: ",
    ),
    "latency": ("16666667", "0\t0\t0", "1\t9223372036854775807\t2", "-1", "\n\n"),
    "layers": (
        "RequestedLayerState{",
        " parentId=1}",
        "SurfaceView[com.app/.Main]",
        "(BLAST)#1",
        "54dfae7 ",
        "InputMethod#1",
        "animation-leash of insets_animation#1",
        "com.app/com.app.Main#1",
        "@0",
    ),
    "timestats": (
        "TimeStats:",
        "layerName = ",
        "totalFrames = ",
        "averageFPS = ",
        "present2present histogram is as below:",
        "1ms=2",
    ),
    "frametimeline": (
        "Number of display frames : 1",
        "Display Frame 0",
        "Vsync Period: 16.6",
        "Jank Type : App Deadline Missed, Buffer Stuffing",
        "Present Metadata : Late Present",
        "    Layer - com.app/.Main#1 [*] ",
        "    Token: 5",
        "    Present State : Dropped",
        "    Drop time : 1.0",
        "Expected\t|\t0.00\t|\t1.00\t|\t2.00",
        "Actual\t|\t\tN/A\t|\t1.00\t|\t2.00",
    ),
    "winscope": ("\tIMCTRACE", "\tIMMTRACE", "\tLYRTRACE", "ITYPE_IME", "InputMethod#1"),
    "keyboard": (
        "mInputShown=true",
        "mImeWindowVis=",
        "mCurMethodId=",
        "mCurFocusedWindow=",
        "ClientState{pid=3}",
        "InsetsSource id=3 type=ime frame=[0,0][1,1] visible=true",
        "InsetsSource type=ITYPE_IME frame=[0,0][1,1] visibleFrame=[0,0][1,1] visible=true",
        "Window #1 Window{1 u0 InputMethod}:",
        "mGivenContentInsets=[9,9][9,9]",
        "mCurrentFocus=Window{1 u0 a/b}",
        "Animation settings: disabled window=1 transition=1 animator=x",
    ),
    "imetracker": (
        "08-01 01:01:01.001 1 1 I ImeTracker: a:ff: ",
        "onRequestShow at ORIGIN reason REASON",
        "onCancelled at PHASE_CLIENT_APPLY_ANIMATION",
        "onShown",
        "#1 TYPE_SHOW - STATUS_SUCCESS - a (1ms):",
        "startTime=2026-06-10 09:02:44.062 (timestamp=94524) ORIGIN",
        "reason=R PHASE",
        "requestWindowName=",
    ),
    "state": (
        "DisplayDeviceInfo{",
        "DisplayInfo{",
        "supportedModes [{id=1, width=1, height=1, fps=60.0}]",
        "Current Battery Service state:",
        "level: 5",
        "scale: 100",
        "Thermal Status: 3",
        "Temperature{mValue=1, mType=0, mName=a, mStatus=0}",
        "[ro.build.version.sdk]: [34]",
        "[1.000001] /dev/input/event1: 0003 0039 ffffffff",
    ),
    "driver": (
        "Input Reader State (Nums of device: 1):\n  Device 5: touch\n",
        "    IsExternal: false\n",
        "    Touch Input Mapper (mode - DIRECT):\n",
        "    Viewport INTERNAL: displayId=0, uniqueId=local:1, port=1, orientation=0, isActive=[1]\n",
        "    Viewport: displayId=0, logicalFrame=[0, 0, 1, 1], physicalFrame=[0, 0, 1, 1], deviceSize=[1, 1]\n",
        "Viewport: displayId=0",
        "silky_mark silky_popup 1 12.34\n",
    ),
    "records": ("[[[[[[", "NaN", '"-Infinity"', "1e999", "\\ud800", "null", "true", "-1", "{", "}", ":"),
    "yaml": (
        "a:\n  - b: 1\n  - [x, {y: z}]\n",
        "&x [*x]",
        "? !!set {a}\n",
        "%YAML 1.2\n---\n",
        "2001-01-01T00:00:00Z",
        "<<: *x",
        "|-\n  ",
        "0x1F .inf 1_000 1e3 ~",
        "!!binary aGk=",
        "!!float ",
        "!!int ",
        "!!timestamp ",
    ),
    "dress": ("\ufeff", "\r\r\n", "* daemon started", "adb: warning", "WARNING: linker:"),
}
TOKENS["surfaceflinger"] = tuple(token for name in _SURFACEFLINGER for token in TOKENS[name])
"""Words that get an input past a parser's first check, for libFuzzer's dictionary."""


def _example(kind: Any) -> Any:
    """Return something that a field of this type may hold in JSON."""
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in {list, tuple}:
        return [_example(one) for one in args if one is not ...]
    if origin is dict:
        return {"a": _example(args[1])}
    if args:
        return _example(args[0])
    if dataclasses.is_dataclass(kind):
        return {name: _example(of) for name, of in typing.get_type_hints(kind).items()}
    return {int: 1, float: 0.5, bool: True, str: "x"}.get(kind)


def _seed(name: str, recordings: Path | None, corpus: Path) -> None:
    corpus.mkdir(parents=True, exist_ok=True)
    (corpus / "tokens").write_text("\n".join(TOKENS[name]))
    for i, token in enumerate(TOKENS[name]):
        (corpus / f"token-{i}").write_text(token)
    for kind in RECORDS if name == "records" else ():
        (corpus / kind.__name__).write_text(json.dumps(_example(kind)))
    for pattern in SEEDS[name] if recordings else ():
        for path in sorted(recordings.glob(pattern)):
            (corpus / path.name).write_bytes(path.read_bytes())


def _dictionary(name: str) -> Path:
    words = ["".join(f"\\x{byte:02x}" for byte in token.encode()) for token in TOKENS[name]]
    with tempfile.NamedTemporaryFile("w", suffix=".dict", delete=False) as file:
        file.writelines(f'"{word}"\n' for word in words)
    return Path(file.name)


def main() -> None:
    """Run one target; findings are left as crash files in the current folder."""
    if len(sys.argv) < 2 or sys.argv[1] not in TARGETS:
        sys.exit(f"usage: text.py {'|'.join(TARGETS)} [--recordings DIR] [libFuzzer options, corpus folders]")
    name = sys.argv.pop(1)
    recordings = None
    if "--recordings" in sys.argv:
        at = sys.argv.index("--recordings")
        recordings = Path(sys.argv[at + 1])
        del sys.argv[at : at + 2]
    corpus = next((Path(arg) for arg in sys.argv[1:] if not arg.startswith("-")), None)
    if corpus is not None:
        _seed(name, recordings, corpus)
    target = TARGETS[name]

    def one(data: bytes) -> None:
        try:
            target(data)
        except SilkyError:
            return

    dictionary = _dictionary(name)
    atheris.Setup([*sys.argv, f"-dict={dictionary}"], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
