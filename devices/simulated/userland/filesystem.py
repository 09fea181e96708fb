"""The phone's files, in memory, with the permissions that uid shell has on a user build."""

from __future__ import annotations

import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SHELL_UID = 2000

ENOENT = "No such file or directory"
EACCES = "Permission denied"
EISDIR = "Is a directory"
ENOTDIR = "Not a directory"
EROFS = "Read-only file system"
EEXIST = "File exists"
ENOTEMPTY = "Directory not empty"
ENOSPC = "No space left on device"

TRACES = "/data/misc/perfetto-traces"
CONFIGS = "/data/misc/perfetto-configs"
_WRITABLE = ("/data/local/tmp", "/sdcard", "/storage/emulated/0", "/dev/null", CONFIGS)
_HIDDEN = ("/data/data", "/data/app", "/data/system", "/data/user")


class FileError(Exception):
    """A file operation failed; `reason` is strerror's text."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


@dataclass(slots=True)
class File:
    """A regular file."""

    data: bytes = b""
    mode: int = 0o644
    mtime: int = 0
    owner: str = "shell"


@dataclass(slots=True)
class Directory:
    """A directory."""

    entries: dict[str, Node] = field(default_factory=dict)
    mode: int = 0o771
    mtime: int = 0
    owner: str = "shell"


@dataclass(slots=True)
class Special:
    """A file that the kernel makes up: its text is asked for, what is written goes to a function."""

    read: Callable[[], bytes]
    write: Callable[[int, bytes], None] | None = None
    """Called with the writer's pid and the bytes."""
    mode: int = 0o444
    mtime: int = 0
    owner: str = "root"


Node = File | Directory | Special


def normalize(path: str, cwd: str = "/") -> str:
    """Return an absolute path without `.`, `..` and double slashes."""
    parts: list[str] = []
    for part in (path if path.startswith("/") else f"{cwd}/{path}").split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    return "/" + "/".join(parts)


