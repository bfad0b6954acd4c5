"""The button *Look also in what I may read* below an answer in a channel."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.answering.answer import Answer, AnswerEvent, AnswerText
from bot.answering.question import Question
from bot.slack.questions.private_answer import ASK_AGAIN_BUTTON, LOOK_FURTHER_BUTTON
from knowledge.core.access import EVERYONE
from knowledge.core.documents import Document
from knowledge.core.passages import Excerpt, passages_from_excerpts
from playground.slack.state.records import Message
from tests.bot.slack.running_bot import Desk, at_work, document, found, indexed, saying, shown, until

OPEN = document("handbook.pdf", title="Handbook")
FINANCE = document("#finance/fund.pdf", title="Fund", audience=frozenset({"CFINANCE"}))
QUESTION = "How big is the fund?"


async def told(question: Question) -> AsyncIterator[AnswerEvent]:
    """An answer that names the audience it is for."""
    text = " ".join(sorted(question.audience.groups))
    yield AnswerText(text)
    yield Answer(text, "answered", "en", searched=f"searched: {question.text}")


def store(desk: Desk, *documents: Document) -> None:
    for one in documents:
        indexed(desk, one, passages_from_excerpts(one, [Excerpt(f"About {one.title}.", 1)]))


async def ask(desk: Desk, who: str, channel: str, text: str = QUESTION, thread: str | None = None) -> Message:
    asked = len(desk.answering.questions)
    ts = await desk.slack.person(who).post(channel, f"@souffleur {text}", thread)
    await desk.slack.wait_until(lambda: len(desk.answering.questions) > asked)
    await desk.finished()
    return [m for m in desk.slack.messages if m.bot_id and m.thread_ts == (thread or ts) and not m.ephemeral_to][-1]


async def press(desk: Desk, who: str, message: Message) -> list[Message]:
    """What the person alone sees after pressing."""
    before = len(desk.slack.messages)
    await desk.slack.person(who).click(message, LOOK_FURTHER_BUTTON)
    await desk.finished()
    return [m for m in desk.slack.messages[before:] if m.bot_id]


async def test_whoever_may_read_more_than_the_channel_is_offered_it_and_answered_alone() -> None:
    async with at_work(told) as desk:
        store(desk, OPEN, FINANCE)
        answer = await ask(desk, "camille", "#general")
        assert "CFINANCE" not in shown(answer)
        assert "Look also in what I may read" in shown(answer)
        line, private = await press(desk, "camille", answer)
        assert "only you see it" in shown(line)
        assert "CFINANCE" in shown(private)
        assert {m.ephemeral_to for m in (line, private)} == {"UCAMILLE"}
        assert {m.thread_ts for m in (line, private)} == {answer.thread_ts}
        assert desk.answering.questions[-1].text == QUESTION


@pytest.mark.parametrize(
    ("who", "channel", "documents"),
    [
        pytest.param("camille", "#finance", (OPEN, FINANCE), id="the channel may read all of it"),
        pytest.param("james", "#general", (OPEN, FINANCE), id="the asker is not in the other channel"),
        pytest.param("camille", "#general", (OPEN,), id="there is nothing else"),
    ],
)
async def test_who_may_read_no_more_is_offered_nothing(who: str, channel: str, documents: tuple[Document, ...]) -> None:
    async with at_work(told) as desk:
        store(desk, *documents)
        assert LOOK_FURTHER_BUTTON not in str((await ask(desk, who, channel)).blocks)


async def test_in_direct_messages_nothing_more_can_be_offered() -> None:
    async with at_work(told) as desk:
        store(desk, OPEN, FINANCE)
        ts = await desk.slack.person("camille").dm(QUESTION)
        assert LOOK_FURTHER_BUTTON not in str((await desk.reply_to(ts)).blocks)


async def test_another_person_who_presses_is_answered_by_their_own_rights() -> None:
    async with at_work(told) as desk:
        store(desk, OPEN, FINANCE)
        answer = await ask(desk, "camille", "#general")
        _, private = await press(desk, "james", answer)
        assert private.ephemeral_to == "UJAMES"
        assert "CFINANCE" not in shown(private)
        assert EVERYONE in shown(private)


async def test_a_follow_up_is_looked_up_as_it_was_completed() -> None:
    async with at_work(told) as desk:
        store(desk, OPEN, FINANCE)
        first = await ask(desk, "camille", "#general")
        answer = await ask(desk, "camille", "#general", "and last year?", first.thread_ts)
        await press(desk, "camille", answer)
        assert desk.answering.questions[-1].text == "searched: and last year?"


async def test_pressed_twice_it_asks_once() -> None:
    async with at_work(told) as desk:
        store(desk, OPEN, FINANCE)
        answer = await ask(desk, "camille", "#general")
        for _ in range(2):
            await press(desk, "camille", answer)
        assert len(desk.answering.questions) == 2


def kept(desk: Desk) -> str:
    """All that is kept of questions and private answers."""
    questions = desk.bot.stores.question_log.repository.list_records()
    return "\n".join(map(str, (*questions, *desk.bot.stores.shared_answers.records.list_records())))


@pytest.mark.parametrize(
    ("again", "journal_days"), [(False, 30.0), (True, 30.0), (False, 0.0)], ids=["once", "asked again", "no journal"]
)
async def test_a_deleted_question_is_forgotten_with_what_was_asked_below_its_answer(
    again: bool, journal_days: float
) -> None:
    async with at_work(told, journal_days=journal_days) as desk:
        store(desk, OPEN, FINANCE)
        answer = await ask(desk, "camille", "#general")
        _, private = await press(desk, "camille", answer)
        if again:
            await desk.slack.person("camille").click(private, ASK_AGAIN_BUTTON)
            await desk.finished()
        assert QUESTION in kept(desk)
        await desk.slack.person("camille").delete("#general", answer.thread_ts or "")
        await until(lambda: QUESTION not in kept(desk), 10)
        assert not list(desk.bot.stores.shared_answers.records.list_records())


async def test_the_search_in_private_knows_what_the_answer_above_was_written_from() -> None:
    async with at_work(saying("Ten [1].", passages=(found(),))) as desk:
        store(desk, OPEN, FINANCE)
        answer = await ask(desk, "camille", "#general")
        assert desk.answering.questions[-1].known_passages is None
        _, private = await press(desk, "camille", answer)
        assert desk.answering.questions[-1].known_passages == {"id"}
        await desk.slack.person("camille").click(private, ASK_AGAIN_BUTTON)
        await desk.finished()
        assert desk.answering.questions[-1].known_passages == {"id"}


async def test_where_no_questions_are_kept_the_private_search_answers_as_ever() -> None:
    async with at_work(saying("Ten [1].", passages=(found(),)), journal_days=0.0) as desk:
        store(desk, OPEN, FINANCE)
        await press(desk, "camille", await ask(desk, "camille", "#general"))
        assert desk.answering.questions[-1].known_passages is None
