"""The process of a keyboard app: its service, its window and the frames of its keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from devices.simulated.model.composing import Composer
from devices.simulated.model.surfaces import SurfaceLayer
from devices.simulated.model.tracer import AM, WM
from devices.simulated.model.viewroot import Style, ViewRoot

if TYPE_CHECKING:
    from devices.simulated.model.behaviour import KeyboardApp
    from devices.simulated.model.system import System
    from devices.simulated.model.threads import ProcessState, SimThread, Work

_LINGERS_NS = 70_000_000
"""LatinIME's config_key_preview_linger_timeout."""
Then = Callable[[], None]


class KeyboardProcess:
    """A running keyboard.

    Args:
        system: The shared system.
        app: Which keyboard.
        uid: Its uid.
        cold: Its process has just been forked and must still start up.
    """

    def __init__(self, system: System, app: KeyboardApp, uid: int, *, cold: bool) -> None:
        self.system = system
        self.app = app
        self.process: ProcessState
        self.process, self.main = system.spawn(app.package + app.process, uid)
        self.render: SimThread = system.thread(self.process, "RenderThread")
        self.rng = system.stream(f"keyboard/{app.package}/{self.process.pid}")
        self._cold = cold
        self._inflated = False
        self.composer = Composer(pinyin=app.writes == "pinyin")
        self.hash = f"{self.rng.randrange(1 << 24, 1 << 28):x}"
        top = system.surfaceflinger
        token = top.add_layer(
            f"WindowToken{{{self.rng.randrange(1 << 24):x} type=2011 android.os.Binder}}",
            0,
            app.package,
            "other",
        )
        self.window: SurfaceLayer = top.add_layer(
            f"{self.hash} InputMethod", 0, app.package, "other", token.id
        )
        buffer = top.add_layer(
            "InputMethod", self.process.pid, app.package, "ime", self.window.id, has_buffer=True
        )
        self.layers = (token, self.window, buffer)
        self.root = ViewRoot(
            system, self.main, self.render, buffer, title="InputMethod", style=Style(app.frame), rng=self.rng
        )
        self.root.visible = False

    def show(self, then: Then, *, restart: bool) -> None:
        """Start input and show the window; `then` when its first frame is queued."""
        self.main.post(lambda: self._show(then, restart))

    def hide(self) -> None:
        """Hide the window; what was being composed is gone."""
        self.root.visible = False
        self.composer.letters = ""

    def kill(self) -> None:
        """End the process and its windows."""
        self.system.kill(self.process)
        for layer in self.layers:
            self.system.surfaceflinger.remove_layer(layer)

    def surface_as_leash(self) -> SurfaceLayer:
        """Return the window's own surface as what an animation moves (Android 8 has no leash)."""
        own = self.root.layer
        return SurfaceLayer(own.id, own.base, own.owner_pid, own.package, "leash", number=own.number)

    def feedback(self, *, lifted: bool = False) -> None:
        """Draw a key's preview; after the lift it lingers before it goes."""
        self.root.invalidate()
        if lifted:
            self.system.kernel.after(_LINGERS_NS, self._take_preview)

    def _take_preview(self) -> None:
        if self.root.visible:
            self.root.invalidate()

    def offer(self) -> None:
        """Lay out the candidates anew."""
        self.root.invalidate(layout=True, extra=self.app.strip)

    def _show(self, then: Then, restart: bool) -> Work:
        main, app, rng = self.main, self.app, self.rng
        factor = self.system.cpu_factor()
        if self._cold:
            self._cold = False
            main.begin("bindApplication", AM)
            yield app.bind.draw(rng, factor)
            main.end(AM)
            self._begin("IMS.onCreate")
            yield app.create.draw(rng, factor)
            self._end()
        self._begin("IMS.restartInput" if restart else "IMS.startInput")
        yield app.start_input.draw(rng, factor) + self.system.around.keyboard_start.draw(rng, factor)
        self._end()
        self._begin("IMS.showSoftInput")
        self._begin("IMS.updateFullscreenMode")
        yield int(60_000 * factor)
        self._end()
        self._begin("IMS.showWindow")
        if not self._inflated:
            self._inflated = True
            self._begin("IMS.initViews")
            yield app.views.draw(rng, factor)
            self._end()
        yield app.show.draw(rng, factor) + self.system.around.keyboard_show.draw(rng, factor)
        self._end()
        self._end()
        self._draw_first(then)

    def _begin(self, name: str) -> None:
        """Open a section of the service, where the release traces it."""
        if self.system.release.ime_sections:
            self.main.begin(name, WM)

    def _end(self) -> None:
        if self.system.release.ime_sections:
            self.main.end(WM)

    def _draw_first(self, then: Then) -> None:
        self.root.visible = True
        self.root.invalidate(layout=True)
        self.root.when_queued(then)
        if self.app.extra_frames:
            self.root.animate(_Frames(self.root, self.app.extra_frames))


class _Frames:
    """Draws some more frames of the keys."""

    def __init__(self, root: ViewRoot, count: int) -> None:
        self._root = root
        self._left = count

    def tick(self, _frame_ns: int) -> bool:
        """Draw one more."""
        self._root.invalidate()
        self._left -= 1
        return self._left >= 0
