"""Traces of real answers, as they would leave the machine."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from bot.answering.question import Turn
from bot.answering.tracing import SpanCallbacks, open_tracing
from knowledge.core.failures import SettingsError
from tests.bot.answering.pipeline_setup import open_pipeline
from tests.doubles.ollama import Ollama, ollama_in_thread

QUESTION = "Combien de jours de télétravail par semaine, quarantelune ?"


@pytest.fixture
def ollama() -> Iterator[Ollama]:
    with ollama_in_thread() as double:
        yield double


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def callbacks(exporter: InMemorySpanExporter) -> SpanCallbacks:
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return SpanCallbacks(provider.get_tracer("test"))


async def test_each_step_is_a_span_below_its_question(
    ollama: Ollama, exporter: InMemorySpanExporter, callbacks: SpanCallbacks
) -> None:
    with open_pipeline(ollama.url, meaning=True, callbacks=[callbacks]) as setup:
        await setup.answer(QUESTION)
    spans = {span.name: span for span in exporter.get_finished_spans()}
    root = spans.pop("answer_question")
    assert root.parent is None
    assert dict(root.attributes or {}) == {"souffleur.state": "answered"}
    assert all(span.parent and span.parent.span_id == root.context.span_id for span in spans.values())
    chat = next(span for name, span in spans.items() if name.startswith("chat "))
    attributes = dict(chat.attributes or {})
    assert attributes["gen_ai.operation.name"] == "chat"
    assert attributes["gen_ai.provider.name"] == "ollama"
    assert chat.name == f"chat {attributes['gen_ai.request.model']}"
    assert "retrieve_passages" in spans
    assert not callbacks._spans


async def test_no_span_holds_a_word_of_question_passage_or_answer(
    ollama: Ollama, exporter: InMemorySpanExporter, callbacks: SpanCallbacks
) -> None:
    history = (Turn("person", "Et le hamac zibeline ?"), Turn("bot", "Deux jours par semaine [1]."))
    with open_pipeline(ollama.url, meaning=True, callbacks=[callbacks], rewriting="on") as setup:
        answer = await setup.answer(QUESTION, *history)
    sent = " ".join(span.to_json() for span in exporter.get_finished_spans()).lower()
    assert answer.passages
    texts = [QUESTION, answer.text, *(turn.text for turn in history)]
    texts += [one.passage.excerpt.text for one in answer.passages]
    texts += [one.passage.path for one in answer.passages]
    words = {word.strip(".,?!:;()[]*\"'").lower() for text in texts for word in text.split()}
    assert "souffleur.passages" in sent
    assert not [word for word in words if len(word) > 7 and word in sent]


def test_without_an_endpoint_nothing_is_traced() -> None:
    assert open_tracing(None) == []


def test_without_the_packages_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace.export", None)
    with pytest.raises(SettingsError, match=r"install souffleur\[traces\]"):
        open_tracing("http://127.0.0.1:4318")
