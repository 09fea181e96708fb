from __future__ import annotations

import dataclasses
import json
import types
import typing
from typing import Any, Union

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from traces.capture import Manifest, PhoneState, PopupCapture, RoundCapture
from traces.errors import InputFileError
from traces.records import dumps, from_plain, parse_json

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SCALARS = {
    int: st.integers(-(2**63), 2**63),
    float: st.floats(allow_nan=False),
    str: TEXT,
    bool: st.booleans(),
    type(None): st.none(),
}


def of_kind(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a type hint, so that a record's new fields are covered at once."""
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (Union, types.UnionType):
        return st.one_of([of_kind(arg) for arg in args])
    if origin is tuple and args[-1] is Ellipsis:
        return st.lists(of_kind(args[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*[of_kind(arg) for arg in args])
    if origin is list:
        return st.lists(of_kind(args[0]), max_size=3)
    if origin is dict:
        return st.dictionaries(TEXT, of_kind(args[1]), max_size=3)
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return st.builds(kind, **{f.name: of_kind(hints[f.name]) for f in dataclasses.fields(kind)})
    return SCALARS[kind]


RECORDS = [Manifest, RoundCapture, PhoneState]


@settings(max_examples=60, deadline=None)
@given(st.one_of([of_kind(kind) for kind in RECORDS]))
def test_any_record_comes_back_from_its_strict_json_equal(record):
    text = dumps(record)

    def refuse(constant: str) -> float:
        raise AssertionError(f"{constant} is not JSON")

    json.loads(text, parse_constant=refuse)
    assert from_plain(type(record), parse_json(text, "x.json"), "x.json") == record


def test_a_missing_field_with_a_default_takes_it():
    assert from_plain(PhoneState, {"battery_level": 80}, "s.json") == PhoneState(battery_level=80)


@pytest.mark.parametrize(
    ("plain", "field", "reason"),
    [
        ({"number": 1, "x": 2, "y": 3, "press_ms": 4, "shown_before": None}, "shown_after", "missing"),
        (
            {"number": "1", "x": 2, "y": 3, "press_ms": 4, "shown_before": None, "shown_after": True},
            "number",
            '"1" is not a whole number',
        ),
        (
            {"number": True, "x": 2, "y": 3, "press_ms": 4, "shown_before": None, "shown_after": True},
            "number",
            "true is not a whole number",
        ),
        (
            {"number": 1, "x": 2, "y": 3, "press_ms": 4, "shown_before": 0, "shown_after": True},
            "shown_before",
            "0 is not true or false",
        ),
        (
            {"number": 1, "x": 2, "y": 3, "press_ms": 4, "shown_before": None, "shown_after": None, "z": 1},
            "z",
            "not known",
        ),
        ([1], "the whole", "is not an object"),
    ],
)
def test_a_field_that_is_not_what_it_should_be_is_named_with_its_file(plain, field, reason):
    with pytest.raises(InputFileError) as refused:
        from_plain(PopupCapture, plain, "rounds/1/capture.json")
    assert refused.value.what.startswith(f"rounds/1/capture.json: field {field}: ")
    assert reason in refused.value.what


def test_nested_fields_are_named_by_their_path():
    plain = json.loads(dumps(PhoneState(animation_scales=(1.0, 1.0, 1.0))))
    plain["animation_scales"][2] = "fast"
    with pytest.raises(InputFileError, match=r"field animation_scales\[2\]: \"fast\" is not a number"):
        from_plain(PhoneState, plain, "s.json")


@pytest.mark.parametrize("text", [b"", b"{", b"\xff\xfe", b"[" * 100_000])
def test_what_is_not_json_is_refused_by_name(text):
    with pytest.raises(InputFileError, match=r"^s\.json is not"):
        parse_json(text, "s.json")


def test_a_number_of_too_many_digits_is_an_error_of_the_file():
    with pytest.raises(InputFileError, match="this file is not JSON"):
        parse_json("1" * 5_000, "this file")


def test_a_whole_number_that_no_float_holds_is_an_error_of_its_field():
    @dataclasses.dataclass(frozen=True)
    class Reading:
        value: float

    with pytest.raises(InputFileError) as refused:
        from_plain(Reading, {"value": 10**400}, "this file")
    assert "field value" in refused.value.what
    assert "too large a number" in refused.value.what
