from __future__ import annotations

import dataclasses
import hashlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from traces.bundle import FORMAT_VERSION, Bundle, is_bundle
from traces.bundle_writer import BundleWriter, round_folder
from traces.capture import AppFacts, Manifest, PhoneFacts, PhoneState, PopupCapture, RoundCapture
from traces.errors import InputFileError, UsageError

PHONE = PhoneFacts(
    serial_hash="0" * 12,
    model="M",
    manufacturer="Made up",
    android="14",
    sdk=34,
    build_type="user",
    fingerprint="f",
    is_emulator=False,
    simulated=True,
    simulated_speed=1.0,
    modes_hz=(60.0, 120.0),
    active_hz=120.0,
    width=1080,
    height=2400,
    density=420,
    ime_id="k/.I",
    ime_version="1",
)
MANIFEST = Manifest(
    format_version=FORMAT_VERSION,
    tool_version="0",
    run_id="r",
    created="2026-01-01T00:00:00+00:00",
    scenario="keyboard-popup",
    rounds=2,
    popups_per_round=1,
    phone=PHONE,
    apps=(AppFacts("a", "com.a", "A", "1", 1, None, reference=False),),
    order=(("a",), ("a",)),
    complaint=None,
    state_before=PhoneState(),
    settings_changed={},
    commands=("silky run",),
    finished=True,
)


def capture(app="a", number=1, attempt=1, trace="trace.perfetto-trace", **fields):
    return RoundCapture(
        folder="",
        app=app,
        package="com." + app,
        round=number,
        attempt=attempt,
        trace=trace,
        trace_sha256=None,
        popups=(PopupCapture(1, 540, 2200, 60, shown_before=False, shown_after=True),),
        before=PhoneState(battery_level=80),
        after=PhoneState(),
        **fields,
    )


def add_round(writer, content=b"trace", void=(), **fields):
    made = capture(**fields)
    pending = writer.new_round(made.app, made.round, made.attempt)
    (pending.path / "trace.perfetto-trace").write_bytes(content)
    (pending.path / "logcat.txt").write_text("quiet\n")
    return pending.commit(made, void)


@pytest.fixture
def writer(tmp_path):
    return BundleWriter.create(tmp_path / "run", MANIFEST)


def test_rounds_come_back_in_order_with_folder_and_checksum(writer):
    first = add_round(writer, number=1)
    second = add_round(writer, number=2, void=("trace lost data",))

    bundle = Bundle.open(writer.path)

    assert bundle.manifest == MANIFEST
    assert bundle.captures == (first, second)
    assert [c.folder for c in bundle.captures] == ["001-a-r1-a1", "002-a-r2-a1"]
    assert [entry.void for entry in bundle.journal] == [(), ("trace lost data",)]
    assert bundle.warnings == ()
    path = bundle.trace_path(first)
    assert path is not None
    assert path.read_bytes() == b"trace"
    assert bundle.file(first, "logcat.txt").read_text() == "quiet\n"


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
            st.integers(0, 99),
            st.binary(max_size=99),
        ),
        max_size=4,
    )
)
def test_any_rounds_written_are_read_again(tmp_path_factory, rounds):
    writer = BundleWriter.create(tmp_path_factory.mktemp("any") / "run", MANIFEST)
    written = [add_round(writer, content, app=app, number=number) for app, number, content in rounds]
    bundle = Bundle.open(writer.path)
    assert list(bundle.captures) == written
    assert [bundle.trace_path(c).read_bytes() for c in bundle.captures] == [
        content for _, _, content in rounds
    ]


def test_more_than_999_attempts_stay_in_order():
    names = [round_folder(n, "a", 1, 1) for n in (2, 999, 1000)]
    assert names == ["002-a-r1-a1", "999-a-r1-a1", "1000-a-r1-a1"]


def test_a_round_without_a_trace_has_no_path(writer):
    pending = writer.new_round("a", 1, 1)
    kept = pending.commit(capture(trace=None, void=("no trace",)), ("no trace",))
    assert Bundle.open(writer.path).trace_path(kept) is None


def test_a_folder_with_something_in_it_is_never_written_to(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="is not empty"):
        BundleWriter.create(tmp_path, MANIFEST)


def test_a_folder_that_cannot_be_made_is_a_usage_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="can't be made"):
        BundleWriter.create(tmp_path / "file" / "run", MANIFEST)


def test_a_trace_that_is_not_what_the_driver_pulled_is_not_committed(writer):
    pending = writer.new_round("a", 1, 1)
    (pending.path / "trace.perfetto-trace").write_bytes(b"half")
    with pytest.raises(InputFileError, match="not the trace that was pulled"):
        pending.commit(dataclasses.replace(capture(), trace_sha256="0" * 64))
    assert Bundle.open(writer.path).captures == ()


def test_a_cut_off_journal_line_is_left_out_with_a_warning_and_the_round_kept(writer):
    add_round(writer, number=1)
    second = add_round(writer, number=2)
    journal = writer.path / "journal.jsonl"
    journal.write_bytes(journal.read_bytes()[:-20])

    bundle = Bundle.open(writer.path)

    assert bundle.captures[1] == second
    assert bundle.trace_path(second) is not None
    assert bundle.warnings[0] == "The last line of journal.jsonl is cut off and was left out."
    assert bundle.warnings[1].startswith("002-a-r2-a1 is not in journal.jsonl")


