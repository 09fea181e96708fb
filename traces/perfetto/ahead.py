"""Make the items of an iterator in a thread of its own, one in advance."""

from __future__ import annotations

from contextlib import closing
from queue import SimpleQueue
from threading import Semaphore, Thread
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Generator

T = TypeVar("T")
AT_ONCE = 2
"""Items that exist at one time: one that is looked at, one that is made meanwhile."""


def ahead(items: Generator[T]) -> Generator[T]:
    """Yield items, each good until the next one is asked for, while that is being made in another thread.

    An error in making them is raised here, in its place among the items.
    """
    room = Semaphore(AT_ONCE)
    made: SimpleQueue[T | _End] = SimpleQueue()
    over = False

    def make() -> None:
        with closing(items):
            try:
                while room.acquire() and not over:
                    made.put(next(items))
            except StopIteration:
                made.put(_End(None))
            except BaseException as error:  # noqa: BLE001  it belongs to whoever asks for the items
                made.put(_End(error))

    maker = Thread(target=make, name="one block ahead", daemon=True)
    maker.start()
    try:
        while not isinstance(item := made.get(), _End):
            yield item
            del item
            room.release()
        if item.error is not None:
            raise item.error
    finally:
        over = True
        room.release()
        maker.join()


class _End:
    """There are no more items: all are made, or making one failed."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error
