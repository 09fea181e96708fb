"""Rounds straight out of the simulated phone's model, without ADB: for benchmarks that need thousands of pop-ups.

The same presses as the driver's script makes, as actions on the model; the trace's bytes then take the product's
own way from decoding on.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from devices.simulated.world import DataSource, MotionAction, TraceConfig, ViewNode, World
from traces.capture import POPUP_MARK, PhoneState, PopupCapture, RoundCapture

MS = 1_000_000
LIGHT = TraceConfig(
    data_sources=(
        DataSource(
            name="linux.ftrace",
            ftrace_events=("ftrace/print",),
            atrace_categories=("gfx", "view", "input", "wm", "am"),
            atrace_apps=("*",),
        ),
        DataSource(name="linux.process_stats", scan_processes_on_start=True),
        DataSource(name="android.surfaceflinger.frametimeline"),
        DataSource(name="android.surfaceflinger.frame"),
        DataSource(name="android.packages_list"),
    ),
    buffer_kb=65536,
)


def wait(world: World, ms: float) -> None:
    """Let the phone's clock go on."""
    world.advance_to(world.now_ns + int(ms * MS))


def finish(world: World, act: Callable[[Callable[[], None]], object], limit_ms: int = 10_000) -> None:
    """Run an action of the model until it calls back."""
    ended: list[bool] = []
    act(lambda: ended.append(True))
    deadline = world.now_ns + limit_ms * MS
    while not ended:
        due = world.next_event_ns()
        if due is None or due > deadline:
            raise TimeoutError("the model did not finish an action")
        world.advance_to(due)


def input_field(node: ViewNode) -> ViewNode | None:
    """Return the first editable node of a tree."""
    if node.editable:
        return node
    return next((found for child in node.children if (found := input_field(child))), None)


def open_app(world: World, package: str) -> None:
    """Bring an app to the front with the keyboard down."""
    finish(world, lambda done: world.start_activity(package, done))
    wait(world, 1500)
    if world.ime().input_shown:
        hide(world)


def hide(world: World) -> None:
    """Press BACK, and wait until the keyboard has gone."""
    finish(world, lambda done: world.inject_key(4, done))
    wait(world, 900)


def told_state(world: World) -> PhoneState:
    """Return what dumpsys would tell now."""
    return PhoneState(
        ime_id=world.ime().method_id, refresh_hz=world.active_mode().refresh_hz, thermal_status=0
    )


def capture_round(
    world: World, app: str, package: str, number: int, folder: Path, popups: int = 5
) -> RoundCapture:
    """Measure one round and keep its trace in `folder`."""
    open_app(world, package)
    before = told_state(world)
    session = world.start_trace(LIGHT)
    shell = world.new_pid()
    wait(world, 600)
    pressed = []
    for k in range(1, popups + 1):
        node = input_field(world.view_tree())
        if node is None:
            raise LookupError(f"{package} shows no input field")
        left, top, right, bottom = node.bounds
        x, y = (left + right) // 2, (top + bottom) // 2
        shown = world.ime().input_shown
        world.trace_marker(shell, f"C|{shell}|{POPUP_MARK}|{k}")
        wait(world, 5)
        down_at = world.now_ns
        finish(world, lambda done, x=x, y=y: world.inject_motion(MotionAction.DOWN, x, y, done))
        world.advance_to(max(world.now_ns, down_at + 70 * MS))
        finish(world, lambda done, x=x, y=y: world.inject_motion(MotionAction.UP, x, y, done))
        wait(world, 1800)
        pressed.append(PopupCapture(k, x, y, 70, shown, world.ime().input_shown))
        hide(world)
    world.trace_marker(shell, f"C|{shell}|{POPUP_MARK}|0")
    wait(world, 50)
    data = session.stop()
    name = f"{number:04d}-{app}"
    place = folder / name
    place.mkdir(parents=True, exist_ok=True)
    (place / "trace.perfetto-trace").write_bytes(data)
    return RoundCapture(
        folder=name,
        app=app,
        package=package,
        round=number,
        attempt=1,
        trace="trace.perfetto-trace",
        trace_sha256=sha256(data).hexdigest(),
        popups=tuple(pressed),
        before=before,
        after=told_state(world),
    )
