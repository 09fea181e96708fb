"""Print a joint report, write its files, and turn it into an exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from profiler.cli.output import note, stdout_console
from profiler.joint.read import derived, joint_report
from traces.disk import replace_file

if TYPE_CHECKING:
    from pathlib import Path

    from profiler.cli.fleet.measuring import Manner
    from profiler.joint.model import JointReport

HTML, JSON = "joint.html", "joint.json"


def show_joint(path: Path, manner: Manner, *, as_json: bool) -> int:
    """Show the phones of a joint folder that was just measured; return the exit code of the worst."""
    joint, _ = joint_report([path], derived, fail_if_reproduced=manner.fail_if_reproduced)
    page, document = write_joint_reports(joint, path, manner.lang)
    print_joint(joint, as_json=as_json, lang=manner.lang, html=str(page))
    note(f"Folder: {path}\nReport: {page}\nJSON:   {document}")
    return joint.code


def write_joint_reports(joint: JointReport, path: Path, lang: str) -> tuple[Path, Path]:
    """Write the HTML and the JSON report into the joint folder; return their paths."""
    from profiler.joint.html import render_joint_html
    from profiler.joint.json_report import to_joint_json

    folder = path / "results"
    folder.mkdir(parents=True, exist_ok=True)
    page, document = folder / HTML, folder / JSON
    replace_file(page, render_joint_html(joint, lang=lang, beside=folder).encode())
    replace_file(document, to_joint_json(joint).encode())
    return page, document


def print_joint(joint: JointReport, *, as_json: bool, lang: str, html: str | None = None) -> None:
    """Print a joint report."""
    if as_json:
        from profiler.joint.json_report import to_joint_json

        click.echo(to_joint_json(joint), nl=False)
        return
    from profiler.joint.terminal import render_joint

    render_joint(joint, stdout_console(), lang=lang, report_path=html)
