"""The phone's state as a table for people: each thing ok, will be set, a warning, or theirs to do.

Pure: from what was read to rows, in both languages, with the command or the place in the menus.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from devices.driver.state.cooling import HOT, ThermalGate
from devices.driver.state.held import HELD, Held, settable
from devices.driver.state.vendor_menus import Words, refused_switch, vendor_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from devices.driver.state.knobs import Knob
    from traces.capture import PhoneState

LOW_BATTERY = 20
_NOTHING = Words("", "")
_POORLY_COMPILED = (
    "verify",
    "extract",
    "quicken",
    "run-from-apk",
    "run-from-apk-fallback",
    "assume-verified",
)
_UNTOLD = Words("this phone does not tell", "手机未提供")
_SCALES = "window_animation_scale transition_animation_scale animator_duration_scale"

State = Literal["ok", "will set", "warning", "needs you"]


@dataclass(frozen=True, slots=True)
class Row:
    """One line.

    Attributes:
        state: ok; will set (silky does it for a run, and puts it back); warning; needs you.
        key: its stable name.
        label: its name for people.
        detail: what was found.
        next_step: what a person can do about it.
        command: for the phone's shell; empty where there is none.
    """

    state: State
    key: str
    label: Words
    detail: Words
    next_step: Words = _NOTHING
    command: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """What was read of a phone.

    Attributes:
        state: the phone's state.
        values: of the knobs that are held; what the phone doesn't tell is not there.
        sdk: API level.
        manufacturer: as the phone names it.
        has_dnd: whether its shell can switch do-not-disturb.
        writable: whether the shell may write settings; None: not known.
        planned_ime: the keyboard that the run is about; None: whichever is chosen.
        keyboard_filter: how the keyboard is compiled; None: not told.
        heat: the thermal status in words, with a temperature where there is one; empty: not told.
        gate: when a run waits for a hot phone.
    """

    state: PhoneState
    values: Mapping[Knob, str | None]
    sdk: int
    manufacturer: str
    has_dnd: bool
    writable: bool | None = None
    planned_ime: str | None = None
    keyboard_filter: str | None = None
    heat: str = ""
    gate: ThermalGate = field(default_factory=ThermalGate)


def state_rows(view: View) -> list[Row]:
    """Return the whole table, in the order in which people should read it."""
    return [
        _writable(view),
        _animations(view),
        _keyboard(view),
        _compiled(view),
        _screen(view),
        _lock(view),
        *(_held(view, held) for held in HELD),
        *_heat_and_power(view),
        _appearance(view),
    ]


def _writable(view: View) -> Row:
    label = Words("settings", "修改设置")
    if view.writable is False:
        return Row(
            "needs you",
            "settings",
            label,
            Words(
                "this phone does not let adb change settings (WRITE_SECURE_SETTINGS)",
                "手机不允许 adb 修改设置（WRITE_SECURE_SETTINGS）",
            ),
            refused_switch(view.manufacturer),
        )
    if view.writable is None:
        return Row("ok", "settings", label, Words("not tried: none is set yet", "未检验：还没有可写的设置"))
    return Row("ok", "settings", label, Words("adb may change them", "adb 可以修改"))


def _animations(view: View) -> Row:
    label, scales = Words("animations", "动画缩放"), view.state.animation_scales
    if scales is None:
        return Row("warning", "animations", label, _UNTOLD)
    if all(abs(scale - 1.0) < 1e-6 for scale in scales):
        return Row("ok", "animations", label, Words("all three scales 1", "三项缩放均为 1"))
    told = ", ".join(f"{scale:g}" for scale in scales)
    path = vendor_of(view.manufacturer).developer
    return Row(
        "needs you",
        "animations",
        label,
        Words(
            f"the scales (window, transition, animator) are {told}, not 1: a run is refused",
            f"缩放（窗口、过渡、动画程序时长）为 {told}，不是 1：拒绝测量",
        ),
        Words(
            f"{path.en} > Window / Transition animation scale, Animator duration scale: 1x",
            f"{path.zh} > 窗口动画缩放、过渡动画缩放、动画程序时长缩放：1x",
        ),
        f"for s in {_SCALES}; do settings put global $s 1; done",
    )


def _keyboard(view: View) -> Row:
    label, ime, wanted = Words("keyboard", "输入法"), view.state.ime_id, view.planned_ime
    menu = Words("Settings, search for Keyboard (Languages & input)", "设置中搜索“输入法”（语言和输入法）")
    if ime is None:
        return Row(
            "needs you", "keyboard", label, Words("none is chosen", "没有选择输入法"), menu, "ime list -s"
        )
    if wanted is not None and ime != wanted:
        detail = Words(f"{ime}, not {wanted} as planned", f"当前为 {ime}，计划为 {wanted}")
        return Row("needs you", "keyboard", label, detail, menu, f"ime enable {wanted}; ime set {wanted}")
    return Row("ok", "keyboard", label, Words(ime, ime))


def _compiled(view: View) -> Row:
    label, found = Words("keyboard's compilation", "输入法编译状态"), view.keyboard_filter
    if found is None:
        return Row("warning", "keyboard-compiled", label, _UNTOLD)
    if found not in _POORLY_COMPILED:
        return Row("ok", "keyboard-compiled", label, Words(found, found))
    package = (view.state.ime_id or "").partition("/")[0]
    return Row(
        "warning",
        "keyboard-compiled",
        label,
        Words(f"{found}: its code is not compiled yet, and slower", f"{found}：代码尚未编译，运行较慢"),
        Words(
            "use it for a day and let the phone charge over night, or compile it (from its next start on)",
            "使用一天并整夜充电，或手动编译（下次启动输入法后生效）",
        ),
        f"cmd package compile -m speed-profile -f {package}" if package else "",
    )


def _screen(view: View) -> Row:
    label = Words("screen", "屏幕")
    if view.state.screen_on is False:
        return Row(
            "will set", "screen", label, Words("off; it is switched on for a run", "熄屏；测量时会点亮")
        )
    if view.state.screen_on is None:
        return Row("warning", "screen", label, _UNTOLD)
    return Row("ok", "screen", label, Words("on", "已点亮"))


def _lock(view: View) -> Row:
    label = Words("lock", "锁屏")
    if view.state.locked is None:
        return Row("warning", "lock", label, _UNTOLD)
    if not view.state.locked:
        return Row("ok", "lock", label, Words("unlocked", "已解锁"))
    return Row(
        "needs you",
        "lock",
        label,
        Words("the phone is locked", "手机已锁定"),
        Words(
            "Unlock it; during the runs set Screen lock to None or Swipe (search the settings for it)",
            "请解锁；测量期间把锁屏方式设为“无”或“滑动”（在设置中搜索“锁屏”）",
        ),
    )


def _held(view: View, held: Held) -> Row:
    found = [(want.knob, view.values[want.knob]) for want in held.wants if want.knob in view.values]
    told = Words(
        ", ".join(f"{one.name} = {value or 'not set'}" for one, value in found),
        "，".join(f"{one.name} = {value or '未设置'}" for one, value in found),
    )
    wanted = ", ".join(want.value for want in held.wants)
    path = vendor_of(view.manufacturer).developer
    by_hand = (
        Words(f"{path.en} > {held.menu.en}", f"{path.zh} > {held.menu.zh}")
        if held.developer
        else Words(f"Settings, search for {held.menu.en}", f"设置中搜索“{held.menu.zh}”")
    )
    command = "; ".join(want.knob.write_command(want.value) for want in held.wants)
    if held.fine(view.values):
        return Row("ok", held.key, held.label, told)
    if not settable(held, view.sdk, has_dnd=view.has_dnd):
        detail = Words(
            f"{held.why.en}; the shell of this Android has no command for it",
            f"{held.why.zh}；此 Android 版本的 shell 没有对应命令",
        )
        return Row("warning", held.key, held.label, detail, by_hand)
    if not found:
        return Row("warning", held.key, held.label, _UNTOLD, by_hand, command)
    if view.writable is False and any(
        want.knob.namespace in ("global", "system", "secure") for want in held.wants
    ):
        detail = Words(f"{told.en}: {held.why.en}", f"{told.zh}：{held.why.zh}")
        return Row("needs you", held.key, held.label, detail, by_hand, command)
    detail = Words(
        f"{told.en}; {wanted} during a run, then back: {held.why.en}",
        f"{told.zh}；测量时设为 {wanted}，之后还原：{held.why.zh}",
    )
    return Row("will set", held.key, held.label, detail, command=command)


def _heat_and_power(view: View) -> Iterator[Row]:
    label, state = Words("heat", "温度"), view.state
    if state.thermal_status is None:
        yield Row("warning", "heat", label, _UNTOLD)
    elif state.thermal_status >= min(view.gate.limit, HOT):
        minutes = view.gate.patience_s // 60
        yield Row(
            "warning",
            "heat",
            label,
            Words(
                f"hot ({view.heat}): a run waits up to {minutes} min for it to cool down",
                f"手机过热（{view.heat}）：测量前最多等待 {minutes} 分钟降温",
            ),
            Words("take it off the charger and out of its case", "拔掉充电器，取下手机壳"),
        )
    else:
        yield Row("ok", "heat", label, Words(view.heat, view.heat))
    level = state.battery_level
    label = Words("battery", "电量")
    if level is None:
        yield Row("warning", "battery", label, _UNTOLD)
    elif level < LOW_BATTERY:
        detail = Words(
            f"{level} %: some phones slow down below {LOW_BATTERY} %",
            f"{level} %：低于 {LOW_BATTERY} % 时部分手机会降频",
        )
        yield Row("warning", "battery", label, detail, Words("charge it first", "请先充电"))
    else:
        yield Row("ok", "battery", label, Words(f"{level} %", f"{level} %"))
    label = Words("charging", "充电")
    if state.charging:
        yield Row(
            "warning",
            "charging",
            label,
            Words("it charges, which heats it: watch the heat", "正在充电，会发热：请注意温度"),
            Words("over Wi-Fi (adb connect) it measures without", "可通过 Wi-Fi（adb connect）断电测量"),
        )
    else:
        yield Row("ok", "charging", label, Words("no", "否") if state.charging is False else _UNTOLD)


def _appearance(view: View) -> Row:
    state = view.state
    size = f"{state.display_px[0]} x {state.display_px[1]} px" if state.display_px else None
    parts = [
        ("theme", "主题", state.theme),
        ("font scale", "字体大小", f"{state.font_scale:g}" if state.font_scale is not None else None),
        ("display", "显示", size),
        ("density", "密度", f"{state.density_dpi} dpi" if state.density_dpi else None),
    ]
    told = [(en, zh, value) for en, zh, value in parts if value is not None]
    return Row(
        "ok" if told else "warning",
        "appearance",
        Words("appearance", "外观"),
        Words(
            ", ".join(f"{en} {value}" for en, _, value in told) or _UNTOLD.en,
            "，".join(f"{zh} {value}" for _, zh, value in told) or _UNTOLD.zh,
        ),
    )
