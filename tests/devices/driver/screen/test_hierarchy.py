"""Finding the input field in dumps: by selector in order, then by what it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.driver.screen.hierarchy import find_first, find_generic, parse_hierarchy, select
from devices.profiles.model import Selector
from traces.errors import InputFileError

CHAT = """<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>
<hierarchy rotation="0">
  <node resource-id="" class="android.widget.FrameLayout"
          package="com.chat" bounds="[0,0][1080,2400]" text="">
    <node resource-id="com.chat:id/search" class="android.widget.EditText"
          package="com.chat" text="Search chats"
          bounds="[0,100][1080,200]" enabled="true" />
    <node resource-id="com.chat:id/input" class="android.widget.EditText"
          package="com.chat" text="发消息或按住说话..."
          bounds="[60,2200][900,2320]" enabled="true" content-desc="" />
    <node resource-id="com.chat:id/send" class="android.widget.ImageView"
          package="com.chat" content-desc="发送"
          bounds="[920,2200][1040,2320]" clickable="true" />
    <node resource-id="com.chat:id/gone" class="android.widget.EditText"
          package="com.chat" bounds="[0,0][0,0]" />
  </node>
  <node resource-id="com.android.systemui:id/clock" class="android.widget.TextView"
        package="com.android.systemui" text="12:00" bounds="[0,0][100,80]" />
</hierarchy>"""


def test_selectors_are_tried_in_order():
    found = find_first(
        parse_hierarchy(CHAT),
        [
            Selector(resource_id="com.chat:id/old"),
            Selector(class_name="android.widget.EditText", hint="发消息"),
        ],
        "com.chat",
    )
    assert found is not None
    assert found.node.center == (480, 2260)
    assert found.by == "class 'android.widget.EditText', hint containing '发消息'"


def test_an_id_without_package_is_the_apps_own():
    node = select(parse_hierarchy(CHAT), Selector(resource_id=":id/input"), "com.chat")
    assert node is not None
    assert node.resource_id == "com.chat:id/input"


def test_of_several_matches_the_lowest_is_taken():
    node = select(parse_hierarchy(CHAT), Selector(class_name="android.widget.EditText"), "com.chat")
    assert node is not None
    assert node.resource_id == "com.chat:id/input"


def test_all_parts_of_a_selector_must_hold():
    nodes = parse_hierarchy(CHAT)
    assert select(nodes, Selector(resource_id=":id/input", description="发送"), "com.chat") is None
    assert select(nodes, Selector(description="发送"), "com.chat") is not None
    assert select(nodes, Selector(description_contains="送"), "com.chat") is not None
    assert select(nodes, Selector(text="发消息"), "com.chat") is None
    assert select(nodes, Selector(text_contains="发消息"), "com.chat") is not None


def test_other_apps_windows_are_not_searched():
    assert select(parse_hierarchy(CHAT), Selector(text="12:00"), "com.chat") is None


def test_without_selectors_the_lowest_visible_text_field_is_found():
    found = find_generic(parse_hierarchy(CHAT), "com.chat")
    assert found is not None
    assert (found.node.resource_id, found.by) == ("com.chat:id/input", "the lowest text field")


def test_without_a_text_field_an_invitation_in_the_lower_part_is_found():
    compose = CHAT.replace("android.widget.EditText", "android.view.View")
    found = find_generic(parse_hierarchy(compose), "com.chat")
    assert found is not None
    assert found.node.resource_id == "com.chat:id/input"
    assert "invitation" in found.by


def test_nothing_like_a_field_is_nothing():
    assert find_generic(parse_hierarchy(CHAT), "com.other") is None


@pytest.mark.parametrize("xml", ["", "<hierarchy", "not xml at all"])
def test_what_is_no_hierarchy_is_an_error(xml):
    with pytest.raises(InputFileError, match="can't be read"):
        parse_hierarchy(xml)


def test_characters_that_xml_forbids_do_not_stop_it():
    assert len(parse_hierarchy(CHAT.replace("12:00", "12\x00:\x1b00"))) == 6


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    try:
        parse_hierarchy(text)
    except InputFileError:
        return


@pytest.mark.parametrize("name", ["vivo_ui_dump.xml", "watergod_uidump.xml"])
def test_real_dumps_are_read(recordings, name):
    nodes = parse_hierarchy((recordings / "hierarchy" / name).read_text(encoding="utf-8"))
    assert len(nodes) > 5
    assert all(node.class_name and node.package for node in nodes)
