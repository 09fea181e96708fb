"""sleep, date, uptime, id, whoami, uname, nproc, true and false."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from devices.simulated.userland.options import UsageError, split
from devices.simulated.userland.registry import Context, program

_UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


@program("sleep", "usleep")
async def sleep(context: Context) -> int:
    """Sleep on the phone's clock; fractions and s m h d are understood."""
    if not context.args:
        raise UsageError("Needs 1 argument")
    total = 0.0
    for argument in context.args:
        match = re.fullmatch(r"(\d+(?:\.\d*)?|\.\d+)([smhd]?)", argument)
        if match is None:
            await context.err(f"{context.name}: Unknown suffix '{argument}'\n")
            return 1
        total += float(match[1]) * _UNITS[match[2]]
    scale = 1e3 if context.name == "usleep" else 1e9
    await context.phone.clock.sleep(round(total * scale))
    return 0


@program("date")
async def date(context: Context) -> int:
    """Print the phone's wall clock: +FORMAT with strftime's letters and %N; UTC."""
    now = context.phone.world.clocks().realtime_ns
    moment = datetime.fromtimestamp(now // 1_000_000_000, UTC)
    formats = [arg[1:] for arg in context.args if arg.startswith("+")]
    template = formats[0] if formats else "%a %b %e %H:%M:%S UTC %Y"
    template = re.sub(r"%(\d)?N", lambda match: f"{now % 10**9:09d}"[: int(match[1] or 9)], template)
    template = template.replace("%s", str(now // 1_000_000_000))
    await context.out(moment.strftime(template) + "\n")
    return 0


@program("uptime")
async def uptime(context: Context) -> int:
    """Print the time since boot."""
    clocks = context.phone.world.clocks()
    minutes = clocks.boottime_ns // 60_000_000_000
    days, rest = divmod(minutes, 24 * 60)
    prefix = f"{days} days, " if days else ""
    moment = datetime.fromtimestamp(clocks.realtime_ns // 1_000_000_000, UTC)
    await context.out(
        f" {moment:%H:%M:%S} up {prefix}{rest // 60:2d}:{rest % 60:02d},  0 users,  load average: "
        f"0.00, 0.00, 0.00\n"
    )
    return 0


@program("id")
async def identity(context: Context) -> int:
    """Print uid shell."""
    options, _ = split(context.args, "unGgrZ")
    if "u" in options:
        await context.out("shell\n" if "n" in options else "2000\n")
        return 0
    groups = (
        "2000(shell),1004(input),1007(log),1011(adb),1015(sdcard_rw),1028(sdcard_r),3003(inet),3009(readproc)"
    )
    await context.out(f"uid=2000(shell) gid=2000(shell) groups={groups} context=u:r:shell:s0\n")
    return 0


@program("whoami")
async def whoami(context: Context) -> int:
    """Print the user's name."""
    await context.out("shell\n")
    return 0


@program("uname")
async def uname(context: Context) -> int:
    """Print the kernel's name: -a -r -m."""
    options, _ = split(context.args, "asrmnvo")
    if "a" in options:
        await context.out("Linux localhost 5.10.0-simulated #1 SMP PREEMPT aarch64 Toybox\n")
    elif "r" in options:
        await context.out("5.10.0-simulated\n")
    elif "m" in options:
        await context.out("aarch64\n")
    else:
        await context.out("Linux\n")
    return 0


@program("nproc")
async def nproc(context: Context) -> int:
    """Print the number of cores."""
    await context.out("8\n")
    return 0


@program("true", "false")
async def truth(context: Context) -> int:
    """Succeed or fail."""
    return int(context.name == "false")


@program("seq")
async def seq(context: Context) -> int:
    """Count: seq [FIRST [STEP]] LAST."""
    numbers = [int(arg) for arg in context.args if arg.lstrip("-").isdigit()]
    if not 1 <= len(numbers) <= 3:
        raise UsageError("Needs 1 argument")
    first = numbers[0] if len(numbers) > 1 else 1
    step = numbers[1] if len(numbers) == 3 else 1
    end = numbers[-1] + (1 if step > 0 else -1)
    await context.out("".join(f"{number}\n" for number in range(first, end, step or 1)))
    return 0
