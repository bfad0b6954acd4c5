from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bot.answering.answer import AnswerEvent, AnswerText
from bot.answering.question import Question
from bot.insights.content_gaps import find_content_gaps
from bot.slack.api.rate_limits import RateLimitedClient
from bot.slack.events import thread_context
from bot.slack.questions.claimed_question import ClaimedQuestion, ClaimLost
from bot.slack.questions.thread_answer import ThreadAnswers
from knowledge.core.failures import IndexUnavailable
from knowledge.storage.question_log import QuestionLog, QuestionRecord
from playground.slack.state.records import Message
from tests.bot.slack.running_bot import (
    SLACK,
    AwayAtFirst,
    Desk,
    Held,
    at_work,
    connected,
    saying,
    shown,
    until,
)
from tests.doubles.temporary_qdrant import open_temporary_qdrant

DIRECT = "DJAMES"


def _records(desk: Desk) -> list[QuestionRecord]:
    question_log = desk.bot.stores.question_log
    return [record for m in desk.slack.messages if (record := question_log.get_question("TLUMIERE", m.channel, m.ts))]


async def _begun(desk: Desk, ts: str, text: str = "On ") -> Message:
    await until(lambda: any(record.messages for record in _records(desk)))
    return await desk.slack.wait_for(lambda m: m.thread_ts == ts and bool(m.bot_id) and text in shown(m))


async def test_a_question_is_written_down_before_its_event_is_acknowledged() -> None:
    async with at_work(saying("Two days.")) as desk:
        question_log = desk.bot.stores.question_log
        known_when_acknowledged = []
        heard = desk.slack.sockets.on_ack

        def on_ack(envelope: str, payload: object) -> None:
            known_when_acknowledged.append(len(list(question_log.repository.list_records())))
            heard(envelope, payload)  # type: ignore[arg-type] # handed through

        desk.slack.sockets.on_ack = on_ack
        ts = await desk.slack.person("james").dm("How many?")
        await desk.reply_to(ts)
        assert known_when_acknowledged[0] == 1


async def test_the_question_log_says_what_became_of_a_question() -> None:
    async with at_work(saying("Two days.")) as desk:
        ts = await desk.slack.person("james").dm("How many?")
        reply = await desk.reply_to(ts)
        await desk.finished()
        (record,) = _records(desk)
        assert (record.state, record.outcome, record.messages) == ("answered", "answered", (reply.ts,))
        assert (record.user, record.text) == ("UJAMES", "How many?")


async def test_without_journal_days_nothing_of_the_question_stays() -> None:
    async with at_work(saying("Two days."), journal_days=0) as desk:
        await desk.reply_to(await desk.slack.person("james").dm("How many?"))
        await desk.finished()
        (record,) = _records(desk)
        assert (record.state, record.user, record.text) == ("answered", "", "")


async def test_of_two_bots_over_one_index_one_answers() -> None:
    index = open_temporary_qdrant()
    many = {"index": index, "qdrant_url": "http://127.0.0.1:9"}  # a server has others beside it
    async with at_work(saying("One."), **many) as desk, connected(desk.slack, saying("Two."), **many) as twin:  # type: ignore[arg-type] # passed through
        await desk.slack.wait_connected(2)
        james = desk.slack.person("james")
        for n in range(10):
            desk.slack.faults.send_events_twice(int(n % 3 == 0))
            await james.post("#general", f"@souffleur question {n}?")
        await until(lambda: len(desk.answering.questions) + len(twin.answering.questions) >= 10)
        await until(lambda: all(sent.acked for sent in desk.slack.sent))
        await desk.finished()
        await twin.finished()
        threads = [m.thread_ts for m in desk.slack.messages if m.bot_id]
        assert len(threads) == len(set(threads)) == 10
        assert min(len(one.answering.questions) for one in (desk, twin)) > 0


async def test_stop_ends_the_work_and_says_so() -> None:
    held = Held()
    async with at_work(held) as desk:
        james = desk.slack.person("james")
        ts = await james.dm("holidays")
        begun = await _begun(desk, ts)
        assert desk.slack.workspace.sessions[DIRECT, ts].status == "processing"
        await james.stop(DIRECT, ts)
        stopped = await desk.reply_to(ts, holding="Stopped.")
        assert stopped.ts == begun.ts
        assert "On holidays" in shown(stopped)
        await desk.finished()
        assert held.ended == 1
        assert [record.state for record in _records(desk)] == ["stopped"]
        assert desk.slack.workspace.sessions[DIRECT, ts].status == "active"


