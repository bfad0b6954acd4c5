"""The steps of an answer that takes a while: what was done, which documents were read, and where Slack refuses it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.answering.answer import Answer, AnswerEvent, AnswerText, Progress
from bot.answering.question import Question
from bot.slack.replies.steps import ReplyStep, StepList, StepSource
from knowledge.core.passages import FoundPassage
from playground.slack.state.records import Message
from tests.bot.slack.running_bot import Desk, at_work, found, shown

FOUND = (found(), found("Another passage of it."))
TEMPLATE = "https://docs.example.com/{path}#page={page}"


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A step is shown without a delay."""
    monkeypatch.setattr("bot.slack.replies.stream.STEP_SECONDS", 0.0)


class Slowly:
    """A script that ends each step when it is told to."""

    def __init__(self, *passages: FoundPassage) -> None:
        self.searched, self.written = asyncio.Event(), asyncio.Event()
        self.passages = passages

    async def __call__(self, _: Question) -> AsyncIterator[AnswerEvent]:
        yield Progress("searching")
        await self.searched.wait()
        yield Progress("writing", len(self.passages), self.passages)
        await self.written.wait()
        yield AnswerText("Two days.")
        yield Answer("Two days.", "answered", "en")


async def show_reading(desk: Desk, script: Slowly) -> Message:
    """The message while the model writes."""
    await desk.slack.person("james").post("#general", "@souffleur how many days?")
    await desk.slack.wait_for(lambda m: len(m.tasks) == 1)
    script.searched.set()
    return await desk.slack.wait_for(lambda m: len(m.tasks) == 3)


@pytest.mark.parametrize("template", [None, TEMPLATE], ids=["by name", "with its address"])
async def test_the_documents_that_are_read_are_a_step_of_their_own(template: str | None) -> None:
    script = Slowly(*FOUND)
    async with at_work(script, document_url_template=template) as desk:
        message = await show_reading(desk, script)
        assert [(task.title, task.status) for task in message.tasks] == [
            ("Searching the documents", "complete"),
            ("Documents consulted for this answer", "complete"),
            ("Writing (passages at hand: 2)…", "in_progress"),
        ]
        address = "https://docs.example.com/hr/staff%20handbook.pdf#page=12"
        linked = ({"type": "url", "url": address, "text": "Staff handbook"},)
        read = message.tasks[1]
        assert (read.output, read.sources) == (("", linked) if template else ("Staff handbook", ()))
        assert (message.has_plan, message.plan_title) == (True, "Writing (passages at hand: 2)…")
        script.written.set()
        ended = await desk.reply_to(message.thread_ts or "", holding="Two days.")
        assert {task.status for task in ended.tasks} == {"complete"}
        assert ended.plan_title == "Documents consulted for this answer"


async def test_a_title_that_imitates_a_mention_stays_words_in_a_step() -> None:
    hostile = replace(found(), passage=replace(found().passage, title="<!channel> *Plan* <https://evil.example|here>"))
    script = Slowly(hostile)
    async with at_work(script) as desk:
        message = await show_reading(desk, script)
        assert "<" not in message.tasks[1].output
        assert "*" not in message.tasks[1].output
        script.written.set()
        await desk.finished()


async def test_where_slack_refuses_steps_the_answer_streams_without_and_they_are_sent_no_more() -> None:
    async def script(_: Question) -> AsyncIterator[AnswerEvent]:
        yield Progress("searching")
        await desk.slack.wait_until(lambda: "chat.startStream" in [call.method for call in desk.slack.calls])
        yield AnswerText("Two days.")
        yield Answer("Two days.", "answered", "en")

    async with at_work(script) as desk:
        desk.slack.faults.fail("chat.startStream", "invalid_chunks")
        for count in (1, 2):
            ts = await desk.slack.person("james").dm("How many days?")
            answer = await desk.reply_to(ts, holding="Two days.")
            assert (answer.tasks, shown(answer).count("Two days.")) == ((), 1)
            await desk.finished()
            begun = [call for call in desk.slack.calls if call.method == "chat.startStream"]
            assert [call.error for call in begun] == ["invalid_chunks", *[""] * count]
        assert "chat.postMessage" not in [call.method for call in desk.slack.calls]


def test_a_step_that_gives_way_is_replaced_and_only_changes_are_told() -> None:
    steps = StepList()
    steps.add_step(ReplyStep("Place 2 in line…", gives_way=True))
    assert [chunk.get("title") for chunk in steps.take_changes()] == ["Place 2 in line…"] * 2
    steps.add_step(ReplyStep("Searching…"))
    assert steps.take_changes() == [
        {"type": "plan_update", "title": "Searching…"},
        {"type": "task_update", "id": "step1", "title": "Searching…", "status": "in_progress"},
    ]
    assert steps.take_changes() == []
    steps.add_step(ReplyStep("Read: 1", (StepSource("Plan"),), is_over=True))
    assert [(one["id"], one["status"]) for one in steps.take_changes()[1:]] == [
        ("step1", "complete"),
        ("step2", "complete"),
    ]
    assert steps.take_changes(is_end=True) == []
