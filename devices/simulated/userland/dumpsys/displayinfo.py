"""DisplayDeviceInfo, DisplayInfo and the dump around them as Android 8 to 11 print them.

Sources: DisplayDeviceInfo.toString and DisplayManagerService.dumpInternal of Android 11, and a recording
of an emulator of 11; what 8 to 10 leave out as public dumps of those show it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devices.simulated.world import Persona

NEWEST = 30
"""Last level of these formats."""
_ADDRESSES = 29
"""Level from which displays have stable ids and addresses."""
_STABLE_ID = "4619827259835644672"
_FLAGS = "FLAG_DEFAULT_DISPLAY, FLAG_ROTATES_WITH_CONTENT, FLAG_SECURE, FLAG_SUPPORTS_PROTECTED_BUFFERS"


def unique_id(sdk: int) -> str:
    """Return the built-in display's id."""
    return f"local:{_STABLE_ID}" if sdk >= _ADDRESSES else "local:0"


def _hdr(sdk: int, values: str) -> str:
    return values if sdk >= NEWEST else "HdrCapabilities android.view.Display$HdrCapabilities@40f16308"


def device_info(
    persona: Persona, *, size: str, mode: int, modes: str, dpi: str, timing: str, state: str, hdr: str
) -> str:
    """Return the line of the display device.

    Args:
        persona: The phone.
        size: `W x H`.
        mode: Id of the active mode.
        modes: All modes, joined.
        dpi: `X x Y`.
        timing: Offsets and deadline.
        state: ON or OFF.
        hdr: What 11 prints of its HDR capabilities.
    """
    sdk = persona.sdk
    extra = " allmSupported false, gameContentTypeSupported false," if sdk >= NEWEST else ""
    where = ", address {port=0, model=0x401cecaabcbe1b}" if sdk >= _ADDRESSES else ""
    product = ", deviceProductInfo null" if sdk >= NEWEST else ""
    kind = "INTERNAL" if sdk >= NEWEST else "BUILT_IN"
    return (
        f'DisplayDeviceInfo{{"Built-in Screen": uniqueId="{unique_id(sdk)}", {size}, modeId {mode}, '
        f"defaultModeId {persona.active_mode}, supportedModes [{modes}], colorMode 0, "
        f"supportedColorModes [0], {_hdr(sdk, hdr)},{extra} density {persona.density}, {dpi} dpi, {timing}, "
        f"touch INTERNAL, rotation 0, type {kind}{where}{product}, state {state}, {_FLAGS}}}"
    )


def display_info(
    persona: Persona, *, size: str, mode: int, modes: str, dpi: str, timing: str, state: str, rotation: int
) -> str:
    """Return the line of the logical display; arguments as of `device_info`."""
    sdk = persona.sdk
    kind = "INTERNAL" if sdk >= NEWEST else "BUILT_IN"
    name = '"Built-in Screen, displayId 0"' if sdk >= _ADDRESSES else '"Built-in Screen"'
    return (
        f'DisplayInfo{{{name}, uniqueId "{unique_id(sdk)}", app {size}, real {size}, largest app {size}, '
        f"smallest app {size}, mode {mode}, defaultMode {persona.active_mode}, modes [{modes}], colorMode 0, "
        f"supportedColorModes [0], hdrCapabilities android.view.Display$HdrCapabilities@40f16308, "
        f"rotation {rotation}, density {persona.density} ({dpi}) dpi, layerStack 0, {timing}, type {kind}, "
        f"state {state}, FLAG_SECURE, FLAG_SUPPORTS_PROTECTED_BUFFERS, removeMode 0}}"
    )
