"""Slices that the kernel's binder events put on threads, as trace processor's `BinderTracker` does.

A request lies on the caller's thread from its sending to the taking of the reply, and on the server's from
its taking to the sending of the reply. A request that fails has no reply: then what the driver is told and
tells (`binder_command`, `binder_return`) ends the slice. Events must come in order of time over all threads.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, auto

REQUEST = b"binder transaction"
REPLY = b"binder reply"
ONE_WAY_SENT = b"binder transaction async"
ONE_WAY_TAKEN = b"binder async rcv"
LOCK_WAITING = b"binder lock waiting"
LOCK_HELD = b"binder lock held"
NAMES = (REQUEST, REPLY, ONE_WAY_SENT, ONE_WAY_TAKEN, LOCK_WAITING, LOCK_HELD)

END = b""
"""Stands for the end of the innermost slice where else a name says what begins."""
END_HELD = b"-" + LOCK_HELD
"""Stands for the end of the innermost slice of a lock that is held, whatever lies in it."""
NOTHING: tuple[bytes, ...] = ()

_SEND = (0x40406300, 0x40486311)  # BC_TRANSACTION, BC_TRANSACTION_SG
_SEND_REPLY = (0x40406301, 0x40486312)  # BC_REPLY, BC_REPLY_SG
_FAILED = (0x7205, 0x7211, 0x7212, 0x7214)  # BR_DEAD_REPLY, FAILED_, FROZEN_REPLY, TRANSACTION_PENDING_FROZEN
_COMPLETE = (0x7206, 0x7213)  # BR_TRANSACTION_COMPLETE, BR_ONEWAY_SPAM_SUSPECT
_GOT_REPLY = 0x80407203  # BR_REPLY
_GOT_REQUEST = (0x80407202, 0x80487202)  # BR_TRANSACTION, BR_TRANSACTION_SEC_CTX


class Step(IntEnum):
    """What an event says; `value` of `BinderSlices.take` is a transaction's number or a command."""

    SENT = 0
    SENT_ONE_WAY = 1
    SENT_REPLY = 2
    SENT_ONE_WAY_REPLY = 3
    TAKEN = 4
    COMMAND = 5
    RETURN = 6
    LOCK = 7
    LOCKED = 8
    UNLOCK = 9


class _State(IntEnum):
    """How far a thread is with a transaction, as sender or as receiver."""

    SENDING = auto()
    SENT = auto()
    SENT_COMPLETE = auto()
    SENT_TAKEN = auto()
    TOOK = auto()
    TOOK_REQUEST = auto()
    REPLYING = auto()
    REPLIED = auto()


_FAIL_ENDS = (_State.REPLYING, _State.SENT, _State.REPLIED, _State.SENT_COMPLETE)


@dataclass(slots=True)
class _Frame:
    state: _State
    known: bool = False
    one_way: bool = False
    reply: bool = False


class BinderSlices:
    """Follows transactions from thread to thread."""

    def __init__(self) -> None:
        self._sent: dict[int, tuple[bool, bool]] = {}
        self._frames: dict[int, list[_Frame]] = {}
        self._waiting: set[int] = set()
        self._holding: set[int] = set()

    def take(self, step: int, tid: int, value: int) -> tuple[bytes, ...]:
        """Return what an event does on its thread: names of slices that begin, `END` for one that ends."""
        if step <= Step.SENT_ONE_WAY_REPLY:
            return self._send(tid, value, one_way=bool(step & 1), reply=bool(step & 2))
        if step == Step.TAKEN:
            return self._take(tid, value)
        if step == Step.COMMAND:
            self._command(tid, value)
            return NOTHING
        if step == Step.RETURN:
            return self._returned(tid, value)
        return self._lock(step, tid)

    def _top(self, tid: int) -> _Frame | None:
        frames = self._frames.get(tid)
        return frames[-1] if frames else None

    def _push(self, tid: int, frame: _Frame) -> None:
        self._frames.setdefault(tid, []).append(frame)

    def _send(self, tid: int, number: int, *, one_way: bool, reply: bool) -> tuple[bytes, ...]:
        self._sent[number] = one_way, reply
        frame = self._top(tid)
        if frame is not None:
            if frame.state == _State.SENDING:
                frame.state, frame.known, frame.one_way, frame.reply = _State.SENT, True, one_way, reply
            elif frame.state == _State.REPLYING:
                frame.state, frame.known, frame.one_way, frame.reply = _State.REPLIED, True, one_way, reply
            elif frame.state == _State.TOOK:
                self._frames[tid].pop()  # commands are probably not recorded
        if reply:
            return (END,)
        return (ONE_WAY_SENT, END) if one_way else (REQUEST,)

    def _take(self, tid: int, number: int) -> tuple[bytes, ...]:
        sent = self._sent.pop(number, None)
        if sent is None:
            return NOTHING
        one_way, reply = sent
        if not one_way:
            frame = self._top(tid)
            if not reply:
                self._push(tid, _Frame(_State.TOOK, known=True))
            elif frame is not None and frame.state == _State.SENT_COMPLETE:
                frame.state = _State.SENT_TAKEN
        if reply:
            return (END,)
        return (ONE_WAY_TAKEN, END) if one_way else (REPLY,)

    def _command(self, tid: int, command: int) -> None:
        if command in _SEND:
            self._push(tid, _Frame(_State.SENDING))
        elif command in _SEND_REPLY:
            frame = self._top(tid)
            if frame is not None and frame.state == _State.TOOK_REQUEST:
                frame.state = _State.REPLYING

    def _returned(self, tid: int, command: int) -> tuple[bytes, ...]:
        frame = self._top(tid)
        if frame is None:
            return NOTHING
        if command in _FAILED:
            if frame.state == _State.SENDING:
                self._frames[tid].pop()
            elif frame.state in _FAIL_ENDS:
                self._frames[tid].pop()
                if frame.known and not frame.one_way and not frame.reply:
                    return (END,)
        elif command in _COMPLETE:
            if frame.state == _State.SENT and frame.known and not frame.one_way:
                frame.state = _State.SENT_COMPLETE
            elif frame.state in (_State.REPLIED, _State.SENDING, _State.SENT):
                self._frames[tid].pop()
        elif command == _GOT_REPLY:
            if frame.state == _State.SENT_TAKEN:
                self._frames[tid].pop()
        elif command in _GOT_REQUEST and frame.state == _State.TOOK:
            frame.state = _State.TOOK_REQUEST
        return NOTHING

    def _lock(self, step: int, tid: int) -> tuple[bytes, ...]:
        if step == Step.LOCK:
            self._waiting.add(tid)
            return (LOCK_WAITING,)
        if step == Step.LOCKED and tid in self._waiting:
            self._waiting.discard(tid)
            self._holding.add(tid)
            return (END, LOCK_HELD)
        if step == Step.UNLOCK and tid in self._holding:
            self._holding.discard(tid)
            return (END_HELD,)
        return NOTHING
