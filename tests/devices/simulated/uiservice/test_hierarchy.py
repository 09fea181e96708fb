"""The XML of the window hierarchy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from devices.simulated.uiservice.hierarchy import dump
from devices.simulated.uiservice.nodes import Node
from devices.simulated.world import ViewNode

if TYPE_CHECKING:
    from pathlib import Path

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)


def xml(root: ViewNode, max_depth: int = 50) -> str:
    return dump([Node(root, 0, None, 0)], rotation=0, width=100, height=200, max_depth=max_depth)


def view(text: str = "", *children: ViewNode, clickable: bool = False, hint: str = "") -> ViewNode:
    return ViewNode(
        "a.B", "p", (-5, 0, 120, 50), text=text, children=children, clickable=clickable, hint=hint
    )


@given(st.lists(TEXT, max_size=5))
def test_any_text_comes_back_through_an_xml_parser(texts: list[str]) -> None:
    tree = ET.fromstring(xml(view("", *[view(text) for text in texts])))
    assert [node.get("text") for node in tree.findall("./node/node")] == texts


def test_attributes_are_those_of_real_dumps(recordings: Path) -> None:
    real = (recordings / "hierarchy/vivo_ui_dump.xml").read_text()
    names = re.findall(r"([\w-]+)=", re.search(r"<node [^>]*>", real)[0])  # type: ignore[index]
    ours = re.findall(r"([\w-]+)=", re.search(r"<node [^>]*>", xml(view("x")))[0])  # type: ignore[index]
    assert [name for name in ours if name != "visible-to-user"] == names


def test_bounds_are_cut_to_the_display() -> None:
    assert 'bounds="[0,0][100,50]"' in xml(view())


def test_depth_is_limited() -> None:
    deep = view("0", view("1", view("2")))
    assert 'text="1"' in xml(deep, max_depth=1)
    assert 'text="2"' not in xml(deep, max_depth=1)


def test_a_clickable_node_that_says_nothing_is_marked() -> None:
    assert 'NAF="true"' in xml(view(clickable=True))
    assert "NAF" not in xml(view("", view("named"), clickable=True))


def test_an_empty_screen_is_the_form_that_clients_retry_on() -> None:
    text = dump([], rotation=0, width=1, height=1, max_depth=1)
    assert text == "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\r\n<hierarchy rotation=\"0\" />"
