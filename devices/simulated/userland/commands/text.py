"""Filters: grep, head, tail, wc, sort, uniq, cut, tr, tee, xargs; printf."""

from __future__ import annotations

import re

from devices.simulated.userland.filesystem import FileError
from devices.simulated.userland.options import UsageError, split
from devices.simulated.userland.registry import Context, find_program, program
from devices.simulated.userland.streams import BytesSource, Source
from devices.simulated.userland.text import format_printf


async def _inputs(context: Context, operands: list[str]) -> list[tuple[str, Source]]:
    """Return the named files, or stdin; missing ones are complained about and left out."""
    if not operands:
        return [("-", context.stdin)]
    found: list[tuple[str, Source]] = []
    for argument in operands:
        if argument == "-":
            found.append(("-", context.stdin))
            continue
        try:
            found.append((argument, BytesSource(context.phone.files.read(context.path(argument)))))
        except FileError as error:
            await context.err(f"{context.name}: {argument}: {error.reason}\n")
    return found


def _pattern(text: str, options: dict[str, str]) -> re.Pattern[bytes]:
    if "F" in options:
        text = re.escape(text)
    elif "E" not in options:
        # Basic expressions: \| \( \) \{ \} \+ \? are the operators, the bare characters are literal.
        text = re.sub(
            r"\\?[|(){}+?]", lambda match: match[0][1:] if match[0][0] == "\\" else "\\" + match[0], text
        )
    text = text.replace("[[:space:]]", r"\s").replace("[[:digit:]]", r"\d")
    if "w" in options:
        text = rf"\b(?:{text})\b"
    if "x" in options:
        text = rf"^(?:{text})$"
    try:
        return re.compile(text.encode(), re.IGNORECASE if "i" in options else 0)
    except re.error as error:
        raise UsageError(f"bad REGEX '{text}': {error}") from error


@program("grep", "egrep", "fgrep")
async def grep(context: Context) -> int:
    """Print matching lines: -q -c -E -F -o -i -v -n -l -w -x -m N -e PATTERN -A N -B N."""
    options, operands = split(context.args, "qcEFoivnlwxahsHr", "emABC")
    if context.name != "grep":
        options[context.name[0].upper()] = ""
    if "e" not in options and not operands:
        raise UsageError("no REGEX")
    pattern = _pattern(options["e"] if "e" in options else operands.pop(0), options)
    sources = await _inputs(context, operands)
    matched = False
    for name, source in sources:
        prefix = f"{name}:".encode() if len(operands) > 1 and "h" not in options else b""
        count = await _grep_one(context, source, pattern, options, prefix)
        matched = matched or count > 0
        if "q" in options and matched:
            return 0
        if "c" in options:
            await context.stdout.write(prefix + b"%d\n" % count)
        elif "l" in options and count:
            await context.out(f"{name}\n")
    if len(sources) < max(len(operands), 1):
        return 2
    return 0 if matched else 1


async def _grep_one(
    context: Context, source: Source, pattern: re.Pattern[bytes], options: dict[str, str], prefix: bytes
) -> int:
    silent = bool({"q", "c", "l"} & options.keys())
    limit = int(options.get("m", "0"))
    after = int(options.get("A", options.get("C", "0")))
    before = int(options.get("B", options.get("C", "0")))
    count = follow = number = 0
    kept: list[bytes] = []
    while line := await source.read_line():
        number += 1
        body = line.rstrip(b"\n")
        mark = b"%d:" % number if "n" in options else b""
        hit = (pattern.search(body) is None) == ("v" in options)
        if hit:
            count += 1
            follow = after
            if "q" in options:
                return count
            pieces = pattern.findall(body) if "o" in options else []
            out = [match[0] for match in pattern.finditer(body)] if pieces else [*kept, body]
            if not silent:
                await context.stdout.write(
                    b"".join(prefix + mark + piece + b"\n" for piece in out if piece or not pieces)
                )
            kept = []
            if limit and count >= limit:
                break
        elif follow and not silent:
            follow -= 1
            await context.stdout.write(prefix + mark + body + b"\n")
        elif before:
            kept = [*kept, body][-before:]
    return count


@program("head")
async def head(context: Context) -> int:
    """Print the first lines: -n N, -c N, -N."""
    args = [f"-n{arg[1:]}" if arg[1:].isdigit() and arg[0] == "-" else arg for arg in context.args]
    options, operands = split(args, "qv", "nc")
    for _, source in await _inputs(context, operands):
        if "c" in options:
            data = b""
            while len(data) < int(options["c"]) and (chunk := await source.read()):
                data += chunk
            await context.stdout.write(data[: int(options["c"])])
            continue
        for _ in range(int(options.get("n", "10"))):
            line = await source.read_line()
            if not line:
                break
            await context.stdout.write(line)
    return 0


