"""Has one question answered, and shows progress, words and sources as a reply."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.answering.answer import Answer, AnswerEvent, AnswerText, Progress
from bot.answering.question import Question
from bot.answering.talk import needs_no_model
from bot.slack.i18n.texts import InterfaceTexts
from bot.slack.metrics import count_question_end, record_answer_times
from bot.slack.questions.model_queue import ModelQueue
from bot.slack.replies.answer_footer import AnswerFooter, NoticeName
from bot.slack.replies.steps import ReplyStep, list_step_sources
from bot.slack.views.block_kit import Block, DocumentLinks
from knowledge.core.access import Audience
from knowledge.core.failures import IndexUnavailable, ModelUnavailable
from knowledge.storage.question_log import UsedPassage

log = logging.getLogger(__name__)
AnswerOffer = Callable[[Answer], Awaitable[Sequence[Block]]]


class QuestionAnswerer(Protocol):
    """Answers questions. It knows no Slack."""

    def answer_question(self, question: Question) -> AsyncIterator[AnswerEvent]:
        """Yield progress and words, then exactly one answer.

        Raises:
            ModelUnavailable: the model is away, and nothing can be said without it.
            IndexUnavailable: nothing can be searched.
        """
        ...

    async def is_surely_answered(self, text: str, audience: Audience) -> bool:
        """Whether a message asks what anybody may answer, and passages for `audience` surely do."""
        ...

    def answer_without_documents(self, text: str) -> AsyncIterator[AnswerText]:
        """Yield what the model says to a question without any document."""
        ...


class ReplyTarget(Protocol):
    """Where an answer is shown. `finish_reply` or `break_off_reply` comes last."""

    async def show_progress(self, step: ReplyStep, sentence: str) -> None:
        """Say what is being done, as a step or, where there are none, as a sentence."""
        ...

    async def show_sentence(self, mrkdwn: str) -> None:
        """Show one of our own texts in place of an answer."""
        ...

    async def write_text(self, words: str) -> None:
        """Add words in Markdown."""
        ...

    async def finish_reply(
        self, blocks: Sequence[Block] = (), *, is_answer: bool = True, asks_back: bool = False
    ) -> None:
        """End the answer with blocks; what is no answer to a question gets no buttons, and it may be a question."""
        ...

    async def break_off_reply(self, sentence: str, *, is_over: bool = True) -> None:
        """End an answer that cannot go on, and say why; `is_over` is false if the question is tried again."""
        ...


@contextlib.asynccontextmanager
async def apologize_on_error(reply: ReplyTarget, texts: InterfaceTexts) -> AsyncIterator[None]:
    """End an error inside with a kind sentence in the reply and a traceback in the log."""
    try:
        yield
    except asyncio.CancelledError:
        await reply.break_off_reply(texts.interrupted)
        raise
    except Exception as error:  # whatever went wrong, the person is told
        log.exception("answer failed error=%s", type(error).__name__)
        await reply.break_off_reply(choose_apology(error, texts))


@dataclass(frozen=True, slots=True)
class PreparedQuestion:
    """A question with what was found out for it; `notices` are added below its answer.

    `used_passages` are those of the thread's earlier answers. `offer` gives blocks that stand before the feedback
    buttons. With `must_be_sure`, an answer that is not sure ends as none, and whoever has it delivered counts it.
    """

    question: Question
    texts: InterfaceTexts
    notices: Sequence[NoticeName] = ()
    used_passages: Sequence[UsedPassage] = ()
    offer: AnswerOffer | None = None
    must_be_sure: bool = False


@dataclass(frozen=True, slots=True)
class AnswerDelivery:
    """Has questions answered, each when it is its asker's turn."""

    model_queue: ModelQueue
    answering: QuestionAnswerer
    footer: AnswerFooter

    async def ask_bare_model(self, question: str, asker: str) -> str | None:
        """The model's own answer without any document, when it is the asker's turn; None where the model is away."""

        async def ignore_place(place: int) -> None:  # the answer from the documents waits, too, and shows its place
            del place

        async with self.model_queue.wait_for_turn(asker, ignore_place):
            try:
                pieces = [piece.text async for piece in self.answering.answer_without_documents(question)]
            except ModelUnavailable:
                return None
        return "".join(pieces).strip()

    async def deliver_answer(
        self,
        prepared: PreparedQuestion,
        reply: ReplyTarget,
        *,
        asker: str,
        rated_question_id: str = "",
        save: Callable[[Answer], Awaitable[None]] | None = None,
    ) -> Answer:
        """Answer a question in a reply, and return the answer.

        `rated_question_id` gets the feedback buttons. `save` stores what the other buttons need, before they are shown.
        """
        question, texts, places = prepared.question, prepared.texts, list[int]()

        async def show_place(place: int) -> None:
            places.append(place)
            waiting = ReplyStep(texts.queued.format(place=place), gives_way=True)
            await reply.show_progress(waiting, texts.others_first.format(place=places[0]))

        waits_for_nobody, asked_at = needs_no_model(question.text), time.monotonic()
        async with contextlib.nullcontext() if waits_for_nobody else self.model_queue.wait_for_turn(asker, show_place):
            waited = time.monotonic() - asked_at
            events = self.answering.answer_question(question)
            try:
                answer = await _write_answer(events, reply, texts, self.footer.document_links)
            finally:
                if isinstance(events, AsyncGenerator):
                    await events.aclose()
        record_answer_times(answer, waited)
        if not prepared.must_be_sure:
            count_question_end(answer.state, answer.language)
        if answer.state == "talk" or (prepared.must_be_sure and not answer.is_sure):
            await reply.finish_reply(is_answer=False)
            return answer
        if answer.state == "unclear":
            choices = await self.footer.build_footer(answer, question.audience, rated_question_id=rated_question_id)
            await reply.finish_reply(choices, is_answer=False, asks_back=True)
            return answer
        if save:
            await save(answer)
        offered = await prepared.offer(answer) if prepared.offer else []
        footer = await self.footer.build_footer(answer, question.audience, prepared.notices, rated_question_id, offered)
        await reply.finish_reply(footer)
        return answer


