"""Runs the tasks that outlive their Slack event, and lets them finish when the bot stops."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine

log = logging.getLogger(__name__)
_CANCEL_TIMEOUT_SECONDS = 10.0


class RunningTasks:
    """The tasks in progress. A task that is cancelled tells its person so."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def start_task(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Run a coroutine as a task; an error that it raises is logged."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._on_task_done)
        return task

    async def wait_for_task(self, work: Coroutine[None, None, None], *, seconds: float) -> None:
        """Run a coroutine and wait at most `seconds` for it; it goes on afterwards."""
        task = asyncio.create_task(work)
        done, _ = await asyncio.wait([task], timeout=seconds)
        if done:
            task.result()
        else:
            self._tasks.add(task)
            task.add_done_callback(self._on_task_done)

    async def finish_tasks(self, grace: float) -> None:
        """Give the tasks `grace` seconds to end, then cancel them and wait for their last messages."""
        end = time.monotonic() + grace
        while self._tasks and (left := end - time.monotonic()) > 0:  # a task may begin another one
            await asyncio.wait(self._tasks, timeout=left)
        late = set(self._tasks)
        for task in late:
            task.cancel()
        if late:
            log.info("interrupted in_flight=%d", len(late))
            await asyncio.wait(late, timeout=_CANCEL_TIMEOUT_SECONDS)
        if begun := self._tasks - late:  # what these have begun as their last act
            await asyncio.wait(begun, timeout=_CANCEL_TIMEOUT_SECONDS)

    def _on_task_done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("work failed", exc_info=error)
