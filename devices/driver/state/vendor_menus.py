"""Where vendors put the switches that a person must flip, in English and Chinese, with public sources.

Read from public texts, not seen on the phones by us: names and places move with every release, so each
sentence holds a name that a person can search for in the settings. A vendor is found by
`ro.product.manufacturer`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Words(NamedTuple):
    """One text in both languages."""

    en: str
    zh: str

    def text(self, lang: str) -> str:
        """Return it in a language; what is not Chinese is English."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Vendor:
    """One vendor's menus.

    Attributes:
        name: the vendor and its Android.
        makers: values of `ro.product.manufacturer`, in lower case.
        developer: the path to the developer options.
        switch: what must be switched for the shell to touch the screen and write settings; None: nothing more
            than USB debugging is known to be needed.
        connection: what keeps adb from working at all, or ends it; None: nothing known.
        sources: where that was read.
    """

    name: str
    makers: tuple[str, ...]
    developer: Words
    switch: Words | None
    connection: Words | None
    sources: tuple[str, ...]


XIAOMI = Vendor(
    name="Xiaomi, Redmi, POCO (MIUI, HyperOS)",
    makers=("xiaomi", "redmi", "poco"),
    developer=Words(
        "Settings > Additional settings > Developer options",
        "设置 > 更多设置 > 开发者选项",
    ),
    switch=Words(
        "USB debugging (Security settings), which asks for a Xiaomi account and once for a SIM card; "
        "then restart the phone",
        "USB调试（安全设置）；需要登录小米账号，并至少插入过一次 SIM 卡；打开后重启手机",
    ),
    connection=None,
    sources=(
        "Genymobile/scrcpy README (Prerequisites), #70: touches are refused without it, restart needed",
        "appium/appium #13802: WRITE_SECURE_SETTINGS is refused without it; MIUI 14 needs the restart",
        "kobiton/docs, Xiaomi Redmi Device Support: Mi account logged in, a SIM card inserted",
        "wangshub/wechat_jump_game #139, #816: the Chinese name",
    ),
)

OPPO = Vendor(
    name="OPPO, OnePlus, realme (ColorOS, OxygenOS, realme UI)",
    makers=("oppo", "oneplus", "realme"),
    developer=Words(
        "Settings > System & updates (older: Additional settings) > Developer options",
        "设置 > 系统与更新（旧版：其他设置）> 开发者选项",
    ),
    switch=Words(
        "Disable permission monitoring (ColorOS 16: Disable system optimization); then switch USB debugging "
        "off and on, and plug the phone in again",
        "禁止权限监控（ColorOS 16：禁用系统优化）；然后关闭再打开 USB 调试，重新插入数据线",
    ),
    connection=Words(
        "ColorOS may switch USB debugging off after ten minutes: switch it on again without unplugging",
        "ColorOS 可能在十分钟后自动关闭 USB 调试：不要拔线，重新打开即可",
    ),
    sources=(
        "appium/appium #13802: realme 3 Pro, WRITE_SECURE_SETTINGS",
        "joaomgcd/Tasker-Permissions #21: OnePlus; takes effect when USB debugging was switched off and on",
        "RikkaApps/websites pull 7174: OnePlus 15 with ColorOS 16, Disable system optimization",
        "zai-org/Open-AutoGLM #106: `ime` is refused on ColorOS too",
        "alipay/SoloPi, first use: the ten minutes",
    ),
)

VIVO = Vendor(
    name="vivo, iQOO (Funtouch OS, OriginOS)",
    makers=("vivo", "iqoo"),
    developer=Words(
        "Settings > System management (older: More settings) > Developer options",
        "设置 > 系统管理（旧版：更多设置）> 开发者选项",
    ),
    switch=Words(
        "USB simulated clicks, or USB security operations, whichever is there; then plug the phone in again",
        "USB 模拟点击，或 USB 安全操作（有哪个开哪个）；然后重新插入数据线",
    ),
    connection=None,
    sources=(
        "openatx/uiautomator2 #330: USB模拟点击 on vivo Y66 and Y67A",
        "alipay/SoloPi, first use, and #61: USB安全操作; USB模拟点击 on vivo X9",
        "wangshub/wechat_jump_game #587: USB安全权限 on vivo X20",
    ),
)

