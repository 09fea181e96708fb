"""A page in a WebView: a sandboxed process lays it out, and only then does the app's window show the change.

Sources: Chromium's `content` (the sandboxed service's process name, its threads), android_webview (the view
draws through HWUI into the window's own buffer, so FrameTimeline sees the app's frames but not why).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from devices.simulated.model.behaviour import Web
    from devices.simulated.model.noise import Cost
    from devices.simulated.model.system import System
    from devices.simulated.model.threads import ProcessState, SimThread, Work
    from devices.simulated.model.viewroot import ViewRoot

RENDERER = "com.google.android.webview:sandboxed_process0:org.chromium.content.app.SandboxedProcessService0:0"
_FIRST_ISOLATED_UID = 99_000
_THREADS = ("Chrome_ChildIOT", "Compositor", "ThreadPoolForeg")
_IPC_NS = 250_000


class WebPage:
    """The page of one app.

    Args:
        system: What all processes share.
        root: The window that the WebView is in.
        behaviour: What the page costs.
        rng: The app's noise.
    """

    def __init__(self, system: System, root: ViewRoot, behaviour: Web, rng: random.Random) -> None:
        self._system = system
        self._root = root
        self._behaviour = behaviour
        self._rng = rng
        self._package = root.main.process.name
        uid = _FIRST_ISOLATED_UID + sum(one.uid >= _FIRST_ISOLATED_UID for one in system.processes.values())
        self.process: ProcessState = system.spawn(RENDERER, uid)[0]
        self.main: SimThread = system.thread(self.process, "CrRendererMain")
        for name in _THREADS:
            system.thread(self.process, name)

    def invalidate(self, *, layout: bool = False, extra: Cost | None = None) -> None:
        """Change the page; the window draws when its process has painted it."""
        del extra
        self._later(self._behaviour.change if layout else self._behaviour.paint, _nothing)

    def resized(self, then: Callable[[], None]) -> None:
        """Lay the page out for another size of the WebView once the window has it; `then` it shows."""
        self._root.when_queued(lambda: self._later(self._behaviour.reflow, then, "reflow"))

    def kill(self) -> None:
        """End the sandboxed process."""
        self._system.kill(self.process)

    def _later(self, cost: Cost, then: Callable[[], None], told: str | None = None) -> None:
        self.main.post_at(self._system.kernel.now_ns + _IPC_NS, lambda: self._work(cost, then, told))

    def _work(self, cost: Cost, then: Callable[[], None], told: str | None) -> Work:
        began = self._system.kernel.now_ns
        yield cost.draw(self._rng, self._system.cpu_factor())
        now = self._system.kernel.now_ns
        if told is not None:
            self._system.note(told, package=self._package, pid=self.process.pid, start_ns=began, end_ns=now)
        if self._root.main.process.alive:
            self._root.main.post_at(now + _IPC_NS, lambda: self._shown(then))

    def _shown(self, then: Callable[[], None]) -> Work:
        yield 60_000
        then()
        self._root.invalidate()


def _nothing() -> None:
    """Do nothing: the page has changed already."""
