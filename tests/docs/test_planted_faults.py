"""Each fault that benchmarks/planted_faults.py plants has its one place in the sources as they are."""

from __future__ import annotations

from pathlib import Path

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def test_each_place_is_there_once(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    from planted_faults import CHECKOUT, FAULTS

    found = {
        fault.name: (CHECKOUT / fault.file).read_text(encoding="utf-8").count(fault.right) for fault in FAULTS
    }
    assert {name: count for name, count in found.items() if count != 1} == {}
    assert len(found) == len(FAULTS)
