from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest

from bot.answering.answer import Answer, AnswerEvent
from bot.answering.question import Question
from bot.answering.understanding.counter_questions import Option
from bot.slack.views.sources import ChoiceButton, render_choices
from playground.slack.app import serve_slack
from playground.slack.rules.blocks import find_block_problems
from playground.slack.state.records import Message
from tests.bot.slack.running_bot import SLACK, at_work, connected, shown
from tests.doubles.temporary_qdrant import open_temporary_qdrant

OPTIONS = (Option("Travel — Policy", "policy › Policy › Travel"), Option("Meals — Policy", "policy › Policy › Meals"))


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
        await desk.slack.block_actions.press_in_message(
            james.user, desk.slack.workspace.channels[back.channel], back, pressed
        )
        await desk.finished()
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
        camille = desk.slack.person("camille")
        back = await desk.reply_to(await desk.slack.person("james").dm("policy"), holding="What is it about?")
        await desk.finished()
        ts = await camille.post("#general", "bonjour")
        message = await desk.slack.wait_for(lambda m: m.ts == ts)
        general = desk.slack.workspace.channels["CGENERAL"]
        await desk.slack.block_actions.press_in_message(camille.user, general, message, _buttons(back)[0])
        await desk.finished()
        assert len(desk.answering.questions) == 1
        assert "What is it about?" in shown(await desk.slack.wait_for(lambda m: m.key == back.key))


async def test_a_private_choice_is_no_other_person_s() -> None:
    """The answer would come for whoever pressed, in the place of another person's question."""
    async with at_work(ask_back_once) as desk:
        camille = desk.slack.person("camille")
        await desk.slack.person("james").command("/ask", "policy", "#general")
        back = await desk.slack.wait_for(lambda m: m.ephemeral_to == "UJAMES" and "What is it about?" in shown(m))
        ts = await camille.post("#general", "bonjour")
        message = await desk.slack.wait_for(lambda m: m.ts == ts)
        general = desk.slack.workspace.channels["CGENERAL"]
        await desk.slack.block_actions.press_in_message(camille.user, general, message, _buttons(back)[0])
        await desk.finished()
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
