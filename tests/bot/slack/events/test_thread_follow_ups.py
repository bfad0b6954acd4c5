"""Threads that go on without a mention, as Slack tells of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.events import thread_context, thread_follow_ups
from bot.slack.events.parse import IncomingMessage, Json
from bot.slack.events.thread_context import fetch_thread_replies
from bot.slack.events.thread_follow_ups import ThreadMessage, is_follow_up
from playground.slack.events.delivery import SentEnvelope
from tests.bot.slack.running_bot import SLACK, Desk, at_work, connected, saying, until
from tests.doubles.temporary_qdrant import open_temporary_qdrant

BOT, ALICE, JAMES = "USOUFFLEUR", "UALICE", "UJAMES"
ASKED = ThreadMessage(ALICE, f"<@{BOT}> how many days of leave?")
ANSWER = ThreadMessage(BOT, "25 days [1].")


async def _answered(desk: Desk, channel: str = "#general") -> str:
    """A thread with one answer in it."""
    ts = await desk.slack.person("james").post(channel, "<@USOUFFLEUR> how many days?")
    await desk.reply_to(ts)
    await desk.finished()
    return ts


async def _heard(desk: Desk, events: int) -> None:
    """Until so many events were acknowledged and what they began has ended."""
    await desk.slack.wait_until(lambda: sum(sent.acked for sent in desk.slack.sent) >= events)
    await desk.finished()


async def test_a_question_in_the_bot_s_thread_needs_no_mention() -> None:
    async with at_work(saying("25 days.")) as desk:
        ts = await _answered(desk)
        await desk.slack.person("alice").post("#general", "and for trainees?", ts)
        await desk.slack.wait_until(lambda: len(desk.replies_to(ts)) == 2)
        await desk.finished()
        asked = desk.answering.questions[1]
        assert (asked.text, [turn.speaker for turn in asked.history]) == ("and for trainees?", ["person", "bot"])


async def test_a_follow_up_is_written_down_before_it_is_acknowledged() -> None:
    async with at_work(saying("25 days.")) as desk:
        ts = await _answered(desk)
        asked = await desk.slack.person("alice").post("#general", "and for trainees?", ts)
        await desk.slack.wait_until(lambda: _acknowledged(desk, asked) or None)
        assert desk.bot.stores.question_log.get_question("TLUMIERE", "CGENERAL", asked)


async def test_a_follow_up_is_acknowledged_once_slack_has_told_of_its_thread_and_it_is_asked_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(thread_context, "_LONG_WAIT_SECONDS", 600.0)  # else it is looked at once more
    quick = replace(SLACK, ack_limit=0.2, retry_delays=(0.0, 0.2, 5.0))
    async with at_work(saying("25 days."), quick) as desk:
        ts = await _answered(desk)
        desk.slack.faults.delay("conversations.replies", 4.0)
        before = _thread_reads(desk)
        asked = await desk.slack.person("alice").post("#general", "and for trainees?", ts)
        await desk.slack.wait_until(lambda: sum(_of(sent, asked) for sent in desk.slack.sent) == 3 or None)
        assert desk.bot.stores.question_log.get_question("TLUMIERE", "CGENERAL", asked) is None
        await desk.slack.wait_until(lambda: _acknowledged(desk, asked) or None)
        assert desk.bot.stores.question_log.get_question("TLUMIERE", "CGENERAL", asked)
        await desk.finished()
        assert len(desk.replies_to(ts)) == 2
        # Once to see whether it follows up, once to answer.
        assert _thread_reads(desk) == before + 2


@pytest.mark.parametrize(("times", "answers"), [(1, 2), (9, 1)], ids=["once", "always"])
async def test_a_follow_up_of_whose_thread_slack_does_not_tell_is_decided_when_it_comes_again(
    times: int, answers: int
) -> None:
    quick = replace(SLACK, ack_limit=0.2, retry_delays=(0.0, 0.2, 0.2))
    async with at_work(saying("25 days."), quick) as desk:
        ts = await _answered(desk)
        desk.slack.faults.crash("conversations.replies", times=times)
        asked = await desk.slack.person("alice").post("#general", "and for trainees?", ts)
        await desk.slack.wait_until(lambda: _acknowledged(desk, asked) or None)
        assert not next(sent for sent in desk.slack.sent if _of(sent, asked)).acked
        await desk.finished()
        assert len(desk.replies_to(ts)) == answers


@pytest.mark.parametrize("code", [None, "ratelimited", "some_new_error"])
async def test_what_slack_may_not_say_again_leaves_a_follow_up_undecided(
    code: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = replace(SLACK, ack_limit=0.2, retry_delays=(0.0, 0.2, 0.2))
    refused = [code]

    async def once_refused(client: AsyncWebClient, asked: IncomingMessage) -> list[Json]:
        if refused:
            raise SlackApiError("refused", {"ok": False, "error": refused.pop()})  # type: ignore[no-untyped-call] # the SDK leaves it unannotated
        return await fetch_thread_replies(client, asked)

    async with at_work(saying("25 days."), quick) as desk:
        ts = await _answered(desk)
        monkeypatch.setattr(thread_follow_ups, "fetch_thread_replies", once_refused)
        await desk.slack.person("alice").post("#general", "and for trainees?", ts)
        await desk.slack.wait_until(lambda: len(desk.replies_to(ts)) == 2 or None)
        await desk.finished()


async def test_a_follow_up_is_answered_though_the_bot_is_killed_before_slack_has_told_of_its_thread() -> None:
    quick, index = replace(SLACK, ack_limit=0.2, retry_delays=(0.0, 0.2, 2.0)), open_temporary_qdrant()
    async with at_work(saying("25 days."), quick, index=index) as desk:
        ts = await _answered(desk)
        desk.slack.faults.delay("conversations.replies", 60.0)
        asked = await desk.slack.person("alice").post("#general", "and for trainees?", ts)
        await desk.slack.wait_until(lambda: any(_of(sent, asked) for sent in desk.slack.sent) or None)
        await desk.killed()
        async with connected(desk.slack, saying("20 days."), index=index) as heir:
            await heir.reply_to(ts, holding="20 days.")
            await heir.finished()
            assert (len(heir.replies_to(ts)), len(heir.answering.questions)) == (2, 1)


async def test_a_follow_up_that_is_edited_before_slack_has_told_of_its_thread_is_asked_as_it_reads_then() -> None:
    async with at_work(saying("25 days.")) as desk:
        ts = await _answered(desk)
        desk.slack.faults.limit("conversations.replies", retry_after=1)
        alice = desk.slack.person("alice")
        asked = await alice.post("#general", "and for traines?", ts)
        await alice.edit("CGENERAL", asked, "and for trainees?")
        await desk.slack.wait_until(lambda: _acknowledged(desk, asked) or None)
        await until(lambda: desk.answering.questions[-1].text == "and for trainees?")
        await desk.finished()
        assert len(desk.replies_to(ts)) == 2


async def test_a_follow_up_that_comes_while_the_index_is_away_is_not_lost() -> None:
    async with at_work(saying("25 days.")) as desk:
        ts = await _answered(desk)
        with desk.index_away():
            asked = await desk.slack.person("james").post("#general", "and for trainees?", ts)
            other = await desk.slack.person("alice").post("#general", "lunch?")
            await desk.slack.person("james").post("#general", "at noon?", other)
            sessions = desk.slack.workspace.sessions
            await desk.slack.wait_until(lambda: any(s.status == "processing" for s in sessions.values()) or None)
            assert not _acknowledged(desk, asked)
        await desk.slack.wait_until(lambda: len(desk.replies_to(ts)) == 2)
        await desk.finished()
        assert [question.text for question in desk.answering.questions] == ["how many days?", "and for trainees?"]


def _thread_reads(desk: Desk) -> int:
    return sum(call.method == "conversations.replies" for call in desk.slack.calls)


def _acknowledged(desk: Desk, ts: str) -> bool:
    return any(sent.acked and _of(sent, ts) for sent in desk.slack.sent)


def _of(sent: SentEnvelope, ts: str) -> bool:
    """Whether an envelope is about a message."""
    event = sent.payload["event"]
    return isinstance(event, dict) and event.get("ts") == ts


async def test_it_works_in_private_channels_and_in_group_messages() -> None:
    async with at_work(saying("25 days.")) as desk:
        for who, channel in (("alice", "#finance"), ("alice", "GDIRECTION")):
            alice = desk.slack.person(who)
            ts = await alice.post(channel, "<@USOUFFLEUR> how many days?")
            await desk.reply_to(ts)
            await desk.finished()
            await alice.post(channel, "and for trainees?", ts)
            await desk.slack.wait_until(lambda ts=ts: len(desk.replies_to(ts)) == 2)  # type: ignore[misc] # bound now


async def test_the_bot_steps_back_when_people_talk_to_each_other() -> None:
    async with at_work(saying("25 days.")) as desk:
        ts = await _answered(desk)
        before = sum(sent.acked for sent in desk.slack.sent)
        await desk.slack.person("james").post("#general", "@alice is that right?", ts)
        await desk.slack.person("alice").post("#general", "where did you read it?", ts)
        await _heard(desk, before + 2)
        assert len(desk.answering.questions) == 1


async def test_a_mention_in_its_thread_is_answered_once() -> None:
    async with at_work(saying("25 days.")) as desk:
        ts = await _answered(desk)
        before = sum(sent.acked for sent in desk.slack.sent)
        await desk.slack.person("james").post("#general", "<@USOUFFLEUR> and for trainees?", ts)
        await desk.slack.wait_until(lambda: len(desk.replies_to(ts)) == 2)
        await _heard(desk, before + 2)
        assert len(desk.answering.questions) == 2


async def test_other_threads_and_the_channel_itself_are_none_of_its_business() -> None:
    async with at_work(saying("25 days.")) as desk:
        james = desk.slack.person("james")
        ts = await james.post("#general", "who has the keys?")
        await james.post("#general", "nobody?", ts)
        await _heard(desk, 2)
        assert desk.answering.questions == []
        assert all(call.method != "conversations.replies" for call in desk.slack.calls)


async def test_where_mentions_are_asked_for_a_thread_does_not_go_on_by_itself() -> None:
    async with at_work(saying("25 days."), follow_ups="mentions") as desk:
        ts = await _answered(desk)
        before = sum(sent.acked for sent in desk.slack.sent)
        await desk.slack.person("james").post("#general", "and for trainees?", ts)
        await _heard(desk, before + 1)
        assert len(desk.answering.questions) == 1


async def test_a_conversation_in_the_direct_messages_is_named_by_its_first_question() -> None:
    async with at_work(saying("25 days.")) as desk:
        ts = await desk.slack.person("james").dm("How many days of leave do we have?")
        await desk.reply_to(ts)
        assert desk.slack.workspace.titles["DJAMES", ts].title == "How many days of leave do we have?"


def said(*texts: str, by: str = ALICE) -> list[ThreadMessage]:
    return [ThreadMessage(by, text) for text in texts]


@pytest.mark.parametrize(
    ("thread", "meant"),
    [
        ([ASKED, ANSWER, *said("and for trainees?")], True),
        ([ASKED, ANSWER, *said("et pour les stagiaires")], True),
        ([ASKED, ANSWER, *said("and in Brussels?", by=JAMES)], True),
        ([ASKED, ANSWER, *said("one more thing", "how are they counted?")], True),
        ([ASKED, ANSWER, *said("and for trainees?"), ANSWER, *said("since when?")], True),
        ([ASKED, ANSWER, *said("2027?")], True),
        ([ASKED, ANSWER, *said("2027")], True),
        ([ThreadMessage(BOT, "shared"), *said("since when?")], True),
        ([ASKED, ANSWER, *said("how about Brussels", by=JAMES)], True),
        ([ASKED, ANSWER, *said("et pour quelle équipe", by=JAMES)], False),
        ([ASKED, ANSWER, *said("et combien à Bruxelles", by=JAMES)], True),
        ([ASKED, ANSWER, *said("I think it is 25 days.", by=JAMES)], False),
        ([ASKED, ANSWER, *said("That is wrong.", by=JAMES)], False),
        ([ASKED, ANSWER, *said("We should tell Ana", by=JAMES)], False),
        ([ASKED, ANSWER, *said("is that so", by=JAMES)], True),
        ([ASKED, ANSWER, *said("I think it is 25 days.")], True),
        ([ASKED, ANSWER, *said(f"<@{JAMES}> is that right?")], False),
        ([ASKED, ANSWER, *said("<!here> is that right?")], False),
        ([ASKED, ANSWER, *said(f"<@{JAMES}> is that right?", "I doubt it")], False),
        ([ASKED, ANSWER, *said(f"<@{JAMES}> is that right?"), *said("I think so", by=JAMES)], False),
        ([ASKED, ANSWER, *said("no, it changed", by=JAMES), *said("since when?")], False),
        ([ASKED, ANSWER, *said("no, it changed", by=JAMES), *said("Souffleur, since when?")], True),
        ([ASKED, ANSWER, *said("no, it changed", by=JAMES), *said("et toi, souffleur ?")], True),
        ([ASKED, ANSWER, *said("no, it changed", by=JAMES), *said(f"<@{BOT}> since when?")], True),
        ([ASKED, ANSWER, *said(f"<@{BOT}> and <@{JAMES}>, since when?")], True),
        ([ASKED, ANSWER, *said("the souffleur said 25 days")], True),
        ([ASKED, ANSWER, *said("ok", by=JAMES), *said("the souffleur was right about it")], False),
        ([ASKED, ANSWER, *said("merci beaucoup !")], False),
        ([ASKED, ANSWER, *said("Thank you, that's very clear :+1:")], False),
        ([ASKED, ANSWER, *said("👍")], False),
        ([ASKED, ANSWER, *said("")], False),
        ([ASKED, ANSWER, *said("merci, et pour les stagiaires")], True),
        ([ASKED, *said("and for trainees?")], True),
        ([ASKED, *said("thanks in advance, what about trainees")], True),
        ([ASKED, *said("25, I think", by=JAMES)], False),
        (said("hello", "anybody there?"), False),
        (said("anybody there?"), False),
        ([], False),
    ],
    ids=lambda value: value[-1].text[:40] if isinstance(value, list) and value else str(value),
)
def test_the_bot_follows_a_talk_with_it_and_steps_back_from_one_between_people(
    thread: list[ThreadMessage], meant: bool
) -> None:
    assert is_follow_up(thread, BOT, "Souffleur") is meant
