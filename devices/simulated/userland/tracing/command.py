"""The perfetto command: start, wait, stop, write the file."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass

from devices.simulated.userland.commands.properties import properties
from devices.simulated.userland.filesystem import CONFIGS, TRACES, FileError
from devices.simulated.userland.phone import Phone, TraceRun, TracingFault
from devices.simulated.userland.processes import SIGNALS, ShellProcess
from devices.simulated.userland.registry import Context, program
from devices.simulated.userland.tracing.binary_config import parse_binary
from devices.simulated.userland.tracing.config import has_buffers, to_trace_config
from devices.simulated.userland.tracing.text_config import ConfigError, parse_text
from devices.simulated.world import DataSource, TraceConfig

_SESSIONS_PER_UID = 5
_WEEK_MS = 7 * 24 * 3600 * 1000
_UNITS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000}
_SOURCES = ("linux.ftrace", "linux.process_stats", "linux.sys_stats", "android.packages_list",
            "android.surfaceflinger.frame", "android.surfaceflinger.frametimeline")  # fmt: skip


_NO_SERVICE = (
    "Could not connect to the traced socket /dev/socket/traced_consumer. Ensure traced is running or use "
    "tracebox. See https://perfetto.dev/docs/contributing/build-instructions."
)
_NEEDS = {
    "linux.ftrace": "ftrace",
    "android.surfaceflinger.frame": "frametracer",
    "android.surfaceflinger.frametimeline": "frametimeline",
}
"""What a phone may lack -> the data source that is then not registered."""


class PerfettoError(Exception):
    """perfetto ends with an error; the text is its message."""


@dataclass(slots=True)
class PerfettoOptions:
    """The command line."""

    config: str = ""
    text: bool = False
    out: str = ""
    background: bool = False
    wait: bool = False
    query: bool = False
    time_ms: int = 0
    buffer_kb: int = 0
    apps: tuple[str, ...] = ()
    events: tuple[str, ...] = ()


def parse_arguments(args: list[str], sdk: int) -> PerfettoOptions:
    """Read the arguments.

    Raises:
        PerfettoError: An option that this Android's perfetto does not know.
    """
    options = PerfettoOptions()
    rest = list(args)
    apps: list[str] = []
    events: list[str] = []
    while rest:
        arg, _, glued = rest.pop(0).partition("=")
        valued = {"-c": "config", "--config": "config", "-o": "out", "--out": "out"}.get(arg)
        if valued or arg in ("-t", "--time", "-b", "--buffer", "-a", "--app", "-s", "--size"):
            value = glued or (rest.pop(0) if rest else "")
            if valued:
                setattr(options, valued, value)
            elif arg in ("-t", "--time"):
                options.time_ms = _duration(value)
            elif arg in ("-b", "--buffer"):
                options.buffer_kb = int("".join(filter(str.isdigit, value)) or 0) * (
                    1024 if "m" in value else 1
                )
            elif arg in ("-a", "--app"):
                apps.append(value)
        elif arg == "--txt" and sdk >= 29:
            options.text = True
        elif arg in ("-d", "--background"):
            options.background = True
        elif arg in ("-D", "--background-wait") and sdk >= 33:
            options.background = options.wait = True
        elif arg == "--query" and sdk >= 30:
            options.query = True
        elif arg.startswith("-"):
            raise PerfettoError(f"perfetto: unrecognized option '{arg}'")
        else:
            events.append(arg)
    options.apps, options.events = tuple(apps), tuple(events)
    return options


def _duration(text: str) -> int:
    for unit in ("ms", "s", "m", "h"):
        if text.endswith(unit) and text.removesuffix(unit).isdigit():
            return int(text.removesuffix(unit)) * _UNITS[unit]
    return int(text) * 1000 if text.isdigit() else 0


@program("perfetto")
async def perfetto(context: Context) -> int:
    """Record a trace."""
    phone = context.phone
    try:
        options = parse_arguments(context.args, phone.world.persona.sdk)
        _check_service(phone)
        if options.query:
            await context.out(_query(phone))
            return 0
        config = await _load_config(context, options)
        _check_output(options.out)
        _check_sessions(phone, config)
    except PerfettoError as fault:
        await _log(context, str(fault))
        return 1
    if not options.background:
        return await _record(context, config, options.out, context.process, asyncio.Event())
    return await _daemonize(context, config, options)


async def _log(context: Context, text: str) -> None:
    seconds = context.phone.world.clocks().boottime_ns % 1_000_000_000_000 / 1e9
    await context.err(f"[{seconds:07.3f}]         perfetto_cmd.cc       {text}\n")


async def _load_config(context: Context, options: PerfettoOptions) -> TraceConfig:
    if not options.config:
        return _simple_config(options)
    data = await _config_bytes(context, options.config)
    try:
        sdk = context.phone.world.persona.sdk
        text = data.decode("utf-8", "replace")
        message = parse_text(text, sdk) if options.text else parse_binary(data, sdk=sdk)
    except ConfigError as error:
        await context.err(f"{error}\n")
        raise PerfettoError("Could not parse TraceConfig proto from stdin") from error
    if not data:
        raise PerfettoError("TraceConfig is empty")
    if not has_buffers(message):
        raise PerfettoError("The TraceConfig must specify at least one buffer")
    return to_trace_config(message)


def _simple_config(options: PerfettoOptions) -> TraceConfig:
    if not options.events and not options.time_ms:
        raise PerfettoError("Either the --config or --time/--buffer/events must be specified")
    source = DataSource(
        "linux.ftrace",
        tuple(event for event in options.events if "/" in event),
        tuple(event for event in options.events if "/" not in event),
        options.apps,
    )
    stats = DataSource("linux.process_stats", scan_processes_on_start=True)
    return TraceConfig((source, stats), options.time_ms or 10_000, options.buffer_kb or 32 * 1024)


async def _config_bytes(context: Context, name: str) -> bytes:
    if name == "-":
        return await context.stdin.read_all()
    path = context.path(name)
    # SELinux lets perfetto read pushed configurations only from their own folder, from Android 12 on.
    if not path.startswith(CONFIGS + "/") or context.phone.world.persona.sdk < 31:
        raise PerfettoError(f"Could not open {name} (errno: 13, Permission denied)")
    try:
        return context.phone.files.read(path)
    except FileError as error:
        raise PerfettoError(f"Could not open {name} (errno: 2, {error.reason})") from error


def _check_service(phone: Phone) -> None:
    stopped = properties(phone)["init.svc.traced"] != "running"
    if stopped or phone.tracing_fault is TracingFault.REFUSED:
        raise PerfettoError(_NO_SERVICE)


def _check_output(path: str) -> None:
    if not path:
        raise PerfettoError("The --out argument is required")
    if not path.startswith(TRACES + "/"):
        raise PerfettoError(
            f"Failed to open {path}. If you get permission denied in {TRACES}, the file might have "
            f"been created by "
            "another user, try deleting it first. (errno: 13, Permission denied)"
        )


def _check_sessions(phone: Phone, config: TraceConfig) -> None:
    running = list(phone.traces.values())
    count = _SESSIONS_PER_UID if phone.tracing_fault is TracingFault.BUSY else len(running)
    if count >= _SESSIONS_PER_UID:
        raise PerfettoError(f"Too many concurrent tracing sesions ({count}) for uid 2000 limit is 5")
    if config.unique_session_name and any(run.name == config.unique_session_name for run in running):
        raise PerfettoError(
            f"A trace with this unique session name ({config.unique_session_name}) already exists"
        )


async def _daemonize(context: Context, config: TraceConfig, options: PerfettoOptions) -> int:
    phone = context.phone
    process = ShellProcess(phone.world.new_pid(), 1, "perfetto", tuple(context.argv), ignores_hangup=True)
    started = asyncio.Event()
    work = _record(context, config, options.out, process, started, quiet=True)
    process.task = asyncio.create_task(work)
    process.task.add_done_callback(lambda _: _daemon_ended(phone, process, started))
    phone.processes.add(process)
    if options.wait:
        await started.wait()
    await context.out(f"{process.pid}\n")
    return 0


def _daemon_ended(phone: Phone, process: ShellProcess, started: asyncio.Event) -> None:
    started.set()
    phone.processes.remove(process)


async def _record(
    context: Context, config: TraceConfig, out: str, process: ShellProcess, started: asyncio.Event, *,
    quiet: bool = False,
) -> int:  # fmt: skip
    """Run one session to its end: duration over, SIGTERM or SIGINT."""
    phone = context.phone
    stop = asyncio.Event()

    def on_signal(number: int) -> bool:
        if number in (SIGNALS["TERM"], SIGNALS["INT"]):
            stop.set()
            phone.clock.poke()
            return True
        return False

    process.on_signal = on_signal
    await phone.spend("trace_start")
    session = phone.world.start_trace(config)
    phone.traces[process.pid] = TraceRun(
        process.pid, session, config.unique_session_name, phone.clock.now_ns, config.duration_ms
    )
    if not quiet:
        length = f"{config.duration_ms} ms" if config.duration_ms else "until stopped"
        await _log(context, f"Connected to the Perfetto traced service, starting tracing for {length}")
    started.set()
    data = b""
    try:
        await _until(phone, stop, config.duration_ms or _WEEK_MS)
        await phone.spend("trace_stop")
    finally:
        # A killed session is gone too: the model must not go on recording it.
        phone.traces.pop(process.pid, None)  # a reboot has dropped all of them already
        data = session.stop()
    if phone.trace_share is not None:
        data, phone.trace_share = data[: round(len(data) * phone.trace_share)], None
    try:
        phone.files.write(out, data, mode=0o600, privileged=True)
    except FileError as error:
        if not quiet:
            await _log(context, f"Failed to write packet (errno: 28, {error.reason})")
        return 1
    if not quiet:
        await _log(context, f"Wrote {len(data)} bytes into {out}")
    return 0


async def _until(phone: Phone, stop: asyncio.Event, duration_ms: int) -> None:
    over = asyncio.ensure_future(phone.clock.sleep(duration_ms * 1_000_000))
    stopped = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({over, stopped}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (over, stopped):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


def _query(phone: Phone) -> str:
    sdk, lacks = phone.world.persona.sdk, phone.world.persona.lacks
    names = [name for name in _SOURCES if _NEEDS.get(name) not in lacks]
    rows = "".join(
        f"{name:<40} {'traced_probes' if name[0] == 'l' else 'surfaceflinger':<30}\n" for name in names
    )
    sessions = "".join(
        f"{run.pid:<6} {'STARTED':<10} {run.name:<20} {run.duration_ms:>10}\n"
        for run in phone.traces.values()
    )
    return (
        "Not meant for machine consumption. Use --query-raw for scripts.\n\n"
        f"Service: Perfetto v{33 if sdk >= 34 else 25}.0\nTracing sessions: {len(phone.traces)}\n\n"
        f"DATA SOURCES REGISTERED:\n\n{'NAME':<40} {'PRODUCER':<30}\n{rows}\n"
        f"TRACING SESSIONS:\n\nID     STATE      NAME                 DURATION_MS\n{sessions}"
    )
