"""What people do to their questions after they have asked them: edits, deletions, Stop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from bot.answering.answer import Answer, AnswerEvent, AnswerText
from bot.answering.question import Question
from knowledge.storage.question_log import QuestionLog, QuestionRecord, QuestionState, make_question_id
from playground.slack.events.delivery import SentEnvelope
from tests.bot.slack.running_bot import SLACK, Desk, Held, at_work, connected, saying, shown, until
from tests.doubles.temporary_qdrant import open_temporary_qdrant

DIRECT, GENERAL = "DJAMES", "CGENERAL"


def _edit(ts: str, text: str, after: float) -> dict[str, object]:
    """Slack's event about an edit so many seconds after the question."""
    at = f"{float(ts) + after:.6f}"
    message = {"type": "message", "user": "UJAMES", "text": text, "ts": ts, "edited": {"user": "UJAMES", "ts": at}}
    event = {"type": "message", "subtype": "message_changed", "channel": DIRECT, "channel_type": "im", "ts": at}
    return {**event, "message": message, "previous_message": {**message, "text": "before"}}


def _record(desk: Desk) -> QuestionRecord:
    (record,) = desk.bot.stores.question_log.list_questions_since(0)
    return record


async def _idle(desk: Desk) -> None:
    await until(lambda: not len(desk.bot.running_tasks))


async def _begun(desk: Desk) -> None:
    await until(lambda: any(record.messages for record in desk.bot.stores.question_log.list_questions_since(0)))


def _sent(desk: Desk, subtype: str) -> list[SentEnvelope]:
    return [sent for sent in desk.slack.sent if f"'{subtype}'" in str(sent.payload)]


@contextmanager
def _slow_to_write(desk: Desk) -> Iterator[None]:
    """As long as this lasts, what comes is being written down."""
    gate, intake = threading.Event(), desk.bot.questions.intake
    put = intake._store_batch

    def slow(records: list[QuestionRecord]) -> list[QuestionRecord]:
        gate.wait(30)
        return put(records)

    intake._store_batch = slow  # type: ignore[method-assign] # put back by nobody: the desk ends with the test
    try:
        yield
    finally:
        gate.set()


async def test_a_stop_before_the_first_word_says_so() -> None:
    held = Held(silent=True)
    async with at_work(held) as desk:
        james = desk.slack.person("james")
        ts = await james.dm("holidays")
        await until(lambda: desk.answering.questions)
        await james.stop(DIRECT, ts)
        await desk.reply_to(ts, holding="Stopped.")
        await desk.finished()
        assert (held.ended, _record(desk).state) == (1, "stopped")


async def test_a_stop_while_the_index_is_away_stops_and_stays() -> None:
    held = Held()
    async with at_work(held) as desk:
        james = desk.slack.person("james")
        ts = await james.dm("holidays")
        await _begun(desk)
        with desk.index_away():
            await james.stop(DIRECT, ts)
            await desk.reply_to(ts, holding="Stopped.")
            await _idle(desk)
        await until(lambda: _record(desk).state == "stopped")
        assert (held.ended, len(desk.answering.questions)) == (1, 1)


async def test_a_stop_while_an_earlier_try_is_looked_for_says_so() -> None:
    index = open_temporary_qdrant()
    async with at_work(Held(), index=index) as desk:
        james = desk.slack.person("james")
        ts = await james.dm("holidays")
        await _begun(desk)
        await desk.killed()
        desk.slack.faults.delay("chat.stopStream", 60.0)
        async with connected(desk.slack, Held(), index=index) as heir:
            await until(lambda: heir.bot.questions.running.ids)
            await until(lambda: _record(heir).tries == 2)
            await james.stop(DIRECT, ts)
            await heir.reply_to(ts, holding="Stopped.")
            await heir.finished()


async def test_a_question_that_is_edited_after_a_stop_is_asked_again() -> None:
    held = Held()
    async with at_work(held) as desk:
        james = desk.slack.person("james")
        ts = await james.dm("holydays")
        await _begun(desk)
        await james.stop(DIRECT, ts)
        await desk.reply_to(ts, holding="Stopped.")
        await desk.finished()
        held.go_on.set()
        await james.edit(DIRECT, ts, "holidays")
        await desk.reply_to(ts, holding="On holidays all is said.")
        await desk.finished()
        assert len(desk.replies_to(ts)) == 1


