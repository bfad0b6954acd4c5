"""Answers a question in steps: condense, rewrite, retrieve, prompt, stream, verify."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.answering.answer import Answer, AnswerText, Progress
from bot.answering.langchain_steps import open_root_run, stream_model_text
from bot.answering.model import ChatModelMemory, ModelOutput, translate_model_errors
from bot.answering.not_found import add_reading_notice, answer_not_found, answer_nothing_more
from bot.answering.output_filter.filter import OutputFilter
from bot.answering.prompt.builder import (
    build_answer_prompt,
    build_bare_prompt,
    build_condense_prompt,
    build_rewrite_prompt,
    has_enough_queries,
    parse_rewritten_queries,
)
from bot.answering.prompt.context_window import ContextWindow, PromptSize
from bot.answering.prompt.passages_in_prompt import FENCE_MARK_LENGTH, put_preferred_first
from bot.answering.prompt.thread_cache import ThreadCache, ThreadExchange
from bot.answering.question import QuestionRun, SearchedPart
from bot.answering.quoting.extractive_answer import build_extractive_answer, explain_missing_answer, list_search_notices
from bot.answering.talk import ABOUT_DOCUMENTS, choose_talk_language, recognise_talk, strip_courtesies, write_reply
from bot.answering.understanding.counter_questions import choose_options, keep_chosen_place
from bot.answering.understanding.open_questions import find_open_question
from bot.answering.understanding.question_splitting import MAX_PARTS, plan_questions
from bot.answering.verification.citations import extract_cited_numbers
from bot.answering.verification.final_answer import build_final_answer
from knowledge.core.failures import ModelUnavailable
from knowledge.retrieval.hybrid_search import CANDIDATES
from knowledge.retrieval.langchain_retriever import PassageRetriever, results_from_documents
from knowledge.retrieval.quotability import is_doubtful, is_quotable, is_sure
from knowledge.retrieval.relevance import estimate_relevance

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from langchain_core.callbacks import BaseCallbackHandler
    from langchain_core.language_models import BaseChatModel
    from langchain_core.runnables import RunnableConfig

    from bot.answering.answer import AnswerEvent, AnswerStep
    from bot.answering.prompt.builder import Prompt
    from bot.answering.question import Question
    from bot.answering.understanding.question_splitting import QuestionPart
    from bot.settings import BotSettings
    from knowledge.core.access import Audience
    from knowledge.retrieval.hybrid_search import PassageSearch, SearchResults
    from knowledge.storage.index_versions import ServedDocuments

log = logging.getLogger(__name__)

_MAX_QUESTION_CHARACTERS = 600  # a longer text is probably an answer, and no standalone question


class AnswerPipeline:
    """Answers questions from the index with the chat model.

    Each step runs as a Runnable. `callbacks` see them by name, below one run `answer_question` for each question:
    `condense_*` and `rewrite_*` (where needed), `retrieve_passages`, `answer_*`; each * is a prompt, a model and
    a parser.
    """

    def __init__(
        self,
        settings: BotSettings,
        search: PassageSearch,
        model: BaseChatModel,
        documents: ServedDocuments,
        callbacks: Sequence[BaseCallbackHandler] = (),
    ) -> None:
        self._callbacks = callbacks
        self._settings = settings
        self._search = search
        self._model = model
        self._documents = documents
        self._window = ContextWindow(settings.num_ctx)
        self._model_memory = ChatModelMemory(settings)
        self._threads = ThreadCache()
        self._rewrites = settings.rewriting == "on"

    async def answer_question(self, question: Question) -> AsyncIterator[AnswerEvent]:
        """Yields progress and text as they come, then one `Answer`.

        If the model is away, the answer quotes what answers best.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        async with (
            open_root_run("answer_question", question.text, self._callbacks) as (config, outputs),
            contextlib.aclosing(self._run_steps(QuestionRun.from_question(question, config))) as events,
        ):
            async for event in events:
                if isinstance(event, Answer):
                    outputs |= {"state": event.state, "answer": event.text}
                yield event

    async def is_surely_answered(self, text: str, audience: Audience) -> bool:
        """Whether a message asks what anybody may answer, and passages for `audience` surely do; no model is asked.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        asked = find_open_question(text)
        if not asked:
            return False
        search, limit = self._search.search_passages, self._settings.passages_in_prompt
        return is_sure(asked, await asyncio.to_thread(search, asked, audience, limit))

    async def _run_steps(self, run: QuestionRun) -> AsyncGenerator[AnswerEvent, None]:
        question, earlier = run.question, ThreadExchange()
        if reply := await asyncio.to_thread(self._reply_to_talk, run):
            yield reply
            return
        if question.history or self._rewrites:
            yield Progress(await self._loading_or("understanding"))
        if question.history:
            earlier = await asyncio.to_thread(self._load_earlier_exchange, run)
        condensed = await self._condense_question(run, earlier)
        parts = await asyncio.to_thread(plan_questions, question.text, question.history, condensed)
        standalone = parts[0].searched if len(parts) == 1 else condensed or strip_courtesies(question.text)
        also = await self._rewrite_question(run, standalone, earlier) if len(parts) == 1 else ()
        yield Progress("searching")
        await self._search_parts(run, parts, also)
        run.searched = standalone
        if nothing_more := answer_nothing_more(run):
            yield nothing_more
            return
        if not any(one.is_likely for one in run.parts):
            yield await asyncio.to_thread(answer_not_found, run, self._search, list_search_notices(run))
            return
        if len(parts) == 1 and not question.history and (options := choose_options(standalone, run.found)):
            yield run.build_question_back(options)
            return
        yield Progress(await self._loading_or("writing"), len(run.found), tuple(run.found))
        async with contextlib.aclosing(self._stream_answer(run, standalone, earlier)) as written:
            async for event in written:
                yield (
                    await asyncio.to_thread(add_reading_notice, run, self._search, event)
                    if isinstance(event, Answer)
                    else event
                )

    async def _loading_or(self, step: AnswerStep) -> AnswerStep:
        """Returns the step, or that the model must be loaded for it first."""
        return "loading" if await asyncio.to_thread(self._model_memory.must_load) else step

    def _reply_to_talk(self, run: QuestionRun) -> Answer | None:
        """Replies to what asks the documents nothing; None for a question. Neither searches nor asks the model."""
        talk = recognise_talk(run.question.text)
        if talk is None:
            return None
        language = choose_talk_language(talk, run.question.locale, run.language)
        known = self._documents.list_served_documents(run.question.audience) if talk.kind in ABOUT_DOCUMENTS else {}
        text = write_reply(talk, language, known.values(), time.time())
        return run.build_answer(text, "talk") if text else None

    async def answer_without_documents(self, text: str) -> AsyncIterator[AnswerText]:
        """Yields the model's answer without any document, filtered like every answer.

        Raises:
            ModelUnavailable: the model is away.
        """
        output_filter, output = OutputFilter(0), ModelOutput()
        prompt = build_bare_prompt(text, self._window.character_budget)
        async with open_root_run("answer_without_documents", text, self._callbacks) as (config, outputs):
            async with contextlib.aclosing(self._stream_words("bare", prompt, output_filter, output, config)) as stream:
                async for words in stream:
                    yield words
            if remaining := output_filter.flush_text():
                yield AnswerText(remaining)
            outputs["answer"] = output_filter.text

    def _load_earlier_exchange(self, run: QuestionRun) -> ThreadExchange:
        """Returns what the model has read in this thread; empty if a passage may no longer be shown."""
        earlier = self._threads.get_exchange(run.thread_key)
        shown = [passage.id for one in earlier.shown_passages for passage in (one.passage, *one.copies)]
        if shown and not self._search.are_all_visible(shown, run.question.audience):
            self._threads.forget_exchange(run.thread_key)
            return ThreadExchange()
        return earlier

    async def _condense_question(self, run: QuestionRun, earlier: ThreadExchange) -> str | None:
        """Has the model complete a question by its conversation; None without a conversation or a model."""
        question = run.question
        if not question.history:
            return None
        prompt = build_condense_prompt(question, earlier, run.prompt_texts, self._window.character_budget)
        written, output = "", ModelOutput()
        stream = stream_model_text("condense", prompt, self._model, output.read_chunk, run.config)
        try:
            with translate_model_errors(self._settings):
                async with contextlib.aclosing(stream):
                    async for words in stream:
                        written += words
                        if len(written) > _MAX_QUESTION_CHARACTERS * 2:  # too long for a question: stop the model
                            break
        except ModelUnavailable as error:
            log.info("condensing without the model: %s", error)
            return None
        finally:
            self._was_cut(prompt, output)
            run.record_timing("condense")
        return _plausible_question(written) or None

    async def _rewrite_question(self, run: QuestionRun, question: str, earlier: ThreadExchange) -> tuple[str, ...]:
        """Asks the model for other wordings to search if REWRITING is on; none if the model is away."""
        if not self._rewrites:
            return ()
        prompt = build_rewrite_prompt(question, earlier, run.prompt_texts, self._window.character_budget)
        written, output = "", ModelOutput()
        stream = self._stream_words("rewrite", prompt, OutputFilter(0), output, run.config)
        try:
            async with contextlib.aclosing(stream):
                async for words in stream:
                    written += words.text
                    if has_enough_queries(written):
                        break
        except ModelUnavailable as error:
            log.info("searching without other wordings: %s", error)
        self._was_cut(prompt, output)
        run.record_timing("rewrite")
        return parse_rewritten_queries(written, question)

    async def _search_parts(self, run: QuestionRun, parts: Sequence[QuestionPart], variants: tuple[str, ...]) -> None:
        """Searches the first questions of a message, and keeps what is found for each and for all."""
        run.has_more_parts = len(parts) > MAX_PARTS
        searched: list[SearchedPart] = []
        limit = self._settings.passages_in_prompt
        for part in parts[:MAX_PARTS]:
            results = await self._retrieve_passages(run, part.searched, variants)
            results = replace(results, found=put_preferred_first(results.found, run.question.preferred, limit))
            found = keep_chosen_place(part.place, results.found) if part.place else results.found
            queries = (part.searched, *variants)
            is_likely = _is_answer_likely(queries, results)
            may_quote = is_likely and (bool(part.place) or any(is_quotable(query, results) for query in queries))
            doubtful = not part.place and all(is_doubtful(query, results) for query in queries)
            searched.append(SearchedPart(part, found, is_likely, may_quote, doubtful))
        run.set_searched_parts(searched)
        run.record_timing("search")

    async def _retrieve_passages(self, run: QuestionRun, question: str, variants: tuple[str, ...]) -> SearchResults:
        retriever = PassageRetriever(
            search=self._search,
            audience=run.question.audience,
            limit=CANDIDATES if run.question.preferred else self._settings.passages_in_prompt,
            variants=variants,
        )
        documents = await retriever.ainvoke(question, {**run.config, "run_name": "retrieve_passages"})
        results = results_from_documents(documents)
        run.degraded = results.degraded
        return results

    async def _stream_answer(
        self, run: QuestionRun, question: str, earlier: ThreadExchange
    ) -> AsyncGenerator[AnswerEvent, None]:
        fence_mark = secrets.token_hex(FENCE_MARK_LENGTH // 2)
        prompt = build_answer_prompt(
            question, run.found, earlier, run.prompt_texts, self._window.character_budget, fence_mark
        )
        output_filter, output = OutputFilter(len(prompt.numbered_passages)), ModelOutput()
        stream = self._stream_words("answer", prompt, output_filter, output, run.config)
        try:
            async with contextlib.aclosing(stream):
                async for words in stream:
                    run.record_timing("first_words", once=True)
                    yield words
        except ModelUnavailable as error:
            log.warning("the model is away: %s", error)
            output.error = error
        # Off the event loop: a long answer takes long to check, and everybody else's questions would wait.
        if remaining := await asyncio.to_thread(output_filter.flush_text):
            yield AnswerText(remaining)
        run.record_timing("write")
        if output.prompt_tokens:
            output.context_tokens = await asyncio.to_thread(self._model_memory.get_context_tokens)
        for event in await asyncio.to_thread(self._finish_answer, run, output_filter, prompt, output):
            yield event

    async def _stream_words(
        self, stage: str, prompt: Prompt, output_filter: OutputFilter, output: ModelOutput, config: RunnableConfig
    ) -> AsyncGenerator[AnswerText, None]:
        """Yields the model's text that may be shown; stops a model that repeats itself or writes far too much."""
        stream = stream_model_text(
            stage, prompt, self._model, lambda chunk: output_filter.filter_text(output.read_chunk(chunk)), config
        )
        with translate_model_errors(self._settings):
            async with contextlib.aclosing(stream):
                async for words in stream:
                    if words:
                        yield AnswerText(words)
                    if output.stop_reason:
                        return

    def _finish_answer(
        self, run: QuestionRun, output_filter: OutputFilter, prompt: Prompt, output: ModelOutput
    ) -> tuple[AnswerEvent, ...]:
        if self._was_cut(prompt, output):
            prompt = prompt.with_overflow_notice(run.prompt_texts)
        if output.is_complete and output.text.strip():
            exchange = prompt.exchange_with_answer(output.text, output.prompt_tokens)
            self._threads.remember_exchange(run.thread_key, exchange)
        answer = build_final_answer(run, output_filter, prompt, output)
        return (answer,) if answer else self._answer_with_quotes(run, output)

    def _was_cut(self, prompt: Prompt, output: ModelOutput) -> bool:
        """Whether Ollama has cut the prompt; the log gets the figures."""
        size = PromptSize(prompt.character_count, output.prompt_tokens)
        was_cut = self._window.record_prompt_size(size, prompt.earlier.prompt_size, output.context_tokens)
        if was_cut:
            log.warning(
                "the model has not read its whole prompt: characters=%d tokens=%d num_ctx=%d context=%s",
                size.characters,
                size.tokens,
                self._settings.num_ctx,
                output.context_tokens or "unknown",
            )
        return was_cut

    def _answer_with_quotes(self, run: QuestionRun, output: ModelOutput) -> tuple[AnswerEvent, ...]:
        reason = explain_missing_answer(output.error, self._settings.chat_model, run.prompt_texts)
        answer = build_extractive_answer(run, reason)
        if answer is None:
            return (answer_not_found(run, self._search, list_search_notices(run)),)
        return AnswerText(answer.text), answer


def _is_answer_likely(queries: Sequence[str], results: SearchResults) -> bool:
    """Whether the passages may contain an answer; the model decides if the margin is unknown."""
    if results.degraded is None and results.margin is None and results.likeness is None:
        return bool(results.found)
    relevances = (estimate_relevance(text, results.found, results.margin, results.likeness) for text in queries)
    return max(relevances) >= results.floor


def _plausible_question(written: str) -> str:
    """Returns the standalone question that the model wrote, or "" if the text looks like an answer."""
    output_filter = OutputFilter(0)
    text = (output_filter.filter_text(written) + output_filter.flush_text()).strip()
    is_question = len(text) <= _MAX_QUESTION_CHARACTERS and "\n\n" not in text and not extract_cited_numbers(written)
    return text if is_question else ""
