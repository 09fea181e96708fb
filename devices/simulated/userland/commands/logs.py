"""logcat and log: the ring of log lines, filtered and formatted."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from devices.simulated.userland.options import UsageError
from devices.simulated.userland.registry import Context, program

if TYPE_CHECKING:
    from devices.simulated.userland.phone import Phone
    from devices.simulated.world import LogLine

_LEVELS = "VDIWEFS"
_FORMATS = frozenset({"brief", "process", "tag", "thread", "raw", "time", "threadtime", "long"})
_POLL_NS = 100_000_000


@dataclass(slots=True)
class LogcatOptions:
    """What logcat was asked for."""

    layout: str = "threadtime"
    modifiers: set[str] = field(default_factory=set)
    filters: dict[str, str] = field(default_factory=dict)
    dump: bool = False
    clear: bool = False
    silent: bool = False
    count: int | None = None
    since_ns: int | None = None
    size: bool = False
    pid: int | None = None


def parse_options(args: list[str], phone: Phone) -> LogcatOptions:
    """Read logcat's arguments.

    Raises:
        UsageError: An unknown format or option.
    """
    options = LogcatOptions()
    rest = list(args)
    while rest:
        arg = rest.pop(0)
        name, glued = (arg[:2], arg[2:]) if arg[:1] == "-" and arg[:2] != "--" else (arg, "")
        if name in ("-v", "-b", "-T", "-t", "-e", "-m", "-G", "-f", "-r", "-n"):
            value = glued or (rest.pop(0) if rest else "")
            _valued(options, name, value, phone)
        elif name == "--pid" or arg.startswith("--pid="):
            value = arg.partition("=")[2] or (rest.pop(0) if rest else "")
            options.pid = int(value) if value.isdigit() else None
        elif name in ("-d", "-c", "-s", "-g", "-S"):
            options.dump = options.dump or name == "-d"
            options.clear = options.clear or name == "-c"
            options.silent = options.silent or name == "-s"
            options.size = options.size or name == "-g"
        elif name.startswith("-"):
            raise UsageError(f"Unknown option '{arg}'")
        else:
            _filter(options, arg)
    return options


def _valued(options: LogcatOptions, name: str, value: str, phone: Phone) -> None:
    if name == "-v":
        for part in value.split(","):
            if part in _FORMATS:
                options.layout = part
            elif part in ("epoch", "monotonic", "uptime", "usec", "nsec", "year", "UTC", "zone",
            "printable", "color",
                          "descriptive", "uid"):  # fmt: skip
                options.modifiers.add(part)
            else:
                raise UsageError(f'Invalid parameter "{value}" to -v')
    elif name in ("-T", "-t"):
        options.dump = options.dump or name == "-t"
        if value.isdigit():
            options.count = int(value)
        else:
            options.since_ns = _moment(value, phone)


def _moment(text: str, phone: Phone) -> int:
    """Return a time given as epoch seconds or `MM-DD hh:mm:ss.mmm`, REALTIME ns."""
    with contextlib.suppress(ValueError):
        return round(float(text) * 1e9)
    year = datetime.fromtimestamp(phone.world.clocks().realtime_ns / 1e9, UTC).year
    for pattern, value in (("%Y-%m-%d %H:%M:%S.%f", text), ("%Y-%m-%d %H:%M:%S.%f", f"{year}-{text}")):
        with contextlib.suppress(ValueError):
            moment = datetime.strptime(value, pattern).replace(tzinfo=UTC)
            return int(moment.timestamp()) * 1_000_000_000 + moment.microsecond * 1000
    raise UsageError(f'-T "{text}" not in time format')


def _filter(options: LogcatOptions, text: str) -> None:
    tag, _, level = text.partition(":")
    options.filters[tag] = (level or "V").upper()[:1]


def wanted(line: LogLine, options: LogcatOptions) -> bool:
    """Return whether a line passes the filters."""
    if options.pid is not None and line.pid != options.pid:
        return False
    default = "S" if options.silent else "V"
    level = options.filters.get(line.tag, options.filters.get("*", default))
    level = {"*": "V"}.get(level, level)
    return _LEVELS.find(line.level) >= _LEVELS.find(level) and level != "S"


def _stamp(line: LogLine, options: LogcatOptions, phone: Phone) -> str:
    digits = 9 if "nsec" in options.modifiers else 6 if "usec" in options.modifiers else 3
    stamp = line.realtime_ns
    if {"monotonic", "uptime"} & options.modifiers:
        clocks = phone.world.clocks()
        stamp -= clocks.realtime_ns - clocks.monotonic_ns
        return f"{stamp // 10**9:6d}.{stamp % 10**9:09d}"[: -(9 - digits) or None]
    fraction = f"{stamp % 10**9:09d}"[:digits]
    if "epoch" in options.modifiers:
        return f"{stamp // 10**9:19d}.{fraction}"
    pattern = "%Y-%m-%d %H:%M:%S" if "year" in options.modifiers else "%m-%d %H:%M:%S"
    zone = " +0000" if {"UTC", "zone"} & options.modifiers else ""
    return f"{datetime.fromtimestamp(stamp // 10**9, UTC).strftime(pattern)}.{fraction}{zone}"


def format_line(line: LogLine, options: LogcatOptions, phone: Phone) -> str:
    """Return a line in the chosen format (system/logging liblog logprint.cpp)."""
    if options.layout == "raw":
        return f"{line.message}\n"
    if options.layout == "brief":
        head = f"{line.level}/{line.tag:<8}({line.pid:5d}): "
    elif options.layout == "tag":
        head = f"{line.level}/{line.tag:<8}: "
    elif options.layout == "process":
        head = f"{line.level}({line.pid:5d}) "
    elif options.layout == "thread":
        head = f"{line.level}({line.pid:5d}:{line.tid:5d}) "
    elif options.layout == "time":
        head = f"{_stamp(line, options, phone)} {line.level}/{line.tag:<8}({line.pid:5d}): "
    elif options.layout == "long":
        stamp = _stamp(line, options, phone)
        return f"[ {stamp} {line.pid:5d}:{line.tid:5d} {line.level}/{line.tag:<8} ]\n{line.message}\n\n"
    else:
        head = f"{_stamp(line, options, phone)} {line.pid:5d} {line.tid:5d} {line.level} {line.tag:<8}: "
    return "".join(f"{head}{part}\n" for part in line.message.split("\n"))


@program("logcat")
async def logcat(context: Context) -> int:
    """Print log lines: -d -c -s -v FORMAT -T/-t TIME|COUNT --pid=N TAG:LEVEL..."""
    phone = context.phone
    options = parse_options(context.args, phone)
    if options.clear:
        phone.log_cleared_ns = phone.world.clocks().realtime_ns
        return 0
    if options.size:
        await context.out("main: ring buffer is 256 KiB (0 B consumed, 256 KiB readable),"
                          " max entry is 5120 B, max payload is 4068 B\n")  # fmt: skip
        return 0
    lines = [one for one in phone.world.log_lines() if _kept(one, options, phone) and wanted(one, options)]
    if options.count is not None:
        lines = lines[-options.count :] if options.count else []
    await context.out("--------- beginning of main\n")
    await context.out("".join(format_line(one, options, phone) for one in lines))
    if options.dump:
        return 0
    return await _follow(context, options)


def _kept(line: LogLine, options: LogcatOptions, phone: Phone) -> bool:
    if line.realtime_ns <= phone.log_cleared_ns:
        return False
    return options.since_ns is None or line.realtime_ns >= options.since_ns


async def _follow(context: Context, options: LogcatOptions) -> int:
    phone = context.phone
    everything = phone.world.log_lines()
    last = everything[-1] if everything else None
    while True:
        await phone.clock.sleep(_POLL_NS)
        fresh: list[LogLine] = []
        for line in reversed(phone.world.log_lines()):
            if line is last:
                break
            fresh.append(line)
        if fresh:
            last = fresh[0]
            text = "".join(
                format_line(one, options, phone) for one in reversed(fresh) if wanted(one, options)
            )
            if text:
                await context.out(text)
