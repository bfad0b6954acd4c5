"""Remembers what Slack told for a while, so that each question reaches Slack once. Remembers no failure."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from cachetools import TLRUCache

_MAX_ENTRIES = 10_000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _CachedValue(Generic[T]):
    """A value with the time at which it expires, in seconds of the cache's clock."""

    value: T
    expires_at: float


class LookupCache(Generic[T]):
    """Keeps the value of each key until it expires; those who ask for one key at a time share one lookup.

    A value's age counts from the moment when its lookup began. A lookup that raises is not remembered.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._values: TLRUCache[Hashable, _CachedValue[T]] = TLRUCache(
            _MAX_ENTRIES, ttu=lambda _key, cached, _now: cached.expires_at, timer=clock
        )
        self._lookups: dict[Hashable, asyncio.Task[T]] = {}

    async def get_or_look_up(
        self, key: Hashable, look_up: Callable[[], Coroutine[object, object, T]], seconds: float | Callable[[T], float]
    ) -> T:
        """Gives the value of a key, looked up if it is not known; `seconds` says how long it is kept."""
        if (cached := self._values.get(key)) is not None:
            return cached.value
        if (lookup := self._lookups.get(key)) is None:
            lookup = asyncio.create_task(self._look_up_and_keep(key, look_up, seconds))
            # Where everybody who waited has gone, nobody hears of a failure, and asyncio would complain of that.
            lookup.add_done_callback(lambda done: done.cancelled() or done.exception())
            self._lookups[key] = lookup
        return await asyncio.shield(lookup)

    def forget_key(self, key: Hashable) -> None:
        """Drops what is known of a key; a lookup that has begun already is not remembered either."""
        self._values.pop(key, None)
        self._lookups.pop(key, None)

    async def _look_up_and_keep(
        self, key: Hashable, look_up: Callable[[], Coroutine[object, object, T]], seconds: float | Callable[[T], float]
    ) -> T:
        began, this_task = self._clock(), asyncio.current_task()
        try:
            value = await look_up()
            if self._lookups.get(key) is this_task:
                kept = seconds(value) if callable(seconds) else seconds
                self._values[key] = _CachedValue(value, began + kept)
            return value
        finally:
            if self._lookups.get(key) is this_task:
                del self._lookups[key]