async def test_an_edit_into_nothing_stops_the_work_and_forgets_the_words() -> None:
    held = Held()
    async with at_work(held) as desk:
        james = desk.slack.person("james")
        ts = await james.post("#general", "@souffleur a secret name?")
        await _begun(desk)
        await james.edit(GENERAL, ts, "@souffleur")
        await until(lambda: held.ended and not _record(desk).is_open)
        await desk.finished()
        assert _record(desk).text == ""


async def test_an_older_edit_that_comes_again_does_not_bring_its_words_back() -> None:
    async with at_work(saying("Two days.")) as desk:
        ts = await desk.slack.person("james").dm("one?")
        await desk.reply_to(ts)
        await _idle(desk)
        for text, after in (("two?", 1), ("three?", 2), ("two?", 1)):
            await desk.send_event(_edit(ts, text, after))
            await _idle(desk)
        assert [question.text for question in desk.answering.questions] == ["one?", "two?", "three?"]


async def test_of_two_edits_at_once_the_last_counts() -> None:
    async with at_work(saying("Two days.")) as desk:
        ts = await desk.slack.person("james").dm("one?")
        await desk.reply_to(ts)
        await _idle(desk)
        await asyncio.gather(desk.send_event(_edit(ts, "two?", 1)), desk.send_event(_edit(ts, "three?", 2)))
        await _idle(desk)
        assert (_record(desk).text, _record(desk).state) == ("three?", "answered")
        assert len(desk.replies_to(ts)) == 1


async def test_a_question_that_is_deleted_while_it_is_written_down_is_not_answered() -> None:
    async with at_work(saying("Two days.")) as desk:
        james = desk.slack.person("james")
        root = await james.post("#general", "root")
        with _slow_to_write(desk):
            ts = await james.post("#general", "@souffleur a secret?", root)
            await until(lambda: desk.bot.questions.intake._writing)
            await james.delete(GENERAL, ts)
            await until(lambda: desk.bot.questions.intake.is_dropped(make_question_id("TLUMIERE", GENERAL, ts)))
        await until(lambda: desk.bot.stores.question_log.list_questions_since(0) and not _record(desk).is_open)
        await _idle(desk)
        assert (desk.answering.questions, _record(desk).text) == ([], "")


async def test_a_question_that_is_edited_while_it_is_written_down_is_asked_as_it_reads_then() -> None:
    async with at_work(saying("Two days.")) as desk:
        james = desk.slack.person("james")
        with _slow_to_write(desk):
            ts = await james.dm("dyas?")
            await until(lambda: desk.bot.questions.intake._writing)
            await james.edit(DIRECT, ts, "days?")
            await until(lambda: _sent(desk, "message_changed"))
            assert not any(sent.acked for sent in _sent(desk, "message_changed"))
        await until(lambda: desk.answering.questions and desk.answering.questions[-1].text == "days?")
        await _idle(desk)
        assert len(desk.replies_to(ts)) == 1


async def test_an_edit_that_makes_a_question_is_not_acknowledged_before_it_is_written_down() -> None:
    quick = replace(SLACK, ack_limit=0.2, retry_delays=(0.0, 0.2, 1.0))
    async with at_work(saying("Two days."), quick) as desk:
        james = desk.slack.person("james")
        ts = await james.post("#general", "how many days?")
        await until(lambda: all(sent.acked for sent in desk.slack.sent))
        with desk.index_away():
            await james.edit(GENERAL, ts, "@souffleur how many days?")
            await until(lambda: any(sent.attempt == 2 for sent in desk.slack.sent))
        await desk.reply_to(ts, holding="Two days.")
        await desk.finished()
        assert len(desk.answering.questions) == 1


async def test_a_question_that_is_deleted_while_the_index_is_away_is_not_answered_later() -> None:
    async with at_work(saying("Two days.")) as desk:
        james = desk.slack.person("james")
        with desk.index_away():
            ts = await james.dm("How many?")
            await until(lambda: desk.bot.questions.intake._unwritten)
            await james.delete(DIRECT, ts)
            await until(lambda: not desk.bot.questions.intake._unwritten)
        await desk.slack.person("james").dm("And weeks?")
        await until(lambda: desk.answering.questions)
        await _idle(desk)
        assert [question.text for question in desk.answering.questions] == ["And weeks?"]


async def test_a_question_that_is_deleted_while_the_bot_is_away_is_not_answered() -> None:
    index = open_temporary_qdrant()
    async with at_work(Held(silent=True), index=index) as desk:
        james = desk.slack.person("james")
        root = await james.post("#general", "root")
        ts = await james.post("#general", "@souffleur a secret?", root)
        await until(lambda: desk.answering.questions)
        await desk.killed()
        await james.delete(GENERAL, ts)
        async with connected(desk.slack, saying("Two."), index=index) as heir:
            await until(lambda: not _record(heir).is_open)
            await heir.finished()
            assert (heir.answering.questions, _record(heir).text) == ([], "")


