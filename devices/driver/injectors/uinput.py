"""A touch screen through `uinput` (Android 12 and newer): events of the kernel, in its own words.

The commands are written in the form that all releases read: numbers for types and codes, `usb` for the bus
(12 and 13 know no other but bluetooth).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from devices.driver.injectors.touchscreen import KEYS, NAME, PRODUCT, VENDOR, Panel, Words, group

FIRST_SDK = 31
EV_SYN, EV_KEY, EV_ABS = 0, 1, 3
BTN_TOUCH = 0x14A
SLOT, X, Y, TRACKING = 0x2F, 0x35, 0x36, 0x39
DIRECT = 1
_EVBIT, _KEYBIT, _ABSBIT, _PROPBIT = 100, 101, 103, 110
_SYN = (EV_SYN, 0, 0)


@dataclass(frozen=True, slots=True)
class UinputScreen:
    """A touch screen of the shell's own, of the display's size.

    Attributes:
        panel: the display.
        keys: also a few keys (back, home, delete ...), for phones that refuse those of `input`.
    """

    panel: Panel
    keys: bool = False
    name: str = "uinput"
    presses: bool = True
    device: bool = True
    seconds: float = 12.0

    def turned(self, rotation: int) -> UinputScreen:
        """Return the same for a turned display."""
        return replace(self, panel=replace(self.panel, rotation=rotation))

    def register(self) -> dict[str, object]:
        """Return the command that makes the device."""
        tops = {SLOT: 9, X: self.panel.width - 1, Y: self.panel.height - 1, TRACKING: 65535}
        keys = [BTN_TOUCH, *(KEYS.values() if self.keys else ())]
        return {
            "id": 1,
            "command": "register",
            "name": NAME,
            "vid": VENDOR,
            "pid": PRODUCT,
            "bus": "usb",
            "configuration": [
                {"type": _EVBIT, "data": [EV_KEY, EV_ABS]},
                {"type": _KEYBIT, "data": keys},
                {"type": _ABSBIT, "data": list(tops)},
                {"type": _PROPBIT, "data": [DIRECT]},
            ],
            "abs_info": [
                {
                    "code": code,
                    "info": {
                        "value": 0, "minimum": 0, "maximum": top, "fuzz": 0, "flat": 0, "resolution": 0,
                    },
                }
                for code, top in tops.items()
            ],
        }  # fmt: skip

    def wrap(self, script: str) -> str:
        """Return the script with its touches made by this screen."""
        x, y = self.panel.shell_raw("$3", "$4")
        place = (EV_ABS, X, x, EV_ABS, Y, y)
        slot = (EV_ABS, SLOT, 0)
        words = Words(
            program="uinput -",
            register=json.dumps(self.register(), separators=(",", ":")),
            # the first batch may get the time of the registration (Android 16): let it be an empty one
            warm_up=(json.dumps({"id": 1, "command": "inject", "events": list(_SYN)}),),
            down=_inject(*slot, EV_ABS, TRACKING, "$f", *place, EV_KEY, BTN_TOUCH, 1, *_SYN),
            move=_inject(*slot, *place, *_SYN),
            up=_inject(*slot, EV_ABS, TRACKING, -1, EV_KEY, BTN_TOUCH, 0, *_SYN),
            press_key=_inject(EV_KEY, "$c", 1, *_SYN) if self.keys else None,
            lift_key=_inject(EV_KEY, "$c", 0, *_SYN) if self.keys else None,
        )
        return group(words, script)


def _inject(*events: int | str) -> str:
    """Return a command as it stands between double quotes of the shell."""
    listed = ",".join(map(str, events))
    return rf"{{\"id\":1,\"command\":\"inject\",\"events\":[{listed}]}}"
