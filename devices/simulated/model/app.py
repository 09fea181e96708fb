"""An app: its process, its one window, and how its content answers touch, keys and the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from devices.simulated.model.answers import KeyboardAnswers
from devices.simulated.model.behaviour import FrameCosts
from devices.simulated.model.flutter import FlutterSurface, surface_layers
from devices.simulated.model.insets import AnimationThread
from devices.simulated.model.motion import Cursor, Follow
from devices.simulated.model.noise import Cost
from devices.simulated.model.screens import ROW_DP, Metrics, ScreenState, chat, search
from devices.simulated.model.scrolling import Scrolling
from devices.simulated.model.toolkits import closed, flutter_chat, messages_area, role_of, web_chat
from devices.simulated.model.tracer import AM, APP, INPUT, VIEW
from devices.simulated.model.viewroot import Style, ViewRoot
from devices.simulated.model.waits import Troubles
from devices.simulated.model.webpage import WebPage
from devices.simulated.world import MotionAction

if TYPE_CHECKING:
    from devices.simulated.model.behaviour import AppBehaviour
    from devices.simulated.model.drawing import Drawing, Moving
    from devices.simulated.model.surfaces import SurfaceLayer
    from devices.simulated.model.system import System
    from devices.simulated.model.threads import ProcessState, SimThread, Work
    from devices.simulated.world import Done, ViewNode

_REQUEST = Cost(median_ms=0.35, sigma=0.3)
_HAND_ON_NS = 120_000
"""What the main thread spends on a touch that it hands on to an engine."""
_SEMANTICS = Cost(median_ms=25, sigma=0.2)
_PAGE_TREE = Cost(median_ms=140, sigma=0.2)
"""Until an engine, or a page's process, has told accessibility its nodes."""
_EMPTY = FrameCosts(
    animation=Cost(median_ms=0.1),
    measure=Cost(median_ms=0.15),
    layout=Cost(median_ms=0.15),
    record=Cost(median_ms=0.12),
    sync=Cost(median_ms=0.1),
    issue=Cost(median_ms=0.5),
    gpu=Cost(median_ms=0.5),
)
"""Frames of a window in which nothing is drawn."""


class AppHost(Protocol):
    """What an app may ask of the system."""

    def show_keyboard(self, app: App) -> None:
        """Show the keyboard for this app."""
        ...

    def restore_keyboard(self, app: App) -> None:
        """Show the keyboard again for this app, in which it was up when the app was left."""
        ...

    def leave(self, app: App) -> None:
        """Leave the app to the launcher."""
        ...

    def keyboard_height(self) -> int:
        """Return by how many px the keyboard lifts a window's bottom."""
        ...

    def is_front(self, app: App) -> bool:
        """Whether the app has input focus."""
        ...


def full_activity(app: AppBehaviour) -> str:
    """Return `package/class` of the app's activity, as window titles have it."""
    name = app.activity
    return f"{app.package}/{app.package + name if name.startswith('.') else name}"


