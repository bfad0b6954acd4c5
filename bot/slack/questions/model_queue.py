"""Decides whose question the model answers next: a few at once, the others in turn, person by person."""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import TypeVar

from bot.slack.metrics import QUESTIONS_WAITING

T = TypeVar("T")
_UPDATE_SECONDS = 2.0  # a place in the queue changes with every turn


class _QueuedQuestion:
    """A question in the queue: `place` counts from 1; `place_changed` is set when it changes."""

    def __init__(self) -> None:
        self.place = 0
        self.place_changed = asyncio.Event()
        self.called: asyncio.Future[None] = asyncio.get_running_loop().create_future()


class ModelQueue:
    """The queue of questions that wait for the model."""

    def __init__(self, parallel: int) -> None:
        self._free = parallel
        self._queues: OrderedDict[str, deque[_QueuedQuestion]] = OrderedDict()

    @contextlib.asynccontextmanager
    async def wait_for_turn(self, person: str, show_place: Callable[[int], Awaitable[None]]) -> AsyncIterator[None]:
        """Wait for a turn and hold it inside. `show_place` gets the place in the queue, every 2 s at most."""
        if self._free:
            self._free -= 1
        else:
            await self._wait_in_queue(person, show_place)
        try:
            yield
        finally:
            self._call_next()

    async def _wait_in_queue(self, person: str, show: Callable[[int], Awaitable[None]]) -> None:
        waiting = _QueuedQuestion()
        self._queues.setdefault(person, deque()).append(waiting)
        self._update_places()
        showing = asyncio.create_task(_show_places(waiting, show))
        QUESTIONS_WAITING.inc()
        try:
            try:
                await waiting.called
            finally:
                showing.cancel()
                await asyncio.wait([showing])
        except asyncio.CancelledError:
            self._leave_queue(person, waiting)
            raise
        finally:
            QUESTIONS_WAITING.dec()

    def _leave_queue(self, person: str, waiting: _QueuedQuestion) -> None:
        if waiting.called.done() and not waiting.called.cancelled():
            self._call_next()  # called and cancelled in the same moment
            return
        queue = self._queues.get(person, deque())
        with contextlib.suppress(ValueError):
            queue.remove(waiting)
        if not queue:
            self._queues.pop(person, None)
        self._update_places()

    def _call_next(self) -> None:
        """Give the free turn to the first in the queue; that person's next question goes to the end."""
        while self._queues:
            person, queue = self._queues.popitem(last=False)
            waiting = queue.popleft()
            if queue:
                self._queues[person] = queue
            if not waiting.called.done():
                waiting.called.set_result(None)
                self._update_places()
                return
        self._free += 1

    def _update_places(self) -> None:
        for place, waiting in enumerate(interleave_queues(self._queues.values()), 1):
            if waiting.place != place:
                waiting.place = place
                waiting.place_changed.set()


def interleave_queues(queues: Iterable[Iterable[T]]) -> list[T]:
    """The first of each queue, then the second of each, and so on."""
    rows = [list(queue) for queue in queues]
    return [row[n] for n in range(max(map(len, rows), default=0)) for row in rows if n < len(row)]


async def _show_places(waiting: _QueuedQuestion, show: Callable[[int], Awaitable[None]]) -> None:
    while True:
        waiting.place_changed.clear()
        await show(waiting.place)
        await asyncio.sleep(_UPDATE_SECONDS)
        await waiting.place_changed.wait()
