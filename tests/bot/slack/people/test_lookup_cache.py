from __future__ import annotations

import asyncio

import pytest

from bot.slack.people.lookup_cache import LookupCache


class _Lookup:
    """A lookup that waits until it may go on, and counts how often it ran."""

    def __init__(self, *, fails: bool = False) -> None:
        self.go_on = asyncio.Event()
        self.go_on.set()
        self.count = 0
        self.fails = fails

    async def __call__(self) -> int:
        self.count += 1
        number = self.count
        await self.go_on.wait()
        if self.fails:
            raise TimeoutError
        return number


async def test_a_value_is_looked_up_again_once_it_is_too_old() -> None:
    now, lookup = [0.0], _Lookup()
    cache: LookupCache[int] = LookupCache(lambda: now[0])
    for now[0], value in ((0.0, 1), (59.9, 1), (60.0, 2)):
        assert await cache.get_or_look_up("k", lookup, 60.0) == value


async def test_those_who_ask_at_a_time_share_one_lookup() -> None:
    lookup, cache = _Lookup(), LookupCache[int]()
    lookup.go_on.clear()
    asking = [asyncio.create_task(cache.get_or_look_up("k", lookup, 60.0)) for _ in range(5)]
    await asyncio.sleep(0)
    lookup.go_on.set()
    assert await asyncio.gather(*asking) == [1] * 5


async def test_a_failure_is_told_to_all_who_wait_and_not_remembered() -> None:
    lookup, cache = _Lookup(fails=True), LookupCache[int]()
    asking = [cache.get_or_look_up("k", lookup, 60.0) for _ in range(3)]
    assert all(isinstance(told, TimeoutError) for told in await asyncio.gather(*asking, return_exceptions=True))
    lookup.fails = False
    assert await cache.get_or_look_up("k", lookup, 60.0) == 2


async def test_one_who_goes_away_does_not_end_the_lookup_of_the_others() -> None:
    lookup, cache = _Lookup(), LookupCache[int]()
    lookup.go_on.clear()
    first, second = (asyncio.create_task(cache.get_or_look_up("k", lookup, 60.0)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    lookup.go_on.set()
    assert await second == 1
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_what_was_asked_before_a_key_was_forgotten_is_not_remembered() -> None:
    lookup, cache = _Lookup(), LookupCache[int]()
    lookup.go_on.clear()
    before = asyncio.create_task(cache.get_or_look_up("k", lookup, 60.0))
    await asyncio.sleep(0)
    cache.forget_key("k")
    after = asyncio.create_task(cache.get_or_look_up("k", lookup, 60.0))
    await asyncio.sleep(0)
    lookup.go_on.set()
    assert (await before, await after) == (1, 2)
    assert await cache.get_or_look_up("k", lookup, 60.0) == 2


async def test_the_age_of_a_value_counts_from_when_it_was_asked_for() -> None:
    """Whoever leaves a channel while Slack is slow to answer is not a member for longer than that."""
    now, lookup = [0.0], _Lookup()
    cache: LookupCache[int] = LookupCache(lambda: now[0])

    async def slow() -> int:
        now[0] += 50
        return await lookup()

    assert await cache.get_or_look_up("k", slow, 60.0) == 1
    now[0] = 61.0
    assert await cache.get_or_look_up("k", lookup, 60.0) == 2
