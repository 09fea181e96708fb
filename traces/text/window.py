"""`dumpsys window` of Android 8 to 16: the keyboard's place, focus, keyguard, animation scales."""

from __future__ import annotations

import re
from dataclasses import dataclass

from traces.text.dress import read_text
from traces.text.fields import Rect, flag, integer, not_a, number, rect, word


@dataclass(frozen=True, slots=True)
class InsetsSource:
    """One source of insets as WindowManager keeps it (Android 11+).

    `type` is as printed: `ITYPE_IME` to 13, `ime` from 14. `visible` decides, not the frame: a hidden
    keyboard keeps its old frame.
    """

    type: str
    frame: Rect
    visible_frame: Rect | None
    visible: bool

    @property
    def is_keyboard(self) -> bool:
        """Whether it is the keyboard's."""
        return self.type in {"ITYPE_IME", "ime"}


@dataclass(frozen=True, slots=True)
class WindowFocus:
    """A window or activity that has the focus.

    Attributes:
        title: e.g. `com.pkg/com.pkg.Act`, `NotificationShade`, `PopupWindow:3f2a`.
        package: the part before the slash; None where the title names no component.
    """

    title: str
    package: str | None


@dataclass(frozen=True, slots=True)
class KeyboardWindow:
    """The input method's window in the section `windows`; fields None where not printed.

    `frame` is the whole window, which may reach far above the keys; `content` is what its own content insets
    leave of it: the keyboard, where there are no insets sources (8 to 10).
    """

    package: str | None
    on_screen: bool | None
    frame: Rect | None
    content: Rect | None


@dataclass(frozen=True, slots=True)
class WindowState:
    """What WindowManager says; every field None (or empty) where the dump does not hold it.

    Attributes:
        focus: `mCurrentFocus`: the window that gets keys.
        focused_app: `mFocusedApp`: the activity in front, also behind a dialog or the shade.
        insets: the insets sources of the first display.
        ime_showing: the server's own flag (`mImeShowing`, `mIsImeShowing`).
        keyboard_window: the input method's window.
        ime_target: title of the window that the keyboard serves.
        display_frame: the display in px, in its current rotation.
        rotation: 0 to 3, quarter turns.
        keyguard_showing: whether the lock screen is up.
        awake: whether the screen is on for the policy.
        animation_scales: (window, transition, animator).
    """

    focus: WindowFocus | None
    focused_app: WindowFocus | None
    insets: tuple[InsetsSource, ...]
    ime_showing: bool | None
    keyboard_window: KeyboardWindow | None
    ime_target: str | None
    display_frame: Rect | None
    rotation: int | None
    keyguard_showing: bool | None
    awake: bool | None
    animation_scales: tuple[float, float, float] | None

    @property
    def keyboard(self) -> InsetsSource | None:
        """The keyboard's insets source; None where there is none: not shown since boot, or before 11."""
        return next((source for source in self.insets if source.is_keyboard), None)

    @property
    def keyboard_shown(self) -> bool | None:
        """Whether the keyboard stands on the screen; None where the dump can't tell."""
        if self.keyboard is not None:
            return self.keyboard.visible and not self.keyboard.frame.empty
        if self.insets:
            return False
        return self.keyboard_window.on_screen if self.keyboard_window else None

    @property
    def keyboard_frame(self) -> Rect | None:
        """The shown keyboard's rectangle in px; None while it is hidden or its place is not known."""
        if not self.keyboard_shown:
            return None
        if self.keyboard is None:
            return self.keyboard_window.content if self.keyboard_window else None
        shown = self.keyboard.visible_frame
        return shown if shown is not None and not shown.empty else self.keyboard.frame


_INSETS = re.compile(
    r"InsetsSource (?:id=\S+ )?type=(\w+) frame=(\S+)( visibleFrame=(\S+))? visible=(true|false)"
)
_FOCUS = re.compile(
    r"mCurrentFocus=(null|(?:Window|AppWindowToken)\{[0-9a-f]+ (?:u[0-9]+ )?([^\n]{0,250}?)\}?[ \t]{0,9}$)",
    re.MULTILINE,
)
_APP = re.compile(r"mFocusedApp=(?:AppWindowToken\{.{0,300}?)?ActivityRecord\{[0-9a-f]+ (?:u[0-9]+ )?(\S+)")
_IME_WINDOW = re.compile(
    r"^[ \t]*Window #[0-9]+ Window\{[0-9a-f]+ (?:u[0-9]+ )?InputMethod\}:[^\n]*\n", re.MULTILINE
)
_NEXT_WINDOW = re.compile(r"^[ \t]*Window #[0-9]+ Window\{|^ {0,2}m\w+=", re.MULTILINE)
_TARGET = re.compile(
    r"(?:imeInputTarget|mInputMethodTarget|mInputMethodInputTarget|imeLayeringTarget)\b[^\n{]{0,100}"
    r"Window\{[0-9a-f]+ (?:u[0-9]+ )?([^\n}]{0,512})\}"
)
_SCALES = re.compile(r"Animation settings:[^\n]{0,200} window=(\S+) transition=(\S+) animator=(\S+)")
_DELEGATE = re.compile(r"KeyguardServiceDelegate\s*\n\s*showing=(true|false)")
_LAST_ANR = re.compile(
    r"^WINDOW MANAGER LAST ANR .*?(?=^WINDOW MANAGER POLICY STATE|\Z)", re.MULTILINE | re.DOTALL
)
"""What `dumpsys window` opens with: the whole window state at the last ANR, long past."""
_MARK = re.compile(
    r"^WINDOW MANAGER |^[ \t]*mCurrentFocus=|InsetsSource (?:id|type)=|Window #[0-9]+ Window\{|"
    r"WindowInsetsStateController|mFocusedApp=",
    re.MULTILINE,
)


