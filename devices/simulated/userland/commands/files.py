"""cat, ls, rm, mkdir, touch, stat, mv, cp, chmod, md5sum, find, df and toybox itself."""

from __future__ import annotations

import fnmatch
import hashlib
import stat
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from devices.simulated.userland.filesystem import Directory, File, FileError, Node, Special, size_of, st_mode
from devices.simulated.userland.options import UsageError, split
from devices.simulated.userland.registry import PROGRAMS, Context, program

if TYPE_CHECKING:
    from collections.abc import Callable


async def complain(context: Context, error: FileError, argument: str) -> int:
    """Print a file error as toybox does."""
    await context.err(f"{context.name}: {argument}: {error.reason}\n")
    return 1


@program("cat")
async def cat(context: Context) -> int:
    """Print files, or stdin."""
    status = 0
    for argument in context.args or ["-"]:
        if argument == "-":
            while chunk := await context.stdin.read():
                await context.stdout.write(chunk)
            continue
        try:
            await context.stdout.write(context.phone.files.read(context.path(argument)))
        except FileError as error:
            status = await complain(context, error, argument)
    return status


def _mode_text(node: Node) -> str:
    return stat.filemode(st_mode(node))


def _when(node: Node) -> str:
    return datetime.fromtimestamp(node.mtime, UTC).strftime("%Y-%m-%d %H:%M")


def _long(name: str, node: Node) -> str:
    links = 2 if isinstance(node, Directory) else 1
    return f"{_mode_text(node)} {links} {node.owner} {node.owner} {size_of(node):>9} {_when(node)} {name}"


@program("ls")
async def ls(context: Context) -> int:
    """List a folder: -l -a -1 -d."""
    options, operands = split(context.args, "la1dhAnRFtrSsZ")
    status = 0
    lines: list[str] = []
    several = len(operands) > 1
    for argument in operands or ["."]:
        path = context.path(argument)
        try:
            node = context.phone.files.get(path)
            if isinstance(node, Directory) and "d" not in options:
                entries = list(context.phone.files.list(path))
                if several:
                    lines.append(f"{argument}:")
                if "l" in options:
                    lines.append(f"total {sum((size_of(child) + 1023) // 1024 for _, child in entries)}")
            else:
                entries = [(argument, node)]
        except FileError as error:
            status = await complain(context, error, argument)
            continue
        shown = [(name, child) for name, child in entries if name[0] != "." or {"a", "A"} & options.keys()]
        lines.extend(_long(name, child) if "l" in options else name for name, child in shown)
    await context.out("".join(line + "\n" for line in lines))
    return status


@program("rm")
async def rm(context: Context) -> int:
    """Remove files: -f -r."""
    options, operands = split(context.args, "frRiv")
    status = 0
    for argument in operands:
        try:
            context.phone.files.remove(context.path(argument), recursive=bool({"r", "R"} & options.keys()))
        except FileError as error:
            if "f" not in options or error.reason != "No such file or directory":
                status = await complain(context, error, argument)
    return status


@program("mkdir")
async def mkdir(context: Context) -> int:
    """Make folders: -p."""
    options, operands = split(context.args, "pv", "m")
    status = 0
    for argument in operands:
        try:
            context.phone.files.make_directory(context.path(argument), parents="p" in options)
        except FileError as error:
            await context.err(f"mkdir: '{argument}': {error.reason}\n")
            status = 1
    return status


@program("touch")
async def touch(context: Context) -> int:
    """Create files or renew their times."""
    _, operands = split(context.args, "acm", "dt")
    status = 0
    for argument in operands:
        try:
            context.phone.files.write(context.path(argument), b"", append=True)
        except FileError as error:
            await context.err(f"touch: '{argument}': {error.reason}\n")
            status = 1
    return status


@program("chmod", "chown", "sync", "restorecon")
async def accept(context: Context) -> int:
    """Accept silently: modes of shell's own files have no effect here."""
    del context
    return 0


@program("cp", "mv")
async def copy(context: Context) -> int:
    """Copy or move one file."""
    _, operands = split(context.args, "fprRav")
    if len(operands) != 2:
        raise UsageError("Need 2 arguments")
    source, target = (context.path(operand) for operand in operands)
    files = context.phone.files
    try:
        if isinstance(files.find(target), Directory):
            target = f"{target}/{source.rsplit('/', 1)[-1]}"
        files.write(target, files.read(source))
        if context.name == "mv":
            files.remove(source)
    except FileError as error:
        return await complain(context, error, error.path)
    return 0