HUAWEI = Vendor(
    name="Huawei (EMUI, HarmonyOS up to 4)",
    makers=("huawei",),
    developer=Words(
        "Settings > System & updates > Developer options",
        "设置 > 系统和更新 > 开发人员选项",
    ),
    switch=None,
    connection=Words(
        'switch on Allow ADB debugging in "Charge only" mode, or adb ends when the USB mode changes. '
        "HarmonyOS NEXT (5 and newer) has no adb and can't be measured",
        "打开\u201c仅充电\u201d模式下允许 ADB 调试，否则 USB 模式一变 adb 就断开。"
        "HarmonyOS NEXT（5 及以上）没有 adb，无法测量",
    ),
    sources=(
        "RikkaApps/websites, Shizuku manual, EMUI; pull 513",
        "alipay/SoloPi, first use",
    ),
)

HONOR = Vendor(
    name="Honor (Magic UI, MagicOS)",
    makers=("honor",),
    developer=Words(
        "Settings > System & updates > Developer options",
        "设置 > 系统和更新 > 开发人员选项",
    ),
    switch=None,
    connection=Words(
        'switch on Allow ADB debugging in "Charge only" mode, if it is there',
        "如有\u201c仅充电\u201d模式下允许 ADB 调试，请打开",
    ),
    sources=(
        "as Huawei, whose menus Magic UI grew from",
        "aifou-kfmark/KFMARK #20: Magic 2 in charge-only mode",
    ),
)

SAMSUNG = Vendor(
    name="Samsung (One UI)",
    makers=("samsung",),
    developer=Words(
        "Settings > Developer options, at the end of the list",
        "设置 > 开发者选项（列表最下方）",
    ),
    switch=None,
    connection=Words(
        "where USB debugging is greyed out: Settings > Security and privacy > Auto Blocker, switch it off. "
        "One UI 8.5 switches it on again after 30 minutes",
        "若 USB 调试是灰色的：设置 > 安全和隐私 > 自动拦截程序，关闭它。"
        "One UI 8.5 会在 30 分钟后自动重新打开",
    ),
    sources=(
        "Samsung Canada, support page 898337: the path, and what Auto Blocker does since One UI 6",
        "techwiser.com, Auto Blocker: commands over USB blocked, USB debugging greyed out",
        "keymapperorg/KeyMapper #2155",
        "milik.ai 03cf2b82d8: the 30 minutes",
    ),
)

GOOGLE = Vendor(
    name="Google Pixel, emulators (AOSP)",
    makers=("google",),
    developer=Words(
        "Settings > System > Developer options",
        "设置 > 系统 > 开发者选项",
    ),
    switch=None,
    connection=None,
    sources=("developer.android.com, Configure on-device developer options",),
)

MEIZU = Vendor(
    name="Meizu (Flyme)",
    makers=("meizu",),
    developer=Words(
        "Settings, search for Developer options",
        "设置中搜索\u201c开发者选项\u201d",
    ),
    switch=Words(
        "Flyme payment protection off, in the developer options or in the security app",
        "在开发者选项或手机管家中关闭 Flyme 支付保护",
    ),
    connection=None,
    sources=("RikkaApps/websites, Shizuku manual, Flyme", "alipay/SoloPi, first use"),
)

_SOME_SWITCH = Words(
    "a switch that speaks of security settings, simulated input or permission monitoring; then plug the "
    "phone in again",
    "与\u201c安全设置\u201d\u201c模拟点击\u201d或\u201c权限监控\u201d有关的开关；然后重新插入数据线",
)

OTHER = Vendor(
    name="Android",
    makers=(),
    developer=GOOGLE.developer,
    switch=None,
    connection=None,
    sources=("no vendor is known by that name: the words that the other vendors use",),
)

VENDORS = (XIAOMI, OPPO, VIVO, HUAWEI, HONOR, SAMSUNG, GOOGLE, MEIZU)


def vendor_of(manufacturer: str) -> Vendor:
    """Return the vendor whose phone says this as `ro.product.manufacturer`; `OTHER` for a name not known."""
    name = manufacturer.strip().lower()
    return next((vendor for vendor in VENDORS if name in vendor.makers), OTHER)


def refused_switch(manufacturer: str) -> Words:
    """Return what to switch where the shell may not touch the screen or write settings: path and name."""
    vendor = vendor_of(manufacturer)
    if vendor.switch is None:
        return Words(
            f"Look in {vendor.developer.en} for {_SOME_SWITCH.en}",
            f"请在 {vendor.developer.zh} 中查找{_SOME_SWITCH.zh}",
        )
    return Words(
        f"Switch on {vendor.developer.en} > {vendor.switch.en}",
        f"请打开 {vendor.developer.zh} > {vendor.switch.zh}",
    )
