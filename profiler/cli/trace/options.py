"""What the commands of `silky trace` share: their arguments and options, in the same words."""

from __future__ import annotations

from pathlib import Path

import click

FORMATS = ("csv", "json", "parquet")

file = click.argument("file", type=click.Path(path_type=Path))
output_format = click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="How to write it (default: by the suffix of OUT, else csv).",
)
out = click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, allow_dash=True),
    default="-",
    show_default=True,
    help="File to write; - is standard output.",
)
process = click.option(
    "--process", metavar="P", help="Only this process: its name, a shell pattern of names, or its pid."
)
layer = click.option("--layer", metavar="L", help="Only layers whose name is this, or fits this pattern.")
