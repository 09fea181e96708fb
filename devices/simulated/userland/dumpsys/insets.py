"""The insets part of `dumpsys window displays`: sources, who controls the keyboard's leash, its provider.

Sources: InsetsState, InsetsSource, InsetsSourceControl, InsetsStateController and ImeInsetsSourceProvider of
Android 11, 13, 14 and 16. Before 11 the keyboard has no insets source.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.simulated.userland.dumpsys.services import (
    Rect,
    identity_hash,
    java_bool,
    long_rect,
    short_rect,
    window_name,
)

if TYPE_CHECKING:
    from devices.simulated.userland.phone import Phone
    from devices.simulated.world import WindowInfo

FIRST = 30
"""Level from which there is an InsetsController for the keyboard."""
_NAMED_TYPES = 33
"""Level up to which sources are named ITYPE_..., after it by type and id."""
_LEASHES = ("animation-leash of insets_animation", "animation-leash")
EMPTY: Rect = (0, 0, 0, 0)
# Name on 13 and before, name and id on 14 and later (frameworks InsetsState.ITYPE_*, InsetsSource.createId).
_IME_TYPE = ("ITYPE_IME", "ime", "3")


def insets_lines(phone: Phone) -> list[str]:
    """Return the lines of WindowInsetsStateController, none before Android 11."""
    persona = phone.world.persona
    if persona.sdk < FIRST:
        return []
    display = f"      mDisplayFrame=Rect(0, 0 - {persona.width}, {persona.height})"
    frame = [] if persona.sdk == FIRST else [display]
    indent = "      " if persona.sdk == FIRST else "        "
    return [
        "  WindowInsetsStateController",
        "    InsetsState",
        *frame,
        *[f"{indent}{source}" for source in (*_bar_sources(phone), _ime_source(phone))],
        "    Control map:",
        *_control_map(phone),
        "    InsetsSourceProviders:" if persona.sdk > FIRST else "    InsetsSourceProviders map:",
        *(_ime_provider(phone) if persona.sdk > FIRST else _ime_provider_11(phone)),
    ]


def served(phone: Phone) -> WindowInfo | None:
    """Return the window that the keyboard serves."""
    package = phone.world.ime().served_package
    return next((one for one in phone.world.windows() if one.package == package and one.kind != "ime"), None)


def ime_window(phone: Phone) -> WindowInfo | None:
    """Return the keyboard's window."""
    return next((one for one in phone.world.windows() if one.kind == "ime"), None)


def _insets_source(phone: Phone, type_13: str, type_14: str, number: str, frame: Rect, *, visible: bool,
                   visible_frame: Rect | None = None) -> str:  # fmt: skip
    extra = "" if visible_frame is None else f" visibleFrame={short_rect(visible_frame)}"
    head = f"frame={short_rect(frame)}{extra} visible={java_bool(visible)}"
    sdk = phone.world.persona.sdk
    if sdk <= _NAMED_TYPES:
        corner = " insetsRoundedCornerFrame=false" if sdk > FIRST else ""
        return f"InsetsSource type={type_13} {head}{corner}"
    tail = " flags=" if sdk == _NAMED_TYPES + 1 else " flags= sideHint=NONE boundingRects=null"
    return f"InsetsSource id={number} type={type_14} {head}{tail}"


def _ime_source(phone: Phone) -> str:
    ime = phone.world.ime()
    left, top, right, bottom = ime.frame
    shown = bottom > top and right > left
    return _insets_source(phone, *_IME_TYPE, ime.frame if shown else EMPTY, visible=shown,
                          visible_frame=ime.frame if shown else None)  # fmt: skip


def _bar_sources(phone: Phone) -> list[str]:
    persona = phone.world.persona
    bars: list[str] = []
    for kind, type_13, type_14, index in (
        ("status-bar", "ITYPE_STATUS_BAR", "statusBars", 0),
        ("navigation-bar", "ITYPE_NAVIGATION_BAR", "navigationBars", 1),
    ):
        window = next((one for one in phone.world.windows() if one.kind == kind), None)
        if window is not None:
            number = f"{0x5A1C0000 + index:x}"
            bars.append(_insets_source(phone, type_13, type_14, number, window.frame, visible=window.visible))
    gestures = (0, persona.height - 1, persona.width, persona.height)
    bars.append(_insets_source(phone, "ITYPE_BOTTOM_MANDATORY_GESTURES", "mandatorySystemGestures",
    "5a1c0025",
                               gestures, visible=True))  # fmt: skip
    return bars


def _control_map(phone: Phone) -> list[str]:
    target = served(phone)
    if target is None:
        return []
    sdk = phone.world.persona.sdk
    if sdk <= _NAMED_TYPES:
        return [f"{'    ' if sdk == FIRST else '      '}ITYPE_IME -> {window_name(target)}"]
    return [f"      {window_name(target)}:", f"        InsetsSourceControl: {{3 mType=ime {_leash(phone)}}}"]


def _surface_of_leash(phone: Phone, window: WindowInfo) -> str:
    surface = f"Surface(name={window.token_hex} InputMethod)/@0x{identity_hash('surface' + window.token_hex)}"
    kind = _LEASHES[phone.world.persona.sdk == FIRST]
    name = next(
        (one.name for one in phone.world.layers() if "InputMethod" in one.name and kind in one.name),
        f"{surface} - {kind}",
    )
    return f"Surface(name={name})/@0x{identity_hash('leash' + window.token_hex)}"


def _leash(phone: Phone) -> str:
    window = ime_window(phone)
    _, top, _, bottom = phone.world.ime().frame
    hint = f"mInsetsHint=Insets{{left=0, top=0, right=0, bottom={max(bottom - top, 0)}}}"
    if window is None:
        return hint
    return f"mLeash={_surface_of_leash(phone, window)} mSurfacePosition=Point(0, 0) {hint}"


def _ime_provider(phone: Phone) -> list[str]:
    window, target = ime_window(phone), served(phone)
    source = _ime_source(phone)
    lines = ["      ImeInsetsSourceProvider", f"        mSource={source}"]
    if phone.world.ime().frame != EMPTY:
        lines.append(f"        mSourceFrame={long_rect(phone.world.ime().frame)}")
    if window is not None:
        kind = (
            "InsetsSourceControl type=ITYPE_IME"
            if phone.world.persona.sdk <= _NAMED_TYPES
            else "InsetsSourceControl mType=ime"
        )
        lines.append(f"        mControl={kind} {_leash(phone)} mSkipAnimationOnce=false")
        lines.append(f"        mWindowContainer={window_name(window)}")
    if target is not None:
        lines.append(f"        mControlTarget={window_name(target)}")
    lines.append(f"        mImeShowing={java_bool(phone.world.ime().input_shown)}")
    return lines


def _ime_provider_11(phone: Phone) -> list[str]:
    window = ime_window(phone)
    lines = ["    ITYPE_IME -> ", "    InsetsSourceProvider", f"     mSource=      {_ime_source(phone)}"]
    if window is not None:
        control = f"mLeash={_surface_of_leash(phone, window)} mSurfacePosition=Point(0, 0)"
        lines.append(f"     mControl=      InsetsSourceControl type=ITYPE_IME {control}")
    return lines
