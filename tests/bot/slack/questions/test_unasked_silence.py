"""When the bot says nothing: between people, and where something changed before its answer was whole."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.answering.answer import AnswerEvent, AnswerText
from bot.answering.question import Question
from bot.slack.metrics import QUESTIONS
from bot.slack.people.access import AccessDirectory, GrantedAudience
from bot.slack.questions.thread_answer import ThreadAnswers
from bot.slack.replies.stream import ThreadReply
from knowledge.core.access import Audience
from playground.slack.app import serve_slack
from tests.bot.slack.questions.listening import ON, SURE, answered, listening, noticed, say, silent_after, sure_after
from tests.bot.slack.running_bot import SLACK, connected, found, saying, until
from tests.doubles.temporary_qdrant import open_temporary_qdrant


async def test_below_such_an_answer_only_its_asker_is_answered_and_only_surely() -> None:
    async with listening(SURE) as desk:
        thread = (await answered(desk)).thread_ts or ""

        async def is_answered(name: str, text: str) -> bool:
            """Whether a message right below the answer gets one; an unanswered one is deleted again."""
            before = len(desk.replies_to(thread))
            ts = await desk.slack.person(name).post("#general", text, thread_ts=thread)
            await noticed(desk, ts)
            await desk.finished()
            if len(desk.replies_to(thread)) > before:
                return True
            await desk.slack.person(name).delete("#general", ts)
            return False

        assert not await is_answered("alice", "James, did you already book it yesterday?")
        assert not await is_answered("alice", "What is the limit in Paris?")
        assert len(desk.answering.questions) == 1
        desk.answering.is_sure = False
        assert not await is_answered("james", "Are you coming to lunch?")
        desk.answering.is_sure = True
        assert await is_answered("james", "What is the limit in Rome?")


async def test_a_thread_that_the_bot_entered_by_a_mention_goes_on_without_one() -> None:
    async with listening(saying("No.", state="not_found", passages=(found(),))) as desk:
        ts, bot_user = await say(desk), await desk.bot.people.identity.get_bot_user()
        assert await silent_after(desk, ts)
        desk.answering.script = SURE
        alice = desk.slack.person("alice")
        for n, text in enumerate((f"<@{bot_user}> what is the hotel limit?", "And in Rome?"), start=1):
            await alice.post("#general", text, thread_ts=ts)
            await desk.slack.wait_until(lambda: len(desk.replies_to(ts)) == n)  # noqa: B023 (awaited at once)
            await desk.finished()


async def test_a_question_reworded_after_its_minute_is_not_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.slack.events.parse.EDITED_WITHIN_SECONDS", -1.0)
    edited = asyncio.Event()
    async with listening(sure_after(edited)) as desk:
        ts = await say(desk)
        await desk.slack.wait_until(lambda: bool(desk.answering.questions))
        await desk.slack.person("james").edit("#general", ts, "Found it, forget it.")
        edited.set()
        assert await silent_after(desk, ts)


def count_ends() -> dict[str, float]:
    samples = (sample for metric in QUESTIONS.collect() for sample in metric.samples)
    counted = [sample for sample in samples if sample.name.endswith("_total")]
    return {one: sum(each.value for each in counted if each.labels["state"] == one) for one in ("silent", "not_found")}


async def test_an_answer_that_nobody_sees_counts_once_as_silent() -> None:
    before = count_ends()
    async with listening(saying("No.", state="not_found", passages=(found(),))) as desk:
        assert await silent_after(desk, await say(desk))
    assert count_ends() == {"silent": before["silent"] + 1, "not_found": before["not_found"]}


async def test_a_failure_that_nobody_saw_is_forgotten_and_starts_no_pause(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")

    async def fail(_: Question) -> AsyncIterator[AnswerEvent]:
        yield AnswerText("195")
        raise ValueError("a defect")

    async with listening(fail) as desk:
        assert await silent_after(desk, await say(desk))
        assert await silent_after(desk, await say(desk, "What is the guest wifi called?"))
        assert len(desk.answering.questions) == 2
    assert "answer failed" in caplog.text
    assert "hotel" not in caplog.text


async def test_an_answer_that_slack_refuses_starts_no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_: object) -> None:
        raise TimeoutError

    monkeypatch.setattr(ThreadReply, "write_text", refuse)
    async with listening(SURE) as desk:
        assert await silent_after(desk, await say(desk))
        assert desk.bot.stores.vote_store.read_channel_votes("CGENERAL").answers == 0


async def test_doubt_about_the_readers_that_comes_after_the_decision_ends_in_silence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    grants = [GrantedAudience(Audience.everyone()), GrantedAudience(Audience.everyone(), is_certain=False)]

    async def grant(*_: object) -> GrantedAudience:
        return grants.pop(0)

    monkeypatch.setattr(AccessDirectory, "find_place_audience", grant)
    async with listening(SURE) as desk:
        assert await silent_after(desk, await say(desk))
        assert not grants


async def test_a_message_that_began_in_a_process_that_died_is_finished(monkeypatch: pytest.MonkeyPatch) -> None:
    async def die(*_: object) -> None:
        await asyncio.Event().wait()

    index = open_temporary_qdrant()
    async with serve_slack(SLACK) as slack:
        async with connected(slack, SURE, index=index, **ON) as first:  # type: ignore[arg-type] # settings, by name
            with monkeypatch.context() as dying:
                dying.setattr(ThreadAnswers, "record_message", die)
                ts = await say(first)
                await slack.wait_until(lambda: bool(first.replies_to(ts)))
                await first.killed()
        async with connected(slack, SURE, index=index, **ON) as second:  # type: ignore[arg-type] # settings, by name
            log = second.bot.stores.question_log
            await until(lambda: not any(one.is_open for one in log.list_questions_since(0)))
            await second.finished()
            assert [message.streaming for message in second.replies_to(ts)] == [False]
            assert await silent_after(second, await say(second, "What is the guest wifi called?"))
    index.close()


async def test_an_answer_that_is_not_sure_after_an_edit_is_taken_away() -> None:
    async with listening(SURE) as desk:
        ts = (await answered(desk)).thread_ts or ""
        desk.answering.script = saying("I found nothing.", state="not_found")
        await desk.slack.person("james").edit("#general", ts, "Alice, what is your hotel?")
        await desk.slack.wait_until(lambda: not desk.replies_to(ts))
        assert await silent_after(desk, ts)
