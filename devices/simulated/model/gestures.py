"""Touches and keys: which window they go to and what they do there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devices.simulated.model.app import App
from devices.simulated.model.injection import KEY_SOURCE, TOUCH_SOURCE, Stamp
from devices.simulated.model.screens import candidate_at, hit, key_at
from devices.simulated.world import Done, MotionAction, ViewNode

if TYPE_CHECKING:
    from devices.simulated.model.phone import SimulatedPhone
    from devices.simulated.model.threads import SimThread, Work

HOME, BACK, POWER, ENTER, DEL, MENU, SLEEP, WAKEUP = 3, 4, 26, 66, 67, 82, 223, 224
_KEY_NS = 300_000

Handler = Callable[[int], "Work"]


@dataclass(frozen=True, slots=True)
class _Window:
    """Where an event goes."""

    package: str
    main: SimThread
    window_title: str
    part: str
    """app, launcher, dialog or keyboard."""


class Gestures:
    """Turns injected events into work of the windows that they hit.

    Args:
        phone: The phone.
    """

    def __init__(self, phone: SimulatedPhone) -> None:
        self._phone = phone
        self._window: _Window | None = None
        self._down: ViewNode | None = None

    # touch
    def motion(
        self, action: MotionAction, x: float, y: float, done: Done, stamp: Stamp | None = None
    ) -> None:
        """Take a touch event: injected, or of a device if it has a stamp."""
        if action is MotionAction.DOWN:
            self._window = self._window_at(y)
            self._down = None
        window = self._window
        if window is None:
            done()
            return

        def handle(event_id: int) -> Work:
            yield from self._touch(window, action, x, y, event_id)

        self._phone.services.dispatcher.send(window, action.name, TOUCH_SOURCE, handle, done, stamp=stamp)

    def _window_at(self, y: float) -> _Window | None:
        phone, activities = self._phone, self._phone.activities
        app, keyboard = activities.front, phone.imms.process
        if not activities.screen_on or activities.locked or not app.running:
            return None
        main, title = app.root.main, app.root.title
        if activities.not_responding is not None:
            return _Window("android", phone.services.windows, "Application Not Responding", "dialog")
        if activities.dialog_text is not None:
            return _Window(app.package, main, "Dialog", "dialog")
        if keyboard is not None and phone.imms.visible and y >= phone.ime().frame[1]:
            return _Window(phone.imms.current.package, keyboard.main, "InputMethod", "keyboard")
        part = "launcher" if app is activities.launcher else "app"
        return _Window(app.package, main, title, part)

    def _touch(self, window: _Window, action: MotionAction, x: float, y: float, event_id: int) -> Work:
        if window.part == "keyboard":
            yield from self._touch_keyboard(action, x, y)
        elif window.part == "app":
            yield from self._touch_app(window, action, x, y, event_id)
        else:
            yield _KEY_NS
            if action is MotionAction.UP:
                self._touch_system(window, x, y)

    def _touch_app(self, window: _Window, action: MotionAction, x: float, y: float, event_id: int) -> Work:
        app = self._phone.activities.by_package[window.package]
        node = hit(app.screen(), x, y)
        app.root.input_id = event_id
        dragged = app.dragged(action, x, y)
        if action is MotionAction.DOWN:
            self._down = node
            yield from app.pressed(node)
        elif action is MotionAction.UP and not dragged:
            same = node is not None and self._down is not None and node.resource_id == self._down.resource_id
            yield from app.clicked(node if same else None)
        else:
            yield 80_000

    def _touch_keyboard(self, action: MotionAction, x: float, y: float) -> Work:
        phone = self._phone
        keyboard, target = phone.imms.process, phone.imms.target
        yield _KEY_NS
        if keyboard is None:
            return
        keyboard.feedback(lifted=action is MotionAction.UP)
        if action is MotionAction.UP and isinstance(target, App) and target.alive:
            composer = keyboard.composer
            strip = phone.activities.metrics if composer.pinyin else None
            place = candidate_at(x, y, phone.ime().frame[1], strip)
            key = key_at(x, y, phone.ime().frame[1], phone.activities.metrics, strip=composer.pinyin)
            text = composer.press(key) if place is None else composer.choose(place)
            if composer.pinyin:
                keyboard.offer()
            if text:
                target.root.main.post(lambda: target.committed(text))

    def _touch_system(self, window: _Window, x: float, y: float) -> None:
        activities = self._phone.activities
        node = hit(activities.screen(), x, y)
        if node is None:
            return
        if window.part == "launcher":
            package = next(name for name, label in activities.icons() if label == node.text)
            activities.start(package, lambda: None)
        elif node.resource_id in ("android:id/button1", "android:id/aerr_wait"):
            activities.dismiss_dialog()
        elif node.resource_id == "android:id/aerr_close" and activities.not_responding is not None:
            activities.stop(activities.not_responding.package)

    # keys
    def key(self, keycode: int, done: Done) -> None:
        """Inject a key press, down and up."""
        activities = self._phone.activities
        if keycode in (POWER, SLEEP, WAKEUP):
            activities.power(keycode == WAKEUP or (keycode == POWER and not activities.screen_on))
            done()
        elif keycode == HOME:
            activities.home()
            done()
        elif keycode == MENU and activities.locked:
            activities.locked = False
            done()
        else:
            self._send_key(keycode, done)

    def _focus(self) -> _Window | None:
        """Return the window that keys go to."""
        activities = self._phone.activities
        app = activities.front
        if not activities.screen_on or activities.locked or not app.running:
            return None
        return _Window(app.package, app.root.main, app.root.title, "app")

    def hardware_key(self, keycode: int, stamp: Stamp, *, down: bool) -> None:
        """Take a key of a device; what the policy handles itself, it does when the key goes down."""
        if keycode in (POWER, SLEEP, WAKEUP, HOME, MENU):
            if down:
                self.key(keycode, _nothing)
            return
        window, app = self._focus(), self._phone.activities.front
        if window is None:
            return
        act = self._key_down if down else self._key_up

        def handle(_event_id: int) -> Work:
            yield from act(app, keycode)

        send = self._phone.services.dispatcher.send
        send(window, "DOWN" if down else "UP", KEY_SOURCE, handle, _nothing, stamp=stamp)

    def _send_key(self, keycode: int, done: Done) -> None:
        window, app = self._focus(), self._phone.activities.front
        if window is None:
            done()
            return

        def down(_event_id: int) -> Work:
            yield from self._key_down(app, keycode)

        def up(_event_id: int) -> Work:
            yield from self._key_up(app, keycode)

        self._press(window, down, up, done)

    def _press(self, window: _Window, down: Handler, up: Handler, done: Done) -> None:
        send = self._phone.services.dispatcher.send
        send(window, "DOWN", KEY_SOURCE, down, lambda: send(window, "UP", KEY_SOURCE, up, done))

    def _key_down(self, app: App, keycode: int) -> Work:
        keyboard = self._phone.imms.process
        if keycode == DEL and keyboard is not None and keyboard.composer.delete():
            keyboard.offer()
            yield _KEY_NS
            return
        text = {DEL: "\b", ENTER: "\n"}.get(keycode) or _character(keycode)
        if text and app.focused:
            yield from app.typed(text)
        else:
            yield _KEY_NS

    def _key_up(self, app: App, keycode: int) -> Work:
        yield _KEY_NS
        activities, imms = self._phone.activities, self._phone.imms
        if keycode != BACK or app is not activities.front:
            return
        if activities.dialog_text is not None:
            activities.dismiss_dialog()
        elif imms.shown:
            imms.hide()
        else:
            activities.home()

    def text(self, text: str, done: Done) -> None:
        """Type text into the focused field, key by key."""
        window, app = self._focus(), self._phone.activities.front
        if not text or window is None or not app.focused:
            done()
            return
        head, rest = text[0], text[1:]

        def down(_event_id: int) -> Work:
            yield from app.typed(head)

        def up(_event_id: int) -> Work:
            yield _KEY_NS

        self._press(window, down, up, (lambda: self.text(rest, done)) if rest else done)


def _character(keycode: int) -> str:
    """Return what a key types without modifiers."""
    if 29 <= keycode <= 54:
        return chr(ord("a") + keycode - 29)
    if 7 <= keycode <= 16:
        return str(keycode - 7)
    return {62: " ", 56: ".", 55: ","}.get(keycode, "")


def _nothing() -> None:
    """Nobody waits."""