def test_a_round_that_was_being_captured_is_left_out_with_a_warning(writer):
    add_round(writer)
    pending = writer.new_round("a", 2, 1)
    (pending.path / "trace.perfetto-trace").write_bytes(b"half")

    bundle = Bundle.open(writer.path)

    assert len(bundle.captures) == 1
    assert bundle.warnings == ("002-a-r2-a1 was being captured when the run stopped and was left out.",)


def test_an_unfinished_run_says_so(tmp_path):
    BundleWriter.create(tmp_path / "run", dataclasses.replace(MANIFEST, finished=False))
    assert "did not finish" in Bundle.open(tmp_path / "run").warnings[0]


def test_a_changed_trace_is_refused_by_name_when_it_is_read(writer):
    kept = add_round(writer)
    trace = writer.path / "rounds" / kept.folder / "trace.perfetto-trace"
    trace.write_bytes(b"Trace")
    bundle = Bundle.open(writer.path)
    with pytest.raises(InputFileError) as refused:
        bundle.trace_path(kept)
    assert str(trace) in refused.value.what
    assert "changed after the run" in refused.value.what


def test_a_changed_capture_record_is_refused(writer):
    kept = add_round(writer)
    file = writer.path / "rounds" / kept.folder / "capture.json"
    file.write_text(file.read_text().replace("540", "541"))
    with pytest.raises(InputFileError, match="changed after the run"):
        Bundle.open(writer.path)


def test_a_lost_file_or_folder_is_named(writer):
    kept = add_round(writer)
    folder = writer.path / "rounds" / kept.folder
    bundle = Bundle.open(writer.path)
    (folder / "logcat.txt").unlink()
    with pytest.raises(InputFileError, match=r"logcat\.txt is missing"):
        bundle.file(kept, "logcat.txt")
    folder.rename(writer.path / "elsewhere")
    with pytest.raises(InputFileError, match=r"001-a-r1-a1 is missing, though journal\.jsonl lists it"):
        Bundle.open(writer.path)


def test_a_name_that_leaves_the_round_is_refused(writer):
    kept = add_round(writer)
    with pytest.raises(InputFileError, match="is missing"):
        Bundle.open(writer.path).file(kept, "../../manifest.json")


def test_a_newer_format_is_refused_before_its_fields_are_looked_at(writer):
    file = writer.path / "manifest.json"
    file.write_text(json.dumps({"format_version": FORMAT_VERSION + 1, "unheard": "of"}))
    with pytest.raises(InputFileError) as refused:
        Bundle.open(writer.path)
    assert (
        f"format version {FORMAT_VERSION + 1}; this silky reads up to {FORMAT_VERSION}" in refused.value.what
    )
    assert refused.value.next_step == "Open it with a newer silky."


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format_version": "one"}'])
def test_a_manifest_that_is_none_is_refused_by_name(writer, content):
    file = writer.path / "manifest.json"
    file.write_text(content)
    with pytest.raises(InputFileError) as refused:
        Bundle.open(writer.path)
    assert str(file) in refused.value.what


def test_a_journal_line_that_is_damaged_is_named_by_number(writer):
    add_round(writer)
    journal = writer.path / "journal.jsonl"
    journal.write_bytes(b"{]\n" + journal.read_bytes())
    with pytest.raises(InputFileError, match=r"journal\.jsonl, line 1 is not JSON"):
        Bundle.open(writer.path)


def test_a_folder_without_manifest_is_no_bundle(tmp_path):
    assert not is_bundle(tmp_path)
    with pytest.raises(InputFileError, match="is not a bundle"):
        Bundle.open(tmp_path)


def test_derived_tables_and_results_are_replaced_whole(writer):
    bundle = Bundle.open(writer.path)
    bundle.write_table("popups", {"app": ["a", "b"], "hitch_ms": [0.0, None]})
    bundle.write_table("popups", {"app": ["a"], "hitch_ms": [8.3]})
    bundle.write_result("state", PhoneState(battery_level=50))

    assert bundle.read_table("popups") == {"app": ["a"], "hitch_ms": [8.3]}
    assert json.loads((writer.path / "results" / "state.json").read_text())["battery_level"] == 50
    assert sorted(p.name for p in (writer.path / "tables").iterdir()) == ["popups.parquet"]


def test_a_table_that_is_missing_or_damaged_is_named(writer):
    bundle = Bundle.open(writer.path)
    with pytest.raises(InputFileError, match=r"popups\.parquet is missing"):
        bundle.read_table("popups")
    bundle.write_table("popups", {"app": ["a"]}).write_bytes(b"PAR1")
    with pytest.raises(InputFileError, match=r"popups\.parquet is not Parquet"):
        bundle.read_table("popups")


def test_a_manifest_that_was_edited_is_noticed(writer):
    file = writer.path / "manifest.json"
    file.write_text(file.read_text().replace('"simulated": true', '"simulated": false'))
    with pytest.raises(InputFileError, match=r"manifest\.json was changed after the run"):
        Bundle.open(writer.path)


def test_a_plug_pulled_between_checksum_and_manifest_makes_it_no_changed_one(writer):
    old = (writer.path / "manifest.json").read_bytes()
    writer.write_manifest(dataclasses.replace(MANIFEST, run_id="other"))
    new = (writer.path / "manifest.sha256").read_text()
    (writer.path / "manifest.json").write_bytes(old)
    (writer.path / "manifest.sha256").write_text(hashlib.sha256(old).hexdigest() + "\n" + new)
    assert Bundle.open(writer.path).manifest.run_id == MANIFEST.run_id


def test_a_bundle_without_the_manifests_checksum_says_so(writer):
    (writer.path / "manifest.sha256").unlink()
    assert any("manifest.sha256" in warning for warning in Bundle.open(writer.path).warnings)
