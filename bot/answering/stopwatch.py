"""Measures how long a question is at work in this process: not while it waits for Slack, the model or its turn.

What a busy event loop adds while an answer from outside is already there counts as waiting.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

T = TypeVar("T")
_current_stopwatch: ContextVar[Stopwatch | None] = ContextVar("stopwatch", default=None)


class Stopwatch:
    """Runs from now on, for the task that makes it and those it starts. `before` are seconds already spent."""

    def __init__(self, spent_seconds: float = 0.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._own = spent_seconds
        self._since = clock()
        self._away = 0
        _current_stopwatch.set(self)

    @property
    def busy_seconds(self) -> float:
        """Seconds at work so far."""
        return self._own if self._away else self._own + self._clock() - self._since

    @contextmanager
    def pause_timing(self) -> Iterator[None]:
        """Stand still inside; several may be inside at once."""
        self._own = self.busy_seconds
        self._away += 1
        try:
            yield
        finally:
            self._away -= 1
            self._since = self._clock()


@contextmanager
def pause_stopwatch() -> Iterator[None]:
    """Inside, the question at hand, if there is one, waits for somebody else."""
    stopwatch = _current_stopwatch.get()
    if stopwatch is None:
        yield
        return
    with stopwatch.pause_timing():
        yield


async def iterate_untimed(items: AsyncIterator[T]) -> AsyncIterator[T]:
    """The same items; the wait for each is spent elsewhere."""
    while True:
        with pause_stopwatch():
            try:
                item = await anext(items)
            except StopAsyncIteration:
                return
        yield item
