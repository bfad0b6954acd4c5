from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.answering.stopwatch import Stopwatch, iterate_untimed, pause_stopwatch


class Clock:
    """Goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_time_spent_elsewhere_does_not_count() -> None:
    clock = Clock()
    stopwatch = Stopwatch(0.5, clock)
    clock.now = 1
    with pause_stopwatch():
        clock.now = 10
        assert stopwatch.busy_seconds == 1.5
    clock.now = 11
    assert stopwatch.busy_seconds == 2.5


async def test_it_stands_still_until_every_task_of_the_question_is_back() -> None:
    clock = Clock()
    stopwatch = Stopwatch(clock=clock)
    slow, quick = asyncio.Event(), asyncio.Event()

    async def wait(event: asyncio.Event) -> None:
        with pause_stopwatch():
            await event.wait()

    tasks = [asyncio.create_task(wait(event)) for event in (slow, quick)]
    await asyncio.sleep(0)
    clock.now = 3
    quick.set()
    await tasks[1]
    clock.now = 5
    slow.set()
    await tasks[0]
    clock.now = 6
    assert stopwatch.busy_seconds == 1


async def test_the_wait_for_each_piece_is_spent_elsewhere() -> None:
    clock = Clock()
    stopwatch = Stopwatch(clock=clock)

    async def pieces() -> AsyncIterator[str]:
        for piece in ("a", "b"):
            clock.now += 10
            yield piece

    said = []
    async for piece in iterate_untimed(pieces()):
        clock.now += 1
        said.append(piece)
    assert said == ["a", "b"]
    assert stopwatch.busy_seconds == 2


async def test_a_failure_passes_through() -> None:
    async def broken() -> AsyncIterator[str]:
        yield "a"
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        assert [piece async for piece in iterate_untimed(broken())]


def test_without_a_question_nothing_is_measured() -> None:
    with pause_stopwatch():
        pass
