"""Wake waiting tasks at each change, so that nobody has to sleep and poll."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
_AGAIN_S = 0.1  # what an app does after its last call notifies nobody


class ChangeNotifier:
    """Wakes every waiter at each change; a waiter then checks its condition again."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Event] = set()

    def notify_waiters(self) -> None:
        """Wake every waiter."""
        for event in self._waiting:
            event.set()

    async def wait_for(self, look: Callable[[], T | None], timeout: float, what: str) -> T:  # noqa: ASYNC109 (a test's limit, part of its sentence)
        """Wait until `look` returns neither None nor False; `timeout` is in seconds.

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