class App:
    """One installed app.

    Args:
        system: The shared system.
        behaviour: What it does.
        uid: Its uid.
        host: The system around it.
        metrics: Sizes of the display.
    """

    def __init__(
        self, system: System, behaviour: AppBehaviour, uid: int, host: AppHost, metrics: Metrics
    ) -> None:
        self._system = system
        self.behaviour = behaviour
        self.package = behaviour.package
        self.uid = uid
        self._host = host
        self._metrics = metrics
        self.rng = system.stream(f"app/{behaviour.package}")
        self.process: ProcessState | None = None
        self.root: ViewRoot
        self.flutter: FlutterSurface | None = None
        self.page: WebPage | None = None
        self._layers: list[SurfaceLayer] = []
        self._troubles: Troubles | None = None
        self._animation: AnimationThread | None = None
        self._cursor = Cursor(system.kernel, self)
        self._answers = KeyboardAnswers(system, self, host.keyboard_height)
        self._forget()

    def _forget(self) -> None:
        """Set the state of a fresh process."""
        self.text = ""
        self.messages = list(self.behaviour.history)
        self.focused = False
        self.shift = 0
        self.restores_keyboard = False
        self._tells = False
        self.scrolling = Scrolling(self._metrics.dp)
        self._shown_once = False
        self._animation = None

    # where it draws
    @property
    def content(self) -> Drawing:
        """What shows a change of the content."""
        return self.page or self.moving

    @property
    def moving(self) -> Moving:
        """What moves the content frame by frame; a page is scrolled by the app's own compositor."""
        return self.flutter or self.root

    @property
    def acting(self) -> SimThread:
        """The thread that the app's own code runs on."""
        return self.flutter.ui if self.flutter is not None else self.root.main

    # Target of the keyboard
    @property
    def alive(self) -> bool:
        """Whether its process lives and it has focus."""
        return self.process is not None and self.process.alive and self._host.is_front(self)

    @property
    def synchronised(self) -> bool:
        """Whether it has WindowInsetsAnimation callbacks."""
        return self.behaviour.keyboard.resize == "sync"

    def animation_thread(self) -> AnimationThread:
        """Return its InsetsAnimationThread, started at the first use."""
        if self._animation is None:
            assert self.process is not None
            self._animation = AnimationThread(
                self._system, self._system.thread(self.process, "InsetsAnimations")
            )
        return self._animation

    def keyboard_starts(self, show: bool) -> None:
        """Take the window's new insets as a slide begins."""
        self._answers.starts(show)

    def keyboard_moves(self, fraction: float, show: bool) -> Cost | None:
        """Follow one step of a synchronised slide; return what the callback costs."""
        return self._answers.moves(fraction, show)

    def keyboard_rests(self, show: bool) -> None:
        """Take the end of a slide."""
        if self._troubles is not None:
            self._troubles.rest()
        idle_hz = self.behaviour.around.idle_hz
        if not show and idle_hz is not None:
            self._system.panel.request(idle_hz)
        self._answers.rests(show)

    def keyboard_dropped(self) -> None:
        """Take back the insets: the keyboard went at once, without a slide."""
        self.shift = 0
        if self.root.visible:
            self.root.invalidate(layout=True)
            self.content.invalidate(layout=True)

    # life
    @property
    def running(self) -> bool:
        """Whether its process lives."""
        return self.process is not None

    def bring_up(self, done: Done) -> None:
        """Start or resume it; `done` when its window is drawn."""
        self._surround()
        if self.process is None:
            fork = int(self._system.timings["fork_ms"] * 1e6 * self._system.cpu_factor())
            self._forget()
            self.process, main = self._system.spawn(self.package, self.uid)
            self._open_window(main)
            main.post_at(self._system.kernel.now_ns + fork, lambda: self._started(done, cold=True))
        else:
            self.root.main.post(lambda: self._started(done, cold=False))

    def _surround(self) -> None:
        """Let happen around it what its behaviour names."""
        system, around = self._system, self.behaviour.around
        if around.thermal is not None or system.around.thermal is not None:
            system.thermal_status = around.thermal or 0
        if system.around.idle_hz is not None:
            system.panel.full_rate()
        system.around = around
        if around.idle_hz is not None:
            system.panel.request(around.idle_hz)

    def _open_window(self, main: SimThread) -> None:
        assert self.process is not None
        top, rng, behaviour = self._system.surfaceflinger, self.rng, self.behaviour
        render = self._system.thread(self.process, "RenderThread")
        title, pid = full_activity(behaviour), self.process.pid
        name, record_hash = f"{self.package}/{behaviour.activity}", rng.randrange(1 << 24, 1 << 28)
        task = f"ActivityRecord{{{record_hash:x} u0 {name} t{pid % 100}}}"
        self.token = f"{rng.randrange(1 << 24, 1 << 28):x}"
        container = self._system.release.container(task, self.token)
        record = top.add_layer(container, 0, self.package, "other")
        window = top.add_layer(f"{self.token} {title}", 0, self.package, "other", record.id)
        # the window of a Flutter app holds nothing but a hole for its surface
        kind = "other" if behaviour.flutter is not None else "app"
        buffer = top.add_layer(title, pid, self.package, kind, window.id, has_buffer=True)
        self._layers = [record, window, buffer]
        style = Style(
            behaviour.frame,
            behaviour.hitches,
            behaviour.cpu_noise,
            behaviour.every,
            behaviour.backpressure,
            behaviour.buffers,
            behaviour.idle == "draws",
        )
        own = Style(_EMPTY) if behaviour.flutter is not None else style
        self.root = ViewRoot(self._system, main, render, buffer, title=title, style=own, rng=rng)
        if behaviour.flutter is not None:
            self._layers += surface_layers(self._system, title, pid, self.package, window.id)
            self.flutter = FlutterSurface(
                self._system, main, self._layers[-1], style, rng, merged=behaviour.flutter.merged
            )
        if behaviour.web is not None:
            self.page = WebPage(self._system, self.root, behaviour.web, rng)
        self.root.visible = False
        self.root.twice = behaviour.keyboard.passes > 1
        self.root.merged = behaviour.keyboard.merged
        self.root.troubles = self._troubles = Troubles(self._system, behaviour.troubles, rng)

    def _started(self, done: Done, *, cold: bool) -> Work:
        main, factor = self.root.main, self._system.cpu_factor()
        if cold:
            main.begin("bindApplication", AM)
            yield self.behaviour.cold_start.draw(self.rng, factor) * 2 // 3
            main.end(AM)
            main.begin("activityStart", AM)
            yield self.behaviour.cold_start.draw(self.rng, factor) // 3
            main.end(AM)
        else:
            main.begin("activityResume", AM)
            yield self.behaviour.warm_start.draw(self.rng, factor)
            main.end(AM)
        self.root.visible = True
        self.root.invalidate(layout=True)
        self.root.when_queued(done)
        if self.flutter is not None:
            self.flutter.visible = True
            self.flutter.invalidate(layout=True)
        if self._system.ui_automation:
            self.tell(True)
        if self.focused:
            self._cursor.start()
        if self.focused and self.restores_keyboard:
            self._host.restore_keyboard(self)

    def pause(self) -> None:
        """Leave the screen."""
        self._cursor.stop()
        if self.process is not None:
            self.root.visible = False
        if self.flutter is not None:
            self.flutter.visible = False

    def kill(self) -> None:
        """End its process and its window."""
        if self.process is not None:
            self._system.kill(self.process)
            self.process = None
            if self.page is not None:
                self.page.kill()
            self.page = self.flutter = None
            for layer in self._layers:
                self._system.surfaceflinger.remove_layer(layer)
            self._layers = []
            self._cursor.stop()
            self._forget()

    # the screen
    def screen(self) -> ViewNode:
        """Return its view tree."""
        state = ScreenState(self.text, self.messages, self.focused, self.shift)
        if self.behaviour.flutter is not None:
            return flutter_chat(self.behaviour, state, self._metrics)
        if self.behaviour.web is not None:
            return web_chat(self.behaviour, state, self._metrics)
        draw = chat if self.behaviour.screen == "chat" else search
        return draw(self.behaviour, state, self._metrics)

    def told_screen(self) -> ViewNode:
        """Return what accessibility knows of its view tree: of an engine's or a page's nothing at first."""
        own = self.behaviour.flutter is None and self.behaviour.web is None
        return self.screen() if own or self._tells else closed(self.screen())

    def tell(self, asked: bool) -> None:
        """Let accessibility ask for its nodes, or no more: an engine or a page makes them when asked."""
        if not asked:
            self._tells = False
        elif self.process is not None:
            thread = self.page.main if self.page is not None else self.acting
            thread.post(self._tell)

    def _tell(self) -> Work:
        yield (_PAGE_TREE if self.page is not None else _SEMANTICS).draw(self.rng, self._system.cpu_factor())
        self._tells = True

    # input on the main thread
    def pressed(self, node: ViewNode | None) -> Work:
        """Handle a finger that went down on a view."""
        yield self.behaviour.tap.draw(self.rng, self._system.cpu_factor()) // 3
        if node is not None:
            self.content.invalidate()

    def dragged(self, action: MotionAction, x: float, y: float) -> bool:
        """Let the list follow a finger; return whether this is a drag, so that nothing is clicked."""
        now = self._system.kernel.now_ns
        if action is MotionAction.DOWN:
            area = messages_area(self.screen(), f"{self.package}:id/{self.behaviour.ids.messages}")
            inside = area is not None and area[0] <= x < area[2] and area[1] <= y < area[3]
            if inside and area is not None:
                rows = self.behaviour.older + len(self.messages)
                self.scrolling.down(y, now, max(0.0, rows * ROW_DP * self._metrics.dp - (area[3] - area[1])))
            return False
        if action is MotionAction.MOVE:
            if self.scrolling.move(y, now):
                self.moving.invalidate()
            return self.scrolling.dragging
        return self.scrolling.up(now, self.moving)

    def clicked(self, node: ViewNode | None) -> Work:
        """Handle a finger that went up on the view that it had gone down on."""
        if node is None:
            yield 100_000
            return
        if self.acting is not self.root.main:
            yield _HAND_ON_NS
            self.acting.post(lambda: self._act(node))
            return
        yield from self._act(node)

    def _act(self, node: ViewNode) -> Work:
        yield self.behaviour.tap.draw(self.rng, self._system.cpu_factor())
        role, ids = role_of(node, self.behaviour.ids), self.behaviour.ids
        if role == ids.input:
            yield from self._field_clicked()
        elif role == ids.send and self.text:
            self._send()
        elif role == ids.back:
            self._host.leave(self)
        self.content.invalidate()

    def _field_clicked(self) -> Work:
        self._begin_troubles()
        if self._troubles is not None:
            yield from self._troubles.befall("tap", self.acting)
        if not self._shown_once:
            self._shown_once = True
            first = self.behaviour.first_show.draw(self.rng, self._system.cpu_factor())
            if first:
                self.acting.begin("inflate", VIEW)
                yield first
                self.acting.end(VIEW)
        if not self.focused:
            self.focused = True
            self._cursor.start()
        delay = self.behaviour.show_delay_ms
        if delay or self.acting is not self.root.main:
            self.root.main.post_at(self._system.kernel.now_ns + int(delay * 1e6), self._ask_later)
        else:
            self._host.show_keyboard(self)
            yield _REQUEST.draw(self.rng, self._system.cpu_factor())

    def _begin_troubles(self) -> None:
        """Let everything begin that a press of the field sets going."""
        system, around, busy = self._system, self.behaviour.around, self.behaviour.busy
        if self._troubles is not None:
            self._troubles.press()
        if around.load is not None:
            system.loads.start(around.load)
        if around.idle_hz is not None:
            system.kernel.after(int(around.ramp_ms * 1e6), system.panel.full_rate)
        if busy is not None:
            first = system.kernel.now_ns + int(busy.delay_ms * 1e6)
            self.root.main.post_at(first, lambda: self._be_busy(1))

    def _be_busy(self, number: int) -> Work:
        busy, system, main = self.behaviour.busy, self._system, self.root.main
        assert busy is not None
        began = system.kernel.now_ns
        main.begin(busy.section, APP)
        yield busy.cost.draw(self.rng, system.cpu_factor())
        main.end(APP)
        system.note(
            "busy", package=self.package, start_ns=began, end_ns=system.kernel.now_ns, section=busy.section
        )
        if number < busy.count:
            again = max(system.kernel.now_ns, began + int(busy.every_ms * 1e6))
            main.post_at(again, lambda: self._be_busy(number + 1))

    def _ask_later(self) -> Work:
        self._host.show_keyboard(self)
        yield _REQUEST.draw(self.rng, self._system.cpu_factor())

    def typed(self, text: str) -> Work:
        """Characters arrive in the focused field."""
        yield self.behaviour.typing.draw(self.rng, self._system.cpu_factor())
        self.text = self.text[:-1] if text == "\b" else self.text + text
        self.content.invalidate(layout=True)

    def committed(self, text: str) -> Work:
        """Take what the keyboard writes into the focused field (RemoteInputConnectionImpl)."""
        system = self._system
        system.note("text", package=self.package, text=text, time_ns=system.kernel.now_ns)
        if system.release.commit_sections:
            self.root.main.begin("InputConnection#commitText", INPUT)
        yield from self.typed(text)
        if system.release.commit_sections:
            self.root.main.end(INPUT)

    def set_text(self, text: str) -> None:
        """Replace the field's text."""
        self.text = text
        self.root.main.post(self._text_set)

    def _text_set(self) -> Work:
        yield self.behaviour.typing.draw(self.rng, self._system.cpu_factor())
        self.content.invalidate(layout=True)

    def _send(self) -> None:
        self.scrolling = Scrolling(self._metrics.dp)
        self.messages.append(self.text)
        self.text = ""
        self.content.invalidate(layout=True)
        reply = self.behaviour.reply
        if reply is not None:
            self.messages.append("")
            answer, follow = len(self.messages) - 1, Follow(self._system.kernel, self)
            first = self._system.kernel.now_ns + int(reply.delay_ms * 1e6)
            self.acting.post_at(first, lambda: self._chunk(answer, 1, follow))

    def _chunk(self, answer: int, number: int, follow: Follow) -> Work:
        """Take one more piece of the answer, which is the message of that index."""
        reply, system = self.behaviour.reply, self._system
        assert reply is not None
        arrived = system.kernel.now_ns
        self.acting.begin("reply chunk", APP)
        yield reply.cost.draw(self.rng, system.cpu_factor())
        self.acting.end(APP)
        self.messages[answer] += f"{number} "
        system.note("reply", package=self.package, number=number, of=reply.chunks, time_ns=arrived)
        self.content.invalidate(layout=True)
        follow.go_on(int(reply.follow_ms * 1e6))
        if number < reply.chunks:
            gap = Cost(median_ms=reply.every_ms, sigma=reply.jitter).draw(self.rng)
            again = system.kernel.now_ns + gap
            self.acting.post_at(again, lambda: self._chunk(answer, number + 1, follow))
