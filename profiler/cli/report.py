"""`silky report`: a bundle's report again."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from profiler.cli import options


@click.command()
@click.argument("bundles", metavar="BUNDLE...", nargs=-1, required=True, type=options.BUNDLE)
@click.option("--html", is_flag=True, help="Write the HTML report.")
@options.as_json
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write it (default: HTML to BUNDLE/results/report.html, JSON to standard output).",
)
@click.option("--strips", is_flag=True, help="In JSON: every frame of every pop-up too.")
@click.option(
    "--plots",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write each plot into this folder, for slides.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["png", "svg"]),
    default="svg",
    show_default=True,
    help="Of the plots.",
)
@click.option(
    "--theme", type=click.Choice(["light", "dark"]), default="light", show_default=True, help="Of the plots."
)
@options.jobs
@options.language
def command(
    *,
    bundles: tuple[Path, ...],
    html: bool,
    as_json: bool,
    output: Path | None,
    strips: bool,
    plots: Path | None,
    form: Literal["png", "svg"],
    theme: Literal["light", "dark"],
    jobs: int,
    lang: Literal["en", "zh"],
) -> int:
    """Show a bundle's report again, as text, HTML or JSON.

    Everything is measured again from the raw traces, whose checksums are verified; tables/ and results/ of
    the bundle are written anew. Several bundles, or the folder of a run on several phones, give the joint
    report.

    Example: silky report silky-runs/... --html --lang zh -o report.html
    """
    from profiler.cli.output import note, print_report
    from profiler.cli.showing import exit_code
    from profiler.joint.folder import is_joint
    from profiler.run.findings import findings, measure, write_derived
    from traces.bundle import Bundle
    from traces.errors import UsageError

    if html and as_json:
        raise UsageError("--html and --json exclude each other.", next_step="Run it twice.")
    if output is not None and not (html or as_json):
        raise UsageError("-o needs to know what to write.", next_step="Add --html or --json.")
    bundle = bundles[0]
    if len(bundles) > 1 or is_joint(bundle):
        if strips or plots is not None:
            raise UsageError(
                "--strips and --plots are of one bundle.", next_step="Name one of the bundles alone."
            )
        return _joint(bundles, html=html, as_json=as_json, output=output, jobs=jobs, lang=lang)
    opened = Bundle.open(bundle)
    data = findings(opened, measure(opened, jobs=jobs))
    write_derived(opened, data)
    if plots is not None:
        from profiler.report.plots.files import write_plots

        files = write_plots(data, plots, form=form, lang=lang, theme=theme)
        note(f"Plots: {len(files)} files in {plots}")
    if html:
        from profiler.report.html import render_html

        written = output or bundle / "results" / "report.html"
        _write(written, render_html(data, lang=lang))
        note(f"Report: {written}")
    elif as_json:
        from profiler.report.json_report import to_json

        document = to_json(data, strips=strips)
        if output is None:
            click.echo(document, nl=False)
        else:
            _write(output, document)
            note(f"JSON: {output}")
    elif plots is None:
        print_report(data, as_json=False, lang=lang)
    return exit_code(data)


def _joint(
    bundles: tuple[Path, ...], *, html: bool, as_json: bool, output: Path | None, jobs: int, lang: str
) -> int:
    from profiler.cli.fleet.showing import HTML, print_joint
    from profiler.cli.output import note
    from profiler.joint.html import render_joint_html
    from profiler.joint.json_report import to_joint_json
    from profiler.joint.read import joint_report, measured
    from profiler.run.findings import write_derived
    from traces.errors import UsageError

    if html and output is None and len(bundles) > 1:
        raise UsageError("Where the joint report is to lie is not said.", next_step="Add -o FILE.")
    joint, opened = joint_report(bundles, measured(jobs))
    shown = {data.bundle: data for _, data in joint.measured()}
    for bundle in opened:
        if str(bundle.path) in shown:
            write_derived(bundle, shown[str(bundle.path)])
    if html:
        written = output or bundles[0] / "results" / HTML
        if output is None:
            written.parent.mkdir(exist_ok=True)
        _write(written, render_joint_html(joint, lang=lang, beside=written.parent))
        note(f"Report: {written}")
    elif as_json and output is not None:
        _write(output, to_joint_json(joint))
        note(f"JSON: {output}")
    else:
        print_joint(joint, as_json=as_json, lang=lang)
    return joint.code


def _write(path: Path, text: str) -> None:
    from traces.disk import replace_file
    from traces.errors import UsageError

    try:
        replace_file(path, text.encode())
    except OSError as error:
        raise UsageError(
            f"{path} can't be written: {error.strerror}.", next_step="Name another file with -o."
        ) from error
