from __future__ import annotations

import asyncio
import logging

import pytest

from bot.slack.questions.running_tasks import RunningTasks


async def test_work_that_ends_in_time_is_let_finish() -> None:
    flights, done = RunningTasks(), []

    async def work() -> None:
        await asyncio.sleep(0)
        done.append("done")

    flights.start_task(work())
    assert len(flights) == 1
    await flights.finish_tasks(5)
    assert (done, len(flights)) == (["done"], 0)


async def test_work_that_does_not_end_is_interrupted_and_has_a_last_word() -> None:
    flights, said = RunningTasks(), []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await asyncio.sleep(0)
            said.append("interrupted")
            raise

    flights.start_task(work())
    await flights.finish_tasks(0.01)
    assert (said, len(flights)) == (["interrupted"], 0)


async def test_work_that_fails_leaves_a_traceback(caplog: pytest.LogCaptureFixture) -> None:
    async def work() -> None:
        raise ValueError("unforeseen")

    flights = RunningTasks()
    flights.start_task(work())
    await flights.finish_tasks(5)
    assert [record.levelno for record in caplog.records if record.exc_info] == [logging.ERROR]


async def test_nothing_in_flight_lands_at_once() -> None:
    await asyncio.wait_for(RunningTasks().finish_tasks(60), 1)


async def test_a_work_that_says_its_last_words_is_not_interrupted_again() -> None:
    flights, said, go_on = RunningTasks(), [], asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await go_on.wait()
            said.append(flights.get_end_reason())
            raise

    flights.start_task(work(), "question")
    await asyncio.sleep(0)
    ends = [asyncio.create_task(flights.end_task("question", reason)) for reason in ("stopped", "superseded")]
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(*ends)
    assert said == ["stopped"]


async def test_work_that_is_ended_as_it_starts_says_its_last_words() -> None:
    flights, said = RunningTasks(), []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            said.append(flights.get_end_reason())

    flights.start_task(work(), "question")
    await flights.end_task("question", "stopped")
    assert said == ["stopped"]


async def test_work_that_is_waited_for_too_long_goes_on_by_itself() -> None:
    flights, go_on, done = RunningTasks(), asyncio.Event(), []

    async def work() -> None:
        await go_on.wait()
        done.append("done")

    await flights.wait_for_task(work(), seconds=0.01)
    assert len(flights) == 1
    go_on.set()
    await flights.finish_tasks(5)
    assert done == ["done"]