_STAT_FIELDS: dict[str, Callable[[str, Node], str]] = {
    "s": lambda name, node: str(size_of(node)),
    "a": lambda name, node: f"{node.mode:o}",
    "A": lambda name, node: _mode_text(node),
    "n": lambda name, node: name,
    "Y": lambda name, node: str(node.mtime),
    "U": lambda name, node: node.owner,
    "G": lambda name, node: node.owner,
    "F": lambda name, node: _kind(node),
}


def _kind(node: Node) -> str:
    if isinstance(node, Directory):
        return "directory"
    return "regular empty file" if size_of(node) == 0 and isinstance(node, File) else "regular file"


@program("stat")
async def stat_command(context: Context) -> int:
    """Print a file's status: -c FORMAT, -t no."""
    options, operands = split(context.args, "fLt", "c")
    status = 0
    for argument in operands:
        try:
            node = context.phone.files.get(context.path(argument))
        except FileError as error:
            await context.err(f"stat: '{argument}': {error.reason}\n")
            status = 1
            continue
        if "c" in options:
            text = options["c"]
            for letter, render in _STAT_FIELDS.items():
                text = text.replace(f"%{letter}", render(argument, node))
        else:
            moment = datetime.fromtimestamp(node.mtime, UTC).strftime("%Y-%m-%d %H:%M:%S.000000000 +0000")
            text = (
                f"  File: {argument}\n  Size: {size_of(node)}\t Blocks: {(size_of(node) + 511) // 512}\t"
                f" IO Blocks: 512\t{_kind(node)}\nAccess: ({node.mode:04o}/{_mode_text(node)})\t"
                f"Uid: (2000/   shell)\tGid: (2000/   shell)\nModify: {moment}"
            )
        await context.out(text + "\n")
    return status


@program("md5sum", "sha1sum", "sha256sum")
async def digest(context: Context) -> int:
    """Print digests of files or stdin."""
    algorithm = context.name.removesuffix("sum")
    options, operands = split(context.args, "bcs")
    status = 0
    for argument in operands or ["-"]:
        if argument == "-":
            data = await context.stdin.read_all()
        else:
            try:
                data = context.phone.files.read(context.path(argument))
            except FileError as error:
                status = await complain(context, error, argument)
                continue
        value = hashlib.new(algorithm, data).hexdigest()
        await context.out(f"{value}\n" if "b" in options else f"{value}  {argument}\n")
    return status


@program("find")
async def find(context: Context) -> int:
    """List a tree: -name PATTERN, -type f|d."""
    args = list(context.args)
    roots: list[str] = []
    while args and not args[0].startswith("-"):
        roots.append(args.pop(0))
    tests = dict(zip(args[::2], args[1::2], strict=False))
    for root in roots or ["."]:
        try:
            node = context.phone.files.get(context.path(root))
        except FileError as error:
            return await complain(context, error, root)
        for path, child in _walk(root, node):
            name = path.rsplit("/", 1)[-1]
            wanted = "d" if isinstance(child, Directory) else "f"
            if fnmatch.fnmatchcase(name, tests.get("-name", "*")) and tests.get("-type", wanted) == wanted:
                await context.out(path + "\n")
    return 0


def _walk(path: str, node: Node) -> list[tuple[str, Node]]:
    found: list[tuple[str, Node]] = [(path, node)]
    if isinstance(node, Directory):
        for name in sorted(node.entries):
            found.extend(_walk(f"{path.rstrip('/')}/{name}", node.entries[name]))
    return found


@program("df")
async def df(context: Context) -> int:
    """Print the data partition's usage."""
    used = (
        sum(size_of(node) for _, node in _walk("", context.phone.files.root) if not isinstance(node, Special))
        // 1024
    )
    total = 111_000_000
    await context.out(
        "Filesystem       1K-blocks     Used Available Use% Mounted on\n"
        f"/dev/block/dm-8  {total:>9} {used:>8} {total - used:>9} {used * 100 // total:>3}% /data\n"
    )
    return 0


@program("toybox")
async def toybox(context: Context) -> int:
    """Run one of toybox's commands, or list them."""
    if not context.args:
        await context.out(" ".join(sorted(PROGRAMS)) + "\n")
        return 0
    found = PROGRAMS.get(context.args[0])
    if found is None:
        await context.err(f"toybox: Unknown command {context.args[0]}\n")
        return 127
    context.argv = context.args
    return await found(context)
