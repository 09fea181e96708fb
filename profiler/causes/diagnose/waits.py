"""What holds a thread up, as causes: waits for a CPU, the collector, locks, other processes, storage."""

from __future__ import annotations

from dataclasses import dataclass

from profiler.causes.threads import BINDER, GC, IO, LOCK, RUNNABLE


@dataclass(frozen=True, slots=True)
class Wait:
    """A kind of wait: its cause and the words for it."""

    cause: str
    en: str
    zh: str


WAITS: dict[str, Wait] = {
    RUNNABLE: Wait("cpu-contention", "was ready to run but got no CPU", "已就绪却得不到 CPU"),
    GC: Wait("gc", "waited for the garbage collector", "等待垃圾回收"),
    LOCK: Wait("lock", "waited for a lock that another thread held", "等待另一线程持有的锁"),
    BINDER: Wait("binder", "waited for a call into another process", "等待跨进程（binder）调用返回"),
    IO: Wait("io", "slept uninterruptibly, as on storage", "处于不可中断睡眠（通常为读写存储）"),
}


def big_waits(doing: dict[str, float], *, least_ms: float, share: float) -> dict[str, float]:
    """Return the waits that took at least so long and such a part of the time that is known."""
    total = sum(doing.values())
    return {
        kind: length
        for kind, length in doing.items()
        if kind in WAITS and length >= least_ms and length >= share * total
    }