@program("tail")
async def tail(context: Context) -> int:
    """Print the last lines: -n N, -n +N, -c N."""
    args = [f"-n{arg[1:]}" if arg[1:].isdigit() and arg[0] == "-" else arg for arg in context.args]
    options, operands = split(args, "qv", "nc")
    for _, source in await _inputs(context, operands):
        data = await source.read_all()
        if "c" in options:
            await context.stdout.write(data[-int(options["c"].lstrip("-")) :])
            continue
        lines = data.splitlines(keepends=True)
        text = options.get("n", "10")
        count = int(text.lstrip("+-"))
        shown = lines[count - 1 :] if text.startswith("+") else lines[-count:] if count else []
        await context.stdout.write(b"".join(shown))
    return 0


@program("wc")
async def wc(context: Context) -> int:
    """Count lines, words, bytes: -l -w -c."""
    options, operands = split(context.args, "lwcm")
    wanted = [letter for letter in "lwc" if letter in options or (letter == "c" and "m" in options)] or list(
        "lwc"
    )
    for name, source in await _inputs(context, operands):
        data = await source.read_all()
        counts = {"l": data.count(b"\n"), "w": len(data.split()), "c": len(data)}
        text = " ".join(str(counts[letter]) for letter in wanted)
        await context.out(f"{text}\n" if name == "-" else f"{text} {name}\n")
    return 0


@program("sort")
async def sort(context: Context) -> int:
    """Sort lines: -n -r -u."""
    options, operands = split(context.args, "nruf", "kt")
    lines = [
        line
        for _, source in await _inputs(context, operands)
        for line in (await source.read_all()).splitlines()
    ]
    key = (_leading_number) if "n" in options else None
    lines = sorted(set(lines) if "u" in options else lines, key=key, reverse="r" in options)
    await context.stdout.write(b"".join(line + b"\n" for line in lines))
    return 0


def _leading_number(line: bytes) -> float:
    match = re.match(rb"\s*-?\d+(\.\d+)?", line)
    return float(match[0]) if match else 0.0


@program("uniq")
async def uniq(context: Context) -> int:
    """Drop repeated lines: -c."""
    options, operands = split(context.args, "cdu")
    runs: list[tuple[bytes, int]] = []
    for _, source in await _inputs(context, operands):
        for line in (await source.read_all()).splitlines():
            if runs and runs[-1][0] == line:
                runs[-1] = (line, runs[-1][1] + 1)
            else:
                runs.append((line, 1))
    await context.stdout.write(
        b"".join((b"%7d " % n if "c" in options else b"") + line + b"\n" for line, n in runs)
    )
    return 0


@program("cut")
async def cut(context: Context) -> int:
    """Print fields: -d C -f LIST."""
    options, operands = split(context.args, "s", "dfc")
    fields = [int(text) for text in options.get("f", "1").split(",") if text.isdigit()]
    mark = options.get("d", "\t").encode()
    for _, source in await _inputs(context, operands):
        for line in (await source.read_all()).splitlines():
            parts = line.split(mark)
            await context.stdout.write(mark.join(parts[n - 1] for n in fields if n <= len(parts)) + b"\n")
    return 0


@program("tr")
async def tr(context: Context) -> int:
    """Replace or delete (-d) characters."""
    options, operands = split(context.args, "ds")
    data = await context.stdin.read_all()
    sets = [_character_set(operand) for operand in operands]
    if "d" in options:
        data = data.translate(None, sets[0])
    elif len(sets) == 2:
        target = sets[1] + sets[1][-1:] * max(len(sets[0]) - len(sets[1]), 0)
        data = data.translate(bytes.maketrans(sets[0], target[: len(sets[0])]))
    await context.stdout.write(data)
    return 0


def _character_set(text: str) -> bytes:
    raw = text.encode().decode("unicode_escape").encode("latin-1")
    return re.sub(rb"(.)-(.)", lambda match: bytes(range(match[1][0], match[2][0] + 1)), raw, flags=re.DOTALL)


@program("tee")
async def tee(context: Context) -> int:
    """Copy stdin to files and stdout."""
    options, operands = split(context.args, "ai")
    data = await context.stdin.read_all()
    status = 0
    for argument in operands:
        try:
            context.phone.files.write(
                context.path(argument), data, append="a" in options, pid=context.process.pid
            )
        except FileError as error:
            await context.err(f"tee: {argument}: {error.reason}\n")
            status = 1
    await context.stdout.write(data)
    return status


@program("xargs")
async def xargs(context: Context) -> int:
    """Run a program with stdin's words as arguments."""
    words = (await context.stdin.read_all()).decode("utf-8", "replace").split()
    argv = [*(context.args or ["echo"]), *words]
    found = find_program(argv[0])
    if argv[0] == "echo":
        await context.out(" ".join(argv[1:]) + "\n")
        return 0
    if found is None:
        await context.err(f"xargs: {argv[0]}: No such file or directory\n")
        return 127
    context.argv = argv
    context.stdin = BytesSource()
    return await found(context)


@program("printf")
async def printf(context: Context) -> int:
    """Print formatted arguments."""
    if not context.args:
        raise UsageError("Needs 1 argument")
    try:
        await context.out(format_printf(context.args[0], context.args[1:]))
    except ValueError as error:
        await context.err(f"printf: {error}\n")
        return 1
    return 0