@pytest.mark.parametrize(
    ("owner", "call"),
    [(RateLimitedClient, "chat_startStream"), (ThreadAnswers, "record_message")],
    ids=["before the bot knows its message", "before the message is written down"],
)
async def test_words_that_are_shown_at_the_moment_of_a_stop_stay(
    monkeypatch: pytest.MonkeyPatch, owner: type, call: str
) -> None:
    made = getattr(owner, call)
    async with at_work(Held()) as desk:
        running = desk.bot.questions.running._running

        async def return_after_the_stop(*given: Any, **named: Any) -> Any:
            result = await made(*given, **named)
            await until(lambda: any(one.end_reason for one in running.values()))
            return result

        monkeypatch.setattr(owner, call, return_after_the_stop)
        james = desk.slack.person("james")
        ts = await james.dm("holidays")
        await desk.slack.wait_for(lambda m: m.thread_ts == ts and "On holidays" in shown(m))
        await james.stop(DIRECT, ts)
        await desk.reply_to(ts, holding="Stopped.")
        await desk.finished()
        assert [message.text.split() for message in desk.replies_to(ts)] == [["On", "holidays", "Stopped."]]


async def test_a_stop_of_which_the_bot_hears_only_by_a_refusal_is_a_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.slack.replies.stream.UPDATE_SECONDS", 0.0)
    held = Held()
    async with at_work(held) as desk:
        ts = await desk.slack.person("james").dm("holidays")
        begun = await _begun(desk, ts)
        desk.slack.streams.stop_stream(begun, "user")
        held.go_on.set()
        await desk.reply_to(ts, holding="Stopped.")
        await desk.finished()
        assert [record.state for record in _records(desk)] == ["stopped"]
        assert len(desk.replies_to(ts)) == 1


async def test_a_question_that_is_edited_soon_is_asked_again_in_the_place_of_its_answer() -> None:
    async with at_work(Held()) as desk:
        james = desk.slack.person("james")
        ts = await james.dm("holydays")
        begun = await _begun(desk, ts)
        await james.edit(DIRECT, ts, "holidays")
        await desk.slack.wait_for(lambda m: m.ts == begun.ts and "On holidays" in shown(m))
        desk.answering.script.go_on.set()  # type: ignore[attr-defined] # it is the script above
        await desk.slack.wait_for(lambda m: m.ts == begun.ts and "On holidays all is said." in shown(m))
        await desk.finished()
        assert len(desk.replies_to(ts)) == 1
        assert [question.text for question in desk.answering.questions] == ["holydays", "holidays"]


async def test_an_answer_that_was_finished_is_replaced_too() -> None:
    async with at_work(saying("Two days.")) as desk:
        james = desk.slack.person("james")
        ts = await james.dm("How many dyas?")
        await desk.reply_to(ts)
        await desk.finished()
        desk.answering.script = saying("Three days.")
        await james.edit(DIRECT, ts, "How many days?")
        assert "Two" not in shown(await desk.reply_to(ts, holding="Three days."))
        assert len(desk.replies_to(ts)) == 1


@pytest.mark.parametrize("silent", [False, True], ids=["with a reply", "without a reply"])
async def test_a_question_that_is_deleted_is_worked_on_no_more(silent: bool) -> None:
    held = Held(silent=silent)
    async with at_work(held) as desk:
        james = desk.slack.person("james")
        ts = await james.dm("holidays")
        await (until(lambda: desk.answering.questions) if silent else _begun(desk, ts))
        await james.delete(DIRECT, ts)
        assert (desk.slack.workspace.message(DIRECT, ts) is None) == silent  # else a tombstone is left
        await until(lambda: held.ended)
        await desk.finished()
        await until(
            lambda: [one.state for one in desk.bot.stores.question_log.list_thread_questions(DIRECT, ts)] == ["stopped"]
        )
        assert not any(message.streaming for message in desk.slack.messages)


async def test_of_a_question_that_is_deleted_after_its_answer_nothing_is_kept() -> None:
    async with at_work(saying("Not in the documents.", state="not_found")) as desk:
        james = desk.slack.person("james")
        ts = await james.post("#general", "@souffleur where is the moon?")
        await desk.reply_to(ts)
        await desk.finished()
        assert [
            gap.question for gap in find_content_gaps(desk.bot.stores.question_log, desk.bot.stores.vote_store)
        ] == ["where is the moon?"]
        await james.delete("CGENERAL", ts)
        await until(lambda: not any(record.text for record in desk.bot.stores.question_log.list_questions_since(0)))
        await desk.finished()
        (record,) = desk.bot.stores.question_log.list_questions_since(0)
        assert (record.user, record.text, record.used, record.is_open) == ("", "", (), False)
        assert find_content_gaps(desk.bot.stores.question_log, desk.bot.stores.vote_store) == []


