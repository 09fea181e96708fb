"""What the dumps say about the world they show."""

from __future__ import annotations

from devices.simulated.userland.dumpsys.display import java_float
from devices.simulated.userland.dumpsys.jank import BUCKETS, bucket, count_jank, percentile
from devices.simulated.world import LayerPresent
from tests.devices.simulated.userland.fake_world import CHAT, MS, FakeWorld, frame, persona
from tests.devices.simulated.userland.helpers import Device, sh

TITLE = f"{CHAT}/{CHAT}.MainActivity"
START = 1_000_000_000_000


def row(text: str, number: int = 0) -> dict[str, int]:
    lines = text.splitlines()
    data = lines.index("---PROFILEDATA---")
    names = lines[data + 1].rstrip(",").split(",")
    return dict(zip(names, map(int, lines[data + 2 + number].rstrip(",").split(",")), strict=True))


def test_framestats_rows_hold_the_models_times() -> None:
    world = FakeWorld(frames={TITLE: [frame(START), frame(START + 9 * MS, late=True)]})
    values = row(sh(f"dumpsys gfxinfo {CHAT} framestats", world).out, 1)
    assert values["IntendedVsync"] == START + 9 * MS
    assert values["FrameCompleted"] == START + 39 * MS
    assert values["DisplayPresentTime"] == 0
    # Up to Android 15 the names of these two are the wrong way round.
    assert values["FrameStartTime"] == 8_333_333
    assert values["FrameInterval"] == START + 9 * MS + 50_000


def test_the_labels_are_right_from_16_on() -> None:
    world = FakeWorld(persona=persona(36), frames={TITLE: [frame(START)]})
    values = row(sh(f"dumpsys gfxinfo {CHAT} framestats", world).out)
    assert values["FrameInterval"] == 8_333_333
    assert values["WorkloadTarget"] == 0


def test_jank_is_counted_by_the_deadline() -> None:
    counts = count_jank(
        [frame(START), frame(START + 50 * MS, late=True), frame(START + 99 * MS, late=True, flags=4)], 34
    )
    assert (counts.total, counts.janky, counts.missed_deadline) == (3, 1, 1)
    assert counts.janky_legacy == 1


def test_histogram_buckets_are_hwuis() -> None:
    assert len(BUCKETS) == 154
    small = {1: 5, 5: 5, 6: 6, 32: 32, 33: 32, 34: 34, 35: 34, 48: 48, 51: 48, 52: 53, 55: 53, 56: 57}
    for duration, label in {**small, 133: 133, 149: 150, 199: 150, 200: 200, 9999: 4950}.items():
        assert bucket(duration * MS) == label, duration
        assert label in BUCKETS


def test_percentiles_are_bucket_values() -> None:
    counts = count_jank([frame(START + i * 50 * MS, late=i >= 90) for i in range(100)], 34)
    assert percentile(counts.frames, counts.total, 50) == 6
    assert percentile(counts.frames, counts.total, 95) == 30
    assert percentile(counts.frames, 0, 50) >= 0


def test_reset_prints_first_and_clears_then() -> None:
    world = FakeWorld(frames={TITLE: [frame(START)]})
    device = Device(world)
    assert "Total frames rendered: 1" in device.run(f"dumpsys gfxinfo {CHAT} framestats reset").out
    assert ("hwui_reset", 4321) in world.did
    after = device.run(f"dumpsys gfxinfo {CHAT}").out
    assert "Total frames rendered: 0" in after
    assert "Stats since: 960" in after


def test_latency_has_the_period_127_rows_and_a_blank_line() -> None:
    presents = [LayerPresent(START + i * MS, START + i * MS + 5, START + i * MS + 2) for i in range(130)]
    out = sh(f"dumpsys SurfaceFlinger --latency '{TITLE}#77'", FakeWorld(presents=presents)).out
    lines = out.split("\n")
    assert lines[0] == "8333333"
    assert len(lines) == 1 + 127 + 2
    assert lines[-2:] == ["", ""]
    assert lines[127] == f"{presents[-1].desired}\t{presents[-1].actual}\t{presents[-1].ready}"
    few = sh(f"dumpsys SurfaceFlinger --latency '{TITLE}#77'", FakeWorld(presents=presents[:2])).out.split(
        "\n"
    )
    assert few[1:126] == ["0\t0\t0"] * 125


def test_an_unknown_layer_gives_the_period_only() -> None:
    assert sh(f"dumpsys SurfaceFlinger --latency '{TITLE}'").out == "8333333\n"
    assert sh("dumpsys SurfaceFlinger --latency").out == "8333333\n"


