"""The chain from a question to a cited answer: condense, retrieve, prompt, stream. Knows no Slack."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.answering.answer import Answer, Progress, Words
from bot.answering.citations import citation, citations
from bot.answering.fences import enclosed
from bot.answering.guard import safe
from bot.answering.language import language_of
from bot.answering.model import ModelMissing, ModelQuiet, asking
from bot.answering.packing import askable, fitting, together
from bot.answering.prompts import PROMPTS
from bot.answering.quotes import coverage, place, quote, says_something, verbatim
from bot.answering.stream import Outlet
from knowledge.errors import ModelUnavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from langchain_core.language_models import BaseChatModel
    from langchain_core.runnables import Runnable

    from bot.answering.answer import Event, State
    from bot.answering.prompts import Prompts
    from bot.question import Language, Question, Turn
    from bot.settings import BotSettings
    from knowledge.passages import Citation, Found
    from knowledge.search import Results, Search

log = logging.getLogger(__name__)

_QUOTED = 450  # characters of the best passage
_QUOTED_BRIEFLY = 240  # of the others
NEAREST = 3  # passages quoted where there is no answer
FLOOR = 0.34  # share of a question's words that a passage must hold where only words were searched
_LOOKED_AT = 5  # passages among which one must reach the floor


class Chain:
    """Answers questions from the index with the chat model."""

    def __init__(self, settings: BotSettings, search: Search, model: BaseChatModel) -> None:
        self._settings = settings
        self._search = search
        self._model = model

    async def answer(self, question: Question) -> AsyncIterator[Event]:
        """Progress and words as they come, then one `Answer`.

        A model that is away is no failure: the answer then quotes the best passages.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        run = _Run.of(question)
        if question.history:
            yield Progress("understanding")
        standalone = await self._standalone(question, run)
        yield Progress("searching")
        results = await asyncio.to_thread(
            self._search.find, standalone, question.audience, self._settings.passages_in_prompt
        )
        run.mark("search")
        run.degraded = results.degraded
        if not _promising(standalone, results):
            yield await asyncio.to_thread(self._nothing, run, results)
            return
        yield Progress("writing", len(results.found))
        async for event in self._write(run, standalone, results.found):
            yield event

    async def bare(self, text: str) -> AsyncIterator[str]:
        """The model's own words on a question, without any document: what `compare` holds the answer against.

        Raises:
            ModelUnavailable: the model is away.
        """
        with asking(self._settings):
            async for chunk in self._model.astream(text):
                yield str(chunk.text)

    async def _standalone(self, question: Question, run: _Run) -> str:
        if not question.history:
            return question.text
        try:
            with asking(self._settings):
                written = await self._speaking(run.prompts.condense_system, run.prompts.condense).ainvoke(
                    {"history": _history(question.history), "question": question.text}
                )
        except ModelUnavailable as error:
            log.info("condensing without the model: %s", error)
            return _joined(question)
        finally:
            run.mark("condense")
        return written.strip() or _joined(question)

    def _speaking(self, system: str, human: str) -> Runnable[dict[str, str], str]:
        """The model with two templates before it, and its words as text after it."""
        from langchain_core.output_parsers import StrOutputParser
        from langchain_core.prompts import ChatPromptTemplate

        return (
            ChatPromptTemplate.from_messages([("system", system), ("human", human)]) | self._model | StrOutputParser()
        )

    async def _write(self, run: _Run, question: str, found: Sequence[Found]) -> AsyncIterator[Event]:
        asked = askable(question, self._settings.num_ctx)
        given = fitting(found, run.prompts, asked, self._settings.num_ctx)
        outlet = Outlet(len(given))
        away: ModelUnavailable | None = None
        model = self._speaking(run.prompts.system, run.prompts.ask)
        try:
            with asking(self._settings):
                async for piece in model.astream({"passages": together(given, run.prompts), "question": asked}):
                    if words := outlet.feed(piece):
                        run.mark("first_words", once=True)
                        yield Words(words)
        except ModelUnavailable as error:
            log.warning("the model is away: %s", error)
            away = error
        if words := outlet.close():
            yield Words(words)
        run.mark("write")
        for event in self._end(run, question, outlet, given, away):
            yield event

    def _end(
        self, run: _Run, question: str, outlet: Outlet, given: Sequence[Found], away: ModelUnavailable | None
    ) -> tuple[Event, ...]:
        cited = citations(outlet.prose, given)
        if outlet.gave_up and not cited:
            text = outlet.text.rstrip() or run.prompts.not_found
            return (run.answer(text, "not_found", passages=given),)
        if not outlet.text.strip():
            return self._passages_only(run, question, given, away)
        state: State = "partly" if away or outlet.gave_up or outlet.lacks_something else "answered"
        notices = tuple(filter(None, (run.prompts.cut if away else None, None if cited else run.prompts.uncited)))
        return (run.answer(outlet.text.rstrip(), state, passages=given, citations=cited, notices=notices),)

    def _passages_only(
        self, run: _Run, question: str, given: Sequence[Found], away: ModelUnavailable | None
    ) -> tuple[Event, ...]:
        telling = [one for one in given if says_something(one.passage.excerpt.text)]
        shown = (telling or given)[:NEAREST]
        quotes = (_quoted(n, one, question, run.prompts) for n, one in enumerate(shown, 1))
        text = "\n\n".join((f"_{self._reason(away, run.prompts)}_", *quotes))
        cited = tuple(citation(n, one) for n, one in enumerate(shown, 1))
        return Words(text), run.answer(text, "passages_only", passages=given, citations=cited)

    def _reason(self, away: ModelUnavailable | None, prompts: Prompts) -> str:
        """Why passages are quoted: the model is missing, says nothing, or Ollama itself is away."""
        match away:
            case ModelMissing():
                sentence = prompts.model_missing
            case ModelQuiet() | None:
                sentence = prompts.model_quiet
            case _:
                sentence = prompts.model_away
        return sentence.format(model=self._settings.chat_model)

    def _nothing(self, run: _Run, results: Results) -> Answer:
        known = results.found or self._search.has_documents()
        text = run.prompts.not_found if known else run.prompts.nothing_indexed
        return run.answer(text, "not_found", passages=results.found)


