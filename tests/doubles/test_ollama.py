"""Real clients of Ollama use the stand-in: it answers and fails as Ollama does."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Sequence

import httpx
import ollama as client
import pytest
from langchain_ollama import ChatOllama, OllamaEmbeddings

from tests.doubles.ollama import (
    Faults,
    Ollama,
    ollama_in_thread,
    running_ollama,
)

PROMPT = """Answer from the passages.

[1] Handbook > Remote work
Employees may work from home two days a week. Ask your lead first.

[2] Guide de sécurité > Mots de passe
Le mot de passe compte douze lettres. Il change chaque année.

[3] Canteen
Lunch is served at noon.

Question: {question}"""

SHORT = httpx.Timeout(10, read=0.3)  # a busy machine may take longer to connect


def chat(ollama: Ollama, **more: object) -> ChatOllama:
    settings = {"model": "mixtral", "base_url": ollama.url, "client_kwargs": {"timeout": 5}, **more}
    return ChatOllama.model_validate(settings)


def embedder(ollama: Ollama, **more: object) -> OllamaEmbeddings:
    settings = {"model": "bge-m3", "base_url": ollama.url, "client_kwargs": {"timeout": 5}, **more}
    return OllamaEmbeddings.model_validate(settings)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while True:
            if holds():
                return
            await asyncio.sleep(0.01)


async def listen(model: ChatOllama, said: list[str]) -> None:
    async for piece in model.astream("where is it?"):
        said.append(piece.text)  # noqa: PERF401 - a comprehension would lose what was said before the failure


def likeness(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


async def test_the_model_quotes_the_passages_in_the_language_of_the_question() -> None:
    async with running_ollama() as ollama:
        english = await chat(ollama).ainvoke(PROMPT.format(question="how many days may I work from home?"))
        french = await chat(ollama).ainvoke(PROMPT.format(question="combien de jours de télétravail ?"))
    quoted = "Employees may work from home two days a week. [1] Le mot de passe compte douze lettres. [2]"
    assert english.content == f"According to the documents: {quoted}"
    assert french.content == f"Selon les documents : {quoted}"


async def test_what_exceeds_the_context_is_silently_not_read() -> None:
    question = PROMPT.format(question="x?") + " " + "word " * 5000
    async with running_ollama() as ollama:
        assert "I find nothing" in (await chat(ollama).ainvoke(question)).text
        assert "two days" in (await chat(ollama, num_ctx=16_000).ainvoke(question)).text


async def test_a_model_stays_in_memory_for_as_long_as_the_call_asks() -> None:
    async with running_ollama(faults=Faults(loading=0.2)) as ollama:
        plain = client.AsyncClient(ollama.url)
        loading = await plain.chat("mixtral", [], options={"num_ctx": 8192}, keep_alive=-1)
        assert loading.done_reason == "load"
        assert (loading.load_duration or 0) >= 0.2e9
        (model,) = (await plain.ps()).models
        assert (model.context_length, model.expires_at and model.expires_at.year > 2100) == (8192, True)
        warm = await plain.chat("mixtral", [{"role": "user", "content": "where?"}], options={"num_ctx": 8192})
        assert (warm.load_duration or 0) < 0.1e9
        other = await plain.chat("mixtral", [{"role": "user", "content": "where?"}], options={"num_ctx": 4096})
        assert (other.load_duration or 0) >= 0.2e9  # another context is another load
        assert (await plain.chat("mixtral", [], keep_alive=0)).done_reason == "unload"
        assert (await plain.ps()).models == []
        with pytest.raises(client.ResponseError, match="missing unit in duration"):
            await plain.chat("mixtral", [], keep_alive="-1")


async def test_no_context_is_larger_than_what_the_model_was_trained_on() -> None:
    async with running_ollama(faults=Faults(context=2048)) as ollama:
        plain = client.AsyncClient(ollama.url)
        question = [{"role": "user", "content": "word " * 5000}]
        answer = await plain.chat("mixtral", question, options={"num_ctx": 8192})
        assert answer.prompt_eval_count == 2048
        assert (await plain.ps()).models[0].context_length == 2048


@pytest.mark.parametrize("dimension", [64, 1024])
def test_texts_of_one_meaning_are_close_across_languages(dimension: int) -> None:
    texts = [
        "Les salariés ont droit à deux jours de télétravail par semaine.",
        "Your password has twelve letters and changes every year.",
        "Les notes de frais sont remboursées avant le 15 du mois.",
        "Each employee has twenty-five days of paid leave.",
    ]
    questions = ["remote work per week?", "longueur du mot de passe ?", "when are expenses paid back?", "mes congés"]
    with ollama_in_thread(dimension=dimension) as ollama:
        model = embedder(ollama)
        passages = model.embed_documents(texts)
        for number, question in enumerate(questions):
            asked = model.embed_query(question)
            scores = [likeness(asked, passage) for passage in passages]
            assert scores.index(max(scores)) == number
            assert len(asked) == dimension
            assert math.isclose(likeness(asked, asked), 1, abs_tol=1e-9)


CHAT_FAILURES: dict[str, tuple[Faults, type[Exception], int | None]] = {
    "model missing": (Faults(missing=("mixtral",)), client.ResponseError, 404),
    "500": (Faults(status=500), client.ResponseError, 500),
    "502": (Faults(status=502), client.ResponseError, 502),
    "error before the first word": (Faults(error_after=0), client.ResponseError, 500),
    "error in mid-stream": (Faults(error_after=3), client.ResponseError, -1),
    "cut before the first word": (Faults(cut_after=0), httpx.RemoteProtocolError, None),
    "cut in mid-stream": (Faults(cut_after=3), httpx.RemoteProtocolError, None),
    "stalled before the first word": (Faults(stall_after=0), httpx.ReadTimeout, None),
    "stalled in mid-stream": (Faults(stall_after=3), httpx.ReadTimeout, None),
    "slow first word": (Faults(first_token=30), httpx.ReadTimeout, None),
    "slow words": (Faults(between_tokens=30), httpx.ReadTimeout, None),
}


@pytest.mark.parametrize("name", CHAT_FAILURES)
async def test_a_failing_chat_raises_what_the_real_one_raises(name: str) -> None:
    faults, error, status = CHAT_FAILURES[name]
    said: list[str] = []
    async with running_ollama(faults=faults) as ollama:
        model = chat(ollama, client_kwargs={"timeout": SHORT})
        with pytest.raises(error) as failure:
            await listen(model, said)
    assert any(said) == (name == "slow words" or "mid-stream" in name)
    if error is httpx.ReadTimeout:
        assert not str(failure.value)
    assert status is None or (isinstance(failure.value, client.ResponseError) and failure.value.status_code == status)


EMBEDDING_FAILURES: dict[str, tuple[Faults, type[Exception], int | None]] = {
    "model missing": (Faults(missing=("bge-m3",)), client.ResponseError, 404),
    "500": (Faults(status=500, only="embed"), client.ResponseError, 500),
    "bad text": (Faults(bad_text="second"), client.ResponseError, 400),
    "cut": (Faults(cut_after=0), httpx.RemoteProtocolError, None),
    "stalled": (Faults(stall_after=0), httpx.ReadTimeout, None),
    "slow": (Faults(first_token=30), httpx.ReadTimeout, None),
}


@pytest.mark.parametrize("name", EMBEDDING_FAILURES)
async def test_failing_embeddings_raise_what_the_real_ones_raise(name: str) -> None:
    faults, error, status = EMBEDDING_FAILURES[name]
    async with running_ollama(faults=faults) as ollama:
        with pytest.raises(error) as failure:
            await embedder(ollama, client_kwargs={"timeout": SHORT}).aembed_documents(["first", "second"])
    assert status is None or (isinstance(failure.value, client.ResponseError) and failure.value.status_code == status)


async def test_the_chat_goes_on_when_only_the_embedding_model_is_missing() -> None:
    async with running_ollama(faults=Faults(missing=("bge-m3",))) as ollama:
        assert (await chat(ollama).ainvoke("where?")).content
        with pytest.raises(client.ResponseError):
            await embedder(ollama).aembed_query("where?")
        assert ollama.present == ["mixtral:latest"]


async def test_the_model_can_return_vectors_without_a_direction() -> None:
    async with running_ollama() as ollama:
        model = embedder(ollama)
        ollama.faults = Faults(vectors="nan")
        assert all(map(math.isnan, await model.aembed_query("x")))
        ollama.faults = Faults(vectors="zero")
        assert not any(await model.aembed_query("x"))


async def test_what_exceeds_an_embedding_is_cut_unless_that_is_forbidden() -> None:
    long = "word " * 10_000
    async with running_ollama() as ollama:
        plain = client.AsyncClient(ollama.url)
        assert (await plain.embed("bge-m3", long)).embeddings
        with pytest.raises(client.ResponseError, match="context length") as refusal:
            await plain.embed("bge-m3", ["short", long], truncate=False)
    assert refusal.value.status_code == 400


async def test_an_embedding_model_does_not_chat() -> None:
    async with running_ollama() as ollama:
        with pytest.raises(client.ResponseError, match="does not support chat"):
            await chat(ollama, model="bge-m3").ainvoke("x")


async def test_a_caller_who_hangs_up_stops_the_model() -> None:
    async with running_ollama(faults=Faults(stall_after=2)) as ollama:
        answer = asyncio.ensure_future(chat(ollama).ainvoke("where is it?"))
        await until(lambda: bool(ollama.requests))
        answer.cancel()
        await until(lambda: bool(ollama.hung_up))


def test_faults_change_while_it_runs_also_from_another_process() -> None:
    with ollama_in_thread() as ollama:
        model = embedder(ollama)
        assert model.embed_query("x")
        httpx.put(f"{ollama.url}/_faults", json={"status": 503}).raise_for_status()
        with pytest.raises(client.ResponseError):
            model.embed_query("x")
        ollama.faults = Faults()
        assert model.embed_query("x")
        assert httpx.put(f"{ollama.url}/_faults", json={"surplus": 1}).status_code == 400


@pytest.mark.parametrize("body", [b"{", b"[]", b"{}", b'{"model": "bge-m3", "input": 3}'])
def test_a_malformed_call_is_refused(body: bytes) -> None:
    with ollama_in_thread() as ollama:
        answer = httpx.post(f"{ollama.url}/api/embed", content=body)
    assert answer.status_code == 400
    assert answer.json()["error"]
