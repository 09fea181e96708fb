"""Whatever stands in a YAML file: its data, or an error that names the file."""

from __future__ import annotations

import pytest

from traces.errors import InputFileError
from traces.yaml_file import parse_yaml


@pytest.mark.parametrize(
    "text",
    [
        "rounds: !!int\n",
        "rounds: !!int x\n",
        "at: 2026-02-31\n",
        "rounds: !!float ''\n",
        "[" * 20_000,
        "a: [1\n",
    ],
    ids=["empty int", "no int", "no date", "empty float", "deep", "open list"],
)
def test_a_value_that_cannot_be_read_is_an_error_of_the_file(text):
    with pytest.raises(InputFileError) as refused:
        parse_yaml(text, "apps.yaml", next_step="Mend it.")
    assert refused.value.what.startswith("apps.yaml")
    assert refused.value.next_step == "Mend it."


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("&x [*x]\n", "holds an anchor that holds itself"),
        ("&x\nb: {c: *x}\n", "holds an anchor that holds itself"),
        ("[" * 70 + "]" * 70, "is nested too deeply"),
        (
            "a0: &a0 [1, 2]\n"
            + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 9)),
            "has more than 200000 values when its anchors are written out",
        ),
    ],
    ids=["itself", "itself, deeper", "deep", "anchors of anchors"],
)
def test_what_cannot_be_written_out_is_refused_by_name(text, why):
    with pytest.raises(InputFileError) as refused:
        parse_yaml(text, "apps.yaml", next_step="Mend it.")
    assert refused.value.what == f"apps.yaml {why}."


def test_anchors_and_numbers_are_read_as_they_are():
    said = parse_yaml("a: &x {b: 0x1F}\nc: *x\n", "apps.yaml", next_step="Mend it.")
    assert said["c"]["b"] == 31
