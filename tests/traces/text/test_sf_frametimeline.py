"""`--frametimeline` as SurfaceFlinger prints it: no recording of one is at hand, so texts are written here in
the format strings of FrameTimeline.cpp (AOSP 12 to 16)."""

from __future__ import annotations

import pytest

from traces.errors import InputFileError
from traces.tables import NA, JankType, PredictionType, PresentType
from traces.text.sf_frametimeline import parse_sf_frametimeline, present_gaps_ns
from traces.text.sniff import Kind, sniff

MS = 1_000_000
ACT = "TX - com.app/com.app.Main#1234"
LEASH = "TX - Surface(name=3ab InputMethod)/@0x7 - animation-leash of insets_animation#77"


def cell(ms: float | None) -> str:
    return "\t\tN/A\t|" if ms is None else f"\t{ms:10.2f}\t|"


def table(indent: str, expected: tuple[float, float, float] | None, actual: tuple[float | None, ...]) -> str:
    rule = "-" * 88
    text = f"{indent}\t\t    Start time\t\t|    End time\t\t|    Present time\n"
    if expected:
        text += f"{indent}Expected\t|" + "".join(f"\t{v:10.2f}\t|" for v in expected)[:-2] + "\n"
    text += f"{indent}Actual  \t|" + "".join(cell(v) for v in actual)[:-2] + "\n"
    return text + f"{indent}{rule}\n"


def surface(
    layer: str = ACT,
    *,
    token: int = 500,
    buffer: int = 1,
    state: str = "Presented",
    prediction: str = "Valid",
    jank: str = "None",
    present: str = "On Time Present",
    drop: float | None = None,
    expected: tuple[float, float, float] | None = (0.0, 12.0, 30.0),
    actual: tuple[float | None, ...] = (1.0, 9.5, 30.1),
) -> str:
    mark = "" if jank == "None" else " [*] "
    i = "    "
    lines = [
        f"{i}Layer - {layer}{mark}",
        f"{i}Token: {token}",
        f"{i}Is Buffer?: {buffer}",
        f"{i}Owner Pid : 4321",
        f"{i}Scheduled rendering rate: 60 fps",
        f"{i}Layer ID : 1234",
        f"{i}Present State : {state}",
        *([f"{i}Drop time : {drop:10f}"] if drop is not None else []),
        f"{i}Prediction State : {prediction}",
        f"{i}Jank Type : {jank}",
        f"{i}Present Metadata : {present}",
        f"{i}Finish Metadata: On Time Finish",
        f"{i}Last latch time: {0.0:10f}",
        *([f"{i}Present delta: {0.1:10f}"] if expected else []),
    ]
    return "\n".join(lines) + "\n" + table(i, expected, actual)


def display(number: int, *surfaces: str, jank: str = "None", present_ms: float = 30.1) -> str:
    mark = "" if jank == "None" else " [*] "
    lines = [
        f"Display Frame {number}{mark}",
        "Prediction State : Valid",
        f"Jank Type : {jank}",
        "Present Metadata : On Time Present",
        "Finish Metadata: On Time Finish",
        "Start Metadata: On Time Start",
        f"Vsync Period: {16.666667:10f}",
        f"Present delta: {0.1:10f}",
        f"Present delta % refreshrate: {0.1:10f}",
    ]
    head = "\n".join(lines) + "\n" + table("", (14.0, 20.0, 30.0), (14.2, 17.0, present_ms))
    return head + "\n" + "".join(surfaces) + "\n"


def everything(*displays: str) -> str:
    return f"Number of display frames : {len(displays)}\n" + "".join(displays)


def test_expected_and_actual_times_of_every_frame():
    text = everything(display(0, surface()), display(1, surface(token=508, actual=(18.0, 27.0, 46.77))))
    (dump,) = parse_sf_frametimeline(text)
    assert dump.complete
    assert dump.display.period_ns.tolist() == [16_666_667] * 2
    assert dump.display.expected_present_ns.tolist() == [30 * MS] * 2
    frames = dump.frames
    assert frames.layer_name.tolist() == [ACT, ACT]
    assert (frames.token.tolist(), frames.pid.tolist(), frames.layer_id.tolist()) == (
        [500, 508],
        [4321] * 2,
        [1234] * 2,
    )
    assert frames.start_ns.tolist() == [MS, 18 * MS]
    assert frames.end_ns.tolist() == [9_500_000, 27 * MS]
    assert frames.present_ns.tolist() == [30_100_000, 46_770_000]
    assert frames.expected_end_ns.tolist() == [12 * MS] * 2
    assert frames.is_buffer.all()
    assert present_gaps_ns(dump, ACT).tolist() == [16_670_000]


def test_a_dropped_frame_has_a_drop_time_and_none_on_screen():
    dropped = surface(
        state="Dropped", drop=21.5, present="Unknown Present", actual=(1.0, 9.5, None), jank="Dropped Frame"
    )
    (dump,) = parse_sf_frametimeline(everything(display(0, dropped)))
    assert dump.frames.present_type.tolist() == [PresentType.DROPPED]
    assert dump.frames.present_ns.tolist() == [NA]
    assert dump.frames.drop_ns.tolist() == [21_500_000]
    assert dump.frames.jank_type.tolist() == [JankType.DROPPED]


