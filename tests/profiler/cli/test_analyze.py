from __future__ import annotations

import json

import pytest

from tests.traces.perfetto.perfetto_writer import TraceWriter, blob

FRAMES = "perfetto/frame_timeline_events.pftrace"
LATENCY = "surfaceflinger/deepseek_wifi_f6_latency_dump1.txt"
WINSCOPE = "perfetto/winscope/ime.perfetto-trace"


def test_a_trace_is_told_from_a_text_by_what_stands_in_it(silky, recordings, tmp_path):
    disguised = tmp_path / "latency.txt"
    disguised.write_bytes((recordings / FRAMES).read_bytes())
    assert "surface frames by owner" in silky("analyze", disguised).out


def test_several_recordings_make_one_answer(silky, recordings):
    done = silky("analyze", "--json", recordings / FRAMES, recordings / LATENCY)
    assert done.code == 0
    assert [document["schema"] for document in json.loads(done.out)] == ["silky-overview", "silky-dump"]


def test_one_recording_makes_one_document(silky, recordings):
    assert json.loads(silky("analyze", "--json", recordings / LATENCY).out)["kind"] == "latency"


def test_a_file_that_cannot_be_read_does_not_hide_the_others(silky, recordings, tmp_path):
    other = tmp_path / "poem.txt"
    other.write_text("Shall I compare thee to a summer's day?\n")
    done = silky("analyze", "--json", other, recordings / LATENCY)
    assert done.code == 3
    documents = json.loads(done.out)
    assert "poem.txt" in documents[0]["error"]
    assert documents[1]["kind"] == "latency"


def test_a_folder_that_is_no_bundle_is_named(silky, tmp_path):
    done = silky("analyze", tmp_path)
    assert (done.code, "is not a bundle" in done.err) == (3, True)


def test_a_name_that_does_not_exist_hides_no_other_file(silky, recordings):
    known = recordings / "gfxinfo" / "lodrean_no_process.txt"
    done = silky("analyze", "nosuch.trace", known)
    assert done.code == 3
    assert "nosuch.trace can't be read" in done.err
    assert "No process found" in done.out


def test_a_simulated_phones_properties_say_so(silky, tmp_path):
    dump = tmp_path / "getprop.txt"
    dump.write_text("[ro.build.version.sdk]: [34]\n[ro.silky.simulated]: [1]\n")
    assert "SIMULATED" in silky("analyze", dump).out


def test_a_real_phones_late_frames_are_told_by_jank_type_and_owner(silky, recordings):
    said = silky("analyze", recordings / "perfetto" / "sidky_nowinandroid.perfetto-trace").out
    assert "1068 surface frames" in said
    rows = [line.split() for line in said.splitlines()]
    assert ["Buffer", "Stuffing", "47"] in [row[:3] for row in rows]
    assert ["App", "Deadline", "Missed", "12"] in [row[:4] for row in rows]
    assert ["App", "Deadline", "Missed,", "Buffer", "Stuffing", "5"] in [row[:6] for row in rows]
    assert "App Deadline Missed 17; Buffer Stuffing 52" in said


def test_winscope_recordings_are_shown_and_not_called_unknown(silky, recordings):
    said = silky("analyze", recordings / WINSCOPE, recordings / "ime/winscope/ime_InputMethodClients.pb").out
    assert said.count("entries about the keyboard") == 2
    assert "shown" in said
    document = json.loads(silky("analyze", "--json", recordings / WINSCOPE).out)
    assert document["kind"] == "winscope"


def test_a_winscope_trace_that_lost_data_is_told_as_its_health_tells(silky, recordings):
    analyzed, health = (
        silky("analyze", recordings / WINSCOPE),
        silky("trace", "health", recordings / WINSCOPE),
    )
    assert (analyzed.code, health.code) == (2, 2)
    lost = "The final flush failed: what producers still held is missing."
    assert f"LOST: {lost}" in analyzed.out
    assert lost in health.out


@pytest.mark.parametrize(
    ("version", "simulated"), [("Perfetto (simulated phone)", True), ("Perfetto v47.0", False)]
)
def test_a_trace_tells_by_itself_that_a_phone_in_software_recorded_it(silky, tmp_path, version, simulated):
    trace = tmp_path / "alone.perfetto-trace"
    writer = TraceWriter().packet(blob(45, blob(4, version))).actual_display(10, 20, cookie=1, token=7)
    trace.write_bytes(writer.bytes())
    assert ("SIMULATED" in silky("analyze", trace).out) == simulated
    assert json.loads(silky("analyze", "--json", trace).out)["simulated"] == simulated
    for command in ("health", "display"):
        assert ("SIMULATED" in silky("trace", command, trace).err) == simulated


def test_the_text_dump_of_frametimeline_is_shown_by_layer(silky, tmp_path):
    dump = tmp_path / "sf.txt"
    dump.write_text(
        "Number of display frames : 1\nDisplay Frame 0\nJank Type : None\n    Layer - com.app/.Main#1\n    Token: 5\n"
        "    Owner Pid : 7\n    Present State : Presented\n    Actual  \t|\t      1.00\t|\t      9.00\t|\t     30.00\n"
    )
    document = json.loads(silky("analyze", "--json", dump).out)
    assert document["kind"] == "sf-frametimeline"
    assert document["grids"][0]["rows"][0]["layer"] == "com.app/.Main#1"


def test_an_empty_file_is_no_recording(silky, tmp_path):
    empty = tmp_path / "trace.perfetto-trace"
    empty.write_bytes(b"")
    done = silky("analyze", empty)
    assert (done.code, "is empty" in done.err) == (3, True)


def test_a_trace_that_lost_data_exits_with_2(silky, recordings, tmp_path):
    whole = (recordings / "perfetto" / "sidky_nowinandroid.perfetto-trace").read_bytes()
    cut = tmp_path / "cut.perfetto-trace"
    cut.write_bytes(whole[: len(whole) * 2 // 3])
    done = silky("analyze", cut)
    assert (done.code, "NOT scorable" in done.out) == (2, True)
    assert silky("analyze", cut, tmp_path / "none").code == 3, "a file that can't be read weighs more"
