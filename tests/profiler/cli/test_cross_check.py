from __future__ import annotations

import json

from tests.traces.test_bundle import MANIFEST, capture
from traces.bundle_writer import BundleWriter

FRAMESTATS = "gfxinfo/deepseek_wifi_f6_framestats_dump1.txt"
LATENCY = "surfaceflinger/deepseek_wifi_f6_latency_dump1.txt"


def test_two_dumps_of_one_moment_side_by_side(silky, recordings):
    done = silky("analyze", "--cross-check", recordings / FRAMESTATS, recordings / LATENCY)
    assert done.code == 0
    assert "comparisons in full agreement: 1 of 1" in done.out
    assert "against latency" in done.out
    assert "frames" in done.out


def test_a_folder_is_one_moment(silky, recordings, tmp_path):
    for name in (FRAMESTATS, LATENCY):
        (tmp_path / name.rpartition("/")[2]).write_bytes((recordings / name).read_bytes())
    document = json.loads(silky("analyze", "--cross-check", "--json", tmp_path).out)
    assert document["kind"] == "cross-check"
    (row,) = document["grids"][0]["rows"]
    assert (row["frames"], row["same"], row["alone"], row["outside"]) == (10, 10, "0 / 0", "117 / 0")


def test_what_holds_for_several_moments_is_told_once(silky, recordings, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # short names keep to one line
    for moment in ("one", "two"):
        (tmp_path / moment).mkdir()
        (tmp_path / moment / "notes.txt").write_text("Seen by eye.\n")
        for name in (FRAMESTATS, LATENCY):
            (tmp_path / moment / name.rpartition("/")[2]).write_bytes((recordings / name).read_bytes())
    said = silky("analyze", "--cross-check", "one", "two").out
    assert said.count(": cross-check") == 2
    assert said.count("notes.txt takes no part") == 1
    assert said.count("outside: frames before or after that stretch") == 1
    heading = next(line for line in said.splitlines() if "source" in line and "outside" in line)
    assert "paired by" in heading


def test_one_source_alone_has_nothing_to_be_held_against(silky, recordings):
    done = silky("analyze", "--cross-check", recordings / LATENCY)
    assert done.code == 2
    assert "at least two recordings" in done.out


def test_a_file_that_is_missing_is_named(silky, recordings):
    done = silky("analyze", "--cross-check", "nosuch.txt", recordings / LATENCY)
    assert (done.code, "nosuch.txt" in done.err) == (3, True)


def test_each_round_of_a_bundle_is_one_moment(silky, recordings, tmp_path):
    writer = BundleWriter.create(tmp_path / "run", MANIFEST)
    for number in (1, 2):
        made = capture(number=number, trace=None)
        pending = writer.new_round(made.app, made.round, made.attempt)
        names = (FRAMESTATS, LATENCY) if number == 1 else (LATENCY,)
        for name in names:
            (pending.path / name.rpartition("/")[2]).write_bytes((recordings / name).read_bytes())
        pending.commit(made)
    done = silky("analyze", "--cross-check", "--json", tmp_path / "run")
    assert done.code == 0, "one of the rounds could be compared"
    first, second = json.loads(done.out)
    assert first["facts"]["comparisons in full agreement"] == "1 of 1"
    assert "at least two recordings" in second["next_step"]
    assert "001-a-r1-a1" in first["source"]
