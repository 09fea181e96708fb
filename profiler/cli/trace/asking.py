"""Ask a trace processor for the tables that silky has, and compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from traces.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from traces.perfetto.agreement import Agreement
    from traces.trace import Trace

_ONE_AT_A_TIME = "More than one query"
"""What trace processors of before 2026 say to a file of several queries."""
_NEXT_STEP = "Run it on this file yourself; it must know -q FILE, as trace_processor_shell does."


def agreements(trace: Trace, globs: Sequence[str], program: Path) -> Iterator[Agreement]:
    """Yield how each table of a trace compares with a trace processor's.

    Args:
        trace: read with thread states, and with the slices that these patterns name.
        globs: the patterns.
        program: a `trace_processor_shell`.

    Raises:
        UsageError: the program can't be run, refuses the file, or prints something else.
    """
    from traces.perfetto import queries
    from traces.perfetto.agreement import compare
    from traces.perfetto.csv_view import buffers_view, display_view, frames_view, slices_view, threads_view

    buffers = trace.buffers
    asked = {
        "frames": (frames_view(trace), queries.FRAMES),
        "display": (display_view(trace), queries.DISPLAY),
        "slices": (slices_view(trace.slices), queries.slices(() if "*" in globs else globs)),
        "threads": (threads_view(trace), queries.THREAD_STATES),
        "buffers": (buffers_view(trace).where(buffers.frame_number > 0), queries.BUFFERS),
    }
    heads = [",".join(f'"{column.name}"' for column in view.columns) for view, _ in asked.values()]
    answers = ask(program, trace.path, [query for _, query in asked.values()], heads)
    for (view, _), answer in zip(asked.values(), answers, strict=True):
        yield compare(view, answer)


def ask(program: Path, file: Path, queries: Sequence[str], heads: Sequence[str]) -> list[list[str]]:
    """Return the lines that trace processor prints for each query; the file is loaded once if possible.

    Args:
        program: trace processor.
        file: the trace.
        queries: one SQL statement each.
        heads: the first line of each answer.

    Raises:
        UsageError: the program can't be run, fails, or prints something else.
    """
    try:
        said = _run(program, file, ";\n".join(query.rstrip() for query in queries))
    except UsageError as error:
        if _ONE_AT_A_TIME not in error.what:
            raise
        return [
            _tables(program, _run(program, file, query), [head])[0]
            for query, head in zip(queries, heads, strict=True)
        ]
    return _tables(program, said, heads)


def _tables(program: Path, lines: list[str], heads: Sequence[str]) -> list[list[str]]:
    """Cut what was printed into tables: each but the first follows on an empty line."""
    tables: list[list[str]] = []
    for at, line in enumerate(lines):
        if len(tables) < len(heads) and line == heads[len(tables)] and (at == 0 or lines[at - 1] == ""):
            if tables:
                tables[-1].pop()
            tables.append([])
        if not tables:
            break
        tables[-1].append(line)
    if len(tables) != len(heads):
        began = lines[0][:80] if lines and lines[0] else "nothing"
        raise UsageError(
            f"{program} printed no table {', '.join(heads[len(tables)].split(',')[:3])}, ...; "
            f"it printed {began}.",
            next_step=_NEXT_STEP,
        )
    return tables


def _run(program: Path, file: Path, text: str) -> list[str]:
    """Return the lines that the program prints for a file of queries."""
    import subprocess
    import tempfile

    with tempfile.NamedTemporaryFile("w", suffix=".sql", encoding="utf-8") as sql:
        sql.write(text)
        sql.flush()
        try:
            done = subprocess.run(
                [str(program.absolute()), "-q", sql.name, str(file)], capture_output=True, check=False
            )
        except OSError as error:
            raise UsageError(
                f"{program} can't be run: {error.strerror}.",
                next_step="Give the path of a trace_processor_shell that runs on this computer.",
            ) from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise UsageError(
            f"{program} ended with {done.returncode}: {said[-1] if said else 'it said nothing'}",
            next_step=_NEXT_STEP,
        )
    return done.stdout.decode("utf-8", "replace").removesuffix("\n").split("\n")
