"""Lets a waiter look again each time that something happened, instead of sleeping. Knows nothing of what."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
_AGAIN_S = 0.1  # what an app does after its last call rings no bell


class ChangeNotifier:
    """Rung at each change; a waiter asks its question anew at each ring, and now and then without one."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Event] = set()

    def notify_waiters(self) -> None:
        """Let every waiter look again."""
        for event in self._waiting:
            event.set()

    async def wait_for(self, look: Callable[[], T | None], timeout: float, what: str) -> T:  # noqa: ASYNC109 (a test's limit, part of its sentence)
        """The first answer that is not None or False; `timeout` is in seconds.

        Raises:
            TimeoutError: with `what` in its sentence.
        """
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            async with asyncio.timeout(timeout):
                while not (found := look()):
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(event.wait(), _AGAIN_S)
                    event.clear()
                return found
        except TimeoutError:
            raise TimeoutError(f"Waited {timeout:g} s for {what}, in vain.") from None
        finally:
            self._waiting.discard(event)
