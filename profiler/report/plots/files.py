"""All plots of a run as files for a slide deck: SVG by this package, PNG by an optional renderer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from profiler.report import page
from profiler.report.catalog import HEADLINE
from profiler.report.inputs import typical_popup, worst_popup
from profiler.report.page_words import filled
from profiler.report.plots.plot import Plot, Theme, document
from profiler.report.plots.rows import causes_plot, difference_plots, means_plot, popups_plot
from profiler.report.plots.slides import slide_plot, strip_plot
from traces.disk import replace_file
from traces.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from profiler.report.inputs import ReportInput

Format = Literal["png", "svg"]


def plots(data: ReportInput) -> Iterator[Plot]:
    """Yield the plots of a run: means, pop-ups, differences, causes, slides and strips."""
    metrics = (*HEADLINE, "longest_gap_ms")
    yield from (means_plot(data, name) for name in metrics)
    yield from (popups_plot(data, name) for name in metrics)
    yield from difference_plots(data)
    primary = page.primary_metric(data)
    for app in data.apps():
        label = app.label or app.app
        if (causes := causes_plot(data, app)) is not None:
            yield causes
        for word, popup in (
            ("typical", typical_popup(data, app.app, primary)),
            ("worst", worst_popup(data, app.app, primary)),
        ):
            if popup is None:
                continue
            yield strip_plot(popup, filled(f"{word}_of", label), f"strip-{word}-{app.app}")
            if (slide := slide_plot(popup, label, f"{word}-{app.app}")) is not None:
                yield slide


def write_plots(
    data: ReportInput, folder: Path, *, form: Format, lang: Literal["en", "zh"], theme: Theme
) -> list[Path]:
    """Write every plot of a run into a folder; return the files.

    Raises:
        UsageError: the folder can't be written, or the renderer of PNG is not installed.
    """
    render = _png_renderer() if form == "png" else str.encode
    simulated = data.manifest.phone.simulated
    source = f"silky {data.manifest.tool_version} · {data.manifest.run_id}"
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for plot in plots(data):
            path = folder / f"{re.sub(r'[^A-Za-z0-9._-]', '_', plot.name)}.{form}"
            text = document(plot, lang=lang, theme=theme, simulated=simulated, source=source)
            replace_file(path, render(text))
            written.append(path)
    except OSError as error:
        raise UsageError(
            f"{folder} can't be written: {error.strerror}.", next_step="Name another folder with --plots."
        ) from error
    return written


def _png_renderer() -> Callable[[str], bytes]:
    """Return what turns SVG into PNG at twice its size."""
    try:
        import resvg_py  # noqa: PLC0415  an extra
    except ImportError as error:
        raise UsageError(
            "PNG needs the package resvg_py, which is not installed.",
            next_step="pip install 'silky[plots]', or take --format svg.",
        ) from error

    def render(text: str) -> bytes:
        made = resvg_py.svg_to_bytes(svg_string=text, zoom=2)
        return bytes(made)

    return render
