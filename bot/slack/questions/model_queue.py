"""Decides who asks the model next: so many at once, and the others in turn, one question of each person at a time."""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict, deque
from typing import TYPE_CHECKING, TypeVar

from bot.answering.stopwatch import elsewhere

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable

T = TypeVar("T")
_SHOWN_EVERY_SECONDS = 2.0  # a place in the queue changes with every turn


class _Waiting:
    """Somebody in the queue: `place` counts from 1, `moved` is set when it changes."""

    def __init__(self) -> None:
        self.place = 0
        self.moved = asyncio.Event()
        self.called: asyncio.Future[None] = asyncio.get_running_loop().create_future()


class Turns:
    """The queue before the model."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._queues: OrderedDict[str, deque[_Waiting]] = OrderedDict()

    @contextlib.asynccontextmanager
    async def turn(self, person: str, show: Callable[[int], Awaitable[None]]) -> AsyncIterator[None]:
        """Wait for a turn, and have it inside. `show` is told the place in the queue, as often as it can keep up."""
        if self._free:
            self._free -= 1
        else:
            with elsewhere():
                await self._wait(person, show)
        try:
            yield
        finally:
            self._next()

    async def _wait(self, person: str, show: Callable[[int], Awaitable[None]]) -> None:
        waiting = _Waiting()
        self._queues.setdefault(person, deque()).append(waiting)
        self._renumber()
        showing = asyncio.create_task(_follow(waiting, show))
        try:
            try:
                await waiting.called
            finally:
                showing.cancel()
                await asyncio.wait([showing])
        except asyncio.CancelledError:
            self._leave(person, waiting)
            raise

    def _leave(self, person: str, waiting: _Waiting) -> None:
        if waiting.called.done() and not waiting.called.cancelled():
            self._next()  # called and cancelled in the same moment
            return
        queue = self._queues.get(person, deque())
        with contextlib.suppress(ValueError):
            queue.remove(waiting)
        if not queue:
            self._queues.pop(person, None)
        self._renumber()

    def _next(self) -> None:
        """Give the turn that has become free to the first in the queue; that person's next question waits longest."""
        while self._queues:
            person, queue = self._queues.popitem(last=False)
            waiting = queue.popleft()
            if queue:
                self._queues[person] = queue
            if not waiting.called.done():
                waiting.called.set_result(None)
                self._renumber()
                return
        self._free += 1

    def _renumber(self) -> None:
        for place, waiting in enumerate(in_turn(self._queues.values()), 1):
            if waiting.place != place:
                waiting.place = place
                waiting.moved.set()


def in_turn(queues: Iterable[Iterable[T]]) -> list[T]:
    """The first of each, then the second of each, and so on."""
    rows = [list(queue) for queue in queues]
    return [row[n] for n in range(max(map(len, rows), default=0)) for row in rows if n < len(row)]


async def _follow(waiting: _Waiting, show: Callable[[int], Awaitable[None]]) -> None:
    while True:
        waiting.moved.clear()
        await show(waiting.place)
        await asyncio.sleep(_SHOWN_EVERY_SECONDS)
        await waiting.moved.wait()
