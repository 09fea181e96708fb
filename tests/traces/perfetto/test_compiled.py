"""The compiled loops give what numpy gives, cell for cell: of recordings, of synthetic traces, of damaged ones."""

from __future__ import annotations

import os
import shutil
from fnmatch import fnmatchcase

import numpy as np
import pytest
from both_ways import NUMPY, plain, whole
from hypothesis import given, settings
from hypothesis import strategies as st
from perfetto_writer import BOOTTIME, MONOTONIC, TraceWriter, blob, number, varint

from traces.perfetto import compiled, read_trace
from traces.perfetto.atrace import Edges, Names
from traces.perfetto.compiled import build as building
from traces.perfetto.crossing import HELD, HELD_END, WORK_END
from traces.perfetto.fieldscan import LENGTH, VARINT, Fields
from traces.perfetto.framing import cut
from traces.perfetto.interning import Interner
from traces.perfetto.slices import LateEdge, ThreadSlices
from traces.perfetto.wire import PADDING, Block


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """The library, built for these tests from the source that is here."""
    if building.compiler() is None:
        assert shutil.which("cc") is None
        pytest.skip("no C compiler here: silky decodes with numpy alone")
    path = tmp_path_factory.mktemp("compiled") / "loops.so"
    why = building.build(path)
    assert why is None, why
    loaded = compiled.load(path)
    assert loaded.functions is not None, loaded.why_not
    return loaded


@pytest.fixture
def both(library):
    """Do something twice, with the library and without; return both."""

    def twice(do):
        try:
            compiled.use(library)
            ours = do()
            compiled.use(NUMPY)
            return ours, do()
        finally:
            compiled.use(None)

    return twice


@pytest.mark.skipif(not os.environ.get("CI"), reason="asked of CI, which installs silky with a compiler")
def test_where_a_compiler_is_the_installed_silky_has_the_library():
    assert (compiled.loops() is not None) == (building.compiler() is not None), compiled.why_not()


@pytest.mark.data
@pytest.mark.parametrize(
    "name",
    ["api32_startup_warm", "frame_timeline_events", "frame_timeline_metric", "graphics_frame_events"],
)
def test_recordings_are_the_same(recordings, both, name):
    (path,) = (recordings / "perfetto").glob(f"{name}.*trace")
    ours, numpys = both(lambda: whole(path))
    assert ours == numpys


@pytest.mark.data
def test_the_large_recording_is_the_same(recordings, both):
    path = recordings / "perfetto" / "sidky_nowinandroid.perfetto-trace"
    ours, numpys = both(lambda: whole(path, slice_names=["Choreographer*", "draw*", "*ime*"]))
    assert ours == numpys


def busy(width: int = 4) -> TraceWriter:
    """A trace with every kind of bytes that the library reads."""
    writer = TraceWriter(clock=BOOTTIME, width=width).clocks({BOOTTIME: 1000, MONOTONIC: 900, 1: 5})
    writer.processes({1000: "com.example.chat"}, {1001: (1000, "RenderThread")})
    for i in range(3):
        writer.expected_surface(
            100 + i, 116 + i, cookie=1 + 9 * i, token=7 + i, display_token=9 + i, pid=1000
        )
        writer.actual_surface(102 + i, 120 + i, cookie=2 + 9 * i, token=7 + i, display_token=9 + i, pid=1000)
        writer.actual_display(118 + i, 133 + i, cookie=3 + 9 * i, token=9 + i)

    def switch(ts, first, prio, following, name):
        body = blob(1, f"thread-{first}") + number(2, first) + number(3, 120) + number(4, 1)
        return writer.event(ts, first, 4, body + blob(5, name) + number(6, following) + number(7, prio))

    def waking(ts, tid):
        return writer.event(ts, 7, 20, blob(1, f"woken-{tid}") + number(2, tid) + number(3, 120))

    packed = blob(1, varint(50) + varint(5) + varint(6)) + blob(2, b"\x01\x02\x00")
    packed += blob(3, varint(1001) + varint(300) + varint(1001)) + blob(4, b"\x78\x78\x78")
    packed += blob(5, "RenderThread") + blob(5, "binder:1") + blob(6, b"\x00\x01\x01")
    packed += blob(7, varint(53)) + blob(8, varint(1001)) + b"".join(blob(i, b"\x00") for i in (9, 10, 11))
    texts = ["B|1000|DrawFrames 7", "B|1000|" + "long" * 40, "E|1000", "E|1000", "I|1000|now", "B|1000|", "E"]
    texts += [
        "S|1000|InsetsAnimation: ime|1",
        "F|1000|InsetsAnimation: ime|1",
        "C|1000|counter|1",
        "C|1000|counter|",
    ]
    texts += [
        "N|1000|track|said",
        "G|1000|track|name|5",
        "H|1000|track|5",
        "X|what",
        "",
        "B|1000|again",
        "B|1000|again",
    ]
    for cpu in range(2):
        events = [
            writer.event(200 + 10 * i + cpu, 1001 + i % 2, 3, number(1, 2**63 + 5) + blob(2, text + "\n"))
            for i, text in enumerate(texts)
        ]
        events += [switch(400, 1001, 120, 300, "binder:1"), switch(401, 300, 2**64 - 1, 70000, "deadline")]
        events += [switch(402, 1002, 200, 1001, "RenderThread"), waking(403, 1001), waking(404, 90000)]
        events += [
            writer.event(410, 1001, 236, number(1, 1001) + blob(3, "Renamed")),
            writer.event(411, 1, 235, number(1, 2000) + blob(2, "new") + number(3, 0x10000)),
            writer.event(412, 2000, 4, number(2, 2000) + number(4, 1) + number(6, 7)),
            number(2, 1001) + number(1, 413) + blob(3, blob(2, "B|1000|turned round\n")),
            writer.event(2**40, 1001, 3, blob(2, "E|1000\n")),
        ]
        writer.bundle(*events, cpu=cpu, more=blob(4, packed))
    return writer.ftrace_stats(2, {0: (0, 0)}).trace_stats()


