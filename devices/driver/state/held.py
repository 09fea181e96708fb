"""What every run holds still on the phone: which knobs, to what, why, and where people find it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devices.driver.state.keeper import Want
from devices.driver.state.knobs import BATTERY_SAVER, DND, Knob, same
from devices.driver.state.vendor_menus import Words

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_POWERED = 7
"""AC, USB and wireless (BatteryManager.BATTERY_PLUGGED_*)."""


@dataclass(frozen=True, slots=True)
class Held:
    """One thing that is held still.

    Attributes:
        key: its name in `--leave` and in JSON.
        wants: the knobs and what they are set to.
        label: its name.
        why: what it does to a measurement otherwise.
        menu: where a person changes it; names to search the settings for, as places differ by vendor.
        developer: whether it is one of the developer options.
        min_sdk: the first Android whose shell can set it.
    """

    key: str
    wants: tuple[Want, ...]
    label: Words
    why: Words
    menu: Words
    developer: bool = False
    min_sdk: int = 0

    def fine(self, values: Mapping[Knob, str | None]) -> bool:
        """Return whether it is as it should be; what the phone does not tell is not."""
        return all(_fine(want, values[want.knob]) if want.knob in values else False for want in self.wants)


def _fine(want: Want, value: str | None) -> bool:
    if want.knob.key == "stay_on_while_plugged_in":
        return value is not None and value.isdigit() and int(value) & _POWERED == _POWERED
    if want.knob == DND:
        # whichever kind of it people have chosen, it stays
        return value != "off"
    if value is None:
        return want.knob.key in _UNSET_IS_FINE
    return same(value, want.value)


_UNSET_IS_FINE = ("user_rotation", "screen_brightness_mode")
"""Not set means upright, and by hand (AOSP's defaults)."""

HELD: tuple[Held, ...] = (
    Held(
        key="stay-awake",
        wants=(Want(Knob("global", "stay_on_while_plugged_in"), str(_POWERED)),),
        label=Words("stay awake", "充电时屏幕常亮"),
        why=Words("the screen would switch off during a run", "否则测量中途会熄屏"),
        menu=Words("Stay awake", "充电时屏幕不休眠（不锁定屏幕）"),
        developer=True,
    ),
    Held(
        key="heads-up",
        wants=(Want(Knob("global", "heads_up_notifications_enabled"), "0"),),
        label=Words("pop-up notifications", "横幅通知"),
        why=Words("a banner over the app costs frames and may take a touch", "横幅会占用帧，还可能挡住触摸"),
        menu=Words("Notifications > pop on screen (each app)", "通知 > 横幅（按应用关闭）"),
    ),
    Held(
        key="dnd",
        wants=(Want(Knob(*DND), "priority"),),
        label=Words("do not disturb", "勿扰模式"),
        why=Words("sounds and vibrations of messages disturb", "消息的声音和振动会干扰测量"),
        menu=Words("Do Not Disturb", "勿扰模式"),
        min_sdk=30,
    ),
    Held(
        key="rotation",
        wants=(
            Want(Knob("system", "accelerometer_rotation"), "0"),
            Want(Knob("system", "user_rotation"), "0"),
        ),
        label=Words("rotation", "屏幕旋转"),
        why=Words("a phone that is picked up would turn its screen", "手机被拿起时屏幕会旋转"),
        menu=Words("Auto-rotate screen, off, upright", "自动旋转：关闭，竖屏"),
    ),
    Held(
        key="brightness",
        wants=(Want(Knob("system", "screen_brightness_mode"), "0"),),
        label=Words("automatic brightness", "自动亮度"),
        why=Words("some phones tie the refresh rate to brightness", "部分手机的刷新率随亮度变化"),
        menu=Words("Display > Adaptive brightness", "显示 > 自动亮度"),
    ),
    Held(
        key="battery-saver",
        wants=(Want(Knob(*BATTERY_SAVER), "off"),),
        label=Words("battery saver", "省电模式"),
        why=Words("it slows the CPU and lowers the refresh rate", "它会降低 CPU 频率和刷新率"),
        menu=Words("Battery > Battery Saver", "电池 > 省电模式"),
        min_sdk=28,
    ),
)
"""In the order in which they are set."""


def settable(held: Held, sdk: int, *, has_dnd: bool) -> bool:
    """Return whether this phone's shell has a command for it."""
    return sdk >= held.min_sdk and (has_dnd or held.key != "dnd")


def wants(
    values: Mapping[Knob, str | None], sdk: int, *, has_dnd: bool, leave: Collection[str] = ()
) -> list[tuple[Held, Want]]:
    """Return what has to be set, each with what it belongs to."""
    return [
        (held, want)
        for held in HELD
        if held.key not in leave and settable(held, sdk, has_dnd=has_dnd) and not held.fine(values)
        for want in held.wants
        if not _fine(want, values.get(want.knob))
    ]


DND_TEST = "cmd notification 2>&1 | grep -c set_dnd"
"""Phone-side: prints how many lines of the notification service's help name the command (Android 11+)."""
