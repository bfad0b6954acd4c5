from __future__ import annotations

import asyncio
import logging

import pytest

from bot.slack.running_tasks import RunningTasks


async def test_work_that_ends_in_time_is_let_finish() -> None:
    tasks, done = RunningTasks(), []

    async def work() -> None:
        await asyncio.sleep(0)
        done.append("done")

    tasks.start_task(work())
    assert len(tasks) == 1
    await tasks.finish_tasks(5)
    assert (done, len(tasks)) == (["done"], 0)


async def test_work_that_does_not_end_is_interrupted_and_sends_a_last_message() -> None:
    tasks, said = RunningTasks(), []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await asyncio.sleep(0)
            said.append("interrupted")
            raise

    tasks.start_task(work())
    await tasks.finish_tasks(0.01)
    assert (said, len(tasks)) == (["interrupted"], 0)


async def test_work_that_fails_leaves_a_traceback(caplog: pytest.LogCaptureFixture) -> None:
    async def work() -> None:
        raise ValueError("unforeseen")

    tasks = RunningTasks()
    tasks.start_task(work())
    await tasks.finish_tasks(5)
    assert [record.levelno for record in caplog.records if record.exc_info] == [logging.ERROR]


async def test_no_task_is_finished_at_once() -> None:
    await asyncio.wait_for(RunningTasks().finish_tasks(60), 1)


async def test_work_that_is_waited_for_too_long_goes_on_by_itself() -> None:
    tasks, go_on, done = RunningTasks(), asyncio.Event(), []

    async def work() -> None:
        await go_on.wait()
        done.append("done")

    await tasks.wait_for_task(work(), seconds=0.01)
    assert len(tasks) == 1
    go_on.set()
    await tasks.finish_tasks(5)
    assert done == ["done"]
