"""ADB's shell services: `shell:`, `shell,v2:` and `exec:` streams joined to a shell."""

from __future__ import annotations

import asyncio
import contextlib
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from devices.simulated.adbd.shell_protocol import Decoder, Kind, encode
from devices.simulated.adbd.stream import Stream, StreamClosedError
from devices.simulated.userland.processes import Session, ShellProcess
from devices.simulated.userland.shell.builtins import ShellExit
from devices.simulated.userland.shell.interpreter import SHELL, Shell
from devices.simulated.userland.shell.reader import run_lines
from devices.simulated.userland.shell.redirection import Descriptors
from devices.simulated.userland.streams import BrokenPipe, Pipe, Sink, Source

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine

    from devices.simulated.userland.phone import Phone

_BUFFER = 256 * 1024
_PIECE = 32 * 1024


class HostOutput:
    """Bytes on their way to the host: written without waiting until the buffer is full."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._buffer = bytearray()
        self._filled = asyncio.Event()
        self._emptied = asyncio.Event()
        self._emptied.set()
        self._task = asyncio.create_task(self._pump())

    async def put(self, data: bytes) -> None:
        """Add bytes.

        Raises:
            BrokenPipe: The host closed the stream.
        """
        if self._stream.closed.is_set():
            raise BrokenPipe
        self._buffer += data
        self._filled.set()
        self._emptied.clear()
        while len(self._buffer) > _BUFFER and not self._stream.closed.is_set():
            await self._emptied.wait()

    async def flush(self) -> None:
        """Wait until the host has everything, or is gone."""
        if not self._stream.closed.is_set():
            await self._emptied.wait()

    def end(self) -> None:
        """Stop pumping."""
        self._task.cancel()

    async def _pump(self) -> None:
        try:
            while True:
                await self._filled.wait()
                self._filled.clear()
                while self._buffer:
                    data, self._buffer = self._buffer, bytearray()
                    await self._stream.write(data)
                self._emptied.set()
        except StreamClosedError:
            self._emptied.set()


class _RawSink(Sink):
    """stdout or stderr of a stream without protocol."""

    holds_session = True

    def __init__(self, output: HostOutput) -> None:
        self._output = output

    async def write(self, data: bytes) -> None:
        if data:
            await self._output.put(data)


class _TerminalSink(_RawSink):
    """A terminal's output: newlines become carriage return and newline."""

    async def write(self, data: bytes) -> None:
        await super().write(data.replace(b"\n", b"\r\n"))


class _PacketSink(Sink):
    """stdout or stderr of shell protocol v2."""

    holds_session = True

    def __init__(self, output: HostOutput, kind: Kind) -> None:
        self._output = output
        self._kind = kind

    async def write(self, data: bytes) -> None:
        for start in range(0, len(data), _PIECE):
            await self._output.put(encode(self._kind, data[start : start + _PIECE]))


class _SpoiltSink(Sink):
    """An output that does not arrive as it was written."""

    holds_session = True

    def __init__(self, inner: Sink, garble: Callable[[bytes], bytes]) -> None:
        self._inner = inner
        self._garble = garble
        self._written = bytearray()

    async def write(self, data: bytes) -> None:
        self._written += data

    async def flush(self) -> None:
        """Hand on what is left of it."""
        await self._inner.write(self._garble(bytes(self._written)))


async def _flush(sink: Sink) -> None:
    if isinstance(sink, _SpoiltSink):
        with contextlib.suppress(BrokenPipe):
            await sink.flush()


class _StreamSource(Source):
    """stdin of a stream without protocol."""

    def __init__(self, stream: Stream, touch: Callable[[], None]) -> None:
        super().__init__()
        self._stream = stream
        self._touch = touch

    async def _more(self) -> bytes:
        chunk = await self._stream.read()
        self._touch()
        return chunk


