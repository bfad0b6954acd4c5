"""The buttons below an answer: *Share in channel*, *Ask again*, and the choices below a question back."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, cast

import pytest

from bot.answering.answer import Answer, AnswerEvent
from bot.answering.question import Question
from bot.answering.understanding.counter_questions import Option
from bot.answering.verification.citations import extract_citations
from bot.slack.questions import private_answer as private
from bot.slack.questions.private_answer import ASK_AGAIN_BUTTON, SHARE_BUTTON
from bot.slack.views.sources import RATE_ACTION, ChoiceButton, render_choices
from knowledge.core.passages import FoundPassage, passages_from_excerpts
from playground.slack.app import serve_slack
from playground.slack.rules.blocks import find_block_problems
from playground.slack.state.records import Message
from playground.slack.web_api.json_values import JsonObject, as_objects
from tests.bot.slack.running_bot import (
    HANDBOOK,
    SLACK,
    asked,
    at_work,
    cited,
    connected,
    document,
    indexed,
    made,
    saying,
    shown,
)
from tests.doubles.temporary_qdrant import open_temporary_qdrant

NOTHING_MORE: JsonObject = {
    "reason": {"reason": {"type": "radio_buttons", "selected_option": None}},
    "words": {"words": {"type": "plain_text_input", "value": None}},
}
OPTIONS = (Option("Travel — Policy", "policy › Policy › Travel"), Option("Meals — Policy", "policy › Policy › Meals"))


async def test_a_private_answer_is_shared_with_its_sources_and_who_asked() -> None:
    async with at_work(cited()) as desk:
        indexed(desk, HANDBOOK, [made()])
        await desk.slack.person("james").click(await asked(desk), SHARE_BUTTON)
        public = await desk.slack.wait_for(lambda m: not m.ephemeral_to and "Two days" in shown(m))
        assert "<@UJAMES> asked me: *how many days?*" in shown(public)
        assert "[1] Handbook, p. 12" in shown(public)
        assert "Show passage 1" in shown(public)
        assert SHARE_BUTTON not in str(public.blocks)
        await desk.finished()
        line, answer = desk.slack.messages
        assert (line.ephemeral_to, answer.ephemeral_to) == ("UJAMES", None)


async def test_copies_that_the_asker_may_know_are_not_shown_to_a_channel() -> None:
    secret = passages_from_excerpts(document("board/secret.pdf"), [made().excerpt])[0]
    [citation] = extract_citations("[1]", [FoundPassage(made(), 0.5, (secret,))])
    async with at_work(saying("Two days [1].", citations=(citation,), passages=(FoundPassage(made(), 0.5),))) as desk:
        indexed(desk, HANDBOOK, [made()])
        private = await asked(desk)
        assert "also in board/secret.pdf" in shown(private)
        await desk.slack.person("james").click(private, SHARE_BUTTON)
        public = await desk.slack.wait_for(lambda m: not m.ephemeral_to and "Two days" in shown(m))
        assert "secret" not in shown(public)


async def test_sharing_from_a_message_for_all_leaves_that_message() -> None:
    """A forged press: Slack would delete the message that the press says it came from."""
    async with at_work(cited()) as desk:
        indexed(desk, HANDBOOK, [made()])
        james = desk.slack.person("james")
        private = await asked(desk)
        buttons = [one for block in private.blocks for one in as_objects(block.get("elements"))]
        [button] = [one for one in buttons if one.get("action_id") == SHARE_BUTTON]
        ts = await james.post("#general", "@souffleur how many days?")
        public = await desk.slack.wait_for(lambda m: m.thread_ts == ts and bool(m.bot_id) and not m.streaming)
        await desk.press("james", public, button)
        await desk.slack.wait_for(lambda m: not m.ephemeral_to and "asked me" in shown(m))
        await desk.finished()
        assert desk.slack.workspace.message(public.channel, public.ts)


async def test_sharing_twice_posts_once() -> None:
    async with at_work(cited()) as desk:
        indexed(desk, HANDBOOK, [made()])
        message, james = await asked(desk), desk.slack.person("james")
        await james.click(message, SHARE_BUTTON)
        await james.click(message, SHARE_BUTTON)
        await desk.slack.wait_for(lambda m: bool(m.ephemeral_to) and "shared already" in shown(m))
        await desk.finished()
        assert sum("Two days" in shown(m) and not m.ephemeral_to for m in desk.slack.messages) == 1


async def test_what_not_everybody_may_read_is_not_shared_and_the_answer_stays() -> None:
    async with at_work(cited()) as desk:
        await desk.slack.person("james").click(await asked(desk), SHARE_BUTTON)
        await desk.slack.wait_for(lambda m: bool(m.ephemeral_to) and "cannot share" in shown(m))
        assert all(m.ephemeral_to for m in desk.slack.messages)
        assert any("Two days" in shown(m) for m in desk.slack.messages)


async def test_sharing_works_where_the_bot_is_no_member() -> None:
    async with at_work(cited()) as desk:
        indexed(desk, HANDBOOK, [made()])
        await desk.slack.person("james").click(await asked(desk, "#projets"), SHARE_BUTTON)
        await desk.slack.wait_for(lambda m: m.channel == "CPROJETS" and not m.ephemeral_to and "Two days" in shown(m))


async def test_asking_again_answers_anew_in_the_same_place() -> None:
    async with at_work(cited()) as desk:
        first = await asked(desk)
        await desk.slack.person("james").click(first, ASK_AGAIN_BUTTON)
        await desk.slack.wait_until(lambda: len(desk.answering.questions) == 2)
        await desk.finished()
        assert [question.text for question in desk.answering.questions] == ["how many days?"] * 2
        assert [m.ts for m in desk.slack.messages if "Share in channel" in shown(m)] == [first.ts]
        assert len(desk.slack.messages) == 2


async def test_asking_again_twice_asks_once_and_later_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    async with at_work(cited()) as desk:
        first, james = await asked(desk), desk.slack.person("james")
        await asyncio.gather(james.click(first, ASK_AGAIN_BUTTON), james.click(first, ASK_AGAIN_BUTTON))
        await desk.slack.wait_until(lambda: len(desk.answering.questions) == 2)
        await desk.finished()
        await james.click(first, ASK_AGAIN_BUTTON)  # a little late
        await desk.finished()
        assert len(desk.answering.questions) == 2
        monkeypatch.setattr(private, "_PRESSED_TWICE_SECONDS", 0.0)
        for times in (3, 4):  # on a device that still shows the first answer
            await asyncio.gather(james.click(first, ASK_AGAIN_BUTTON), james.click(first, ASK_AGAIN_BUTTON))
            await desk.slack.wait_until(lambda times=times: len(desk.answering.questions) == times or None)  # type: ignore[misc] # bound now
            await desk.finished()
        assert len(desk.answering.questions) == 4


@pytest.mark.parametrize(("days", "says"), [(30, "<@UJAMES> asked me"), (0, "only until I am restarted")])
async def test_after_a_restart_an_answer_is_shared_if_answers_are_kept(days: float, says: str) -> None:
    index = open_temporary_qdrant()
    async with serve_slack(SLACK) as slack:
        async with connected(slack, cited(), index=index, journal_days=days) as desk:
            indexed(desk, HANDBOOK, [made()])
            private = await asked(desk)
            await desk.finished()
        assert any("_private" in c.name for c in index.get_collections().collections) == (days > 0)
        async with connected(slack, cited(), index=index, journal_days=days) as desk:
            await slack.person("james").click(private, SHARE_BUTTON)
            told = shown(await slack.wait_for(lambda m: m.ts != private.ts and says in shown(m)))
            assert ("[1] Handbook, p. 12" in told) == (days > 0)
            await desk.finished()
            await slack.person("james").click(private, ASK_AGAIN_BUTTON)
            await slack.wait_until(lambda: desk.answering.questions)
            assert [question.text for question in desk.answering.questions] == ["how many days?"]
            await desk.finished()


@pytest.mark.parametrize("channel", ["#general", "#projets"])
@pytest.mark.parametrize("thumb", ["positive", "negative"])
async def test_anybody_in_the_channel_can_rate_a_shared_answer(channel: str, thumb: str) -> None:
    async with at_work(cited()) as desk:
        indexed(desk, HANDBOOK, [made()])
        await desk.slack.person("james").click(await asked(desk, channel), SHARE_BUTTON)
        public = await desk.slack.wait_for(lambda m: not m.ephemeral_to and "Two days" in shown(m))
        alice = desk.slack.person("alice")
        await alice.click(public, RATE_ACTION, value=thumb)
        if thumb == "negative":
            modal = await desk.slack.wait_until(lambda: next((v for v in desk.slack.views if v.kind == "modal"), None))
            assert await alice.submit(modal, dict(NOTHING_MORE)) == {}
        await desk.slack.wait_for(lambda m: m.ephemeral_to == "UALICE" and shown(m).startswith(("Thank", "Merci")))
        await desk.finished()
        (record,) = desk.bot.stores.question_log.list_questions_since(0)
        (vote,) = desk.bot.stores.vote_store.list_votes([record.id])
        assert (vote.user, vote.liked, record.text) == ("UALICE", thumb == "positive", "how many days?")


async def test_an_answer_that_could_not_be_shared_is_kept_no_longer_for_that() -> None:
    async with at_work(cited()) as desk:
        private = await asked(desk)
        await desk.finished()
        records = desk.bot.stores.shared_answers.records
        (record,) = records.list_records()
        records.put_record(record.name, replace(record, at=1.0 + time.time() - 29 * 86_400.0))
        (old,) = records.list_records()
        await desk.slack.person("james").click(private, SHARE_BUTTON)
        await desk.slack.wait_for(lambda m: bool(m.ephemeral_to) and "cannot share" in shown(m))
        await desk.finished()
        assert list(records.list_records()) == [old]


def _buttons(message: Message) -> list[dict[str, Any]]:
    return [
        element for block in message.blocks if block["type"] == "actions" for element in cast("Any", block["elements"])
    ]


async def ask_back_once(question: Question) -> AsyncIterator[AnswerEvent]:
    """Asks back what is vague, and answers what was chosen."""
    if question.text == "policy":
        yield Answer("What is it about?", "unclear", "en", options=OPTIONS)
    else:
        yield Answer(f"On {question.text}: yes.", "answered", "en")


async def test_a_choice_is_answered_in_place_of_the_question_back_once() -> None:
    async with at_work(ask_back_once) as desk:
        james = desk.slack.person("james")
        ts = await james.dm("policy")
        back = await desk.reply_to(ts, holding="What is it about?")
        assert [button["text"]["text"] for button in _buttons(back)] == [one.label for one in OPTIONS]
        await james.click(back, "choose_question_2")
        await desk.reply_to(ts, holding="Meals: yes.")
        pressed = _buttons(back)[0]
        await desk.press("james", back, pressed)
        [only] = desk.replies_to(ts)
        assert [question.text for question in desk.answering.questions] == ["policy", OPTIONS[1].question]
    assert "What is it about?" not in shown(only)
    assert only.ts == back.ts


async def test_a_choice_outlasts_a_restart_of_the_bot() -> None:
    with contextlib.closing(open_temporary_qdrant()) as index:
        async with serve_slack(SLACK) as slack:
            async with connected(slack, ask_back_once, index=index) as before:
                ts = await slack.person("james").dm("policy")
                back = await before.reply_to(ts, holding="What is it about?")
                await before.finished()
            async with connected(slack, ask_back_once, index=index) as after:
                await slack.person("james").click(back, "choose_question_1")
                await after.reply_to(ts, holding="Travel: yes.")
                assert len(after.replies_to(ts)) == 1


async def test_another_person_s_choice_is_answered_for_them_with_the_rights_of_the_channel() -> None:
    async with at_work(ask_back_once) as desk:
        ts = await desk.slack.person("james").post("#general", "@souffleur policy")
        back = await desk.reply_to(ts, holding="What is it about?")
        await desk.slack.person("camille").click(back, "choose_question_1")
        await desk.reply_to(ts, holding="Travel: yes.")
        first, second = desk.answering.questions
        [record] = desk.bot.stores.question_log.list_questions_since(0)
    assert first.audience == second.audience
    assert record.user == "UCAMILLE"


async def test_a_choice_pressed_in_another_conversation_asks_nothing() -> None:
    """The answer would stand in the asker's conversation, with the rights of whoever pressed."""
    async with at_work(ask_back_once) as desk:
        back = await desk.reply_to(await desk.slack.person("james").dm("policy"), holding="What is it about?")
        await desk.finished()
        await desk.press("camille", await desk.posted("camille", "bonjour"), _buttons(back)[0])
        assert len(desk.answering.questions) == 1
        assert "What is it about?" in shown(await desk.slack.wait_for(lambda m: m.key == back.key))


