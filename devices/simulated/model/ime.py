"""The input method manager: shows and hides the keyboard, and hands its leash to the app that has focus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.simulated.model.imetracker import ImeTracker, Request
from devices.simulated.model.insets import AsyncSlide, Slide, SyncSlide
from devices.simulated.model.keyboard import KeyboardProcess
from devices.simulated.model.noise import Cost
from devices.simulated.model.tracer import APP, VIEW, WM
from devices.simulated.model.windowanimation import ServerAnimations, WindowSlide

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from devices.simulated.model.behaviour import KeyboardApp
    from devices.simulated.model.served import Target
    from devices.simulated.model.services import Services
    from devices.simulated.model.surfaces import SurfaceLayer
    from devices.simulated.model.threads import ProcessState, SimThread, Work

_SERVER = Cost(median_ms=0.45, sigma=0.3)
_PLACEMENT = Cost(median_ms=0.3, sigma=0.3)
_CONTROL = Cost(median_ms=0.25, sigma=0.3)
_REAP_NS = 300_000_000
_CUJ, _CUJ_COOKIE = "J<IME_INSETS_ANIMATION>", 69


class _Listening:
    """Hears one slide and tells the manager."""

    def __init__(self, manager: InputMethods, target: Target, request: Request) -> None:
        self._manager = manager
        self.target = target
        self.request = request
        self.slide: Slide | None = None

    @property
    def show(self) -> bool:
        """Whether the keyboard comes."""
        return self.request.show

    def slide_started(self) -> None:
        """Tell of the animation's begin."""
        self._manager.slide_started(self)

    def slide_progress(self, fraction: float) -> Cost | None:
        """Tell of a step of a synchronised slide."""
        return self.target.keyboard_moves(fraction, self.show)

    def slide_ended(self, completed: bool) -> None:
        """Tell of the animation's end."""
        self._manager.slide_ended(self, completed)