@dataclass(slots=True)
class _Run:
    """One question on its way: its language, its texts, its stop-watch."""

    language: Language
    prompts: Prompts
    started: float
    timings: dict[str, float]
    degraded: str | None = None

    @classmethod
    def of(cls, question: Question) -> _Run:
        language = language_of(question.text, question.locale)
        return cls(language, PROMPTS[language], time.monotonic(), {})

    def mark(self, step: str, *, once: bool = False) -> None:
        """Note when a step ended, in seconds since the start."""
        if not (once and step in self.timings):
            self.timings[step] = round(time.monotonic() - self.started, 4)

    def answer(
        self,
        text: str,
        state: State,
        *,
        passages: Sequence[Found],
        citations: tuple[Citation, ...] = (),
        notices: tuple[str, ...] = (),
    ) -> Answer:
        """The answer, with what its reader must know about how it came to be."""
        self.mark("total")
        if self.degraded and passages and state != "passages_only":
            notices = (*notices, self.prompts.words_only)
        return Answer(text, state, self.language, citations, tuple(passages), notices, dict(self.timings))


def _promising(question: str, results: Results) -> bool:
    """Whether the passages found may hold an answer. Where meaning was searched, the model decides."""
    if results.degraded is None:
        return bool(results.found)
    looked_at = (one.passage for one in results.found[:_LOOKED_AT])
    return any(coverage(question, passage.indexed_text) >= FLOOR for passage in looked_at)


def _quoted(n: int, found: Found, question: str, prompts: Prompts) -> str:
    passage, excerpt = found.passage, found.passage.excerpt
    is_code = excerpt.kind == "code"
    colon = None if is_code else prompts.colon
    limit = _QUOTED if n == 1 else _QUOTED_BRIEFLY
    lines = quote(question, excerpt.text, limit, colon, (passage.title, *excerpt.section)).splitlines()
    harmless = enclosed(lines) if is_code else map(verbatim, map(safe, lines))
    quoted = "\n".join(f"> {line}" for line in harmless)
    return f"**{safe(place(passage, prompts), opens_line=False)}** [{n}]\n{quoted}"


def _history(turns: Sequence[Turn]) -> str:
    return "\n".join(f"{turn.speaker}: {turn.text}" for turn in turns)


def _joined(question: Question) -> str:
    """Without a model: the previous question gives the words that a short follow-up leaves out."""
    asked = [turn.text for turn in question.history if turn.speaker == "person"]
    return f"{asked[-1]} {question.text}" if asked else question.text
