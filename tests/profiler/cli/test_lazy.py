from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler.cli.lazy import spread

MANY = {"--against"}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("x --app A --against B C D", "x --app A --against B --against C --against D"),
        ("x --against B --against C", "x --against B --against C"),
        ("--against B C --app A", "--against B --against C --app A"),
        ("--app A x y", "--app A x y"),
        ("--against B C -- x", "--against B --against C -- x"),
        ("--against=B x", "--against=B x"),
        ("--against", "--against"),
    ],
)
def test_a_repeatable_option_takes_several_values_at_once(typed, meant):
    assert " ".join(spread(typed.split(), MANY)) == meant


@given(st.lists(st.sampled_from(["--against", "--app", "A", "B", "--", "--flag"]), max_size=12))
def test_no_word_is_lost_and_none_but_the_option_is_added(words):
    made = spread(words, MANY)
    without = lambda args: [word for word in args if word != "--against"]  # noqa: E731
    assert without(made) == without(words)
    assert spread(made, MANY) == made


HEAVY = (
    "numpy",
    "pandas",
    "scipy",
    "pyarrow",
    "adbutils",
    "uiautomator2",
    "jinja2",
    "rich",
    "google.protobuf",
)


@pytest.mark.parametrize("args", [["--help"], ["run", "--help"], ["reproduce", "--help"], ["demo", "--help"]])
def test_help_imports_nothing_heavy(args):
    program = (
        "import sys; from profiler.cli.main import run_cli; code = run_cli(sys.argv[1:]);"
        f"print([name for name in {HEAVY!r} if name in sys.modules], code, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program, *args], capture_output=True, text=True, check=True)
    assert done.stderr == "[] 0\n"
    assert done.stdout.startswith("Usage: silky")


def test_a_misspelt_command_is_answered_with_the_one_that_was_meant(silky):
    done = silky("repot", "x")
    assert done.code == 3
    assert "No such command 'repot'. Did you mean report?" in done.err
