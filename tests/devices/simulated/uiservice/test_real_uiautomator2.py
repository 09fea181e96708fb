"""The real uiautomator2 client works unchanged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from tests.devices.simulated.userland.fake_world import CHAT, FakeWorld

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devices.simulated.server import RunningPhone
    from tests.adbserver import Adb

pytestmark = pytest.mark.adb


@pytest.fixture
def ui(adb: Adb, phone: RunningPhone) -> Iterator[Any]:
    import adbutils
    import uiautomator2

    device = adbutils.AdbClient(host="127.0.0.1", port=adb.port).device(serial=phone.serial)
    connected = uiautomator2.connect(device)
    yield connected
    connected.stop_uiautomator()


def world(phone: RunningPhone) -> FakeWorld:
    made = phone.world
    assert isinstance(made, FakeWorld)
    return made


def test_it_pushes_its_jar_once_and_starts(adb: Adb, phone: RunningPhone, ui: Any) -> None:
    info = ui.info
    assert (info["displayWidth"], info["displayHeight"], info["sdkInt"]) == (1080, 2400, 34)
    assert info["currentPackageName"] == CHAT
    assert ("ui_automation", True) in world(phone).did
    size = int(adb.shell(phone.serial, "stat -c %s /data/local/tmp/u2.jar").text)
    assert size > 1_000_000


def test_elements_are_found_waited_for_and_clicked(phone: RunningPhone, ui: Any) -> None:
    field = ui(resourceId=f"{CHAT}:id/input")
    assert field.wait(timeout=5)
    assert field.info["bounds"] == {"left": 40, "top": 2000, "right": 900, "bottom": 2120}
    assert field.info["text"] == "Message"
    field.click()
    assert [event[1] for event in world(phone).did if event[0] == "motion"] == ["DOWN", "UP"]
    assert ui(focused=True).info["resourceName"] == f"{CHAT}:id/input"
    assert ui(className="android.widget.TextView").count == 3
    assert ui(resourceId=f"{CHAT}:id/list").child(text="row 1 <&>").exists
    assert not ui(text="nothing").exists
    assert ui(text="nothing").wait_gone(timeout=1)


def test_text_is_set_and_cleared(phone: RunningPhone, ui: Any) -> None:
    field = ui(resourceId=f"{CHAT}:id/input")
    field.set_text("héllo 你好")
    assert world(phone).text == "héllo 你好"
    assert field.get_text() == "héllo 你好"
    field.clear_text()
    assert world(phone).text == ""


def test_the_hierarchy_is_xml_and_xpath_works_on_it(ui: Any) -> None:
    tree = ET.fromstring(ui.dump_hierarchy())
    assert tree.tag == "hierarchy"
    assert len(list(tree.iter("node"))) == 7
    assert ui.xpath(f'//*[@resource-id="{CHAT}:id/send"]').get().bounds == (920, 2000, 1060, 2120)


def test_keys_swipes_pictures_and_the_clipboard(phone: RunningPhone, ui: Any) -> None:
    ui.press("back")
    ui.press(66)
    assert [event[1] for event in world(phone).did if event[0] == "key"] == [4, 66]
    ui.swipe(500, 1500, 500, 500, steps=10)
    assert sum(event[1] == "MOVE" for event in world(phone).did if event[0] == "motion") >= 5
    assert ui.screenshot().size == (1080, 2400)
    ui.clipboard = "copied"
    assert ui.clipboard == "copied"
    assert ui.last_toast is None


def test_errors_are_the_clients_own_exceptions(ui: Any) -> None:
    from uiautomator2.exceptions import RPCUnknownError, UiObjectNotFoundError

    with pytest.raises(UiObjectNotFoundError):
        ui.jsonrpc.objInfo(ui(text="nothing").selector)
    with pytest.raises(RPCUnknownError, match="-32601"):
        ui.jsonrpc.noSuchMethod()


def test_stopping_it_ends_the_process_and_ui_automation(adb: Adb, phone: RunningPhone, ui: Any) -> None:
    assert adb.shell(phone.serial, "pidof app_process").code == 0
    ui.stop_uiautomator()
    assert world(phone).did[-1] == ("ui_automation", False)
    assert adb.shell(phone.serial, "pidof app_process").code == 1
    assert ui.info["sdkInt"] == 34, "the client starts it again"


def test_a_second_server_is_refused_as_the_system_does(adb: Adb, phone: RunningPhone, ui: Any) -> None:
    command = "CLASSPATH=/data/local/tmp/u2.jar app_process / com.wetest.uia2.Main -p 9009"
    assert "already registered" in adb.shell(phone.serial, command).text


def test_without_the_jar_the_class_is_not_found(adb: Adb, phone: RunningPhone) -> None:
    result = adb.shell(phone.serial, "CLASSPATH=/data/local/tmp/none.jar app_process / com.wetest.uia2.Main")
    assert result.code == 134
    assert b"ClassNotFoundException" in result.err
