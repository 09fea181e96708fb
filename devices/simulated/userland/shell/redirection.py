"""A command's standard streams, and how redirections change them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from devices.simulated.userland.filesystem import FileError, FileSystem, normalize
from devices.simulated.userland.streams import BytesSource, FileSink, NullSink, Sink, Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from devices.simulated.userland.shell.tree import Redirect


@dataclass(frozen=True, slots=True)
class Descriptors:
    """stdin, stdout and stderr, and outputs under higher numbers, which only the shell itself writes to."""

    stdin: Source
    stdout: Sink
    stderr: Sink
    others: Mapping[int, Sink] = field(default_factory=dict)

    @property
    def hold_session(self) -> bool:
        """True if the host sees one of the outputs."""
        return self.stdout.holds_session or self.stderr.holds_session


class RedirectError(Exception):
    """A redirection's file cannot be opened."""


@dataclass(frozen=True, slots=True)
class Opener:
    """Opens files for one shell process."""

    files: FileSystem
    cwd: str
    pid: int
    """The writer, as trace_marker sees it."""

    def source(self, name: str) -> Source:
        """Open a file to read.

        Raises:
            RedirectError: It cannot be read.
        """
        try:
            return BytesSource(self.files.read(normalize(name, self.cwd)))
        except FileError as error:
            raise RedirectError(f"can't open {name}: {error.reason}") from error

    def sink(self, name: str, *, append: bool) -> Sink:
        """Open a file to write.

        Raises:
            RedirectError: It cannot be created.
        """
        path = normalize(name, self.cwd)
        if path == "/dev/null":
            return NullSink()
        try:
            return FileSink(self.files, path, append=append, pid=self.pid)
        except FileError as error:
            raise RedirectError(f"can't create {name}: {error.reason}") from error


def apply_redirect(redirect: Redirect, target: str, current: Descriptors, opener: Opener) -> Descriptors:
    """Return the streams after one redirection.

    Raises:
        RedirectError: The file cannot be opened, or the descriptor is not open.
    """
    if redirect.operator in (">&", "<&"):
        return _duplicate(redirect.descriptor, target, current)
    if redirect.operator == "<":
        return replace(current, stdin=opener.source(target))
    sink = opener.sink(target, append=redirect.operator == ">>")
    return _with_output(current, redirect.descriptor, sink)


def _duplicate(descriptor: int, target: str, current: Descriptors) -> Descriptors:
    if descriptor == 0:
        return replace(current, stdin=BytesSource()) if target == "-" else current
    others = {str(number): sink for number, sink in current.others.items()}
    outputs = {"1": current.stdout, "2": current.stderr, "-": NullSink(), **others}
    if target not in outputs:
        raise RedirectError(f"{target}: bad file descriptor")
    return _with_output(current, descriptor, outputs[target])


def _with_output(current: Descriptors, descriptor: int, sink: Sink) -> Descriptors:
    if descriptor == 1:
        return replace(current, stdout=sink)
    if descriptor == 2:
        return replace(current, stderr=sink)
    return replace(current, others={**current.others, descriptor: sink}) if descriptor > 2 else current