async def test_a_private_choice_is_no_other_person_s() -> None:
    """The answer would come for whoever pressed, in the place of another person's question."""
    async with at_work(ask_back_once) as desk:
        await desk.slack.person("james").command("/ask", "policy", "#general")
        back = await desk.slack.wait_for(lambda m: m.ephemeral_to == "UJAMES" and "What is it about?" in shown(m))
        await desk.press("camille", await desk.posted("camille", "bonjour"), _buttons(back)[0])
        assert [question.text for question in desk.answering.questions] == ["policy"]


async def test_a_private_choice_is_answered_privately() -> None:
    async with at_work(ask_back_once) as desk:
        james = desk.slack.person("james")
        await james.command("/ask", "policy", "#general")
        back = await desk.slack.wait_for(lambda m: m.ephemeral_to == james.id and "What is it about?" in shown(m))
        assert "Share in channel" not in shown(back)
        await james.click(back, "choose_question_1")
        answer = await desk.slack.wait_for(lambda m: m.ephemeral_to == james.id and "Travel: yes." in shown(m))
        assert "Share in channel" in shown(answer)


async def test_with_no_days_of_journal_a_choice_is_answered_too() -> None:
    async with at_work(ask_back_once, journal_days=0) as desk:
        james = desk.slack.person("james")
        ts = await james.dm("policy")
        await james.click(await desk.reply_to(ts, holding="What is it about?"), "choose_question_1")
        await desk.reply_to(ts, holding="Travel: yes.")


@pytest.mark.parametrize("value", ["", "id", "id\n", "\nquestion", "id\n  "])
def test_a_value_that_is_none_of_ours_asks_nothing(value: str) -> None:
    assert ChoiceButton.button_from_value(value) is None


def test_the_buttons_fit_into_slack_and_without_a_log_the_choices_are_lines() -> None:
    long = tuple(Option("w" * 75, "q" * 5_000) for _ in range(3))
    assert find_block_problems(render_choices(long, "id")) == []
    assert render_choices(OPTIONS, "")[0]["text"]["text"] == "• Travel — Policy\n• Meals — Policy"
