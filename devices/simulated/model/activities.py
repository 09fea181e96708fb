"""Which apps are installed and which is in front; starting, leaving, stopping and crashing them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.simulated.model.app import App, full_activity
from devices.simulated.model.behaviour import SYSTEM_FIELD, AppBehaviour, Behaviours, KeyboardAnswer
from devices.simulated.model.noise import Cost
from devices.simulated.model.screens import Metrics, dialog, keyguard, launcher, not_responding
from devices.simulated.model.tracer import AM

if TYPE_CHECKING:
    from devices.simulated.model.ime import InputMethods
    from devices.simulated.model.services import Services
    from devices.simulated.model.threads import Work
    from devices.simulated.world import Done, PackageInfo, ViewNode

_FIRST_UID = 10_100
_ANR_NS = 5_000_000_000
"""How long an event may wait for an app (InputDispatcher, DEFAULT_INPUT_DISPATCHING_TIMEOUT)."""

LAUNCHER = AppBehaviour(
    package="sim.launcher",
    label="Launcher",
    activity=".Launcher",
    keyboard=KeyboardAnswer(resize="at-start"),
    cold_start=Cost(median_ms=120),
    cursor=False,
)


class Activities:
    """The apps and their stack.

    Args:
        services: The services.
        behaviours: The installed apps.
        metrics: Sizes of the display.

    Attributes:
        by_package: All apps, the launcher first.
        imms: The input method manager; set once it exists.
        dialog_text: Text of the dialog on top of the app in front, None if there is none.
        screen_on: Whether the display is on; use `power`.
        locked: Whether the keyguard covers everything.
    """

    imms: InputMethods

    def __init__(self, services: Services, behaviours: Behaviours, metrics: Metrics) -> None:
        self._services = services
        self.metrics = metrics
        self.dialog_text: str | None = None
        self.not_responding: App | None = None
        """The app that the dialog on top is about, if it is the system's."""
        self.screen_on = True
        self.locked = False
        installed = list(behaviours.apps)
        if all(app.package != SYSTEM_FIELD.package for app in installed):
            installed.append(SYSTEM_FIELD)
        self.by_package: dict[str, App] = {}
        for index, behaviour in enumerate([LAUNCHER, *installed]):
            app = App(services.system, behaviour, _FIRST_UID + index, self, metrics)
            self.by_package[app.package] = app
        self._next_uid = _FIRST_UID + len(self.by_package)
        self._added: set[str] = set()
        self.launcher = self.by_package[LAUNCHER.package]
        self.stack: list[App] = [self.launcher]
        self._launches = 0

    @property
    def front(self) -> App:
        """The app in front."""
        return self.stack[-1]

    # the package manager
    def install(self, package: PackageInfo) -> None:
        """Install an app, or another version of one; a running one is stopped."""
        self.stop(package.name)
        known = self.by_package.get(package.name)
        base = AppBehaviour(package=package.name, label=package.label) if known is None else known.behaviour
        behaviour = base.model_copy(
            update={
                "label": package.label,
                "version_name": package.version_name,
                "version_code": package.version_code,
                "activity": package.launcher.partition("/")[2] if known is None else base.activity,
                "compile_filter": package.compile_filter,
            }
        )
        uid = self._next_uid if known is None else known.uid
        self._next_uid += known is None
        app = App(self._services.system, behaviour, uid, self, self.metrics)
        self.by_package[package.name] = app
        if known is None:
            self._added.add(package.name)

    def uninstall(self, name: str) -> bool:
        """Remove an app that was installed since boot; False: there is none."""
        if name not in self._added:
            return False
        self.stop(name)
        self._added.discard(name)
        del self.by_package[name]
        return True

    # what happens to apps
    def start(self, package: str, done: Done) -> bool:
        """Bring an app to the front, cold or warm; False if it is not installed."""
        app = self.by_package.get(package)
        if app is None:
            return False
        component = f"{package}/{app.behaviour.activity}"
        self._services.log_server("I", "ActivityTaskManager", f"START u0 {{cmp={component}}} from uid 2000")
        if app is self.front and app.running:
            done()
            return True
        self._leave_front()
        self._raise(app)
        services, system = self._services, self._services.system
        began = system.kernel.now_ns
        self._launches += 1
        section = f"launchingActivity#{self._launches}"
        services.truth.write("start", package=package, time_ns=began)
        if system.release.launch_sections:
            system.tracer.async_begin(services.binder, section, 0, AM)

        def drawn() -> None:
            took = (system.kernel.now_ns - began) // 1_000_000
            if system.release.launch_sections:
                system.tracer.async_end(services.binder, section, 0, AM)
            self._services.log_server("I", "ActivityTaskManager", f"Displayed {component}: +{took}ms")
            done()

        app.bring_up(drawn)
        return True

    def stop(self, package: str) -> None:
        """Kill an app's process and window."""
        app = self.by_package.get(package)
        if app is None or not app.running:
            return
        was_front = app is self.front
        app.kill()
        if was_front:
            self.dialog_text = self.not_responding = None
            self.imms.drop()
        if app is not self.launcher:
            self.stack.remove(app)
        if was_front:
            self._raise(self.launcher)
            self.launcher.bring_up(_nothing)

    def home(self) -> None:
        """Show the launcher."""
        if self.front is not self.launcher:
            self._leave_front()
            self._raise(self.launcher)
            self.launcher.bring_up(_nothing)

    def crash(self, app: App) -> None:
        """Let an app die of an exception."""
        if app.process is None:
            return
        pid = app.process.pid
        for message in (
            "FATAL EXCEPTION: main",
            f"Process: {app.package}, PID: {pid}",
            "java.lang.IllegalStateException: simulated crash",
        ):
            self._services.logs.write(pid, "E", "AndroidRuntime", message)
        server = self._services.log_server
        server("W", "ActivityManager", f"Process {app.package} has crashed")
        server("I", "ActivityManager", f"Process {app.package} (pid {pid}) has died: fg  TOP")
        self.stop(app.package)

    def hang(self, app: App, seconds: float) -> None:
        """Keep an app's main thread busy; if that takes long, the system says that it does not respond."""
        if app.process is None:
            return
        process = app.process
        end_ns = self._services.system.kernel.now_ns + round(seconds * 1e9)

        def busy() -> Work:
            yield round(seconds * 1e9)

        def tell() -> None:
            if app.process is process and self._services.system.kernel.now_ns < end_ns:
                self._not_responding(app)

        app.root.main.post(busy)
        self._services.system.kernel.after(_ANR_NS, tell)

    def _not_responding(self, app: App) -> None:
        assert app.process is not None
        pid, package = app.process.pid, app.package
        reason = f"Input dispatching timed out ({self.component(app)} is not responding)"
        server = self._services.log_server
        server("I", "am_anr", f"[0,{pid},{package},952647236,{reason}]")
        server("E", "ActivityManager", f"ANR in {package} ({self.component(app)})")
        server("E", "ActivityManager", f"PID: {pid}")
        server("E", "ActivityManager", f"Reason: {reason}")
        if app is self.front:
            self.imms.drop()
            self.dialog_text = f"{app.behaviour.label} isn't responding"
            self.not_responding = app

    def update(self, app: App) -> None:
        """Replace an app by its next version, as a store does: its process ends."""
        was = app.behaviour
        number = was.version_code + 1
        app.behaviour = was.model_copy(
            update={"version_code": number, "version_name": f"{was.version_name}.{number}"}
        )
        self._services.log_server("I", "PackageManager", f"Update package {app.package} code path")
        self.stop(app.package)

    def stop_all(self) -> None:
        """End every app and the keyboard; the launcher comes up anew, as after a reboot."""
        self.imms.kill()
        self.locked = False
        for app in list(self.by_package.values()):
            if app is not self.launcher:
                self.stop(app.package)

    def lock(self) -> None:
        """Cover everything with the keyguard."""
        self.imms.drop()
        self.locked = True

    def power(self, on: bool) -> None:
        """Switch the display on or off."""
        if on == self.screen_on:
            return
        if not on:
            self.imms.drop()
            self.front.pause()
        self.screen_on = on
        if on:
            self.front.bring_up(_nothing)

    def show_dialog(self, text: str) -> None:
        """Put a dialog of the app in front on top; it takes the focus, and the keyboard goes."""
        self.imms.drop()
        self.dialog_text = text
        self._redraw()

    def dismiss_dialog(self) -> None:
        """Close the dialog."""
        self.dialog_text = self.not_responding = None
        self._redraw()

    def _redraw(self) -> None:
        if self.front.running:
            self.front.root.invalidate()

    def _leave_front(self) -> None:
        self.dialog_text = self.not_responding = None
        # ImeVisibilityStateComputer.shouldRestoreImeVisibility
        restores = self._services.system.release.restores_keyboard
        self.front.restores_keyboard = restores and self.imms.shown and self.imms.target is self.front
        self.imms.drop()
        self.front.pause()

    def _raise(self, app: App) -> None:
        if app in self.stack:
            self.stack.remove(app)
        self.stack.append(app)

    # what apps ask of the system
    def show_keyboard(self, app: App) -> None:
        """Show the keyboard for this app."""
        if app.alive:
            self.imms.show(app)

    def restore_keyboard(self, app: App) -> None:
        """Show the keyboard again for this app, in which it was up when the app was left."""
        if app.alive:
            self.imms.show(app, restored=True)

    def leave(self, app: App) -> None:
        """Leave an app."""
        if app is self.front:
            self.home()

    def keyboard_height(self) -> int:
        """Return by how many px the keyboard lifts a window's bottom."""
        return round(self.imms.current.height * self.metrics.height) - self.metrics.navigation_bar

    def is_front(self, app: App) -> bool:
        """Whether the app has input focus."""
        return app is self.front and self.screen_on and not self.locked and self.dialog_text is None

    # what can be seen of them
    def screen(self, *, told: bool = False) -> ViewNode:
        """Return the view tree of the active window, or (`told`) what accessibility knows of it."""
        app = self.front
        if self.locked:
            return keyguard(self._services.system_ui.name, self.metrics)
        if self.not_responding is not None and self.dialog_text is not None:
            return not_responding(self.dialog_text, self.metrics)
        if self.dialog_text is not None:
            return dialog(app.package, self.dialog_text, self.metrics)
        if app is self.launcher:
            return launcher(app.package, self.icons(), self.metrics)
        return app.told_screen() if told else app.screen()

    def icons(self) -> list[tuple[str, str]]:
        """Return package and label of the launcher's icons, in their order."""
        return [
            (app.package, app.behaviour.label) for app in self.by_package.values() if app is not self.launcher
        ]

    def component(self, app: App) -> str:
        """Return `package/class` of an app's activity."""
        return full_activity(app.behaviour)


def _nothing() -> None:
    """Nobody waits."""
