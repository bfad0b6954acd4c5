"""Tests that LangChain's callbacks see each step of an answer by name."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import UUID

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk

from bot.answering.answer import AnswerText
from bot.answering.langchain_steps import stream_model_text
from bot.answering.prompt.builder import build_bare_prompt
from bot.answering.question import Question, Turn
from knowledge.core.access import Audience
from knowledge.core.failures import ModelUnavailable
from tests.bot.answering.pipeline_setup import PipelineSetup, open_pipeline
from tests.doubles.ollama import Ollama, ollama_in_thread

QUESTION = "Combien de jours de télétravail par semaine ?"
HISTORY = (Turn("person", "Combien de jours de télétravail ?"), Turn("bot", "Deux jours par semaine [1]."))


class Recorder(BaseCallbackHandler):
    """Records each run with its name, its parent and its end."""

    def __init__(self) -> None:
        self.started: list[tuple[str, UUID | None]] = []
        self.ids: dict[UUID, str] = {}
        self.ended: dict[str, str] = {}
        self.outputs: dict[str, Any] = {}

    def _start(self, run_id: UUID, parent_run_id: UUID | None, name: str) -> None:
        self.ids[run_id] = name
        self.started.append((name, parent_run_id))

    def on_chain_start(self, *_: Any, run_id: UUID, parent_run_id: UUID | None = None, **more: Any) -> None:
        self._start(run_id, parent_run_id, more["name"])

    def on_chat_model_start(self, *_: Any, run_id: UUID, parent_run_id: UUID | None = None, **more: Any) -> None:
        self._start(run_id, parent_run_id, more["name"])

    def on_retriever_start(self, *_: Any, run_id: UUID, parent_run_id: UUID | None = None, **more: Any) -> None:
        self._start(run_id, parent_run_id, more["name"])

    def on_chain_end(self, outputs: Any, *, run_id: UUID, **_: Any) -> None:
        self.ended[self.ids[run_id]] = "end"
        self.outputs[self.ids[run_id]] = outputs

    def on_retriever_end(self, documents: Any, *, run_id: UUID, **_: Any) -> None:
        self.ended[self.ids[run_id]] = "end"
        self.outputs[self.ids[run_id]] = documents

    def on_llm_end(self, *_: Any, run_id: UUID, **__: Any) -> None:
        self.ended[self.ids[run_id]] = "end"

    def on_chain_error(self, *_: Any, run_id: UUID, **__: Any) -> None:
        self.ended[self.ids[run_id]] = "error"

    def on_llm_error(self, *_: Any, run_id: UUID, **__: Any) -> None:
        self.ended[self.ids[run_id]] = "error"

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.started]

    @property
    def parents(self) -> set[str | None]:
        return {self.ids[parent] if parent else None for _, parent in self.started[1:]}


@pytest.fixture
def ollama() -> Iterator[Ollama]:
    with ollama_in_thread() as double:
        yield double


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def setup(ollama: Ollama, recorder: Recorder) -> Iterator[PipelineSetup]:
    with open_pipeline(ollama.url, meaning=True, callbacks=[recorder]) as setup:
        yield setup


async def test_the_steps_of_an_answer_are_runs_in_order(setup: PipelineSetup, recorder: Recorder) -> None:
    answer = await setup.answer(QUESTION)
    assert recorder.names == ["answer_question", "retrieve_passages", "answer_prompt", "answer_model", "answer_parser"]
    assert recorder.started[0][1] is None
    assert recorder.parents == {"answer_question"}
    assert recorder.ended == dict.fromkeys(recorder.names, "end")
    assert recorder.outputs["answer_question"] == {"state": "answered", "answer": answer.text}
    assert [one.metadata["passage"] for one in recorder.outputs["retrieve_passages"]] == [
        one.passage for one in answer.passages
    ]


async def test_a_follow_up_is_condensed_in_runs_of_its_own(setup: PipelineSetup, recorder: Recorder) -> None:
    await setup.answer("Et l'indemnité ?", *HISTORY)
    assert recorder.names[1:5] == ["condense_prompt", "condense_model", "condense_parser", "retrieve_passages"]
    assert recorder.parents == {"answer_question"}


async def test_other_wordings_are_asked_for_in_runs_of_their_own(ollama: Ollama, recorder: Recorder) -> None:
    with open_pipeline(ollama.url, meaning=True, callbacks=[recorder], rewriting="on") as setup:
        await setup.answer(QUESTION)
    assert recorder.names[1:5] == ["rewrite_prompt", "rewrite_model", "rewrite_parser", "retrieve_passages"]


async def test_questions_at_the_same_time_do_not_share_runs(setup: PipelineSetup, recorder: Recorder) -> None:
    await asyncio.gather(setup.answer(QUESTION), setup.answer(QUESTION))
    roots = [run for run, name in recorder.ids.items() if name == "answer_question"]
    assert [[parent for _, parent in recorder.started].count(root) for root in roots] == [4, 4]


async def test_a_reader_who_leaves_ends_every_run(setup: PipelineSetup, recorder: Recorder) -> None:
    events = setup.pipeline.answer_question(Question(QUESTION, Audience.everyone()))
    async for event in events:
        if isinstance(event, AnswerText):
            break
    await events.aclose()  # type: ignore[attr-defined] # an async generator, promised as an iterator only
    assert recorder.ended.keys() == set(recorder.names)
    assert recorder.ended["answer_question"] == recorder.ended["answer_model"] == "error"


async def test_a_model_alone_is_seen_too(recorder: Recorder) -> None:
    with open_pipeline(callbacks=[recorder]) as setup, pytest.raises(ModelUnavailable):
        _ = [words async for words in setup.pipeline.answer_without_documents(QUESTION)]
    assert recorder.names == ["answer_without_documents", "bare_prompt", "bare_model"]
    assert recorder.ended["answer_without_documents"] == "error"


class _SlowToClose(GenericFakeChatModel):
    """A model whose connection takes a while to close."""

    async def _astream(self, *_: Any, **__: Any) -> AsyncIterator[ChatGenerationChunk]:
        try:
            while True:
                yield ChatGenerationChunk(message=AIMessageChunk(content="mot "))
        finally:
            for _turn in range(20):
                await asyncio.sleep(0)


async def test_a_model_that_is_stopped_is_closed_once() -> None:
    """LangChain's own clean-up must not close it too: that would be an error in the log for each stopped answer."""
    errors: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: errors.append(context))
    prompt = build_bare_prompt("Récite.", 1_000)
    model = _SlowToClose(messages=iter(()))
    stream = stream_model_text("bare", prompt, model, lambda chunk: str(chunk.text), {})
    assert await anext(stream) == "mot "
    await stream.aclose()
    gc.collect()
    for _ in range(100):
        await asyncio.sleep(0)
    gc.collect()  # a task whose error nobody looks at tells it when it goes
    assert errors == []