def parse_insets(data: bytes | str) -> tuple[InsetsSource, ...]:
    """Return the insets sources that WindowManager holds for the first display, in the dump's order."""
    text = _LAST_ANR.sub("", read_text(data))
    start = text.find("WindowInsetsStateController")
    part = text[max(0, start) :]
    end = part.find("InsetsSourceProviders:")
    sources = [_insets(found) for found in _INSETS.finditer(part[: end if end > 0 else len(part)])]
    return tuple(source for source in sources if source is not None)


def _insets(found: re.Match[str]) -> InsetsSource | None:
    frame = rect(found[2])
    if frame is None:
        return None
    return InsetsSource(
        type=found[1],
        frame=frame,
        visible_frame=rect(found[4]) if found[4] else None,
        visible=found[5] == "true",
    )


def parse_window(data: bytes | str, source: str = "this window dump") -> WindowState:
    """Read `dumpsys window`, whole or any of its sections (`displays`, `windows`, `policy`).

    Of several displays, the first that has a value gives it.

    Raises:
        InputFileError: it is no window dump.
    """
    text = _LAST_ANR.sub("", read_text(data))
    if not _MARK.search(text):
        raise not_a(
            "a window dump", text, source, "Give the output of `dumpsys window` or `dumpsys window displays`."
        )
    app = _APP.search(text)
    target = _TARGET.search(text)
    scales = _SCALES.search(text)
    return WindowState(
        focus=_focus(text),
        focused_app=_named(app[1].rstrip("}")) if app else None,
        insets=parse_insets(text),
        ime_showing=flag(text, "mImeShowing", "mIsImeShowing"),
        keyboard_window=_keyboard_window(text),
        ime_target=target[1] if target else None,
        display_frame=_display_frame(text),
        rotation=_rotation(text),
        keyguard_showing=_keyguard(text),
        awake=flag(text, "mAwake", "mScreenOnFully"),
        animation_scales=_scales(scales) if scales else None,
    )


def _focus(text: str) -> WindowFocus | None:
    titles = [found[2] for found in _FOCUS.finditer(text) if found[1] != "null"]
    return _named(titles[0]) if titles else None


def _named(title: str) -> WindowFocus:
    package, slash, _ = title.partition("/")
    known = bool(slash) and re.fullmatch(r"[A-Za-z][\w.]*", package) is not None
    return WindowFocus(title, package if known else None)


def _keyboard_window(text: str) -> KeyboardWindow | None:
    found = _IME_WINDOW.search(text)
    if found is None:
        return None
    following = _NEXT_WINDOW.search(text, found.end())
    part = text[found.end() : following.start() if following else len(text)]
    place = re.search(r"(?:\bframe=|mFrame=)(\[\S+)", part)
    frame = rect(place[1]) if place else None
    given = re.search(r"mGivenContentInsets=(\[\S+)", part)
    cut = rect(given[1]) if given else None
    content = None
    if frame and cut:
        content = Rect(
            frame.left + cut.left, frame.top + cut.top, frame.right - cut.right, frame.bottom - cut.bottom
        )
    on_screen = flag(part, "isOnScreen")
    shown = flag(part, "isVisible")
    return KeyboardWindow(
        package=word(part, "package"),
        on_screen=on_screen if shown is None else shown and on_screen is not False,
        frame=frame,
        content=content,
    )


def _display_frame(text: str) -> Rect | None:
    found = re.search(r"mDisplayFrame=(Rect\([^)]*\)|\[\S+)", text)
    if found:
        return rect(found[1])
    size = re.search(r"\bcur=([0-9]{1,6})x([0-9]{1,6})\b", text)
    return Rect(0, 0, int(size[1]), int(size[2])) if size else None


def _rotation(text: str) -> int | None:
    quarter = integer(text, "mRotation")
    if quarter is None:
        named = re.search(r"(?<!\w)mRotation=ROTATION_([0-9]{1,3})\b", text)
        quarter = int(named[1]) // 90 if named else None
    return quarter if quarter in {0, 1, 2, 3} else None


def _keyguard(text: str) -> bool | None:
    said = flag(text, "isKeyguardShowing", "isStatusBarKeyguard", "mKeyguardShowing", "mShowingLockscreen")
    if said is not None:
        return said
    delegate = _DELEGATE.search(text)
    return delegate[1] == "true" if delegate else flag(text, "mIsShowing", "mDreamingLockscreen")


def _scales(found: re.Match[str]) -> tuple[float, float, float] | None:
    values = [number(found[index]) for index in (1, 2, 3)]
    window, transition, animator = values
    if window is None or transition is None or animator is None:
        return None
    return window, transition, animator
