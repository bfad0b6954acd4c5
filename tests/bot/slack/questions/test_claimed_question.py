"""A question while this process answers it."""

from __future__ import annotations

import asyncio

import pytest

from bot.slack.questions.claimed_question import ClaimedQuestion, ClaimLost, RunningQuestions
from bot.slack.questions.intake import QuestionIntake
from bot.slack.running_tasks import RunningTasks
from knowledge.core.failures import IndexUnavailable
from knowledge.storage.question_log import QuestionLog, QuestionRecord
from tests.doubles.temporary_qdrant import open_temporary_qdrant


async def _claimed(*, tries: int = 0) -> ClaimedQuestion:
    log = QuestionLog.open_question_log(open_temporary_qdrant(), "souffleur", is_single_process=False)
    intake = QuestionIntake(log)
    record = await intake.accept_question(QuestionRecord("T", "C", "1.0", "1.0", user="U", text="How?", tries=tries))
    assert record
    return ClaimedQuestion(record, intake)


def _stored(claimed: ClaimedQuestion) -> QuestionRecord:
    return claimed.intake.question_log.get_questions([claimed.record.id])[claimed.record.id]


async def test_a_question_goes_from_its_claim_to_its_outcome() -> None:
    claimed = await _claimed()
    assert claimed.record.state == "taken"
    await claimed.save_progress(state="answering", messages=("2.0",))
    assert (claimed.record.state, _stored(claimed).messages) == ("answering", ("2.0",))
    await claimed.close("answered", outcome="answered")
    assert (_stored(claimed).state, _stored(claimed).outcome) == ("answered", "answered")


async def test_a_question_that_is_handed_back_is_asked_again() -> None:
    claimed = await _claimed()
    await claimed.hand_back()
    assert (_stored(claimed).state, _stored(claimed).holder, _stored(claimed).tries) == ("asked", "", 0)


async def test_a_deleted_question_is_over_and_keeps_no_words() -> None:
    claimed = await _claimed()
    assert not claimed.is_over
    await claimed.stop_as_deleted()
    assert claimed.is_over
    assert (_stored(claimed).state, _stored(claimed).text) == ("stopped", "")


async def test_a_lost_claim_writes_nothing_more() -> None:
    claimed = await _claimed()
    assert claimed.intake.question_log.claim_question(claimed.record, text="How many?")
    with pytest.raises(ClaimLost):
        await claimed.check_claim()
    with pytest.raises(ClaimLost):
        await claimed.save_progress(state="answering")
    await claimed.close("answered")
    assert (_stored(claimed).state, _stored(claimed).text) == ("taken", "How many?")


@pytest.mark.parametrize(
    ("error", "tries", "state"),
    [
        (IndexUnavailable("away"), 0, "taken"),
        (IndexUnavailable("away"), 2, "failed"),
        (ValueError("unforeseen"), 0, "failed"),
    ],
    ids=["index away", "index away at the last try", "another error"],
)
async def test_a_failed_question_stays_open_only_while_the_index_is_away(
    error: Exception, tries: int, state: str
) -> None:
    claimed = await _claimed(tries=tries)
    await claimed.fail(error)
    assert _stored(claimed).state == state


async def test_a_question_that_writes_its_last_message_is_not_interrupted_again() -> None:
    running, claimed = RunningQuestions(RunningTasks()), await _claimed()
    reasons: list[str | None] = []
    go_on = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await go_on.wait()
            reasons.append(claimed.end_reason)
            raise

    running.start_question(claimed, work())
    await asyncio.sleep(0)
    ends = [
        asyncio.create_task(running.end_question(claimed.record.id, reason)) for reason in ("stopped", "superseded")
    ]
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(*ends)
    assert reasons == ["stopped"]
    assert running.ids == []


async def test_a_question_that_is_ended_as_it_starts_writes_its_last_message() -> None:
    running, claimed = RunningQuestions(RunningTasks()), await _claimed()
    reasons: list[str | None] = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            reasons.append(claimed.end_reason)

    running.start_question(claimed, work())
    await running.end_question(claimed.record.id, "stopped")
    assert reasons == ["stopped"]


async def test_a_new_answer_is_not_forgotten_when_the_one_before_it_ends() -> None:
    running, before = RunningQuestions(RunningTasks()), await _claimed()
    after, go_on = ClaimedQuestion(before.record, before.intake), asyncio.Event()

    async def wait() -> None:
        await go_on.wait()

    running.start_question(before, wait())
    running.start_question(after, asyncio.Event().wait())  # type: ignore[arg-type] # what it returns is not used
    go_on.set()
    assert before.task
    await before.task
    assert list(running._running.values()) == [after]
    await running.end_question(after.record.id, "superseded")
