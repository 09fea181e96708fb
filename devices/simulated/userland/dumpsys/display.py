"""`dumpsys display` (services display/DisplayManagerService)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from devices.simulated.userland.dumpsys import displayinfo
from devices.simulated.userland.dumpsys.services import service

if TYPE_CHECKING:
    from devices.simulated.userland.phone import Phone
    from devices.simulated.world import DisplayMode

_NO_HDR = (
    "hdrCapabilities HdrCapabilities{mSupportedHdrTypes=[], mMaxLuminance=500.0, "
    "mMaxAverageLuminance=500.0, mMinLuminance=0.0}"
)
_FLAGS = (
    "FLAG_ALLOWED_TO_BE_DEFAULT_DISPLAY, FLAG_ROTATES_WITH_CONTENT, FLAG_SECURE, "
    "FLAG_SUPPORTS_PROTECTED_BUFFERS"
)
_UNIQUE_ID = "local:4619827259835644672"
_ADDRESS = "address {port=0, model=0x401cecaabcbe1b}"
_BRIGHTNESS = "brightnessMinimum 0.0, brightnessMaximum 1.0, brightnessDefault 0.4"


def java_float(value: float) -> str:
    """Return a float as Java prints a Float: shortest text, always with a point."""
    if math.isinf(value):
        return "Infinity"
    text = next(
        (
            text
            for digits in range(1, 10)
            if abs(float(text := f"{value:.{digits}g}") - value) <= abs(value) * 6e-8
        ),
        repr(value),
    )
    text = format(float(text), "f").rstrip("0")
    return text + "0" if text.endswith(".") else text


def _mode(mode: DisplayMode, modes: tuple[DisplayMode, ...], sdk: int) -> str:
    others = ", ".join(
        java_float(other.refresh_hz)
        for other in modes
        if other.id != mode.id and (other.width, other.height) == (mode.width, mode.height)
    )
    text = f"{{id={mode.id}, width={mode.width}, height={mode.height}, fps={java_float(mode.refresh_hz)}"
    if sdk >= 35:
        text += f", vsync={java_float(mode.refresh_hz)}"
    if sdk <= displayinfo.NEWEST:
        return text + "}"
    text += f", alternativeRefreshRates=[{others}]"
    return text + (", supportedHdrTypes=[]}" if sdk >= 34 else "}")


class _Facts:
    """The words that several lines of the dump share."""

    def __init__(self, phone: Phone) -> None:
        world, persona = phone.world, phone.world.persona
        mode = world.active_mode()
        self.sdk = persona.sdk
        self.mode = mode
        self.persona = persona
        self.rotation = world.rotation
        self.modes = ", ".join(_mode(one, persona.modes, persona.sdk) for one in persona.modes)
        self.state = "ON" if world.screen_on else "OFF"
        self.size = f"{mode.width} x {mode.height}"
        self.rate = f", renderFrameRate {java_float(mode.refresh_hz)}" if persona.sdk >= 34 else ""
        self.timing = f"appVsyncOff 1000000, presDeadline {round(1e9 / mode.refresh_hz)}"
        self.dpi = f"{java_float(float(persona.density))} x {java_float(float(persona.density))}"
        self.density = phone.state.density_override or persona.density
        brightness = world.settings.get("system", {}).get("screen_brightness", "102")
        self.brightness = java_float(int(brightness) / 255 if brightness.isdigit() else 0.4)


def _device_info(facts: _Facts) -> str:
    committed = f", committedState {facts.state}" if facts.sdk >= 34 else ""
    return (
        f'DisplayDeviceInfo{{"Built-in Screen": uniqueId="{_UNIQUE_ID}", {facts.size}, '
        f"modeId {facts.mode.id}{facts.rate}, defaultModeId {facts.persona.active_mode}, "
        f"supportedModes [{facts.modes}], colorMode 0, supportedColorModes [0, 7], {_NO_HDR}, "
        "allmSupported false, gameContentTypeSupported false, "
        f"density {facts.persona.density}, {facts.dpi} dpi, "
        f"{facts.timing}, touch INTERNAL, rotation 0, type INTERNAL, {_ADDRESS}, deviceProductInfo null, "
        f"state {facts.state}{committed}, frameRateOverride , {_BRIGHTNESS}, {_FLAGS}, installOrientation 0}}"
    )


def _display_info(facts: _Facts) -> str:
    size = facts.size
    return (
        'DisplayInfo{"Built-in Screen", displayId 0", displayGroupId 0, FLAG_SECURE, '
        f"FLAG_SUPPORTS_PROTECTED_BUFFERS, FLAG_TRUSTED, real {size}, largest app {size}, "
        f"smallest app {size}, "
        f"{facts.timing}, mode {facts.mode.id}{facts.rate}, defaultMode {facts.persona.active_mode}, "
        f"modes [{facts.modes}], {_NO_HDR}, userDisabledHdrTypes [], minimalPostProcessingSupported false, "
        f"rotation {facts.rotation}, state {facts.state}, type INTERNAL, "
        f'uniqueId "{_UNIQUE_ID}", app {size}, '
        f"density {facts.density} ({facts.dpi}) dpi, layerStack 0, colorMode 0, supportedColorModes [0, 7], "
        f"{_ADDRESS}, deviceProductInfo null, removeMode 0, refreshRateOverride 0.0, {_BRIGHTNESS}, "
        "installOrientation ROTATION_0}"
    )


def _mode_specs(facts: _Facts) -> str:
    rates = [one.refresh_hz for one in facts.persona.modes]
    highest = java_float(max(rates))
    physical = f"[{java_float(min(rates))} {highest}]"
    base = f"baseModeId={facts.mode.id} allowGroupSwitching=false"
    if facts.sdk < 34:
        return f"{{{base} primaryRefreshRateRange={physical} appRequestRefreshRateRange=[0.0 {highest}]}}"
    render = f"render:  [0.0 {highest}]"
    return f"{{{base} primary=physical: {physical} {render} appRequest=physical: [0.0 {highest}] {render}}}"


def _viewport(facts: _Facts) -> str:
    width, height = facts.persona.width, facts.persona.height
    frame = f"Rect(0, 0 - {width}, {height})"
    return (
        f"DisplayViewport{{type=INTERNAL, valid=true, isActive=true, displayId=0, uniqueId='{_UNIQUE_ID}', "
        f"physicalPort=0, orientation={facts.rotation}, logicalFrame={frame}, physicalFrame={frame}, "
        f"deviceWidth={width}, deviceHeight={height}}}"
    )


def _up_to_11(facts: _Facts) -> str:
    persona = facts.persona
    size, mode, modes, dpi = facts.size, facts.mode.id, facts.modes, facts.dpi
    hdr = _NO_HDR.replace("hdrCapabilities ", "HdrCapabilities ", 1)
    device = displayinfo.device_info(
        persona, size=size, mode=mode, modes=modes, dpi=dpi, timing=facts.timing, state=facts.state, hdr=hdr
    )
    info = displayinfo.display_info(
        persona, size=size, mode=mode, modes=modes, dpi=dpi, timing=facts.timing, state=facts.state,
        rotation=facts.rotation,
    )  # fmt: skip
    return "\n".join(
        [
            "DISPLAY MANAGER (dumpsys display)",
            "  mOnlyCode=false",
            "  mSafeMode=false",
            "  mPendingTraversal=false",
            f"  mGlobalDisplayState={facts.state}",
            "  mNextNonDefaultDisplayId=1",
            "  mDefaultDisplayDefaultColorMode=0",
            "  mSingleDisplayDemoMode=false",
            "  mWifiDisplayScanRequestCount=0",
            f"  mStableDisplaySize=Point({persona.width}, {persona.height})",
            "",
            "Display Devices: size=1",
            f"  {device}",
            "    mAdapter=LocalDisplayAdapter",
            f"    mUniqueId={displayinfo.unique_id(facts.sdk)}",
            f"    mActiveModeId={mode}",
            "    mActiveColorMode=0",
            f"    mState={facts.state}",
            "",
            "Logical Displays: size=1",
            "  Display 0:",
            "    mDisplayId=0",
            "    mLayerStack=0",
            "    mHasContent=true",
            "    mPrimaryDisplayDevice=Built-in Screen",
            f"    mBaseDisplayInfo={info}",
            f"    mOverrideDisplayInfo={info}\n",
        ]
    )


@service("display")
def display(phone: Phone, args: list[str]) -> str:
    """Print the display devices and modes."""
    del args
    facts = _Facts(phone)
    if facts.sdk <= displayinfo.NEWEST:
        return _up_to_11(facts)
    specs, info = _mode_specs(facts), _display_info(facts)
    return "\n".join(
        [
            "DISPLAY MANAGER (dumpsys display)",
            "  mOnlyCode=false",
            "  mSafeMode=false",
            "  mPendingTraversal=false",
            f"  mViewports=[{_viewport(facts)}]",
            "  mDefaultDisplayDefaultColorMode=0",
            "  mWifiDisplayScanRequestCount=0",
            f"  mStableDisplaySize=Point({facts.persona.width}, {facts.persona.height})",
            "\n",
            "Display States: size=1",
            "  Display Id=0",
            f"  Display State={facts.state}",
            f"  Display Brightness={facts.brightness}",
            f"  Display SdrBrightness={facts.brightness}",
            "",
            "Display Devices: size=1",
            f"  {_device_info(facts)}",
            "    mAdapter=LocalDisplayAdapter",
            f"    mUniqueId={_UNIQUE_ID}",
            f"    mDisplayModeSpecs={specs}",
            f"    mActiveModeId={facts.mode.id}",
            "    mActiveColorMode=0",
            f"    mDefaultModeId={facts.persona.active_mode}",
            f"    mUserPreferredModeId={_preferred(phone)}",
            f"    mState={facts.state}",
            "",
            "LogicalDisplayMapper:",
            "  Logical Displays: size=1",
            "  Display 0:",
            "    mDisplayId=0",
            "    mLayerStack=0",
            f"    mDesiredDisplayModeSpecs={specs}",
            "    mPrimaryDisplayDevice=Built-in Screen",
            f"    mBaseDisplayInfo={info}",
            f"    mOverrideDisplayInfo={info}\n",
        ]
    )


def _preferred(phone: Phone) -> int:
    wanted = phone.state.user_mode
    if wanted is None:
        return -1
    modes = phone.world.persona.modes
    return min(modes, key=lambda mode: abs(mode.refresh_hz - wanted[2])).id