class ShellService:
    """Serves shell streams on one phone.

    Args:
        phone: The phone.
    """

    def __init__(self, phone: Phone) -> None:
        self._phone = phone

    async def serve_raw(self, stream: Stream, command: str) -> None:
        """Serve `shell:` or `exec:`; an empty command is an interactive terminal."""
        async with self._session(stream) as (shell, output):
            if command:
                sink = self._spoilt(_RawSink(output))
                stdin = _StreamSource(stream, self._phone.clock.touch)
                await self._run(shell, command, Descriptors(stdin, sink, sink), stream)
                await _flush(sink)
            else:
                sink = _TerminalSink(output)
                await self._terminal(shell, stream, sink)
            shell.session.hang_up()
            await output.flush()

    async def serve_v2(self, stream: Stream, command: str) -> None:
        """Serve `shell,v2...:`: streams apart, exit code at the end."""
        pipe = Pipe()
        async with self._session(stream) as (shell, output):
            reader = asyncio.create_task(self._feed_stdin(stream, pipe))
            stdout = self._spoilt(_PacketSink(output, Kind.STDOUT))
            stderr = _PacketSink(output, Kind.STDERR)
            try:
                code = await self._run(shell, command, Descriptors(pipe.reader, stdout, stderr), stream)
                await _background_done(shell.session, stream)
                await _flush(stdout)
                with contextlib.suppress(BrokenPipe):
                    await output.put(encode(Kind.EXIT, bytes([code & 0xFF])))
                await output.flush()
            finally:
                reader.cancel()

    @asynccontextmanager
    async def _session(self, stream: Stream) -> AsyncIterator[tuple[Shell, HostOutput]]:
        phone = self._phone
        phone.clock.touch()
        process = ShellProcess(phone.world.new_pid(), 1, "sh", (SHELL,))
        phone.processes.add(process)
        output = HostOutput(stream)
        try:
            yield Shell.create(phone, Session(), process), output
        finally:
            output.end()
            phone.processes.remove(process)
            phone.clock.poke()

    def _spoilt(self, sink: Sink) -> Sink:
        garble = self._phone.steps.take_garble()
        return sink if garble is None else _SpoiltSink(sink, garble)

    async def _run(self, shell: Shell, command: str, descriptors: Descriptors, stream: Stream) -> int:
        async def main() -> int:
            await self._phone.spend("process_start")
            self._phone.steps.happened("shell", command)
            try:
                if command:
                    return await shell.run_text(command, descriptors)
                return await run_lines(shell, descriptors)
            except BrokenPipe:
                return 141

        return await _until_closed(shell, main(), stream)

    async def _terminal(self, shell: Shell, stream: Stream, sink: Sink) -> None:
        device = shell.variables.values["HOSTNAME"]
        pipe = Pipe()
        reader = asyncio.create_task(self._feed_terminal(stream, pipe, sink))

        async def main() -> int:
            with contextlib.suppress(BrokenPipe, ShellExit):
                return await run_lines(
                    shell, Descriptors(pipe.reader, sink, sink), prompt=lambda: f"{device}:{shell.cwd} $ "
                )
            return 0

        try:
            await _until_closed(shell, main(), stream)
        finally:
            reader.cancel()

    async def _feed_stdin(self, stream: Stream, pipe: Pipe) -> None:
        decoder = Decoder()
        with contextlib.suppress(BrokenPipe):
            while chunk := await stream.read():
                self._phone.clock.touch()
                for kind, data in decoder.feed(chunk):
                    if kind == Kind.STDIN:
                        await pipe.put(data)
                    elif kind == Kind.CLOSE_STDIN:
                        pipe.end()
        pipe.end()

    async def _feed_terminal(self, stream: Stream, pipe: Pipe, echo: Sink) -> None:
        with contextlib.suppress(BrokenPipe):
            while chunk := await stream.read():
                self._phone.clock.touch()
                line, control_d, _ = chunk.replace(b"\r", b"\n").partition(b"\x04")
                await echo.write(line)
                await pipe.put(line)
                if control_d:
                    break
        pipe.end()


async def _until_closed(shell: Shell, main: Coroutine[None, None, int], stream: Stream) -> int:
    """Run a session's main program; if the host goes, it is killed and its jobs get SIGHUP."""
    task = asyncio.create_task(main)
    shell.process.task = task
    closed = asyncio.ensure_future(stream.closed.wait())
    try:
        await asyncio.wait({task, closed}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            task.cancel()
            shell.session.hang_up()
            await asyncio.wait({task})
        if task.cancelled():
            return 128 + (shell.process.killed_by or 1)
        return task.result()
    except asyncio.CancelledError:
        task.cancel()
        shell.session.hang_up()
        raise
    finally:
        closed.cancel()


async def _background_done(session: Session, stream: Stream) -> None:
    """Wait for jobs that still hold the session's output, as adbd waits for its pipes to close."""
    while session.background and not stream.closed.is_set():
        tasks = {job.task for job in session.background if job.task is not None}
        closed = asyncio.ensure_future(stream.closed.wait())
        await asyncio.wait({*tasks, closed}, return_when=asyncio.FIRST_COMPLETED)
        closed.cancel()
    if stream.closed.is_set():
        session.hang_up()
