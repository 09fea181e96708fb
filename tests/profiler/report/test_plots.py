"""Plots as files."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from profiler.report.plots.files import write_plots
from tests.profiler.report.factory import HEAVY, SMOOTH, report_input

if TYPE_CHECKING:
    from pathlib import Path


def test_every_plot_has_title_n_and_the_mark(tmp_path: Path) -> None:
    from dataclasses import replace

    evil = replace(HEAVY, label="<b>&evil")
    data = report_input((evil, SMOOTH), rounds=3, popups=2)
    files = write_plots(data, tmp_path / "plots", form="svg", lang="en", theme="dark")
    assert len(files) > 12
    for path in files:
        text = path.read_text(encoding="utf-8")
        ET.fromstring(text)
        assert "<b>" not in text
        assert "SIMULATED" in text
        assert "n = " in text
        assert "var(" not in text
