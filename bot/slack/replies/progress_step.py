"""Decides when a thread is shown what the bot does: as a step of the answer's own message, once it takes a while."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

STEP_SECONDS = 1.5  # what ends sooner is no step that anybody reads


class ProgressStep:
    """The next step to show. `show` is called once at a time."""

    def __init__(self, show: Callable[[], Awaitable[None]]) -> None:
        self._show = show
        self._plan: asyncio.Task[None] | None = None
        self._is_showing = False

    async def plan_step(self, seconds: float) -> None:
        """Show what is done after so many seconds, in place of what was planned before.

        Raises:
            Exception: what showing the step before has raised.
        """
        await self.end_steps()
        self._plan = asyncio.create_task(self._show_later(seconds))
        # Where nobody asks for the end of the steps any more, asyncio would complain of a failure.
        self._plan.add_done_callback(lambda done: done.cancelled() or done.exception())

    async def end_steps(self) -> None:
        """Plan no more, and wait for a step that is being shown: the next words come after it.

        Raises:
            Exception: what showing the step has raised.
        """
        plan, self._plan = self._plan, None
        if plan is None:
            return
        if not self._is_showing:
            plan.cancel()
        await asyncio.wait([plan])
        if not plan.cancelled():
            plan.result()

    async def _show_later(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self._is_showing = True
        try:
            await self._show()
        finally:
            self._is_showing = False
