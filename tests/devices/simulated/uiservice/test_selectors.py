"""UiSelector's meaning: mask bits, instances, children, siblings."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.simulated.uiservice.nodes import Node
from devices.simulated.uiservice.selectors import find, find_all, to_text
from devices.simulated.world import ViewNode

uiautomator2_selector = pytest.importorskip("uiautomator2._selector")


def view(name: str, *children: ViewNode, **changes: Any) -> ViewNode:
    return ViewNode(f"android.widget.{name}", "com.a", (0, 0, 10, 10), children=children, **changes)


TREE = view(
    "FrameLayout",
    view(
        "LinearLayout",
        view("TextView", text="one", resource_id="com.a:id/t"),
        view("TextView", text="two", clickable=True),
        resource_id="com.a:id/box",
    ),
    view(
        "LinearLayout", view("TextView", text="three"), view("Button", text="Send now", content_desc="send")
    ),
    view("EditText", hint="Type here", editable=True, focused=True),
)


def selector(**fields: Any) -> Any:
    """A selector as the client makes it."""
    return uiautomator2_selector.Selector(**fields)


def texts(chosen: Any) -> list[str]:
    return [node.text for node in find_all(Node(TREE, 0, None, 0), chosen)]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"text": "one"}, ["one"]),
        ({"textContains": "o"}, ["one", "two", "Send now"]),
        ({"textStartsWith": "send"}, ["Send now"]),
        ({"textMatches": "t.*"}, ["two", "three"]),
        ({"className": "android.widget.TextView"}, ["one", "two", "three"]),
        ({"classNameMatches": ".*Button"}, ["Send now"]),
        ({"description": "send"}, ["Send now"]),
        ({"descriptionContains": "EN"}, ["Send now"]),
        ({"resourceId": "com.a:id/t"}, ["one"]),
        ({"resourceIdMatches": ".*/t"}, ["one"]),
        ({"clickable": True}, ["two"]),
        ({"focused": True}, ["Type here"]),
        ({"text": "Type here"}, ["Type here"]),
        ({"packageName": "com.a", "text": "two"}, ["two"]),
        ({"className": "android.widget.TextView", "instance": 2}, ["three"]),
        ({"className": "android.widget.TextView", "index": 1}, ["two"]),
        ({"className": "android.widget.TextView", "instance": 9}, []),
        ({"text": "one", "clickable": True}, []),
    ],
)
def test_fields(fields: dict[str, Any], expected: list[str]) -> None:
    assert texts(selector(**fields)) == expected


def test_children_are_below_and_not_the_node_itself() -> None:
    boxes = selector(className="android.widget.LinearLayout")
    assert texts(boxes.clone().child(className="android.widget.TextView")) == ["one", "two", "three"]
    assert texts(selector(resourceId="com.a:id/box").child(text="two")) == ["two"]
    assert texts(boxes.clone().child(className="android.widget.LinearLayout")) == []
    nth = selector(className="android.widget.LinearLayout", instance=1).child(
        className="android.widget.TextView"
    )
    assert texts(nth) == ["three"]


def test_siblings_share_the_parent() -> None:
    assert texts(selector(text="one").sibling(text="two")) == ["two"]
    assert texts(selector(text="one").sibling(text="three")) == []


def test_the_text_of_a_selector_is_uiselectors() -> None:
    assert to_text(selector(text="x", instance=1)) == "UiSelector[TEXT=x, INSTANCE=1]"
    assert to_text(selector(resourceId="a").child(text="b")) == "UiSelector[RESOURCE_ID=a, CHILD=[TEXT=b]]"


@given(st.integers(0, 40))
def test_an_instance_is_that_one_of_all(number: int) -> None:
    everything = list(find_all(Node(TREE, 0, None, 0), selector(packageName="com.a")))
    found = find(Node(TREE, 0, None, 0), selector(packageName="com.a", instance=number))
    if number < len(everything):
        assert found is not None
        assert found.view is everything[number].view
    else:
        assert found is None
