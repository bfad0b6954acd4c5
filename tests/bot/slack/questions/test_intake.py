from __future__ import annotations

import asyncio

import pytest

from bot.slack.questions.intake import QuestionIntake
from knowledge.storage.question_log import QuestionLog, QuestionRecord
from tests.doubles.temporary_qdrant import open_temporary_qdrant


class Clock:
    """Goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def intake(clock: Clock) -> QuestionIntake:
    return QuestionIntake(
        QuestionLog.open_question_log(open_temporary_qdrant(), "souffleur", is_single_process=True), clock
    )


async def _asked(intake: QuestionIntake, count: int) -> None:
    records = (QuestionRecord("T", "C", f"{n}.0", f"{n}.0") for n in range(count))
    taken = await asyncio.gather(*(intake.accept_question(record) for record in records))
    assert all(taken)


async def test_a_few_questions_are_answered_at_once(intake: QuestionIntake) -> None:
    await _asked(intake, 4)
    calm = asyncio.create_task(intake.wait_out_rush())
    await asyncio.sleep(0)
    assert calm.done()


async def test_in_a_rush_answers_wait_until_no_more_questions_come(intake: QuestionIntake, clock: Clock) -> None:
    await _asked(intake, 20)
    calm = asyncio.create_task(intake.wait_out_rush())
    await asyncio.sleep(0)
    assert not calm.done()
    clock.now += 0.06
    await asyncio.wait_for(calm, 5)


async def test_a_rush_that_goes_on_keeps_no_answer_for_long(intake: QuestionIntake, clock: Clock) -> None:
    await _asked(intake, 20)
    calm = asyncio.create_task(intake.wait_out_rush())
    await asyncio.sleep(0)
    clock.now += 0.3
    await asyncio.gather(*(intake.accept_question(QuestionRecord("T", "C", f"{n}.0", f"{n}.0")) for n in range(5)))
    await asyncio.wait_for(calm, 5)
