"""`silky compare`: one app of a bundle beside others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from profiler.cli import options
from profiler.cli.lazy import ManyCommand

if TYPE_CHECKING:
    from pathlib import Path

METRICS = ("hitch_ms", "missed_vsyncs", "first_motion_ms", "settled_ms", "response_ms")


@click.command(cls=ManyCommand)
@click.argument("bundle", type=options.BUNDLE)
@click.option("--app", required=True, metavar="PROFILE", help="The app that is compared.")
@click.option(
    "--against",
    multiple=True,
    metavar="PROFILE...",
    help="With which; several may follow (default: all).",
)
@click.option(
    "--metric",
    "metrics",
    multiple=True,
    metavar="NAME...",
    help=f"Names of docs/metrics.md; several may follow (default: {', '.join(METRICS)}).",
)
@options.jobs
@options.language
@options.as_json
def command(
    *,
    bundle: Path,
    app: str,
    against: tuple[str, ...],
    metrics: tuple[str, ...],
    jobs: int,
    lang: str,
    as_json: bool,
) -> None:
    """Compare one app of a bundle with others, without a verdict.

    Example: silky compare silky-runs/... --app qwen --against doubao
    """
    from profiler.analysis.metric_catalog import check_names
    from profiler.cli.output import print_report
    from profiler.report.inputs import ReportInput
    from profiler.run.findings import comparisons, measure
    from traces.bundle import Bundle
    from traces.errors import UsageError

    check_names(metrics)
    opened = Bundle.open(bundle)
    result = measure(opened, jobs=jobs)
    has = {*METRICS, *(name for one in result.apps for name in one.metrics)}
    if missing := [name for name in metrics if name not in has]:
        raise UsageError(
            f"This run has no {missing[0]}: it measured {opened.manifest.scenario}.",
            next_step=f"It has: {', '.join(sorted(has))}.",
        )
    others = against or tuple(one.app for one in result.apps if one.app != app)
    found = comparisons(opened, result, app, others, metrics or METRICS)
    manifest = replace(opened.manifest, complaint=None)
    data = ReportInput(manifest, opened.captures, result, None, found, str(bundle))
    print_report(data, as_json=as_json, lang=lang)
