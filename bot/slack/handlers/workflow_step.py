"""Answers the workflow step *Ask Souffleur*, where `WORKFLOW_STEP` is on: a question in, answer and sources out.

Who reads what a workflow makes of the answer is not known here: it is written from what all members may read.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.answering.answer import Answer
from bot.answering.output_filter.titles import flatten_title
from bot.answering.question import Question
from bot.answering.understanding.counter_questions import Option
from bot.slack.api.errors import SLACK_ERRORS, get_error_code
from bot.slack.events.parse import Json, RecentKeys
from bot.slack.i18n.catalogue import get_question_texts
from bot.slack.i18n.texts import InterfaceTexts
from bot.slack.questions.answer_delivery import AnswerDelivery, PreparedQuestion, choose_apology
from bot.slack.replies.steps import ReplyStep
from bot.slack.running_tasks import RunningTasks
from bot.slack.views.block_kit import Block
from bot.slack.views.markup import join_lines, neutralize_plain_text
from bot.slack.views.rich_text import strip_markdown
from knowledge.core.access import Audience
from knowledge.core.text import repair_surrogates

log = logging.getLogger(__name__)
STEP = "ask_souffleur"  # the callback id in the manifest
_ASKER = "workflows"  # all of them share the turns of one person before the model
_MOST_CHARACTERS = 3_000


def register(app: AsyncApp, step: WorkflowStep, running_tasks: RunningTasks) -> None:
    """Listens for the step. Slack waits for its end by a call of its own, however long the answer takes."""

    async def on_step(event: Json) -> None:
        if (event.get("function") or {}).get("callback_id") == STEP:
            running_tasks.start_task(step.answer_step(event))

    app.event("function_executed")(on_step)


class CollectedReply:
    """A reply that is kept until it is whole."""

    def __init__(self) -> None:
        self.text = ""

    async def show_progress(self, step: ReplyStep, sentence: str) -> None:
        """Show nothing: a workflow has no place for it."""

    async def show_sentence(self, mrkdwn: str) -> None:
        """Take one of our own texts for the answer."""
        self.text = mrkdwn

    async def write_text(self, words: str) -> None:
        """Add words."""
        self.text += words

    async def finish_reply(
        self, blocks: Sequence[Block] = (), *, is_answer: bool = True, asks_back: bool = False
    ) -> None:
        """Keep the words; there is no place for buttons, and what they would ask is written as lines."""

    async def break_off_reply(self, sentence: str, *, is_over: bool = True) -> None:
        """Take the reason for the answer."""
        del is_over
        self.text = sentence


@dataclass(frozen=True, slots=True)
class WorkflowStep:
    """Answers each execution once. One whose process dies is not taken up again: Slack ends it after a while."""

    is_on: bool
    client: AsyncWebClient
    delivery: AnswerDelivery
    _seen: RecentKeys = field(default_factory=RecentKeys)

    async def answer_step(self, event: Json) -> None:
        """Answer the question among the step's inputs, or fail the step with a sentence."""
        execution = str(event.get("function_execution_id") or "")
        if not execution or not self._seen.add_if_new(execution):
            return
        # The token that came with the step; it is good for the step's own calls alone.
        token = {"token": event["bot_access_token"]} if event.get("bot_access_token") else {}
        asked = repair_surrogates(str((event.get("inputs") or {}).get("question") or "")).strip()[:_MOST_CHARACTERS]
        outputs, failure = await self._answer(asked)
        try:
            if failure:
                await self.client.functions_completeError(function_execution_id=execution, error=failure, **token)
            else:
                await self.client.functions_completeSuccess(function_execution_id=execution, outputs=outputs, **token)
        except SLACK_ERRORS as error:
            log.warning("workflow step not ended error=%s", get_error_code(error))

    async def _answer(self, asked: str) -> tuple[dict[str, str], str]:
        """What the step gives, or why it gives nothing."""
        texts = get_question_texts(asked, None)
        if not self.is_on:
            return {}, texts.step_is_off
        if not asked:
            return {}, texts.step_asks_nothing
        reply = CollectedReply()
        try:
            prepared = PreparedQuestion(Question(asked, Audience.everyone()), texts)
            answer = await self.delivery.deliver_answer(prepared, reply, asker=_ASKER)
        except Exception as error:  # whatever went wrong, the workflow is told
            log.exception("workflow step failed error=%s", type(error).__name__)
            return {}, choose_apology(error, texts)
        sources = _list_sources(answer, texts)
        return {"answer": _to_plain_words(reply.text, answer.options), **({"sources": sources} if sources else {})}, ""


def _to_plain_words(markdown: str, options: Sequence[Option]) -> str:
    """The answer, and the choices of a question back as lines, without Markdown's marks, links and mentions."""
    choices = (f"• {join_lines(flatten_title(option.label))}" for option in options)
    return neutralize_plain_text("\n".join((strip_markdown(markdown), *choices)))


def _list_sources(answer: Answer, texts: InterfaceTexts) -> str:
    """One line for each source."""
    lines = (
        f"[{one.n}] {flatten_title(join_lines(one.document))}"
        + (f", {texts.page.format(page=one.pages)}" if one.pages else "")
        for one in answer.citations
    )
    return neutralize_plain_text("\n".join(lines))
