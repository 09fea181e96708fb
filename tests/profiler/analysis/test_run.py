"""All rounds of a bundle on the disk, in this process and in a pool."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from profiler.analysis.run import analyze_bundle, analyze_capture
from tests.profiler.analysis.synthetic import capture
from tests.profiler.manifests import manifest
from traces.bundle import Bundle
from traces.bundle_writer import BundleWriter
from traces.errors import InputFileError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def bundle(recordings: Path, tmp_path: Path) -> Bundle:
    """Two attempts: one with a real recording that has no pop-up, one whose trace was never written."""
    writer = BundleWriter.create(tmp_path / "bundle", manifest("chat"))
    recorded = writer.new_round("chat", 1, 1)
    shutil.copy(
        recordings / "perfetto" / "sidky_nowinandroid.perfetto-trace", recorded.path / "trace.pftrace"
    )
    recorded.commit(capture(2))
    lost = writer.new_round("chat", 1, 2)
    lost.commit(capture(2, attempt=2, trace=None))
    return Bundle.open(tmp_path / "bundle")


def test_a_bundle_is_measured_round_by_round(bundle: Bundle) -> None:
    found = analyze_bundle(bundle)
    assert [r.attempt for r in found.rounds] == [1, 2]
    assert found.rounds[0].void == ("pop-up 1: input time unknown", "pop-up 2: input time unknown")
    assert found.rounds[1].void == ("there is no trace",)
    assert (found.apps[0].rounds_valid, found.apps[0].rounds_void) == (0, 2)


def test_a_pool_finds_the_same(bundle: Bundle) -> None:
    assert analyze_bundle(bundle, jobs=2) == analyze_bundle(bundle)


def test_a_trace_that_was_changed_is_refused(bundle: Bundle) -> None:
    path = bundle.path / "rounds" / bundle.captures[0].folder / "trace.pftrace"
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(InputFileError):
        analyze_bundle(bundle)


def test_a_file_that_is_no_trace_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "trace.pftrace"
    path.write_bytes(b"this is no trace")
    with pytest.raises(InputFileError) as caught:
        analyze_capture(capture(1), path)
    assert str(path) in caught.value.what