def test_a_failed_fence_is_printed_as_zero_and_is_no_time():
    bad = surface(actual=(1.0, 9.5, 0.0), jank="Unknown jank", present="Unknown Present")
    (dump,) = parse_sf_frametimeline(everything(display(0, bad, jank="Unknown jank", present_ms=0.0)))
    assert dump.frames.present_ns.tolist() == dump.display.present_ns.tolist() == [NA]


def test_leash_frames_without_token_or_end():
    leash = surface(
        LEASH,
        token=-1,
        buffer=0,
        prediction="None",
        expected=None,
        actual=(None, None, 30.1),
        present="Unknown Present",
    )
    (dump,) = parse_sf_frametimeline(everything(display(0, leash)))
    assert dump.frames.token.tolist() == [-1]
    assert not dump.frames.is_buffer[0]
    assert dump.frames.prediction_type.tolist() == [PredictionType.UNKNOWN]
    assert (dump.frames.start_ns[0], dump.frames.end_ns[0]) == (NA, NA)
    assert dump.frames.expected_present_ns.tolist() == [NA]
    assert dump.frames.present_ns.tolist() == [30_100_000]


@pytest.mark.parametrize(
    ("said", "bits"),
    [
        ("SurfaceFlinger CPU Deadline Missed", JankType.SF_CPU_DEADLINE_MISSED),
        ("SurfaceFlinger deadline missed (while in HWC)", JankType.SF_CPU_DEADLINE_MISSED),
        ("SurfaceFlinger deadline missed (while in GPU comp)", JankType.SF_GPU_DEADLINE_MISSED),
        ("App Deadline Missed, Buffer Stuffing", JankType.APP_DEADLINE_MISSED | JankType.BUFFER_STUFFING),
        ("Display HAL, Unknown jank", JankType.DISPLAY_HAL | JankType.UNKNOWN),
    ],
    ids=["12-14", "15+", "15+gpu", "two", "bad-fence"],
)
def test_jank_types_of_all_versions(said: str, bits: JankType):
    (dump,) = parse_sf_frametimeline(everything(display(0, surface(jank=said))))
    assert dump.frames.jank_type.tolist() == [bits]
    assert dump.frames.layer_name.tolist() == [ACT], "the mark is not part of the name"
    assert dump.unknown_janks == ()


def test_a_jank_type_of_the_future_is_named():
    (dump,) = parse_sf_frametimeline(everything(display(0, surface(jank="Solar Flare"))))
    assert dump.unknown_janks == ("Solar Flare",)
    assert dump.frames.jank_type.tolist() == [JankType.UNKNOWN]


def test_jank_dumps_have_gaps_in_their_numbers_and_are_never_complete():
    text = display(3, surface(jank="App Deadline Missed")) + display(9, jank="Display HAL")
    (dump,) = parse_sf_frametimeline(text)
    assert dump.announced is None
    assert not dump.complete
    assert dump.display.number.tolist() == [3, 9]
    assert dump.frames.display.tolist() == [0]


def test_several_dumps_and_a_cut_one():
    one = everything(display(0, surface()), display(1, surface()))
    dumps = parse_sf_frametimeline(
        one + one.replace("Number of display frames : 2", "Number of display frames : 64")
    )
    assert [dump.complete for dump in dumps] == [True, False]
    assert [len(dump.frames) for dump in dumps] == [2, 2]


def test_both_arguments_at_once_print_the_janky_ones_first():
    jank = display(1, surface(jank="App Deadline Missed"))
    dumps = parse_sf_frametimeline(jank + everything(display(0, surface()), jank))
    assert [dump.announced for dump in dumps] == [None, 2]


def test_an_empty_ring_is_a_dump_and_a_poem_is_none():
    (dump,) = parse_sf_frametimeline("Number of display frames : 0\n")
    assert (len(dump.display), dump.complete) == (0, True)
    with pytest.raises(InputFileError, match="not a --frametimeline dump"):
        parse_sf_frametimeline("Shall I compare thee to a summer's day?")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-8-sig"])
def test_any_dress(encoding: str):
    data = (
        "* daemon started successfully\r\r\n" + everything(display(0, surface())).replace("\n", "\r\r\n")
    ).encode(encoding)
    (dump,) = parse_sf_frametimeline(data)
    assert dump.frames.present_ns.tolist() == [30_100_000]
    assert sniff(data) is Kind.SF_FRAMETIMELINE


def test_absurd_numbers_are_missing_ones():
    text = everything(display(0, surface(token=2**70, actual=(1e30, -1e300, float("inf")))))
    (dump,) = parse_sf_frametimeline(text)
    assert dump.frames.token.tolist() == [NA]
    assert (dump.frames.start_ns[0], dump.frames.end_ns[0], dump.frames.present_ns[0]) == (NA, NA, NA)
