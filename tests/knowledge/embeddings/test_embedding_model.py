from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from knowledge.core.failures import ModelUnavailable, TextRefused
from knowledge.embeddings.embedding_model import RETRY_PAUSE_SECONDS, EmbeddingModel
from knowledge.runtime.metrics import REGISTRY
from knowledge.runtime.settings import Settings
from tests.doubles.in_thread import in_thread
from tests.doubles.ollama import Faults, Ollama


@dataclass(slots=True)
class Clock:
    now: float = 0.0
    meaning: EmbeddingModel = field(init=False)


@pytest.fixture
def clock(ollama: Ollama) -> Clock:
    clock = Clock()
    clock.meaning = EmbeddingModel(Settings(ollama_url=ollama.url), lambda: clock.now)
    return clock


def test_each_text_gets_its_vector_in_order(meaning: EmbeddingModel) -> None:
    first, second = meaning.embed_documents(["télétravail", "cantine"])
    assert meaning.embed_documents(["cantine"]) == [second]
    assert first != second
    assert len(first) == 64


def test_a_question_is_embedded_once(meaning: EmbeddingModel, ollama: Ollama) -> None:
    assert meaning.embed_query("télétravail ?") == meaning.embed_query("télétravail ?")
    assert len(ollama.bodies("/api/embed")) == 1


def test_a_question_that_the_model_refuses_costs_the_next_one_nothing(meaning: EmbeddingModel, ollama: Ollama) -> None:
    ollama.faults = Faults(bad_text="télé")
    with pytest.raises(TextRefused):
        meaning.embed_query("télétravail ?")
    assert len(meaning.embed_query("cantine ?")) == 64


FAILURES = {
    "missing": (Faults(missing=("bge-m3",)), "The embedding model bge-m3 is not in Ollama: run `ollama pull bge-m3`."),
    "broken": (Faults(status=500), "Ollama answered 500 for the embedding model bge-m3: look at its log."),
    "cut": (Faults(cut_after=0), "Ollama does not answer at {url}: start it, or correct OLLAMA_URL."),
    "slow": (Faults(first_token=2.0), "The embedding model bge-m3 did not answer in 0.5 s."),
    "nan": (Faults(vectors="nan"), "The embedding model bge-m3 gave a vector without a direction: restart Ollama."),
    "zero": (Faults(vectors="zero"), "The embedding model bge-m3 gave a vector without a direction: restart Ollama."),
    "refused": (Faults(bad_text="télé"), "Ollama answered 400 for the embedding model bge-m3: look at its log."),
}


@pytest.mark.parametrize("ask", ["question", "passages"])
@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_is_one_sentence(ollama: Ollama, name: str, ask: str) -> None:
    ollama.faults, sentence = FAILURES[name]
    meaning = EmbeddingModel(Settings(ollama_url=ollama.url, embedding_timeout=0.5))
    with pytest.raises(ModelUnavailable) as caught:
        meaning.embed_query("télétravail") if ask == "question" else meaning.embed_documents(["télétravail"])
    assert str(caught.value) == sentence.format(url=ollama.url)
    assert isinstance(caught.value, TextRefused) == (name in ("broken", "nan", "zero", "refused"))


def test_a_text_that_is_longer_than_the_model_reads_is_not_cut_in_silence(meaning: EmbeddingModel) -> None:
    long = "mot " * 10_000
    with pytest.raises(TextRefused, match=r"^Ollama answered 400"):
        meaning.embed_documents(["court", long])
    assert any(meaning.embed_truncated([long])[0])
    assert any(meaning.embed_query(long))


def test_nobody_at_the_address_is_named() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(ModelUnavailable, match=f"^Ollama does not answer at {url}: start it, or correct OLLAMA_URL"):
        EmbeddingModel(Settings(ollama_url=url)).embed_query("x")


@pytest.fixture
def stranger() -> Iterator[str]:
    """A server that is not Ollama and answers every call with a page."""

    async def page(_: web.Request) -> web.Response:
        response = web.Response(text="<html>Welcome</html>", content_type="text/html")
        response.force_close()
        return response

    @asynccontextmanager
    async def serving() -> AsyncIterator[str]:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", page)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        await runner.cleanup()

    with in_thread(serving) as url:
        yield url


def test_a_server_that_is_not_ollama_is_named(stranger: str) -> None:
    with pytest.raises(ModelUnavailable, match=rf"^What answers at {stranger} is not Ollama: correct OLLAMA_URL\.$"):
        EmbeddingModel(Settings(ollama_url=stranger)).embed_query("x")


def test_after_a_failure_questions_do_not_wait_for_a_while(clock: Clock, ollama: Ollama) -> None:
    ollama.faults = Faults(status=502)
    for _ in range(3):
        with pytest.raises(ModelUnavailable, match="answered 502"):
            clock.meaning.embed_query("x")
    assert len(ollama.bodies("/api/embed")) == 1
    ollama.faults = Faults()
    clock.now = RETRY_PAUSE_SECONDS
    assert clock.meaning.embed_query("x")


def test_passages_are_tried_at_once_though_questions_rest(clock: Clock, ollama: Ollama) -> None:
    ollama.faults = Faults(status=502)
    with pytest.raises(ModelUnavailable):
        clock.meaning.embed_query("x")
    ollama.faults = Faults()
    assert clock.meaning.embed_documents(["x"])


def test_a_failure_is_not_remembered_as_an_answer(clock: Clock, ollama: Ollama) -> None:
    ollama.faults = Faults(vectors="zero")
    with pytest.raises(TextRefused):
        clock.meaning.embed_query("x")
    ollama.faults = Faults()
    clock.now = RETRY_PAUSE_SECONDS
    assert any(clock.meaning.embed_query("x"))


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("bge-m3", "dense-bge-m3"),
        ("bge-m3:latest", "dense-bge-m3"),
        ("qwen3-embedding:0.6b", "dense-qwen3-embedding-0-6b"),
        ("hf.co/org/model:Q8_0", "dense-hf-co-org-model-Q8_0"),
    ],
)
def test_each_model_has_vectors_of_its_own_name(model: str, name: str) -> None:
    assert EmbeddingModel(Settings(embedding_model=model)).vector_name == name


def test_a_comparison_that_the_local_model_does_not_answer_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    class Away:
        def compare_texts(self, *_: object) -> list[float]:
            raise ModelUnavailable("The local model does not answer.")

    monkeypatch.setattr("knowledge.embeddings.embedding_model.get_shared_client", Away)
    before = _count_failures()
    with pytest.raises(ModelUnavailable):
        EmbeddingModel(Settings(embedding_model="local:multilingual-e5-small")).compare_pieces(
            "how many days?", ["Two days."]
        )
    assert _count_failures() == before + 1


def _count_failures() -> float:
    return REGISTRY.get_sample_value("souffleur_ollama_failures_total", {"use": "embedding"}) or 0.0