class FileSystem:
    """A tree of nodes.

    Args:
        now: The phone's wall clock in whole seconds, for mtime.
    """

    def __init__(self, now: Callable[[], int]) -> None:
        self._now = now
        self.traces_removable = True
        """Whether the shell may unlink traces (SELinux allows it from Android 11 on)."""
        self.made_up: Callable[[str], Node | None] = lambda _path: None
        """Asked for a node where none stands: files that come and go with processes."""
        self.root = Directory(mode=0o755, owner="root")
        self.full = False
        """No block of the data partition is free: files can be made, nothing can be written into them."""
        for path in (
            "/data/local/tmp",
            "/storage/emulated/0",
            "/system/bin",
            "/dev",
            "/proc",
            TRACES,
            CONFIGS,
        ):
            self.make_directories(path)
        self._lookup("/").entries["sdcard"] = self._lookup("/storage/emulated/0")
        self.install("/dev/null", Special(lambda: b"", lambda _pid, _data: None, 0o666))

    # --- looking

    def find(self, path: str) -> Node | None:
        """Return the node at an absolute path, None if there is none."""
        node: Node = self.root
        for part in path.strip("/").split("/"):
            if not part:
                continue
            if not isinstance(node, Directory) or part not in node.entries:
                return self.made_up(path)
            node = node.entries[part]
        return node

    def get(self, path: str) -> Node:
        """Return the node at a path.

        Raises:
            FileError: Nothing there.
        """
        if any(path == hidden or path.startswith(hidden + "/") for hidden in _HIDDEN):
            raise FileError(path, EACCES)
        node = self.find(path)
        if node is None:
            raise FileError(path, ENOENT)
        return node

    def read(self, path: str) -> bytes:
        """Return a file's content.

        Raises:
            FileError: Nothing there, a directory, or not readable.
        """
        node = self.get(path)
        if isinstance(node, Directory):
            raise FileError(path, EISDIR)
        if isinstance(node, Special):
            return node.read()
        return node.data

    def list(self, path: str) -> Iterator[tuple[str, Node]]:
        """Return a directory's entries by name.

        Raises:
            FileError: Nothing there, or no directory.
        """
        node = self.get(path)
        if not isinstance(node, Directory):
            raise FileError(path, ENOTDIR)
        yield from sorted(node.entries.items())

    # --- changing

    def write(
        self,
        path: str,
        data: bytes,
        *,
        append: bool = False,
        mode: int | None = None,
        mtime: int | None = None,
        pid: int = 0,
        privileged: bool = False,
    ) -> None:
        """Write a file as uid shell, or as the system if `privileged`.

        Raises:
            FileError: Not allowed there, no such folder, no space, or the path is a directory.
        """
        node = self.find(path)
        if isinstance(node, Special):
            if node.write is None:
                raise FileError(path, EACCES)
            node.write(pid, data)
            return
        if isinstance(node, Directory):
            raise FileError(path, EISDIR)
        if not privileged:
            self.check_writable(path)
        folder, name = self._folder(path)
        file = node or File(owner="shell")
        fits = not data or not self.full
        if fits:
            file.data = file.data + data if append else bytes(data)
        elif not append:
            file.data = b""
        file.mode = file.mode if mode is None else mode & 0o777
        file.mtime = self._now() if mtime is None else mtime
        folder.entries[name] = file
        if not fits:
            raise FileError(path, ENOSPC)

    def check_writable(self, path: str) -> None:
        """Raise unless uid shell may create or change a file at this path.

        Raises:
            FileError: EACCES or EROFS, as on a user build.
        """
        if any(path == root or path.startswith(root + "/") for root in _WRITABLE):
            return
        raise FileError(path, EROFS if path.startswith(("/system", "/vendor", "/product")) else EACCES)

    def remove(self, path: str, *, recursive: bool = False) -> None:
        """Remove a file, or a tree.

        Raises:
            FileError: Nothing there, not allowed, or a directory without `recursive`.
        """
        node = self.get(path)
        if isinstance(node, Directory) and not recursive:
            raise FileError(path, EISDIR)
        if not path.startswith(TRACES + "/") or not self.traces_removable:
            self.check_writable(path)
        folder, name = self._folder(path)
        del folder.entries[name]

    def make_directory(self, path: str, *, parents: bool = False) -> None:
        """Make a directory as uid shell.

        Raises:
            FileError: It exists (without `parents`), not allowed, or its parent is missing.
        """
        if self.find(path) is not None:
            if parents and isinstance(self.find(path), Directory):
                return
            raise FileError(path, EEXIST)
        self.check_writable(path)
        if parents:
            self.make_directories(path)
            return
        folder, name = self._folder(path)
        folder.entries[name] = Directory(mtime=self._now())

    def make_directories(self, path: str) -> None:
        """Make a directory and its parents, as the system."""
        node = self.root
        for part in path.strip("/").split("/"):
            child = node.entries.setdefault(part, Directory(mtime=self._now()))
            if not isinstance(child, Directory):
                raise FileError(path, ENOTDIR)
            node = child

    def install(self, path: str, node: Node) -> None:
        """Put a node in its place, as the system."""
        self.make_directories(path.rsplit("/", 1)[0] or "/")
        folder, name = self._folder(path)
        folder.entries[name] = node

    def _lookup(self, path: str) -> Directory:
        node = self.get(path)
        if not isinstance(node, Directory):
            raise FileError(path, ENOTDIR)
        return node

    def _folder(self, path: str) -> tuple[Directory, str]:
        parent, _, name = path.rstrip("/").rpartition("/")
        node = self.find(parent or "/")
        if node is None or not name:
            raise FileError(path, ENOENT)
        if not isinstance(node, Directory):
            raise FileError(path, ENOTDIR)
        return node, name


def st_mode(node: Node) -> int:
    """Return type and permission bits as stat's st_mode."""
    if isinstance(node, Directory):
        return stat.S_IFDIR | node.mode
    if isinstance(node, Special):
        return stat.S_IFREG | node.mode
    return stat.S_IFREG | node.mode


def size_of(node: Node) -> int:
    """Return st_size, bytes."""
    if isinstance(node, File):
        return len(node.data)
    return 4096 if isinstance(node, Directory) else 0
