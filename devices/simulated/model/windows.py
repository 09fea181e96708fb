"""The windows as the window manager sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.simulated.model.services import BARS
from devices.simulated.world import WindowInfo

if TYPE_CHECKING:
    from devices.simulated.model.activities import Activities
    from devices.simulated.model.ime import InputMethods
    from devices.simulated.model.services import Services

_KINDS = {"NavigationBar0": "navigation-bar", "StatusBar": "status-bar"}


def windows(services: Services, activities: Activities, imms: InputMethods) -> list[WindowInfo]:
    """Return all windows, top first."""
    found = _bars(services, activities)
    if activities.locked:
        found.append(_keyguard(services, activities))
    found += _keyboard(activities, imms)
    found += _dialog(services, activities)
    m = activities.metrics
    for app in reversed(activities.stack):
        if app.process is not None:
            shown = app is activities.front and activities.screen_on and not activities.locked
            frame = (0, 0, m.width, m.height)
            root = app.root
            found.append(
                WindowInfo(
                    root.title,
                    app.package,
                    app.process.pid,
                    "activity",
                    app.token,
                    frame,
                    shown,
                    root.layer.id,
                )
            )
    return found


def focused(all_windows: list[WindowInfo], *, screen_on: bool) -> WindowInfo | None:
    """Return the window with input focus; None when the screen is off."""
    if not screen_on:
        return None
    return next(
        (one for one in all_windows if one.kind in ("keyguard", "dialog", "activity") and one.visible), None
    )


def _bars(services: Services, activities: Activities) -> list[WindowInfo]:
    m, owner = activities.metrics, services.system_ui
    layers = {layer.base: layer.id for layer in services.system.surfaceflinger.layers.values()}
    frames = {
        "NavigationBar0": (0, m.height - m.navigation_bar, m.width, m.height),
        "StatusBar": (0, 0, m.width, m.status_bar),
    }
    return [
        WindowInfo(
            name, owner.name, owner.pid, _KINDS[name], _token(owner.pid, name), frames[name],
            activities.screen_on, layers[name],
        )
        for name in BARS
    ]  # fmt: skip


def _keyguard(services: Services, activities: Activities) -> WindowInfo:
    m, owner = activities.metrics, services.system_ui
    title = "NotificationShade"
    frame = (0, 0, m.width, m.height)
    return WindowInfo(title, owner.name, owner.pid, "keyguard", _token(owner.pid, title), frame, True, 0)


def _keyboard(activities: Activities, imms: InputMethods) -> list[WindowInfo]:
    process, m = imms.process, activities.metrics
    if process is None:
        return []
    frame = (0, m.height - round(imms.current.height * m.height), m.width, m.height)
    pid, root = process.process.pid, process.root
    return [
        WindowInfo(
            "InputMethod", process.app.package, pid, "ime", process.hash, frame, root.visible, root.layer.id
        )
    ]


def _dialog(services: Services, activities: Activities) -> list[WindowInfo]:
    app = activities.front
    if activities.dialog_text is None or app.process is None:
        return []
    bounds = activities.screen().bounds
    pid, layer = app.process.pid, app.root.layer.id
    if activities.not_responding is not None:
        title, server = f"Application Not Responding: {app.package}", services.server.pid
        token = _token(server, title)
        return [WindowInfo(title, "android", server, "dialog", token, bounds, True, layer)]
    return [
        WindowInfo(app.root.title, app.package, pid, "dialog", _token(pid, "dialog"), bounds, True, layer)
    ]


def _token(pid: int, name: str) -> str:
    return f"{pid * 7919 + sum(name.encode()):x}"
