"""A touch screen through `hid` (Android 8.1 and newer): a HID digitizer of one finger behind /dev/uhid.

The kernel's hid-multitouch makes events of its reports and gives them its own time. The descriptor names no
feature report: older `hid` programs do not answer when the kernel asks for one, and it would wait for long.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from devices.driver.injectors.touchscreen import NAME, PRODUCT, VENDOR, Panel, Words, group

FIRST_SDK = 27


@dataclass(frozen=True, slots=True)
class UhidScreen:
    """A touch screen of the shell's own, of the display's size. It has no keys."""

    panel: Panel
    name: str = "uhid"
    presses: bool = True
    device: bool = True
    seconds: float = 12.0

    def turned(self, rotation: int) -> UhidScreen:
        """Return the same for a turned display."""
        return replace(self, panel=replace(self.panel, rotation=rotation))

    def descriptor(self) -> bytes:
        """Return the report descriptor: tip switch, contact, x, y of a finger, and how many fingers."""
        far_x, far_y = (size - 1 for size in (self.panel.width, self.panel.height))
        return bytes((
            0x05, 0x0D, 0x09, 0x04, 0xA1, 0x01,  # digitizer, touch screen: application
            0x09, 0x22, 0xA1, 0x02,  # finger: logical
            0x09, 0x42, 0x15, 0x00, 0x25, 0x01, 0x75, 0x01, 0x95, 0x01, 0x81, 0x02,  # tip switch, 1 bit
            0x75, 0x07, 0x81, 0x03,  # 7 bits of nothing
            0x09, 0x51, 0x25, 0x0F, 0x75, 0x08, 0x81, 0x02,  # contact identifier, 1 byte
            0x05, 0x01, 0x75, 0x10,  # desktop, 2 bytes each
            0x09, 0x30, 0x26, far_x & 255, far_x >> 8, 0x81, 0x02,  # x
            0x09, 0x31, 0x26, far_y & 255, far_y >> 8, 0x81, 0x02,  # y
            0xC0,
            0x05, 0x0D, 0x09, 0x54, 0x25, 0x0F, 0x75, 0x08, 0x81, 0x02,  # contact count, 1 byte
            0xC0,
        ))  # fmt: skip

    def wrap(self, script: str) -> str:
        """Return the script with its touches made by this screen."""
        x, y = self.panel.shell_raw("$3", "$4")
        place = f"$(({x}&255)),$(({x}>>8)),$(({y}&255)),$(({y}>>8))"
        register = {
            "id": 1, "command": "register", "name": NAME, "vid": VENDOR, "pid": PRODUCT,
            "descriptor": list(self.descriptor()),
        }  # fmt: skip
        touch = _report(f"1,0,{place},1")
        words = Words(
            program="hid -",
            register=json.dumps(register, separators=(",", ":")),
            warm_up=(),
            down=touch,
            move=touch,
            up=_report(f"0,0,{place},1"),
        )
        return group(words, script)


def _report(values: str) -> str:
    """Return a command as it stands between double quotes of the shell."""
    return rf"{{\"id\":1,\"command\":\"report\",\"report\":[{values}]}}"