class InputMethods:
    """InputMethodManagerService and the insets of the keyboard.

    Args:
        services: The services.
        keyboards: The installed keyboards; the first is current, runs, and has not made its views yet.
        uids: Their uids by package.
        animation_scale: Returns the animator duration scale that is set.
        window_scale: Returns the window animation scale that is set.
        on_slide: Called with the package when a show begins to slide.

    Attributes:
        shown: Requested and accepted, until hidden.
        visible: The insets source is visible, from the start of the show slide to that of the hide slide.
        slide: The slide that runs.
        target: The window that the keyboard serves.
    """

    def __init__(
        self,
        *,
        services: Services,
        keyboards: Sequence[KeyboardApp],
        uids: Mapping[str, int],
        animation_scale: Callable[[], float],
        window_scale: Callable[[], float],
        on_slide: Callable[[str], None],
    ) -> None:
        self._services = services
        self._system = services.system
        self._binder = services.binder
        self._windows = services.windows
        self.keyboards = tuple(keyboards)
        self._uids = uids
        self._scale = animation_scale
        self._window_scale = window_scale
        self._animations: ServerAnimations | None = None
        self._on_slide = on_slide
        self._rng = self._system.stream("imms")
        self.tracker = ImeTracker(services)
        self.current = self.keyboards[0]
        self._others: list[ProcessState] = []
        self.process: KeyboardProcess | None = self._start(cold=False)
        self.shown = False
        self.visible = False
        self.slide: Slide | None = None
        self.target: Target | None = None
        self._served: Target | None = None
        self._leash: SurfaceLayer | None = None
        self._turn = 0
        """Grows with every request; what an older request left under way stops when it sees that."""

    # requests
    def show(self, target: Target, *, restored: bool = False) -> None:
        """Show the keyboard for this window, as InputMethodManager.showSoftInput asks.

        `restored`: the server itself does, as the keyboard was up when this window last had the focus.
        """
        if self.shown and self.target is target:
            return
        self.shown = True
        self.target = target
        origin, reason = "ORIGIN_CLIENT_SHOW_SOFT_INPUT", "SHOW_SOFT_INPUT"
        if restored:
            origin, reason = "ORIGIN_SERVER_START_INPUT", "SHOW_RESTORE_IME_VISIBILITY"
        request = self._request(target, origin, reason, show=True)
        turn = self._turn
        restart = self._served is target
        self._served = target
        self._call(self._binder, lambda: self._server_show(turn, target, request, restart))

    def hide(self, reason: str = "HIDE_SOFT_INPUT_BY_BACK_KEY") -> None:
        """Hide the keyboard with a slide."""
        target = self.target
        if not self.shown or target is None:
            return
        self.shown = False
        request = self._request(target, "ORIGIN_SERVER_HIDE_INPUT", reason, show=False)
        turn = self._turn
        self._call(self._binder, lambda: self._server_hide(turn, target, request))

    def _request(self, target: Target, origin: str, reason: str, *, show: bool) -> Request:
        self._turn += 1
        client = target.root.main.process
        asking, component = client, client.name
        if origin == "ORIGIN_SERVER_START_INPUT":
            asking = self._services.server
        if not show and self.process is not None and self._system.release.tracker_names_who:
            # 15+: InputMethodService.requestHideSelf begins it, in the keyboard's process
            asking, origin = self.process.process, "ORIGIN_IME"
            component = asking.name
        return self.tracker.open(
            component, target.root.title, client.pid, show=show, origin=origin, reason=reason, asks=asking.pid
        )

    def drop(self) -> None:
        """Take the keyboard away at once: its window or the app's window has gone."""
        self._turn += 1
        slide, self.slide = self.slide, None
        if slide is not None:
            slide.cancel()
        target, self.target = self.target, None
        self.shown = self.visible = False
        self.tracker.cancel_open("PHASE_SERVER_CLIENT_FOCUSED")
        if self.process is not None:
            self.process.hide()
        if target is not None and target.root.main.process.alive:
            target.keyboard_dropped()

    def kill(self) -> None:
        """End the keyboard's process."""
        self.drop()
        self._served = None
        if self.process is not None:
            self.process.kill()
            self.process = None

    def stop(self) -> None:
        """End all processes of the keyboard's package."""
        self.kill()
        for other in self._others:
            self._system.kill(other)
        self._others = []

    def crash(self) -> None:
        """Let the keyboard's process die of an exception."""
        if self.process is None:
            return
        package = self.current.package
        self._services.logs.write(self.process.process.pid, "E", "AndroidRuntime", "FATAL EXCEPTION: main")
        self._services.log_server("W", "ActivityManager", f"Process {package} has crashed")
        self.kill()

    def use(self, method_id: str) -> bool:
        """Make another keyboard the current one; its process starts cold when it is first shown."""
        keyboard = next((one for one in self.keyboards if one.method_id == method_id), None)
        if keyboard is None:
            return False
        if keyboard is not self.current:
            self.stop()
            self.current = keyboard
        return True

    # the way of a show
    def _call(self, thread: SimThread, job: Callable[[], Work]) -> None:
        """Call into another process."""
        thread.post_at(self._system.kernel.now_ns + int(self._system.timings["binder_ms"] * 1e6), job)

    def _serve(
        self, thread: SimThread, names: Sequence[str], cost: Cost, further: Cost | None = None
    ) -> Work:
        told = self._system.release.ime_sections
        for name in names:
            if told:
                thread.begin(name, WM)
            more = further.draw(self._rng, self._system.cpu_factor()) if further is not None else 0
            yield cost.draw(self._rng, self._system.cpu_factor()) + more
            if told:
                thread.end(WM)

    def _server_show(self, turn: int, target: Target, request: Request, restart: bool) -> Work:
        if turn != self._turn:
            return
        focus = () if restart else ("IMMS.startInputOrWindowGainedFocus",)
        yield from self._serve(self._binder, focus, _SERVER)
        yield from self._serve(self._binder, ("IMMS.showSoftInput",), _SERVER, self._system.around.server)
        request.phase = "PHASE_SERVER_WAIT_IME"

        def drawn() -> None:
            self._call(self._windows, lambda: self._place(turn, target, request))

        if self.process is not None:
            self.process.show(drawn, restart=restart)
        else:
            fork = int(self._system.timings["fork_ms"] * 1e6 * self._system.cpu_factor())
            self._system.kernel.after(fork, lambda: self._forked(turn, drawn))

    def _start(self, *, cold: bool) -> KeyboardProcess:
        if not self._others:
            package = self.current.package
            self._others = [
                self._system.spawn(package + name, self._uids[package])[0] for name in self.current.others
            ]
        return KeyboardProcess(self._system, self.current, self._uids[self.current.package], cold=cold)

    def _forked(self, turn: int, drawn: Callable[[], None]) -> None:
        if self.process is None:
            self.process = self._start(cold=True)
            self._call(self._binder, lambda: self._serve(self._binder, ("IMMS.onServiceConnected",), _SERVER))
        if turn == self._turn:
            self.process.show(drawn, restart=False)

    def _place(self, turn: int, target: Target, request: Request) -> Work:
        """Lay windows out, as the keyboard's is drawn, and give the app control of a new leash."""
        thread = self._windows
        yield from self._serve(thread, (f"finishDrawing: {self.current.package}",), _PLACEMENT)
        if turn != self._turn or not target.alive:
            return
        names = ("IMMS.applyImeVisibility", "WMS.showImePostLayout", "ISC.onPostLayout")
        yield from self._serve(thread, names, _PLACEMENT)
        request.phase = "PHASE_CLIENT_APPLY_ANIMATION"
        self._begin_slide(turn, target, request)

    def _begin_slide(self, turn: int, target: Target, request: Request) -> None:
        """Give the app control of a new leash, or up to Android 10 animate the window in the server."""
        if self.process is None:
            return
        if not self._system.release.insets_slide:
            self._animate_window(self.process, target, request)
            return
        leash = self._new_leash(self.process)
        self._call(target.root.main, lambda: self._controlled(turn, target, leash, request))

    def _animate_window(self, process: KeyboardProcess, target: Target, request: Request) -> None:
        release = self._system.release
        layer = self._new_leash(process) if release.has_leash else process.surface_as_leash()
        if self.slide is not None:
            self.slide.cancel()
        if self._animations is None:
            thread = self._system.thread(self._services.server, release.animation_thread)
            self._animations = ServerAnimations(self._system, thread)
        listener = _Listening(self, target, request)
        slide = WindowSlide(
            self._system, self._animations, layer, self._window_scale(), show=request.show, listener=listener
        )
        listener.slide = self.slide = slide
        slide.start()

    def _controlled(self, turn: int, target: Target, leash: SurfaceLayer, request: Request) -> Work:
        main = target.root.main
        if turn != self._turn or not target.alive:
            return
        names = ["MSG_INSETS_CONTROL_CHANGED"]
        if request.show and self._system.release.ime_sections and self._system.release.shows_from_ime:
            names.append("IC.showRequestFromIme")
        for name in names:
            main.begin(name, VIEW)
            yield _CONTROL.draw(self._rng, self._system.cpu_factor())
            main.end(VIEW)
        if turn == self._turn and target.alive:
            self.tracker.animates(request)
            self._slide(target, leash, request)

    def _slide(self, target: Target, leash: SurfaceLayer, request: Request) -> None:
        if self.slide is not None:
            self.slide.cancel()
        listener = _Listening(self, target, request)
        system, root, scale = self._system, target.root, self._scale()
        slide: Slide
        if target.synchronised:
            slide = SyncSlide(system, root, leash, scale, show=request.show, listener=listener)
        else:
            animation = target.animation_thread()
            slide = AsyncSlide(system, root, animation, leash, scale, show=request.show, listener=listener)
        listener.slide = self.slide = slide
        slide.start()

    def slide_started(self, listener: _Listening) -> None:
        """Note the begin of a slide's animation."""
        self.visible = listener.show
        self._system.sliding = True
        target = listener.target
        if self._services.persona.build_type == "userdebug":
            self._system.tracer.async_begin(target.root.main, _CUJ, _CUJ_COOKIE, APP)
        target.keyboard_starts(listener.show)
        if listener.show:
            self._on_slide(target.package)

    def slide_ended(self, listener: _Listening, completed: bool) -> None:
        """Note the end of a slide's animation, complete or cancelled."""
        slide, target, show = listener.slide, listener.target, listener.show
        if slide is not None and slide.started_ns:
            self._write_slide(slide, target, show=show, completed=completed)
        if self.slide is slide:
            self.slide = None
            self._system.sliding = False
        if not completed:
            self.tracker.close(listener.request, "CANCEL", "PHASE_CLIENT_ANIMATION_CANCEL")
            return
        self.tracker.close(
            listener.request, "SUCCESS", f"PHASE_CLIENT_ANIMATION_FINISHED_{'SHOW' if show else 'HIDE'}"
        )
        if not show and self.slide is None and not self.shown:
            self.target = None
            if self.process is not None:
                self.process.hide()
                if self._system.around.keyboard_dies:
                    self._system.kernel.after(_REAP_NS, self._reap)
        target.keyboard_rests(show)

    def _reap(self) -> None:
        """Kill the hidden keyboard's process, as lmkd does when memory is short."""
        if self.process is not None and not self.shown and self.slide is None:
            self.kill()

    def _write_slide(self, slide: Slide, target: Target, *, show: bool, completed: bool) -> None:
        main = target.root.main
        if self._services.persona.build_type == "userdebug" and main.process.alive:
            self._system.tracer.async_end(main, _CUJ, _CUJ_COOKIE, APP)
        self._services.truth.write(
            "slide",
            start_ns=slide.started_ns,
            end_ns=slide.ended_ns,
            package=target.package,
            mode=slide.mode,
            direction="show" if show else "hide",
            completed=completed,
        )

    def _server_hide(self, turn: int, target: Target, request: Request) -> Work:
        if turn != self._turn:
            return
        yield from self._serve(self._binder, ("IMMS.hideSoftInput",), _SERVER)
        if self.visible or self.slide is not None:
            self._begin_slide(turn, target, request)
            return
        self.tracker.close(request, "CANCEL", "PHASE_SERVER_SHOULD_HIDE")
        self.target = None
        if self.process is not None:
            self.process.hide()

    def _new_leash(self, process: KeyboardProcess) -> SurfaceLayer:
        top = self._system.surfaceflinger
        if self._leash is not None:
            top.layers.pop(self._leash.id, None)
        name = f"Surface(name={process.hash} InputMethod)/@0x{self._rng.randrange(1 << 24, 1 << 28):x}"
        name += f" - {self._system.release.leash_name}"
        self._leash = top.add_layer(name, self._services.server.pid, process.app.package, "leash")
        return self._leash
