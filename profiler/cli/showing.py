"""Print a measured run, write its report files, and turn it into an exit code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from profiler.cli.measuring import write_reports
from profiler.cli.output import note, print_report
from profiler.joint.codes import run_code, without_valid_round
from traces.bundle import Bundle

if TYPE_CHECKING:
    from profiler.report.inputs import ReportInput


def show_run(data: ReportInput, *, lang: str, as_json: bool, fail_if_reproduced: bool = False) -> int:
    """Print the report of a run that was just measured, write its files; return the exit code."""
    bundle = Bundle.open(Path(data.bundle))
    page, document = write_reports(data, bundle, lang)
    print_report(data, as_json=as_json, lang=lang, html=str(page))
    note(f"Bundle: {bundle.path}\nReport: {page}\nJSON:   {document}")
    return exit_code(data, fail_if_reproduced=fail_if_reproduced)


def exit_code(data: ReportInput, *, fail_if_reproduced: bool = False) -> int:
    """Return 2 where nothing may be concluded, 1 where a gate failed, else 0; say which app has no round."""
    if data.verdict is None and (empty := without_valid_round(data)):
        note(f"No valid round: {', '.join(empty)}. The report says why each round is void.")
    return run_code(data, fail_if_reproduced=fail_if_reproduced)
