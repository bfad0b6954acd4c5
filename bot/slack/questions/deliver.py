"""Carries one question to answering and what comes back onto a paper; sees that nothing ends in silence."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Sequence
from typing import TYPE_CHECKING, Protocol

from bot.answering.answer import Answer, AnswerText, Progress
from bot.slack.i18n.catalogue import get_texts
from bot.slack.replies.source_ages import fetch_change_times
from bot.slack.views.block_kit import Block
from bot.slack.views.sources import render_answer_footer, render_feedback_buttons
from knowledge.core.failures import IndexUnavailable, ModelUnavailable
from knowledge.storage.question_log import UsedPassage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from bot.answering.answer import AnswerEvent
    from bot.answering.question import Question
    from bot.slack.dependencies import Dependencies
    from bot.slack.i18n.texts import InterfaceTexts

log = logging.getLogger(__name__)


class ReplyTarget(Protocol):
    """Where an answer is shown. `finish` or `break_off` comes last."""

    async def show_progress(self, status: str, sentence: str) -> None:
        """Say what is being done, as a status or, where there is none, as a sentence."""
        ...

    async def write_text(self, words: str) -> None:
        """Add words in Markdown."""
        ...

    async def finish_reply(self, blocks: Sequence[Block] = ()) -> None:
        """End the answer with blocks."""
        ...

    async def break_off_reply(self, sentence: str) -> None:
        """End an answer that cannot go on, and say why."""
        ...


@contextlib.asynccontextmanager
async def apologize_on_error(reply: ReplyTarget, texts: InterfaceTexts) -> AsyncIterator[None]:
    """End whatever goes wrong inside with a kind sentence on the paper and a traceback in the log."""
    try:
        yield
    except asyncio.CancelledError:
        await reply.break_off_reply(texts.interrupted)
        raise
    except Exception as error:  # nobody is left without a word, whatever went wrong
        log.exception("answer failed error=%s", type(error).__name__)
        await reply.break_off_reply(choose_apology(error, texts))


async def deliver_answer(
    deps: Dependencies,
    question: Question,
    reply: ReplyTarget,
    texts: InterfaceTexts,
    notices: Sequence[str] = (),
    *,
    asker: str,
    rated_question_id: str = "",
    save: Callable[[Answer], Awaitable[None]] | None = None,
) -> Answer:
    """Answer a question on a paper when it is the asker's turn, and give the answer; `notices` are added at its end.

    `rated` is the journal's id of the question, where people may say what they think of the answer. `keep` is done
    before the buttons are there that need what it keeps.

    Raises:
        RuntimeError: answering ended without an answer; or whatever else it raises.
    """
    places: list[int] = []

    async def show(place: int) -> None:
        places.append(place)
        await reply.show_progress(texts.queued.format(place=place), texts.others_first.format(place=places[0]))

    async with deps.model_queue.wait_for_turn(asker, show):
        events = deps.answering.answer_question(question)
        try:
            answer = await _write_answer(events, reply, texts)
        finally:
            if isinstance(events, AsyncGenerator):
                await events.aclose()
    if save:
        await save(answer)
    changed = await fetch_change_times(deps.served_documents, answer.citations, question.audience)
    spoken = get_texts(answer.language)
    rating = (
        [render_feedback_buttons(rated_question_id, spoken)] if rated_question_id and deps.vote_store.is_enabled else []
    )
    await reply.finish_reply([*render_answer_footer(answer, deps.document_links, spoken, notices, changed), *rating])
    return answer


def list_used_passages(answer: Answer, thread_passages: Sequence[UsedPassage] = ()) -> tuple[UsedPassage, ...]:
    """The passages that an answer was written from, as the journal keeps them; those `behind` its thread come last.

    What the bot has said before is read again with the question: an answer may repeat it, cited or not.
    """
    passages = (found.passage for found in answer.passages)
    found = [UsedPassage(one.id, one.path, one.excerpt.page) for one in passages]
    return tuple(dict.fromkeys((*found, *thread_passages))) if found else ()


async def _write_answer(events: AsyncIterator[AnswerEvent], reply: ReplyTarget, texts: InterfaceTexts) -> Answer:
    silent = True
    async for event in events:
        match event:
            case Progress():
                await reply.show_progress(_choose_status(event, texts), texts.looking)
            case AnswerText():
                silent = False
                await reply.write_text(event.text)
            case Answer():
                if silent:
                    await reply.write_text(event.text)
                return event
    raise RuntimeError("answering ended without an answer")


def _choose_status(progress: Progress, texts: InterfaceTexts) -> str:
    match progress.step:
        case "understanding":
            return texts.understanding
        case "writing" if progress.passages:
            return texts.writing.format(passages=progress.passages)
        case _:
            return texts.searching


def choose_apology(error: Exception, texts: InterfaceTexts, *, later: bool = False) -> str:
    """What to say of a failure; `later` says that the question is answered all the same once the index is back."""
    if isinstance(error, ModelUnavailable):
        return texts.model_away
    if isinstance(error, IndexUnavailable):
        return texts.index_later if later else texts.index_away
    return texts.failed