@pytest.mark.parametrize("width", [0, 4])
def test_a_synthetic_trace_is_the_same(tmp_path, both, width):
    path = tmp_path / "t.pftrace"
    path.write_bytes(busy(width).bytes())
    ours, numpys = both(lambda: whole(path))
    assert ours == numpys
    assert {"DrawFrames 7", "again", "now"} <= set(ours["slices"]["name"][1])
    assert "thread-1002" in ours["slices"]["thread"][1]


def test_the_span_of_a_trace_is_that_of_all_its_events_in_whatever_order(tmp_path, both):
    path = tmp_path / "t.pftrace"
    texts = [f"B|1|{at}" + "x" * (200 * (at == 15)) for at in (50, 15, 90, 40)]
    at = [int(text[4:6]) for text in texts]
    path.write_bytes(TraceWriter(clock=BOOTTIME).prints(*zip(at, (1001,) * 4, texts, strict=True)).bytes())
    ours, numpys = both(lambda: read_trace(path).health.duration_ns)
    assert ours == numpys == 75


DAMAGED = busy().bytes(), busy(0).bytes()


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("same") / "t.pftrace"


@settings(deadline=None, max_examples=250)
@given(
    st.sampled_from(DAMAGED),
    st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(1, 255)), max_size=5),
    st.integers(0, 1 << 16),
)
def test_damaged_traces_are_the_same(library, path, data, flips, cut_at):
    damaged = bytearray(data)
    for at, value in flips:
        damaged[at % len(data)] ^= value
    del damaged[len(data) - cut_at % len(data) if cut_at % 3 == 0 else len(data) :]
    path.write_bytes(bytes(damaged) or b"\n")
    told = []
    for loaded in (library, NUMPY):
        compiled.use(loaded)
        told.append(whole(path))
    compiled.use(None)
    assert told[0] == told[1]


PIECES = st.lists(
    st.one_of(
        st.binary(max_size=12),
        st.builds(blob, st.integers(1, 40), st.binary(max_size=9), st.sampled_from([0, 4])),
        st.builds(number, st.integers(1, 3000), st.integers(0, 2**64 - 1)),
        st.sampled_from(
            [b"\xff" * 11, b"\x0a\x80", b"\x0a\x80\x80\x00", b"\x0d1234", b"\x0912345678", b"\x0b"]
        ),
    ),
    max_size=8,
).map(b"".join)


@settings(deadline=None, max_examples=300)
@given(PIECES, st.integers(0, 20))
def test_any_bytes_are_cut_and_scanned_alike(library, data, first):
    block = Block(data + bytes(PADDING))
    first = min(first, len(data))
    start, end = np.array([0, first]), np.array([first, len(data)])
    fields = Fields([(1, VARINT), (2, LENGTH), (9, VARINT), (300, VARINT)], rows=[0, 1, 0, 2])
    told = []
    for loaded in (library, NUMPY):
        compiled.use(loaded)
        told.append((plain(cut(block, len(data))), plain(fields.scan(block, start, end))))
    compiled.use(None)
    assert told[0] == told[1]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.binary(max_size=140), max_size=60), st.integers(1, 700))
def test_every_text_has_one_number_however_many_there_are(library, texts, more):
    texts = [*texts, *(b"%d" % i for i in range(more)), *texts]
    data = b"".join(texts)
    end = np.cumsum([len(text) for text in texts])
    start = end - [len(text) for text in texts]
    known: dict[bytes, int] = {}
    compiled.use(library)
    interner = Interner(lambda text: known.setdefault(text, len(known)))
    block = Block(data + bytes(PADDING))
    numbers = [interner.numbers(block, start, end).tolist() for _ in range(2)]
    interner.forget()
    numbers.append(interner.numbers(block, start, end).tolist())
    compiled.use(None)
    assert numbers == [[known[text] for text in texts]] * 3


