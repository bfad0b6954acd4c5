"""The workflow step *Ask Souffleur*: a question in, answer and sources out."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.answering.understanding.counter_questions import Option
from bot.cli.manifest import add_workflow_step
from bot.slack.handlers.workflow_step import STEP
from bot.slack.i18n.catalogue import get_texts
from knowledge.core.access import EVERYONE
from knowledge.core.failures import ModelUnavailable
from playground.slack.web_api.methods_agent import StepExecution
from tests.bot.slack.running_bot import MANIFEST, Desk, Scripted, at_work, citation, saying, until


async def run(desk: Desk, question: str) -> StepExecution:
    """The step's end."""
    name = desk.slack.run_step(STEP, {"question": question})
    await until(lambda: not desk.slack.functions.executions[name].is_running)
    await desk.finished()
    return desk.slack.functions.executions[name]


async def test_a_step_gets_answer_and_sources_from_what_all_members_may_read() -> None:
    async with at_work(saying("**Two** days <!channel> [1].", citations=(citation(),)), workflow_step="on") as desk:
        ended = await run(desk, "How many days?")
        assert ended.outputs
        assert ended.outputs["answer"] == "Two days channel [1]."
        assert str(ended.outputs["sources"]).startswith("[1] ")
        (question,) = desk.answering.questions
        assert (question.text, question.audience.groups) == ("How many days?", frozenset({EVERYONE}))
        assert not desk.slack.messages, "nothing is posted"


@pytest.mark.parametrize(
    ("setting", "question", "said"),
    [("off", "How many days?", "WORKFLOW_STEP=on"), ("on", "  ", "no question")],
    ids=["off", "no question"],
)
async def test_a_step_that_cannot_be_answered_fails_with_a_sentence(setting: str, question: str, said: str) -> None:
    async with at_work(saying("Two days."), workflow_step=setting) as desk:
        ended = await run(desk, question)
        assert (ended.outputs, said in ended.error, desk.answering.questions) == (None, True, [])


async def test_a_step_whose_model_is_away_fails_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(self: Scripted, _: object) -> object:
        raise ModelUnavailable("away")

    monkeypatch.setattr(Scripted, "answer_question", away)
    async with at_work(saying("?"), workflow_step="on") as desk:
        ended = await run(desk, "How many days?")
        assert ended.outputs is None
        assert ended.error == get_texts("en").model_away


async def test_an_address_in_an_answer_or_a_title_is_words_in_the_outputs() -> None:
    named = replace(citation(), document="www.evil.test *Plan*")
    script = saying("See `https://evil.test/login?d=secret` or `eve@evil.test` [1].", citations=(named,))
    async with at_work(script, workflow_step="on") as desk:
        outputs = (await run(desk, "Where?")).outputs or {}
        assert outputs["answer"] == "See https evil test login d secret or eve evil test [1]."
        assert str(outputs["sources"]).startswith("[1] www evil test ∗Plan∗")


async def test_a_vague_question_gets_what_it_may_mean_as_lines() -> None:
    options = (Option("Leave › Remote *work*", "Leave?"), Option("Travel www.evil.test", "Travel?"))
    script = saying("What is it about?", state="unclear", options=options)
    async with at_work(script, workflow_step="on") as desk:
        ended = await run(desk, "leave")
        assert ended.outputs == {"answer": "What is it about?\n• Leave › Remote ∗work∗\n• Travel www evil test"}


async def test_a_step_that_slack_tells_of_twice_is_answered_once() -> None:
    async with at_work(saying("Two days."), workflow_step="on") as desk:
        desk.slack.delivery.losses.events_twice = 1
        await run(desk, "How many days?")
        await desk.finished()
        assert len(desk.answering.questions) == 1


def test_the_manifest_with_the_step_declares_what_it_takes_and_gives() -> None:
    made = add_workflow_step(json.loads(MANIFEST.read_text(encoding="utf-8")))
    assert list(made["functions"]) == [STEP]
    assert set(made["functions"][STEP]["input_parameters"]) == {"question"}
    assert set(made["functions"][STEP]["output_parameters"]) == {"answer", "sources"}
    assert made["settings"]["function_runtime"] == "remote"
    assert made["settings"]["socket_mode_enabled"]
