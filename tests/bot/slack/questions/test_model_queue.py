from __future__ import annotations

import asyncio
from collections import defaultdict

import pytest

from bot.slack.questions import model_queue
from bot.slack.questions.model_queue import ModelQueue, interleave_queues


class Queue:
    """People before a model that takes one question at a time; each question ends when it is told to."""

    def __init__(self, at_once: int = 1) -> None:
        self.turns = ModelQueue(at_once)
        self.begun: list[str] = []
        self.places: defaultdict[str, list[int]] = defaultdict(list)
        self.tasks: dict[str, asyncio.Task[None]] = {}
        self.ends: dict[str, asyncio.Event] = {}

    async def ask(self, name: str) -> None:
        """A question; its first letter is the person's."""
        self.ends[name] = asyncio.Event()
        self.tasks[name] = asyncio.create_task(self._answer(name))
        await _settled()

    async def end(self, name: str) -> None:
        self.ends[name].set()
        await self.tasks[name]
        await _settled()

    async def cancel(self, name: str) -> None:
        self.tasks[name].cancel()
        await asyncio.wait([self.tasks[name]])
        await _settled()

    async def _answer(self, name: str) -> None:
        async def show(place: int) -> None:
            self.places[name].append(place)

        async with self.turns.wait_for_turn(name[0], show):
            self.begun.append(name)
            await self.ends[name].wait()


async def _settled() -> None:
    """Until every task has gone as far as it can by itself."""
    for _ in range(10):
        await asyncio.sleep(0)


def test_the_first_of_each_come_before_the_second_of_anyone() -> None:
    assert interleave_queues([["a1", "a2", "a3"], ["b1"], ["c1", "c2"]]) == ["a1", "b1", "c1", "a2", "c2", "a3"]
    assert interleave_queues([]) == []


async def test_somebody_with_many_questions_does_not_keep_others_waiting() -> None:
    queue = Queue()
    for name in ("a1", "a2", "a3", "a4", "b1", "c1"):
        await queue.ask(name)
    for name in ("a1", "a2", "b1", "c1", "a3"):
        await queue.end(name)
    assert queue.begun == ["a1", "a2", "b1", "c1", "a3", "a4"]
    await queue.end("a4")


async def test_as_many_as_allowed_are_answered_at_once_and_shown_no_place() -> None:
    queue = Queue(at_once=2)
    for name in ("a1", "b1", "c1"):
        await queue.ask(name)
    assert queue.begun == ["a1", "b1"]
    assert queue.places == {"c1": [1]}
    for name in ("b1", "a1", "c1"):
        await queue.end(name)


async def test_the_place_is_shown_and_shown_anew_when_it_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_queue, "_UPDATE_SECONDS", 0)
    queue = Queue()
    for name in ("a1", "b1", "b2", "c1"):
        await queue.ask(name)
    assert queue.places == {"b1": [1], "b2": [2, 3], "c1": [2]}
    await queue.end("a1")
    assert queue.places == {"b1": [1], "b2": [2, 3, 2], "c1": [2, 1]}
    for name in ("b1", "c1", "b2"):
        await queue.end(name)


async def test_a_place_that_changes_often_is_not_shown_as_often() -> None:
    queue = Queue()
    for n in range(9):
        await queue.ask(f"{'abcdefghi'[n]}1")
    for n in range(8):
        await queue.end(f"{'abcdefghi'[n]}1")
    assert queue.places["i1"] == [8]
    await queue.end("i1")


async def test_who_leaves_the_queue_moves_the_others_up() -> None:
    queue = Queue()
    for name in ("a1", "b1", "c1"):
        await queue.ask(name)
    await queue.cancel("b1")
    await queue.end("a1")
    assert queue.begun == ["a1", "c1"]
    await queue.end("c1")


async def test_a_turn_is_free_again_however_it_ends() -> None:
    queue = Queue()
    await queue.ask("a1")
    await queue.ask("b1")
    await queue.cancel("a1")
    assert queue.begun == ["a1", "b1"]
    await queue.end("b1")
    await queue.ask("c1")
    assert queue.begun == ["a1", "b1", "c1"]
    await queue.end("c1")


async def test_a_turn_given_to_somebody_who_leaves_in_the_same_moment_goes_to_the_next() -> None:
    queue = Queue()
    for name in ("a1", "b1", "c1"):
        await queue.ask(name)
    queue.ends["a1"].set()
    await queue.tasks["a1"]
    await queue.cancel("b1")
    assert queue.begun[-1] == "c1"
    await queue.end("c1")