async def test_a_question_that_is_deleted_leaves_no_word_of_what_was_being_done() -> None:
    held = Held(silent=True)
    async with at_work(held) as desk:
        desk.slack.faults.no_streaming()
        desk.slack.faults.unavailable.add("agents.sessions.setStatus")
        james = desk.slack.person("james")
        ts = await james.dm("holidays")
        await desk.slack.wait_for(lambda m: bool(m.bot_id) and "Searching" in shown(m))
        await until(lambda: desk.answering.questions)
        await james.delete(DIRECT, ts)
        await until(lambda: held.ended)
        await desk.finished()
        assert not any("Searching" in shown(message) for message in desk.slack.messages)


@pytest.mark.parametrize("pace", [0.05, 1.2])
async def test_what_another_bot_has_answered_anew_is_not_overwritten(
    pace: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.replies.stream.UPDATE_SECONDS", pace)

    async def chatty(_: Question) -> AsyncIterator[AnswerEvent]:
        for n in range(1000):
            yield AnswerText(f"old{n} ")
            await asyncio.sleep(0.02)
        yield Answer("old", "answered", "en")

    index = open_temporary_qdrant()
    many = {"index": index, "qdrant_url": "http://127.0.0.1:9"}  # a server has others beside it
    async with at_work(chatty, **many) as desk:  # type: ignore[arg-type] # passed through
        ts = await desk.slack.person("james").dm("old?")
        await _begun(desk)
        async with connected(desk.slack, saying("The new answer."), **many) as twin:  # type: ignore[arg-type] # passed through
            await twin.send_event(_edit(ts, "new?", 1))
            await _idle(desk)
            await _idle(twin)
            assert "old" not in shown(await desk.reply_to(ts, holding="The new answer."))


async def test_a_stop_waits_for_no_index(monkeypatch: pytest.MonkeyPatch) -> None:
    gate, in_thread, held = threading.Event(), QuestionLog.list_thread_questions, Held()

    def slow(self: QuestionLog, channel: str, thread_ts: str) -> list[QuestionRecord]:
        gate.wait(30)
        return in_thread(self, channel, thread_ts)

    async with at_work(held) as desk:
        james = desk.slack.person("james")
        ts = await james.dm("holidays")
        await _begun(desk)
        monkeypatch.setattr(QuestionLog, "list_thread_questions", slow)
        try:
            await james.stop(DIRECT, ts)
            await desk.reply_to(ts, holding="Stopped.")
        finally:
            gate.set()
        await _idle(desk)
        assert (held.ended, _record(desk).state) == (1, "stopped")


async def test_an_older_edit_does_not_come_back_after_one_into_nothing() -> None:
    async with at_work(saying("Two days.")) as desk:
        ts = await desk.slack.person("james").dm("one?")
        await desk.reply_to(ts)
        await _idle(desk)
        for text, after in (("two?", 1), ("", 2), ("two?", 1)):
            await desk.send_event(_edit(ts, text, after))
            await _idle(desk)
        assert [question.text for question in desk.answering.questions] == ["one?", "two?"]
        await desk.send_event(_edit(ts, "three?", 3))
        await until(lambda: len(desk.answering.questions) == 3)
        await _idle(desk)


async def test_an_answer_that_is_shown_stays_as_it_is_when_stop_comes_late(monkeypatch: pytest.MonkeyPatch) -> None:
    gate, close = threading.Event(), QuestionLog.close_question

    def slow(self: QuestionLog, record: QuestionRecord, state: QuestionState, **changes: Any) -> QuestionRecord | None:
        gate.wait(30)
        return close(self, record, state, **changes)

    monkeypatch.setattr(QuestionLog, "close_question", slow)
    async with at_work(saying("Two days.")) as desk:
        james = desk.slack.person("james")
        ts = await james.dm("How many?")
        await desk.reply_to(ts, holding="Two days.")
        try:
            await james.stop(DIRECT, ts)
            await until(lambda: desk.bot.questions.intake.pending_outcomes)
        finally:
            gate.set()
        await until(lambda: not _record(desk).is_open)
        await _idle(desk)
        assert "Stopped" not in shown(await desk.reply_to(ts))
        assert len(desk.answering.questions) == 1
