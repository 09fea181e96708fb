"""am and monkey: starting and stopping apps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from devices.simulated.userland.dumpsys.services import component_full, component_short
from devices.simulated.userland.registry import Context, program

if TYPE_CHECKING:
    from devices.simulated.world import PackageInfo

_MAIN = "android.intent.action.MAIN"
_HOME = "android.intent.category.HOME"
_LAUNCHER = "android.intent.category.LAUNCHER"
_VALUED = {
    "-f",
    "-t",
    "-i",
    "--user",
    "--display",
    "--windowingMode",
    "--activityType",
    "-P",
    "-R",
    "--profile",
}
_EXTRAS = {"--es", "-e", "--ez", "--ei", "--el", "--ef", "--eu", "--ecn", "--eia", "--esa"}


@dataclass(slots=True)
class Intent:
    """An intent as the command line gives it."""

    action: str = ""
    data: str = ""
    categories: list[str] = field(default_factory=list)
    component: str = ""
    package: str = ""
    extras: bool = False
    wait: bool = False
    stop: bool = False

    def __str__(self) -> str:
        """Return the intent as Intent.toString prints it."""
        parts: list[str] = []
        if self.action:
            parts.append(f"act={self.action}")
        if self.categories:
            parts.append(f"cat=[{','.join(self.categories)}]")
        if self.data:
            scheme, _, rest = self.data.partition("://")
            parts.append(f"dat={scheme}://{rest.split('/')[0]}/..." if rest else f"dat={self.data}")
        if self.package:
            parts.append(f"pkg={self.package}")
        if self.component:
            parts.append(f"cmp={component_short(component_full(self.component))}")
        if self.extras:
            parts.append("(has extras)")
        return f"Intent {{ {' '.join(parts)} }}"


def parse_intent(args: list[str]) -> Intent:
    """Read am's intent options."""
    intent = Intent()
    rest = list(args)
    while rest:
        option = rest.pop(0)
        value = rest[0] if rest else ""
        if option in ("-W", "-S", "-D", "-N", "--activity-clear-top", "--activity-single-top"):
            intent.wait = intent.wait or option == "-W"
            intent.stop = intent.stop or option == "-S"
        elif option in ("-a", "-d", "-c", "-n", "-p") or option in _VALUED:
            rest = rest[1:]
            _set(intent, option, value)
        elif option in _EXTRAS:
            intent.extras = True
            rest = rest[2:]
        elif not option.startswith("-"):
            intent.component, intent.package, intent.data = (
                (option, intent.package, intent.data) if "/" in option and "://" not in option
                else (intent.component, intent.package, option) if ":" in option
                else (intent.component, option, intent.data)
            )  # fmt: skip
    return intent


def _set(intent: Intent, option: str, value: str) -> None:
    if option == "-a":
        intent.action = value
    elif option == "-d":
        intent.data = value
    elif option == "-c":
        intent.categories.append(value)
    elif option == "-n":
        intent.component = value
    elif option == "-p":
        intent.package = value


def resolve(context: Context, intent: Intent) -> PackageInfo | None:
    """Return the package whose launcher answers an intent, None if there is none."""
    packages = [one for one in context.phone.world.packages() if one.launcher]
    if intent.component:
        wanted = component_full(intent.component)
        return next((one for one in packages if component_full(one.launcher) == wanted), None)
    if intent.package:
        packages = [one for one in packages if one.name == intent.package]
        if intent.action in ("", _MAIN):
            return packages[0] if packages else None
    return next((one for one in packages if intent.action in one.actions), None)


@program("am")
async def am(context: Context) -> int:
    """Manage activities: start, force-stop, kill, broadcast, get-current-user."""
    await context.phone.spend("service_call")
    return await run_am(context, context.args)


async def run_am(context: Context, args: list[str]) -> int:
    """Run one command of the activity service."""
    verb, rest = (args[0] if args else ""), args[1:]
    if verb in ("start", "start-activity"):
        return await _start(context, parse_intent(rest))
    if verb in ("force-stop", "kill", "stop-app", "crash"):
        names = [arg for arg in rest if not arg.startswith("-") and not arg.isdigit()]
        if names:
            context.phone.world.force_stop(names[-1])
        return 0
    if verb == "broadcast":
        intent = parse_intent(rest)
        await context.out(f"Broadcasting: {intent}\nBroadcast completed: result=0\n")
        return 0
    if verb == "get-current-user":
        await context.out("0\n")
        return 0
    if verb in ("kill-all", "wait-for-broadcast-idle", "wait-for-broadcast-barrier", "set-debug-app",
                "clear-debug-app", "idle-maintenance", "set-inactive", "set-standby-bucket"):  # fmt: skip
        return 0
    await context.out("Activity manager (activity) commands:\n  help\n      Print this help text.\n")
    return 0 if verb in ("", "help") else 255


async def _start(context: Context, intent: Intent) -> int:
    if _HOME in intent.categories:
        await context.out(f"Starting: {intent}\n")
        context.phone.world.go_home()
        return 0
    found = resolve(context, intent)
    if found is not None and intent.stop:
        context.phone.world.force_stop(found.name)
    if intent.stop and found is not None:
        await context.out(f"Stopping: {found.name}\n")
    await context.out(f"Starting: {intent}\n")
    if found is None:
        if intent.component:
            full = component_full(intent.component).replace("/", "/")
            await context.err(f"Error type 3\nError: Activity class {{{full}}} does not exist.\n")
        else:
            await context.err(f"Error: Activity not started, unable to resolve {intent}\n")
        return 1
    return await _launch(context, found, wait=intent.wait)


async def _launch(context: Context, found: PackageInfo, *, wait: bool) -> int:
    world = context.phone.world
    running = any(process.name == found.name for process in world.processes())
    in_front = any(
        one.package == found.name and one.kind == "activity" and one.visible for one in world.windows()
    )
    if in_front:
        await context.err("Warning: Activity not started, its current task has been brought to the front\n")
    if not wait:
        world.start_activity(found.name, lambda: None)
        return 0
    began = context.phone.clock.now_ns
    await context.phone.clock.wait(lambda done: _start_or_done(context, found, done))
    elapsed = (context.phone.clock.now_ns - began) // 1_000_000
    state = "UNKNOWN (0)" if in_front else ("HOT" if running else "COLD")
    await context.out(
        f"Status: ok\nLaunchState: {state}\nActivity: {component_short(component_full(found.launcher))}\n"
        f"TotalTime: {0 if in_front else elapsed}\nWaitTime: {elapsed}\nComplete\n"
    )
    return 0


def _start_or_done(context: Context, found: PackageInfo, done: object) -> None:
    assert callable(done)
    if not context.phone.world.start_activity(found.name, done):
        done()


@program("monkey")
async def monkey(context: Context) -> int:
    """Start a package's launcher: `monkey -p PACKAGE [-c CATEGORY] 1`; other forms are not played."""
    await context.phone.spend("app_process_start")
    await context.err("".join(f"  bash arg: {arg}\n" for arg in context.args))
    args = context.args
    package = args[args.index("-p") + 1] if "-p" in args[:-1] else ""
    installed = any(one.name == package for one in context.phone.world.packages())
    if not installed or not args[-1].isdigit():
        await context.out("** No activities found to run, monkey aborted.\n")
        return 252
    context.phone.world.start_activity(package, lambda: None)
    await context.out(
        "Events injected: 1\n## Network stats: elapsed time=25ms (0ms mobile, 0ms wifi, 25ms not connected)\n"
    )
    return 0
