"""The chain from a question to a cited answer: condense, retrieve, prompt, stream. Knows no Slack."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from bot.answering.answer import Answer, Progress, Words
from bot.answering.extractive.extractive_answer import nearest, quoted, reason
from bot.answering.model import asking, rehearsal
from bot.answering.model_output import Speech
from bot.answering.output_filter.filter import Outlet
from bot.answering.prompt.builder import brief, brief_condensing, brief_rewriting
from bot.answering.prompt.context_window import MARK, Window, askable
from bot.answering.prompt.query_rewriting import is_enough, wordings
from bot.answering.prompt.thread_cache import Exchange, Threads
from bot.answering.question_run import Run
from bot.answering.stopwatch import as_they_come
from bot.answering.verification.citations import citation, cited
from bot.answering.verification.verdict import ending
from knowledge.core.failures import ModelUnavailable
from knowledge.retrieval.relevance import promise

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk

    from bot.answering.answer import Event
    from bot.answering.prompt.builder import Briefing
    from bot.answering.question import Question
    from bot.settings import BotSettings
    from knowledge.retrieval.search import Results, Search

log = logging.getLogger(__name__)

_LONGEST_QUESTION = 600  # characters; what is longer, or cites, is rather an answer than a question made to stand alone


class Chain:
    """Answers questions from the index with the chat model."""

    def __init__(self, settings: BotSettings, search: Search, model: BaseChatModel) -> None:
        self._settings = settings
        self._search = search
        self._model = model
        self._window = Window(settings.num_ctx)
        self._threads = Threads()
        self._rewrites = settings.rewriting == "on"

    async def answer(self, question: Question) -> AsyncIterator[Event]:
        """Progress and words as they come, then one `Answer`.

        A model that is away is no failure: the answer then quotes the best passages.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        run = Run.of(question)
        before = Exchange()
        if question.history:
            yield Progress("understanding")
            before = await asyncio.to_thread(self._before, run)
        elif self._rewrites:
            yield Progress("understanding")
        standalone = await self._standalone(run, before)
        also = await self._also(run, standalone, before)
        yield Progress("searching")
        results = await asyncio.to_thread(
            self._search.find, standalone, question.audience, self._settings.passages_in_prompt, also
        )
        run.mark("search")
        run.degraded = results.degraded
        run.heed(results.found)
        if not _promising((standalone, *also), results):
            yield await asyncio.to_thread(self._nothing, run)
            return
        yield Progress("writing", len(results.found))
        async with contextlib.aclosing(self._write(run, standalone, before)) as written:
            async for event in written:
                yield await asyncio.to_thread(self._expecting, run, event) if isinstance(event, Answer) else event

    def rehearse(self) -> None:
        """Import what the first answer would import, on the event loop that others wait for. Nobody is asked."""
        asyncio.run(rehearsal())

    async def bare(self, text: str) -> AsyncIterator[Words]:
        """The model's own words on a question, without any document, as safe to show as those of an answer.

        Raises:
            ModelUnavailable: the model is away.
        """
        outlet, speech = Outlet(0), Speech()
        spoken = _spoken(self._model.astream(askable(text, self._window.room)), outlet, speech)
        with asking(self._settings):
            async with contextlib.aclosing(spoken):
                async for words in spoken:
                    yield words
        if words_left := outlet.close():
            yield Words(words_left)

    def _before(self, run: Run) -> Exchange:
        """What the model has read in this thread, as long as all of its passages may still be shown."""
        before = self._threads.of(run.thread)
        shown = [passage.id for one in before.shown for passage in (one.passage, *one.copies)]
        if shown and not self._search.still_shows(shown, run.question.audience):
            self._threads.forget(run.thread)
            return Exchange()
        return before

    async def _standalone(self, run: Run, before: Exchange) -> str:
        question = run.question
        if not question.history:
            return question.text
        briefing = brief_condensing(question, before, run.prompts, self._window.room)
        try:
            with asking(self._settings):
                written = await self._said(briefing.messages, _LONGEST_QUESTION * 2)
        except ModelUnavailable as error:
            log.info("condensing without the model: %s", error)
            return _joined(question)
        finally:
            run.mark("condense")
        return _plausible(written) or _joined(question)

    async def _said(self, messages: list[tuple[str, str]], most: int) -> str:
        """What the model says, as far as `most` characters: people wait, and more would be no question."""
        written, chunks = "", self._model.astream(messages)
        async with contextlib.aclosing(cast("AsyncGenerator[AIMessageChunk]", chunks)):
            async for chunk in as_they_come(chunks):
                written += str(chunk.text)
                if len(written) > most:
                    break
        return written

    async def _also(self, run: Run, question: str, before: Exchange) -> tuple[str, ...]:
        """Other wordings to search, where the model is asked for them and is there."""
        if not self._rewrites:
            return ()
        briefing = brief_rewriting(question, before, run.prompts, self._window.room)
        written = ""
        spoken = _spoken(self._model.astream(briefing.messages), Outlet(0), Speech())
        try:
            with asking(self._settings):
                async with contextlib.aclosing(spoken):
                    async for words in spoken:
                        written += words.text
                        if is_enough(written):
                            break
        except ModelUnavailable as error:
            log.info("searching without other wordings: %s", error)
        run.mark("rewrite")
        return wordings(written, question)

    async def _write(self, run: Run, question: str, before: Exchange) -> AsyncGenerator[Event, None]:
        mark = secrets.token_hex(MARK // 2)
        briefing = brief(question, run.found, before, run.prompts, self._window.room, mark)
        outlet, speech = Outlet(len(briefing.numbered)), Speech()
        spoken = _spoken(self._model.astream(briefing.messages), outlet, speech)
        try:
            with asking(self._settings):
                async with contextlib.aclosing(spoken):
                    async for words in spoken:
                        run.mark("first_words", once=True)
                        yield words
        except ModelUnavailable as error:
            log.warning("the model is away: %s", error)
            speech.away = error
        if words_left := outlet.close():
            yield Words(words_left)
        run.mark("write")
        for event in self._end(run, question, outlet, briefing, speech):
            yield event

    def _end(self, run: Run, question: str, outlet: Outlet, briefing: Briefing, speech: Speech) -> tuple[Event, ...]:
        if self._window.measured(briefing.characters, speech.read):
            briefing = briefing.overfull(run.prompts)
        if speech.whole and speech.text.strip():
            self._threads.remember(run.thread, briefing.answered(speech.text))
        answer = ending(run, outlet, briefing, speech)
        return (answer,) if answer else self._passages_only(run, question, speech)

    def _passages_only(self, run: Run, question: str, speech: Speech) -> tuple[Event, ...]:
        shown = nearest(run.found)
        why = reason(speech.away, self._settings.chat_model, run.prompts)
        text = f"_{why}_\n\n{quoted(shown, question, run.prompts)}"
        citations = tuple(citation(n, one) for n, one in enumerate(shown, 1))
        return Words(text), run.answer(text, "passages_only", citations=citations)

    def _nothing(self, run: Run) -> Answer:
        if not (run.found or self._search.has_documents()):
            return run.answer(run.prompts.nothing_indexed, "not_found")
        return self._expecting(run, run.answer(run.prompts.not_found, "not_found"))

    def _expecting(self, run: Run, answer: Answer) -> Answer:
        """The answer, which says so where nothing was found, but may be once more documents are read."""
        if answer.state != "not_found" or not self._search.is_reading(run.question.audience):
            return answer
        return replace(answer, notices=(*answer.notices, run.prompts.still_reading))


async def _spoken(chunks: AsyncIterator[AIMessageChunk], outlet: Outlet, speech: Speech) -> AsyncGenerator[Words, None]:
    """The model's words as far as they may be shown; a model that only repeats itself is stopped."""
    try:
        async for chunk in as_they_come(chunks):
            if words := outlet.feed(speech.take(chunk)):
                yield Words(words)
            if speech.stopped == "loop":
                return
    finally:
        if isinstance(chunks, AsyncGenerator):
            await chunks.aclose()


def _promising(wordings: Sequence[str], results: Results) -> bool:
    """Whether the passages found may hold an answer. Where too little was compared by meaning, the model decides."""
    if results.degraded is None and results.lead is None:
        return bool(results.found)
    return max(promise(text, results.found, results.lead) for text in wordings) >= results.floor


def _plausible(written: str) -> str:
    """What the model wrote as a standalone question, if it may be one: it may have answered instead."""
    outlet = Outlet(0)
    said = (outlet.feed(written) + outlet.close()).strip()
    is_question = len(said) <= _LONGEST_QUESTION and "\n\n" not in said and not cited(written)
    return said if is_question else ""


def _joined(question: Question) -> str:
    """Without a model: the previous question gives the words that a short follow-up leaves out."""
    asked = [turn.text for turn in question.history if turn.speaker == "person"]
    return f"{asked[-1]} {question.text}" if asked else question.text
