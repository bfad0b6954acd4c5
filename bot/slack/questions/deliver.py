"""Carries one question to answering and what comes back onto a paper; sees that nothing ends in silence."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Sequence
from typing import TYPE_CHECKING, Protocol

from bot.answering.answer import Answer, Progress, Words
from bot.slack.i18n.catalogue import texts_in
from bot.slack.replies.source_ages import last_changes
from bot.slack.views.block_kit import Block
from bot.slack.views.sources import after, thumbs
from knowledge.core.failures import IndexUnavailable, ModelUnavailable
from knowledge.storage.question_log import Used

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from bot.answering.answer import Event
    from bot.answering.question import Question
    from bot.slack.dependencies import Parts
    from bot.slack.i18n.texts import Texts

log = logging.getLogger(__name__)


class Paper(Protocol):
    """Where an answer is shown. `finish` or `break_off` comes last."""

    async def progress(self, status: str, sentence: str) -> None:
        """Say what is being done, as a status or, where there is none, as a sentence."""
        ...

    async def write(self, words: str) -> None:
        """Add words in Markdown."""
        ...

    async def finish(self, blocks: Sequence[Block] = ()) -> None:
        """End the answer with blocks."""
        ...

    async def break_off(self, sentence: str) -> None:
        """End an answer that cannot go on, and say why."""
        ...


@contextlib.asynccontextmanager
async def never_silent(paper: Paper, texts: Texts) -> AsyncIterator[None]:
    """End whatever goes wrong inside with a kind sentence on the paper and a traceback in the log."""
    try:
        yield
    except asyncio.CancelledError:
        await paper.break_off(texts.interrupted)
        raise
    except Exception as error:  # nobody is left without a word, whatever went wrong
        log.exception("answer failed error=%s", type(error).__name__)
        await paper.break_off(apology(error, texts))


async def deliver(
    parts: Parts,
    question: Question,
    paper: Paper,
    texts: Texts,
    notices: Sequence[str] = (),
    *,
    asker: str,
    rated: str = "",
    keep: Callable[[Answer], Awaitable[None]] | None = None,
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
        await paper.progress(texts.queued.format(place=place), texts.others_first.format(place=places[0]))

    async with parts.turns.turn(asker, show):
        events = parts.answering.answer(question)
        try:
            answer = await _write(events, paper, texts)
        finally:
            if isinstance(events, AsyncGenerator):
                await events.aclose()
    if keep:
        await keep(answer)
    changed = await last_changes(parts.ledger, answer.citations, question.audience)
    spoken = texts_in(answer.language)
    rating = [thumbs(rated, spoken)] if rated and parts.votes.wanted else []
    await paper.finish([*after(answer, parts.links, spoken, notices, changed), *rating])
    return answer


def used(answer: Answer, behind: Sequence[Used] = ()) -> tuple[Used, ...]:
    """The passages that an answer was written from, as the journal keeps them; those `behind` its thread come last.

    What the bot has said before is read again with the question: an answer may repeat it, cited or not.
    """
    passages = (found.passage for found in answer.passages)
    found = [Used(one.id, one.path, one.excerpt.page) for one in passages]
    return tuple(dict.fromkeys((*found, *behind))) if found else ()


async def _write(events: AsyncIterator[Event], paper: Paper, texts: Texts) -> Answer:
    silent = True
    async for event in events:
        match event:
            case Progress():
                await paper.progress(_status(event, texts), texts.looking)
            case Words():
                silent = False
                await paper.write(event.text)
            case Answer():
                if silent:
                    await paper.write(event.text)
                return event
    raise RuntimeError("answering ended without an answer")


def _status(progress: Progress, texts: Texts) -> str:
    match progress.step:
        case "understanding":
            return texts.understanding
        case "writing" if progress.passages:
            return texts.writing.format(passages=progress.passages)
        case _:
            return texts.searching


def apology(error: Exception, texts: Texts, *, later: bool = False) -> str:
    """What to say of a failure; `later` says that the question is answered all the same once the index is back."""
    if isinstance(error, ModelUnavailable):
        return texts.model_away
    if isinstance(error, IndexUnavailable):
        return texts.index_later if later else texts.index_away
    return texts.failed
