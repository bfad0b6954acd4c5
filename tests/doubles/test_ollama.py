"""Real clients of Ollama use the stand-in: it answers and fails as Ollama does."""

from __future__ import annotations

import asyncio
import math
import signal
import sys
from collections.abc import Callable, Sequence

import httpx
import ollama as client
import pytest
from langchain_ollama import ChatOllama, OllamaEmbeddings

from tests.doubles.ollama import (
    Faults,
    Message,
    Ollama,
    matching,
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


async def python(*arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(sys.executable, *arguments, stdout=asyncio.subprocess.PIPE)


async def said_by(*arguments: str) -> bytes:
    process = await python(*arguments)
    return (await process.communicate())[0]


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


async def test_the_answer_arrives_word_by_word() -> None:
    async with running_ollama(faults=Faults(between_tokens=0.001)) as ollama:
        pieces = [piece async for piece in chat(ollama).astream(PROMPT.format(question="what is it?"))]
    said = [piece.content for piece in pieces if piece.content]
    assert said[:3] == ["According", " to", " the"]
    assert pieces[-1].usage_metadata or pieces[-2].usage_metadata


@pytest.mark.parametrize(
    ("system", "asked"),
    [
        (
            "Rewrite the last question as a standalone question. Write nothing but the question.",
            "Conversation:\nhello\nTwo days.\n[1]\n\nLast question: and in Lyon?\n\nStandalone question:",
        ),
        (
            "Reformule la dernière question en une question autonome.",
            "Conversation :\nbonjour\n\nDernière question : and in Lyon?\n\nQuestion autonome :",
        ),
        ("Given a chat, rephrase the follow-up.", "hello\nand in Lyon?"),
    ],
    ids=["English", "French", "bare"],
)
async def test_a_question_to_rewrite_is_echoed(system: str, asked: str) -> None:
    async with running_ollama() as ollama:
        answer = await chat(ollama).ainvoke([("system", system), ("user", asked)])
    assert answer.content == "and in Lyon?"


@pytest.mark.parametrize(
    ("passage", "sentence"),
    [
        ("[1] guide.pdf, p. 3 > Work\nTwo days a week. Ask.", "Two days a week."),
        ("[1] Two days a week are allowed. Ask.", "Two days a week are allowed."),
        ("[1] prices.xlsx\n| day | 12 |", "| day | 12 |"),
        ('<passage n="1" title="x">\nTwo days a week.\n</passage>', "Two days a week."),
    ],
    ids=["with its place", "text alone", "table", "tagged"],
)
async def test_the_first_sentence_of_a_passage_is_quoted(passage: str, sentence: str) -> None:
    async with running_ollama() as ollama:
        answer = await chat(ollama).ainvoke(f"{passage}\n\nQuestion: how many are there?")
    assert answer.content == f"According to the documents: {sentence} [1]"


@pytest.mark.parametrize(
    ("question", "answer"),
    [("où est la cantine ?", "Je ne trouve rien à ce sujet."), ("where is it?", "I find nothing about that.")],
)
async def test_without_passages_the_model_says_so(question: str, answer: str) -> None:
    async with running_ollama() as ollama:
        assert (await chat(ollama).ainvoke(question)).content == answer


async def test_a_script_says_what_it_is_told_to() -> None:
    def count(messages: Sequence[Message]) -> list[str]:
        return [str(len(messages)), " messages"]

    script = matching(("weather", "It rains."), ("count", count))
    async with running_ollama(script=script) as ollama:
        model = chat(ollama)
        assert (await model.ainvoke("how is the weather?")).content == "It rains."
        assert (await model.ainvoke([("system", "count"), ("user", "x")])).content == "2 messages"
        assert (await model.ainvoke("where?")).content == "I find nothing about that."


async def test_what_was_asked_is_recorded() -> None:
    async with running_ollama() as ollama:
        await chat(ollama, num_ctx=8000, reasoning=False).ainvoke("hello")
        await embedder(ollama).aembed_documents(["a", "b"])
        [asked], [embedded] = ollama.bodies("/api/chat"), ollama.bodies("/api/embed")
    assert asked["options"] == {"num_ctx": 8000}
    assert asked["think"] is False
    assert embedded["input"] == ["a", "b"]


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


async def test_the_plain_client_is_served_too() -> None:
    async with running_ollama(("mixtral", "bge-m3")) as ollama:
        plain = client.AsyncClient(ollama.url)
        listed = await plain.list()
        assert [model.model for model in listed.models] == ["mixtral:latest", "bge-m3:latest"]
        assert (await plain.generate("mixtral", "where?")).response == "I find nothing about that."
        pieces = [piece.response async for piece in await plain.generate("mixtral", "where?", stream=True)]
        assert "".join(piece or "" for piece in pieces) == "I find nothing about that."
        assert (await plain.show("bge-m3")).capabilities == ["embedding"]
        assert [model.model for model in (await plain.ps()).models] == ["mixtral:latest"]
        vectors = (await plain.embed("bge-m3", "leave")).embeddings
        assert [model.model for model in (await plain.ps()).models] == ["mixtral:latest", "bge-m3:latest"]
        assert (await plain.embeddings("bge-m3", "leave")).embedding == vectors[0]
        assert (await plain.embed("bge-m3", "leave", dimensions=32)).embeddings[0][:1]
        async with httpx.AsyncClient(base_url=ollama.url) as http:
            assert (await http.head("/")).status_code == 200
            assert "version" in (await http.get("/api/version")).json()


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


async def test_the_same_text_has_the_same_vector_in_every_process() -> None:
    told = "from tests.doubles.ollama_vectors import embed; print(embed('Congés payés', 8))"
    assert await said_by("-c", told) == await said_by("-c", told)


def test_an_empty_text_has_a_direction() -> None:
    with ollama_in_thread() as ollama:
        assert math.isclose(likeness(*[embedder(ollama).embed_query(" ")] * 2), 1, abs_tol=1e-9)


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


async def test_nobody_listens_when_ollama_is_down() -> None:
    async with running_ollama() as ollama:
        pass
    with pytest.raises(httpx.ConnectError):
        await chat(ollama).ainvoke("x")
    with pytest.raises(ConnectionError):
        await embedder(ollama).aembed_query("x")


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


async def test_it_runs_by_hand() -> None:
    process = await python("-m", "tests.doubles.ollama", "--port", "0", "--pace", "0")
    assert process.stdout is not None
    told = (await process.stdout.readline()).decode()
    async with httpx.AsyncClient() as http:
        assert (await http.get(told.split(" listens on ")[1].split()[0])).text == "Ollama is running"
    process.send_signal(signal.SIGINT)
    assert (await process.communicate())[0] == b"Stopped.\n"
    assert process.returncode == 0