def test_the_table_of_texts_grows(library):
    texts = [b"text %d" % i for i in range(70_000)]
    end = np.cumsum([len(text) for text in texts])
    start = end - [len(text) for text in texts]
    asked = []
    compiled.use(library)
    interner = Interner(lambda text: asked.append(text) or len(asked) - 1)
    numbers = interner.numbers(Block(b"".join(texts) + bytes(PADDING)), start, end)
    again = interner.numbers(Block(b"".join(texts) + bytes(PADDING)), start, end)
    compiled.use(None)
    assert numbers.tolist() == again.tolist() == list(range(70_000))
    assert len(asked) == 70_000


EDGES = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 4), st.sampled_from([1, -1]), st.integers(-6, 3)),
    max_size=60,
)


@given(st.lists(EDGES, max_size=4), st.sampled_from([2, 10, 1000]), st.integers(0, 20))
def test_begins_and_ends_nest_alike(library, batches, patience, known_from):
    def nested():
        slices = ThreadSlices(patience, kinds={HELD_END: HELD, WORK_END: 2})
        slices.begin_at(known_from)
        try:
            for time, batch in enumerate(batches):
                ns, tid, step, name = (np.array(column, np.int64) for column in zip(*batch, strict=True))
                slices.add(Edges(20 * time + ns, tid, tid // 3 + 1, step.astype(np.int8), name))
            columns = slices.finish()
        except LateEdge:
            return "an edge came late"
        return [
            *(column.tolist() for column in columns),
            slices.unpaired_ends,
            slices.unended,
            slices.threads,
        ]

    # Some ends name what they end, which then need not be the innermost.
    own = {1: (HELD,), -1: (HELD_END, WORK_END)}
    batches = [
        [(t, tid, step, name if name in own[step] else max(name, -1)) for t, tid, step, name in batch]
        for batch in batches
        if batch
    ]
    compiled.use(library)
    mine = nested()
    compiled.use(NUMPY)
    plain = nested()
    compiled.use(None)
    assert mine == plain


GLOB = st.text("ab*?", max_size=6)


@given(st.lists(GLOB, min_size=1, max_size=3), st.lists(st.text("ab|\n é", max_size=6), max_size=20))
def test_begins_that_nobody_asked_for_are_known_as_the_patterns_say(library, globs, names):
    texts = [b"%b|7|%b" % (kind, name.encode()) for kind in (b"B", b"C", b"B|") for name in names]
    end = np.cumsum([len(text) for text in texts], dtype=np.int64)
    start = end - np.array([len(text) for text in texts], np.int64)
    wanted, asked = Names(globs), []
    compiled.use(library)
    interner = Interner(lambda text: asked.append(text) or 1, lambda pid: -pid, wanted.globs)
    numbers = interner.numbers(Block(b"".join(texts) + bytes(PADDING)), start, end).tolist()
    compiled.use(None)
    for text, told in zip(texts, numbers, strict=True):
        name = text.rstrip(b"\n\0").removeprefix(b"B|7|")
        plain = text.startswith(b"B|7") and name.isascii() and name != b""
        unwanted = plain and not any(fnmatchcase(name.decode(), glob) for glob in globs)
        assert told == (-7 if unwanted else 1)
        assert (text in asked) == (not unwanted)


def test_patterns_with_sets_are_left_to_python():
    assert Names(["do[FD]rame"]).globs == b""
    assert Names(["größe*"]).globs == b""
    assert Names(None).globs == b""
    assert Names(["a*", "b?"]).globs == b"\x02a*\x02b?"


def test_it_can_be_switched_off(monkeypatch):
    monkeypatch.setenv("SILKY_COMPILED", "off")
    assert compiled.load() == compiled.Loaded(None, "SILKY_COMPILED=off")


def test_a_library_of_another_source_is_not_used(library, tmp_path, monkeypatch):
    monkeypatch.delenv("SILKY_COMPILED", raising=False)
    source = tmp_path / "loops.c"
    source.write_text(building.SOURCE.read_text() + "/* changed */\n")
    assert building.build(tmp_path / "old.so", source) is None
    assert (
        compiled.load(tmp_path / "old.so").why_not
        == "it was compiled from another source; install silky again"
    )


def test_no_library_is_no_error(tmp_path, monkeypatch):
    monkeypatch.delenv("SILKY_COMPILED", raising=False)
    assert compiled.load(tmp_path / "none.so").why_not == "it was not compiled at installation"


def test_without_a_compiler_nothing_is_built_and_the_reason_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CC", raising=False)
    assert building.build(tmp_path / "loops.so") == "no C compiler was found (cc, gcc, clang, or $CC)"
    assert not list(tmp_path.iterdir())


def test_a_compiler_that_fails_leaves_the_old_library_in_place(library, tmp_path):
    (tmp_path / "loops.so").write_bytes(b"the old one")
    broken = tmp_path / "loops.c"
    broken.write_text("this is no C\n")
    assert "failed" in building.build(tmp_path / "loops.so", broken)
    assert (tmp_path / "loops.so").read_bytes() == b"the old one"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["loops.c", "loops.so"]
