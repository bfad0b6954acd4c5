"""Keeps count of the work in flight: a stopping bot finishes it or hands it back, and any one work can be ended."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Coroutine

log = logging.getLogger(__name__)
_CANCEL_TIMEOUT_SECONDS = 10.0
# Why one work is ended: a person pressed Stop, deleted the question, or another claim holds it now.
TaskEndReason = Literal["stopped", "deleted", "superseded"]


class RunningTasks:
    """Tasks that outlive the event which started them. A task that is cancelled says so to its person."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._named: dict[str, asyncio.Task[None]] = {}
        self._reasons: dict[asyncio.Task[None], TaskEndReason] = {}

    def __len__(self) -> int:
        return len(self._tasks)

    @property
    def task_names(self) -> list[str]:
        """The names of the works in flight."""
        return list(self._named)

    def start_task(self, coroutine: Coroutine[None, None, None], name: str = "") -> None:
        """Let work run by itself; what it raises is logged. By its name it can be ended."""
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        if name:
            self._named[name] = task
        task.add_done_callback(self._on_task_done)

    async def wait_for_task(self, coroutine: Coroutine[None, None, None], *, seconds: float) -> None:
        """Wait for a work, at most so long; what takes longer goes on by itself.

        Raises:
            Exception: whatever the work raises in time; later it is logged.
        """
        doing = asyncio.create_task(coroutine)
        done, _ = await asyncio.wait([doing], timeout=seconds)
        if done:
            doing.result()
        else:
            self.start_task(_await_task(doing))

    async def end_task(self, name: str, reason: TaskEndReason) -> None:
        """Interrupt a work, if it is in flight, and wait for its last words."""
        await asyncio.sleep(0)  # one that has just been started says none before its first step
        task = self._named.get(name)
        if task and not task.done():
            if task not in self._reasons:  # else it says its last words already
                self._reasons[task] = reason
                task.cancel()
            await asyncio.wait([task], timeout=_CANCEL_TIMEOUT_SECONDS)

    def mark_end_reason(self, reason: TaskEndReason) -> None:
        """The work that calls has ended for a reason of which it heard itself: nobody need interrupt it."""
        if task := asyncio.current_task():
            self._reasons.setdefault(task, reason)

    def get_end_reason(self) -> TaskEndReason | None:
        """Why the work that asks was interrupted; None where the whole bot is stopping."""
        task = asyncio.current_task()
        return self._reasons.get(task) if task else None

    async def finish_tasks(self, grace: float) -> None:
        """Give what is in flight `grace` seconds to end, then interrupt it and wait for its last words."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace)
        late = set(self._tasks)
        for task in late:
            task.cancel()
        if late:
            log.info("interrupted in_flight=%d", len(late))
            await asyncio.wait(late, timeout=_CANCEL_TIMEOUT_SECONDS)

    def _on_task_done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._reasons.pop(task, None)
        for name in [name for name, named in self._named.items() if named is task]:
            del self._named[name]
        if not task.cancelled() and (error := task.exception()):
            log.error("work failed", exc_info=error)


async def _await_task(task: asyncio.Task[None]) -> None:
    await task
