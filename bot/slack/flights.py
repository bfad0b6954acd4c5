"""Keeps count of the work in flight, so that a stopping bot can finish it or hand it back."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Coroutine

log = logging.getLogger(__name__)
_LAST_WORDS_SECONDS = 10.0


class Flights:
    """Tasks that outlive the event which started them. A task that is cancelled says so to its person."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def start(self, work: Coroutine[None, None, None]) -> None:
        """Let work run by itself; what it raises is logged."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def land(self, grace: float) -> None:
        """Give what is in flight `grace` seconds to end, then interrupt it and wait for its last words."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace)
        late = set(self._tasks)
        for task in late:
            task.cancel()
        if late:
            log.info("interrupted in_flight=%d", len(late))
            await asyncio.wait(late, timeout=_LAST_WORDS_SECONDS)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("work failed", exc_info=error)