def list_used_passages(answer: Answer, thread_passages: Sequence[UsedPassage] = ()) -> tuple[UsedPassage, ...]:
    """The passages that an answer was written from, as the log stores them; those of its thread come last.

    The model reads the thread's earlier answers with the question, so the answer may repeat their passages.
    """
    passages = (found.passage for found in answer.passages)
    found = [UsedPassage(one.id, one.path, one.excerpt.link_page) for one in passages]
    return tuple(dict.fromkeys((*found, *thread_passages))) if found else ()


async def _write_answer(
    events: AsyncIterator[AnswerEvent], reply: ReplyTarget, texts: InterfaceTexts, links: DocumentLinks
) -> Answer:
    silent = True
    async for event in events:
        match event:
            case Progress():
                for step in _list_steps(event, texts, links):
                    await reply.show_progress(step, texts.looking)
            case AnswerText():
                silent = False
                await reply.write_text(event.text)
            case Answer():
                if silent:
                    await reply.write_text(event.text)
                return event
    raise RuntimeError("answering ended without an answer")


def _list_steps(progress: Progress, texts: InterfaceTexts, links: DocumentLinks) -> list[ReplyStep]:
    """The steps that have begun: once passages are found, which documents are read is one of its own."""
    read = []
    if progress.found:
        read = [ReplyStep(texts.documents_read, list_step_sources(progress.found, links), is_over=True)]
    return [*read, ReplyStep(_choose_step_words(progress, texts))]


def _choose_step_words(progress: Progress, texts: InterfaceTexts) -> str:
    match progress.step:
        case "loading":
            return texts.loading
        case "understanding":
            return texts.understanding
        case "writing" if progress.passages:
            return texts.writing.format(passages=progress.passages)
        case _:
            return texts.searching


def choose_apology(error: Exception, texts: InterfaceTexts, *, later: bool = False) -> str:
    """What to say of a failure; `later` says that the question is answered once the index is back."""
    if isinstance(error, ModelUnavailable):
        return texts.model_away
    if isinstance(error, IndexUnavailable):
        return texts.index_later if later else texts.index_away
    return texts.failed