def test_latency_clear_forgets_older_frames() -> None:
    world = FakeWorld(presents=[LayerPresent(START - 2 * 10**12, START, START)])
    device = Device(world)
    device.run("dumpsys SurfaceFlinger --latency-clear")
    now = world.clocks().monotonic_ns
    world.presents.append(LayerPresent(now + 10**12, now + 10**12, now + 10**12))
    rows = device.run(f"dumpsys SurfaceFlinger --latency '{TITLE}#77'").out.splitlines()[1:128]
    assert [line for line in rows if line != "0\t0\t0"] == [f"{now + 10**12}\t{now + 10**12}\t{now + 10**12}"]


def test_with_its_flag_latency_of_16_prints_what_there_is_and_clears_in_the_compositor() -> None:
    flagged = persona(36, flags=frozenset({"deprecate_frame_tracker"}))
    world = FakeWorld(
        persona=flagged, presents=[LayerPresent(START, START + 1, START), LayerPresent(START, 0, 7)]
    )
    device = Device(world)
    out = device.run(f"dumpsys SurfaceFlinger --latency '{TITLE}#77'").out
    assert out == f"8333333\n{START}\t{START + 1}\t{START}\n{START}\t0\t7\n\n"
    device.run(f"dumpsys SurfaceFlinger --latency-clear '{TITLE}#77'")
    assert world.cleared_layers == [77]


def test_the_keyboard_is_told_by_insets_and_by_its_manager() -> None:
    for shown in (True, False):
        world = FakeWorld(shown=shown)
        assert f"mInputShown={str(shown).lower()}" in sh("dumpsys input_method", world).out
        displays = sh("dumpsys window displays", world).out
        assert ("type=ime frame=[0,1500][1080,2400]" in displays) == shown


def test_the_ime_tracker_keeps_live_and_ended_requests() -> None:
    out = sh("dumpsys input_method").out
    assert "    ImeTrackerService#History.mLiveEntries: 1 elements\n    #1 TYPE_HIDE - STATUS_RUN - " in out
    assert (
        "    #0 TYPE_SHOW - STATUS_SUCCESS - com.example.chat:5bd1e995 (312ms):\n"
        "      startTime=2026-02-02 02:40:00.123 ORIGIN_CLIENT_SHOW_SOFT_INPUT\n"
        "      reason=SHOW_SOFT_INPUT PHASE_CLIENT_ANIMATION_FINISHED_SHOW\n"
        "      requestWindowName=com.example.chat.MainActivity\n"
    ) in out
    newer = sh("dumpsys input_method", FakeWorld(persona=persona(36))).out
    assert "mCompletedEntries: 1 elements" in newer
    assert "startTime=2026-02-02 02:40:00.123 (timestamp=1000000) ORIGIN_CLIENT" in newer
    assert "ImeTracker" not in sh("dumpsys input_method", FakeWorld(persona=persona(33))).out


def test_the_activity_record_is_that_of_its_layer() -> None:
    out = sh("dumpsys window displays | grep mFocusedApp; dumpsys activity activities | grep topResumed").out
    record = out.splitlines()[0].split("=")[1]
    assert record.startswith("ActivityRecord{")
    assert f"u0 {CHAT}/.MainActivity t" in record
    assert out.splitlines()[1].strip() == f"topResumedActivity={record}"


def test_a_dark_locked_phone_says_so() -> None:
    world = FakeWorld(screen_on=False, locked=True)
    assert "  mWakefulness=Asleep\n" in sh("dumpsys power", world).out
    displays = sh("dumpsys window displays", world).out
    assert "isKeyguardShowing=true" in displays
    assert "mCurrentFocus=null" in displays
    assert "      showing=true\n" in sh("dumpsys window policy", world).out
    assert "mState=OFF" in sh("dumpsys display", world).out


def test_battery_reports_can_be_overridden() -> None:
    device = Device()
    assert "  USB powered: true\n  Wireless powered: false\n" in device.run("dumpsys battery").out
    assert "  USB powered: false\n" in device.run("cmd battery unplug; dumpsys battery").out
    assert "  USB powered: true\n" in device.run("dumpsys battery reset; dumpsys battery").out
    assert "  level: 12\n" in device.run("dumpsys battery set level 12; dumpsys battery").out


def test_java_floats() -> None:
    for value, text in ((60.0, "60.0"), (120.00001, "120.00001"), (57.999996, "57.999996"), (0.4, "0.4")):
        assert java_float(value) == text
    assert java_float(float("inf")) == "Infinity"