async def test_without_journal_days_an_edited_question_is_still_its_asker_s() -> None:
    async with at_work(saying("Two days."), journal_days=0) as desk:
        james = desk.slack.person("james")
        ts = await james.dm("How many dyas?")
        await desk.reply_to(ts)
        await desk.finished()
        desk.answering.script = saying("Three days.")
        await james.edit(DIRECT, ts, "How many days?")
        await desk.reply_to(ts, holding="Three days.")
        first, second = desk.answering.questions
        assert second.locale == first.locale == "en"
        assert second.audience == first.audience


@pytest.mark.parametrize(("state", "kept"), [("talk", False), ("not_found", True)])
async def test_a_list_of_documents_is_no_part_of_the_history(state: str, kept: bool) -> None:
    """It names documents by no passage, so nothing tells whether one has become private since."""
    async with at_work(saying("You may read: Handbook.", state=state)) as desk:
        james = desk.slack.person("james")
        ts = await james.post("#general", "@souffleur which documents do you know?")
        await desk.reply_to(ts)
        await desk.finished()
        await james.post("#general", "@souffleur and then?", ts)
        await desk.slack.wait_until(lambda: len(desk.answering.questions) == 2 or None)
        await desk.finished()
        turns = [turn.text for turn in desk.answering.questions[1].history]
        assert turns == ["which documents do you know?", *(["You may read: Handbook."] if kept else [])]


async def test_a_question_is_taken_up_again_once_the_index_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.storage.question_log.LEASE_SECONDS", 0.5)

    async with at_work(AwayAtFirst(saying("Two days."))) as desk:
        ts = await desk.slack.person("james").dm("How many?")
        await desk.reply_to(ts, holding="I answer as soon as it is back")
        await desk.reply_to(ts, holding="Two days.")
        await desk.finished()
        assert len(desk.replies_to(ts)) == 1
        assert [record.state for record in _records(desk)] == ["answered"]


async def test_a_question_on_which_the_index_fails_again_and_again_is_given_up() -> None:
    async def away(_: Question) -> AsyncIterator[AnswerEvent]:
        raise IndexUnavailable("away")
        yield AnswerText("")

    async with at_work(away) as desk:
        ts = await desk.slack.person("james").post("#general", "Something")
        question_log = desk.bot.stores.question_log
        tried = QuestionRecord(
            "TLUMIERE", "CGENERAL", ts, ts, "TLUMIERE", "UJAMES", "How many?", holder="dead", tries=2
        )
        question_log.add_questions([replace(tried, changed_at=time.time())])
        assert "Please ask again later" in shown(await desk.reply_to(ts, holding="cannot reach the index"))
        await desk.finished()
        assert [(record.state, record.tries) for record in _records(desk)] == [("failed", 3)]


@pytest.mark.parametrize("adopted", [True, False])
async def test_a_message_that_comes_too_late_is_taken_back_unless_whoever_answers_now_goes_on_in_it(
    adopted: bool,
) -> None:
    async with at_work(Held()) as desk:
        james = desk.slack.person("james")
        ts = await james.dm("holidays")
        await _begun(desk, ts)
        (mine,) = _records(desk)
        quiet = {"unfurl_links": False, "unfurl_media": False}
        posted = await desk.bot.client.chat_postMessage(channel=DIRECT, thread_ts=ts, text="late", **quiet)  # type: ignore[arg-type] # booleans
        late = str(posted["ts"])
        question_log = desk.bot.stores.question_log
        assert question_log.claim_question(mine, messages=(*mine.messages, late) if adopted else mine.messages)
        questions = desk.bot.questions
        in_thread = questions.answers.in_thread
        assert isinstance(in_thread, ThreadAnswers)
        with pytest.raises(ClaimLost):
            await in_thread.record_message(ClaimedQuestion(mine, questions.intake), late)
        assert any(message.ts == late for message in desk.slack.messages) == adopted


async def test_an_answer_that_a_stopped_bot_began_is_finished_in_its_place() -> None:
    index = open_temporary_qdrant()
    async with at_work(Held(), index=index, chat_parallel=3) as desk:
        james = desk.slack.person("james")
        ts = [await james.post("#general", f"@souffleur question {n}") for n in range(3)]
        await until(lambda: sum(bool(record.messages) for record in _records(desk)) == 3)
        question_log = desk.bot.stores.question_log
        lost = question_log.get_question("TLUMIERE", "CGENERAL", ts[1])
        assert lost
        question_log.update_question(lost, messages=())  # as if it had died before it could write that down
        await desk.killed()
        async with connected(desk.slack, saying("Two days."), index=index) as heir:
            for one in ts:
                await desk.slack.wait_for(lambda m, one=one: m.thread_ts == one and "Two days." in shown(m))  # type: ignore[misc] # bound now
            await heir.finished()
            for one in ts:
                (reply,) = desk.replies_to(one)
                assert "On question" not in shown(reply)
            assert len(heir.answering.questions) == 3


