"""`dumpsys input_method` of Android 8 to 16: is the keyboard shown, which one is it, who has the focus."""

from __future__ import annotations

import re
from dataclasses import dataclass

from traces.errors import InputFileError
from traces.text.dress import read_text
from traces.text.fields import flag, not_a, word
from traces.text.ime_history import ImeHistoryEntry, parse_ime_history

IME_ACTIVE = 1
IME_VISIBLE = 2
"""Bits of `mImeWindowVis` (InputMethodService.IME_ACTIVE, IME_VISIBLE)."""


@dataclass(frozen=True, slots=True)
class InputMethodState:
    """What the input method manager says.

    Attributes:
        shown: whether the keyboard is (to be) shown. The platform sets this when it asks the keyboard to
            show, before the slide: it says nothing about pixels.
        shown_by: the field that decided, `mInputShown` or `mImeWindowVis`.
        window_vis: bits of `mImeWindowVis`; None where not printed.
        method_id: the keyboard in use, `package/service`; None while none is bound.
        focused_window: the server's token of the focused window, as printed; None without focus.
        focused_pid: process that owns it; None where not printed.
        editor_package: package of the text field that is being edited; None where not printed.
        interactive: whether the screen is on for the input method manager; None where not printed.
        history: ImeTracker's requests, 14+.
    """

    shown: bool
    shown_by: str
    window_vis: int | None
    method_id: str | None
    focused_window: str | None
    focused_pid: int | None
    editor_package: str | None
    interactive: bool | None
    history: tuple[ImeHistoryEntry, ...]

    @property
    def method_package(self) -> str | None:
        """The keyboard app's package."""
        return self.method_id.split("/")[0] if self.method_id else None


_SHOWN = re.compile(r"(?<!\w)mInputShown=(true|false)\b")
_VIS = re.compile(r"(?<!\w)mImeWindowVis=(0[xX][0-9a-fA-F]{1,8}|[0-9]{1,9}|[A-Z_| ]+)")
_METHOD_KEYS = ("mCurMethodId", "mSelectedImeId", "mSelectedMethodId", "mCurImeId", "mCurId")
_INTENT = re.compile(r"(?:mCurIntent|mCurImeIntent)=Intent \{[^\n]{0,500}\bcmp=([\w.]+/[\w.$]+)")
_FOCUS = re.compile(
    r"(?:mCurFocusedWindow|mFocusedWindow)=(\S+)(?: softInputMode=\S+ client=ClientState\{([^}]{0,500})\})?"
)
_CLIENT = re.compile(
    r"(?:mCurFocusedWindowClient|mFocusedWindowClient|mCurClient)=ClientState\{([^}]{0,500})\}"
)
_PID = re.compile(r"\bm?[pP]id[= ]([0-9]{1,9})")
_EDITOR = re.compile(r"^[ \t]*packageName=([\w.]+) (?:autofillId|fieldId)=", re.MULTILINE)


def parse_input_method(data: bytes | str, source: str = "this input_method dump") -> InputMethodState:
    """Read `dumpsys input_method`.

    Raises:
        InputFileError: neither `mInputShown` nor `mImeWindowVis` stands in it.
    """
    text = read_text(data)
    window_vis = _window_vis(text)
    shown, shown_by = _shown(text, window_vis, source)
    focus = _FOCUS.search(text)
    client = _CLIENT.search(text)
    pid = _PID.search((focus[2] if focus else None) or (client[1] if client else ""))
    editor = _EDITOR.search(text)
    return InputMethodState(
        shown=shown,
        shown_by=shown_by,
        window_vis=window_vis,
        method_id=_method(text),
        focused_window=focus[1] if focus and focus[1] != "null" else None,
        focused_pid=int(pid[1]) if pid else None,
        editor_package=editor[1] if editor else None,
        interactive=flag(text, "mInteractive", "mIsInteractive", "mScreenOn"),
        history=parse_ime_history(text),
    )


def _shown(text: str, window_vis: int | None, source: str) -> tuple[bool, str]:
    said = {value == "true" for value in _SHOWN.findall(text)}
    if len(said) == 1:
        return said.pop(), "mInputShown"
    if window_vis is not None:
        return bool(window_vis & IME_VISIBLE), "mImeWindowVis"
    if said:
        raise InputFileError(
            f"{source} says both that the keyboard is shown and that it is not (several users?).",
            next_step="Use a phone with one active user, or look at `dumpsys window` instead.",
        )
    raise not_a("a dump of input_method", text, source, "Give the output of `dumpsys input_method`.")


def _window_vis(text: str) -> int | None:
    found = _VIS.search(text)
    if found is None:
        return None
    value = found[1]
    if value[0].isdigit():
        return int(value, 16) if value[:2] in {"0x", "0X"} else int(value)
    return ("IME_ACTIVE" in value and IME_ACTIVE) | ("IME_VISIBLE" in value and IME_VISIBLE)


def _method(text: str) -> str | None:
    for key in _METHOD_KEYS:
        value = word(text, key)
        if value and "/" in value:
            return value
    found = _INTENT.search(text)
    return found[1] if found else None
