"""Questions that nobody put to the bot: answered in a thread where it is sure, else met with silence."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.answering.answer import Answer
from bot.answering.verification.statement_check import CheckedStatement
from bot.settings import BotSettings
from bot.slack.handlers.gaps import GAPS_COMMAND, LIFT_BUTTON
from bot.slack.i18n.texts_en import ENGLISH
from bot.slack.i18n.texts_fr import FRENCH
from bot.slack.people.access import AccessDirectory, GrantedAudience
from bot.slack.questions.unasked_pauses import MOST_UNHELPFUL, NOT_HELPFUL_ACTION, ChannelPauses, choose_pause
from bot.slack.views.sources import RATE_ACTION
from knowledge.core.access import Audience
from playground.slack.app import serve_slack
from tests.bot.slack.questions.listening import ASKED, ON, SURE, answered, listening, say, silent_after, sure_after
from tests.bot.slack.running_bot import (
    SLACK,
    Held,
    Script,
    citation,
    connected,
    found,
    saying,
    shown,
    until,
)
from tests.doubles.temporary_qdrant import open_temporary_qdrant


async def test_a_question_to_everybody_is_answered_in_its_thread_and_says_why() -> None:
    async with listening(SURE, waiting_emoji="on") as desk:
        answer = await answered(desk)
        assert ENGLISH.unasked in shown(answer)
        assert ENGLISH.not_helpful_here in shown(answer)
        (record,) = desk.bot.stores.question_log.list_questions_since(0)
        assert (record.unasked, record.state, record.user) == (True, "answered", "UJAMES")
        called = [call.method for call in desk.slack.calls]
        before = called[: called.index("chat.startStream")]
        assert before.count("conversations.history") == 2, "before it is decided, and before it is shown"
        assert not {"reactions.add", "agents.sessions.setStatus"} & set(before), "nobody waits"


@pytest.mark.parametrize(
    ("text", "channel", "name"),
    [
        (ASKED, "#rh", "james"),
        ("Alice, what is the hotel limit in London?", "#general", "james"),
        ("What is the hotel limit in London<@UALICE>?", "#general", "james"),
        ("The hotel in London was fine.", "#general", "james"),
    ],
    ids=["another channel", "to a person", "to a mention", "no question"],
)
async def test_what_is_no_question_to_everybody_in_such_a_channel_meets_silence(
    text: str, channel: str, name: str
) -> None:
    async with listening(SURE) as desk:
        assert await silent_after(desk, await say(desk, text, channel, name))
        assert not desk.answering.questions


async def test_a_search_that_is_not_sure_asks_no_model() -> None:
    async with listening(SURE) as desk:
        desk.answering.is_sure = False
        assert await silent_after(desk, await say(desk))
        assert not desk.answering.questions


@pytest.mark.parametrize(
    "script",
    [
        saying("Not in the documents.", state="not_found", passages=(found(),)),
        saying("Some of it [1].", state="partly", citations=(citation(),), passages=(found(),)),
        saying("Two days.", passages=(found(),)),
    ],
    ids=["nothing found", "in part", "without a citation"],
)
async def test_an_answer_that_is_not_sure_is_never_seen_and_its_question_forgotten(script: Script) -> None:
    async with listening(script) as desk:
        assert await silent_after(desk, await say(desk))
        assert len(desk.answering.questions) == 1


def test_an_answer_with_a_citation_that_fails_its_check_is_not_sure() -> None:
    sure = Answer("195 € [1].", "answered", "en", citations=(citation(),))
    assert sure.is_sure
    assert not replace(sure, claims=(CheckedStatement("195 €", (1,), "weak"),)).is_sure


async def test_a_person_who_answers_first_or_meanwhile_is_not_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    replied = asyncio.Event()
    is_over = ChannelPauses.is_over

    async def wait_for_reply(pauses: ChannelPauses, channel: str) -> bool:
        await replied.wait()
        return await is_over(pauses, channel)

    async with listening(SURE) as desk:
        monkeypatch.setattr(ChannelPauses, "is_over", wait_for_reply)
        for thread in (True, False):
            replied.clear()
            ts = await say(desk)
            await desk.slack.person("alice").post("#general", "195 euros", thread_ts=ts if thread else None)
            replied.set()
            assert await silent_after(desk, ts)
        assert not desk.answering.questions
    monkeypatch.setattr(ChannelPauses, "is_over", is_over)
    replied.clear()
    async with listening(sure_after(replied)) as desk:
        ts = await say(desk)
        await desk.slack.wait_until(lambda: bool(desk.answering.questions))
        await desk.slack.person("alice").post("#general", "195 euros")
        replied.set()
        assert await silent_after(desk, ts)


async def test_a_deleted_or_reworded_question_is_taken_as_it_stands_after_the_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    changed = asyncio.Event()

    async def wait_for_change(_: ChannelPauses, __: str) -> bool:
        await changed.wait()
        return True

    monkeypatch.setattr(ChannelPauses, "is_over", wait_for_change)
    async with listening(SURE) as desk:
        gone = await say(desk)
        await desk.slack.person("james").delete("#general", gone)
        kept = await say(desk)
        await desk.slack.person("james").edit("#general", kept, "Alice, what is the hotel limit?")
        changed.set()
        assert await silent_after(desk, gone)
        assert await silent_after(desk, kept)


async def test_where_slack_does_not_say_who_reads_along_there_is_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    async def doubt(*_: object) -> GrantedAudience:
        return GrantedAudience(Audience.everyone(), is_certain=False)

    monkeypatch.setattr(AccessDirectory, "find_place_audience", doubt)
    async with listening(SURE) as desk:
        assert await silent_after(desk, await say(desk))


async def test_people_have_their_time_and_the_end_of_the_bot_waits_for_nothing() -> None:
    async with listening(SURE, answer_unasked_after=3600.0) as desk:
        ts = await say(desk)
        assert len(desk.bot.running_tasks) == 0
        assert await silent_after(desk, ts)


async def test_a_channel_gets_one_answer_and_then_a_pause_whatever_the_log_keeps() -> None:
    async with listening(SURE) as desk:
        await answered(desk)
        questions = desk.bot.stores.question_log
        questions.repository.delete_records([one.id for one in questions.list_questions_since(0)])
        assert await silent_after(desk, await say(desk, "What is the guest wifi called?"))


async def test_not_helpful_here_makes_the_pause_longer_until_it_is_taken_back_or_an_administrator_lifts_it() -> None:
    async with listening(SURE) as desk:
        answer = await answered(desk)
        await desk.slack.person("james").click(answer, RATE_ACTION, value="positive")
        await desk.finished()
        for name in ("james", "camille"):
            await desk.slack.person(name).click(answer, NOT_HELPFUL_ACTION)
            await desk.slack.wait_for(lambda m: shown(m).startswith(ENGLISH.quieter_here))
            await desk.finished()
        votes = desk.bot.stores.vote_store
        (record,) = desk.bot.stores.question_log.list_questions_since(0)
        assert votes.read_channel_votes("CGENERAL").unhelpful == 1, "of one answer"
        assert [vote.liked for vote in votes.list_votes([record.id])] == [True], "the thumb stays, and counts alone"
        await desk.slack.person("alice").command(GAPS_COMMAND)
        listed = await desk.slack.wait_for(lambda m: m.ephemeral_to == "UALICE")
        assert FRENCH.unasked_counts.format(answers=1, unhelpful=1) in shown(listed)
        assert FRENCH.unasked_pause.format(minutes=40) in shown(listed)
        await desk.slack.person("alice").click(listed, LIFT_BUTTON)
        await desk.slack.wait_for(lambda m: FRENCH.unasked_pause.format(minutes=10) in shown(m))
        await desk.finished()
        entry = next(one for one in desk.bot.stores.audit_log.list_audit_entries() if one.what == "unasked")
        assert (entry.who, entry.outcome, entry.subject) == ("UALICE", "done", "channel=CGENERAL votes=2")
        for told in (ENGLISH.quieter_here, ENGLISH.press_taken_back):
            before = len(desk.slack.messages)
            await desk.slack.person("james").click(answer, NOT_HELPFUL_ACTION)
            await desk.slack.wait_until(lambda: any(told in shown(m) for m in desk.slack.messages[before:]))  # noqa: B023
            await desk.finished()
        assert votes.read_channel_votes("CGENERAL").unhelpful == 0


def test_each_answer_that_is_not_helpful_makes_the_pause_four_times_as_long_until_two_people_silence_it() -> None:
    assert [choose_pause(n, 1) for n in range(3)] == [600.0, 2400.0, 9600.0]
    assert choose_pause(MOST_UNHELPFUL, 2) is None
    assert choose_pause(MOST_UNHELPFUL, 1) == choose_pause(MOST_UNHELPFUL - 1, 2) == 153_600.0


async def test_a_question_whose_process_died_unseen_is_forgotten() -> None:
    index = open_temporary_qdrant()
    async with serve_slack(SLACK) as slack:
        async with connected(slack, Held(), index=index, **ON) as first:  # type: ignore[arg-type] # settings, by name
            ts = await say(first)
            await first.slack.wait_until(lambda: bool(first.answering.questions))
            await first.killed()
        async with connected(slack, SURE, index=index, **ON) as second:  # type: ignore[arg-type] # settings, by name
            log = second.bot.stores.question_log
            await until(lambda: not any(one.is_open for one in log.list_questions_since(0)))
            assert await silent_after(second, ts)
    index.close()


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"embedding_model": "bge-m3"}, "EMBEDDING_MODEL"),
        ({"feedback_days": 0}, "FEEDBACK_DAYS"),
        ({"answer_unasked": "#general"}, "begins with C or G"),
    ],
)
def test_settings_that_tell_nothing_of_sureness_are_refused(settings: dict[str, object], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        BotSettings(_env_file=None, **{**ON, **settings})  # type: ignore[arg-type] # checked by pydantic