async def test_a_question_that_was_deleted_before_it_came_is_not_answered() -> None:
    async with at_work(saying("Two days.")) as desk:
        ago = f"{time.time() - 20:.6f}"
        event = {"type": "message", "channel_type": "im", "channel": DIRECT, "user": "UJAMES", "text": "A secret?"}
        await desk.send_event({**event, "ts": ago})
        await desk.finished()
        assert desk.answering.questions == []
        assert [(one.state, one.text) for one in desk.bot.stores.question_log.list_questions_since(0)] == [
            ("stopped", "")
        ]


async def test_a_late_question_waits_for_no_slow_look_whether_it_still_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thread_context, "_LOOKUP_TIMEOUT_SECONDS", 0.1)
    monkeypatch.setattr(thread_context, "_LONG_WAIT_SECONDS", -1.0)
    async with at_work(saying("Two days.")) as desk:
        desk.slack.faults.delay("conversations.replies", 60.0)
        ts = await desk.slack.person("james").dm("How many?")
        await desk.reply_to(ts, holding="Two days.")
        await desk.finished()


async def test_a_question_that_kills_the_bot_is_given_up() -> None:
    index = open_temporary_qdrant()
    async with at_work(saying("?"), index=index) as desk:
        ts = await desk.slack.person("james").post("#general", "Something")
        question_log = desk.bot.stores.question_log
        fatal = QuestionRecord("TLUMIERE", "CGENERAL", ts, ts, "TLUMIERE", "UJAMES", "deadly", holder="dead", tries=3)
        question_log.add_questions([replace(fatal, changed_at=time.time())])
        assert "Something went wrong" in shown(await desk.reply_to(ts))
        await desk.finished()
        assert desk.answering.questions == []
        assert [record.state for record in _records(desk)] == ["failed"]


@pytest.mark.parametrize("asked_by", ["a thread", "/ask"])
async def test_a_finished_answer_stays_as_it_is_where_only_its_end_cannot_be_written_down(
    asked_by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = iter((True,))
    close = QuestionLog.close_question

    def failing(self: QuestionLog, *args: Any, **kwargs: Any) -> QuestionRecord | None:
        if next(failures, False):
            raise IndexUnavailable("away")
        return close(self, *args, **kwargs)

    monkeypatch.setattr(QuestionLog, "close_question", failing)
    async with at_work(saying("Two days.")) as desk:
        james = desk.slack.person("james")
        await (james.dm("How many?") if asked_by == "a thread" else james.command("/ask", "How many?", "#general"))
        await until(
            lambda: [record.state for record in desk.bot.stores.question_log.list_questions_since(0)] == ["answered"]
        )
        await desk.finished()
        said = [message for message in desk.slack.messages if message.bot_id]
        (answer,) = [message for message in said if "The answer comes below" not in message.text]
        assert "cannot reach" not in shown(answer)
        assert ("Share in channel" in shown(answer)) == (asked_by == "/ask")
        assert len(desk.answering.questions) == 1


async def test_a_question_that_cannot_be_written_down_is_not_acknowledged_and_not_lost(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with at_work(saying("Two days.")) as desk:
        with desk.index_away():
            ts = await desk.slack.person("james").dm("How many?")
            await desk.slack.wait_until(
                lambda: any(s.status == "processing" for s in desk.slack.workspace.sessions.values()) or None
            )
            assert not any(sent.acked for sent in desk.slack.sent)
            told = [record for record in caplog.records if "event not acknowledged" in record.getMessage()]
            assert told
            assert not any(record.exc_info for record in told)
        assert (await desk.reply_to(ts)).text == "Two days."
        await desk.finished()
        assert len(desk.answering.questions) == 1


async def test_where_the_index_stays_away_the_person_is_told() -> None:
    quick = replace(SLACK, ack_limit=0.05, retry_delays=(0.0, 0.0, 0.0))
    async with at_work(saying("Two days."), quick) as desk:
        with desk.index_away():
            ts = await desk.slack.person("james").dm("How many?")
            assert "I cannot reach the index" in (await desk.reply_to(ts)).text
            await desk.slack.wait_until(lambda: any(sent.acked for sent in desk.slack.sent) or None)
