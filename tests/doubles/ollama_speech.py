"""Answer each HTTP call as Ollama does, with its errors and faults."""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

from aiohttp import web

from tests.doubles.ollama_memory import BadKeepAlive, keep_model, load_model, parse_keep_alive
from tests.doubles.ollama_script import Message
from tests.doubles.ollama_state import Faults, Ollama, Request, Spoken, embeds, tagged
from tests.doubles.ollama_vectors import embed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

    from aiohttp.typedefs import Handler

Body: TypeAlias = "Mapping[str, object]"
Speech: TypeAlias = "Callable[[Ollama, web.Request, Body], Awaitable[web.StreamResponse]]"
Wrap: TypeAlias = "Callable[[str], dict[str, object]]"

CHARACTERS_PER_TOKEN = 4
DEFAULT_CONTEXT = 4096
EMBEDDING_CONTEXT = 8192
UNEXPECTED = "an error was encountered while running the model: unexpected EOF"


class Refused(Exception):
    """What Ollama answers with a status and one sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class Broken(Exception):
    """The model broke while it spoke."""


class Cut(Exception):
    """The connection is to be closed without a word."""


def handler(ollama: Ollama, speech: Speech) -> Handler:
    """Record the call, refuse what Ollama refuses, and let `speech` answer the rest."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            body = _parsed(await request.read())
            ollama.requests.append(Request(request.path, body))
            _check(ollama, request.path, body)
            try:
                return await speech(ollama, request, body)
            finally:
                keep_model(ollama, body)
        except Refused as refused:
            return web.json_response({"error": str(refused)}, status=refused.status)
        except Broken:
            return web.json_response({"error": UNEXPECTED}, status=500)
        except Cut:
            return _closed(request)
        except asyncio.CancelledError:
            ollama.hung_up += 1
            raise

    return handle


def _closed(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.close()
    return web.Response()


def _parsed(raw: bytes) -> Body:
    try:
        body = json.loads(raw)
    except json.JSONDecodeError as error:
        raise Refused(400, f"invalid character: {error.msg}") from error
    if not isinstance(body, dict):
        raise Refused(400, "json: cannot unmarshal into an object")
    return body


def _check(ollama: Ollama, path: str, body: Body) -> None:
    model, faults = body.get("model"), ollama.faults
    if not isinstance(model, str) or not model:
        raise Refused(400, "model is required")
    if tagged(model) not in ollama.present:
        raise Refused(404, f"model '{model}' not found")
    if faults.status is not None and re.search(faults.only, path):
        raise Refused(faults.status, "a fault was asked for")
    try:
        parse_keep_alive(body.get("keep_alive"))
    except BadKeepAlive as error:
        raise Refused(400, str(error)) from error
    if embeds(model) and path == "/api/chat":
        raise Refused(400, f'"{model}" does not support chat')


async def chat(ollama: Ollama, request: web.Request, body: Body) -> web.StreamResponse:
    """Answer `/api/chat`."""
    raw = body.get("messages")
    messages = [
        Message(str(one.get("role")), str(one.get("content") or ""))
        for one in (raw if isinstance(raw, list) else [])
        if isinstance(one, dict)
    ]
    return await _said(ollama, request, body, messages)


async def embeddings(ollama: Ollama, _: web.Request, body: Body) -> web.StreamResponse:
    """Answer `/api/embed`: one vector for each text, or none at all."""
    given = body.get("input")
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise Refused(400, "invalid input type")
    if given == "":
        texts = []
    load = await load_model(ollama, body, EMBEDDING_CONTEXT)
    vectors = await _vectors(ollama, body, texts)
    figures = _figures(time.perf_counter(), 0, 0, load)
    return web.json_response({"model": body["model"], "embeddings": vectors, **figures})


def card(model: str) -> dict[str, object]:
    """What the lists of models say about one."""
    details = {"format": "gguf", "family": "double", "families": ["double"], "parameter_size": "0B"}
    return {
        "name": model,
        "model": model,
        "modified_at": _now(),
        "size": 1_000_000,
        "digest": "0" * 64,
        "details": {"parent_model": "", "quantization_level": "Q4_0", **details},
    }


async def _vectors(ollama: Ollama, body: Body, texts: Sequence[str]) -> list[list[float]]:
    faults = ollama.faults
    await asyncio.sleep(faults.first_token)
    if faults.stall_after is not None:
        await asyncio.Event().wait()
    if faults.cut_after is not None:
        raise Cut
    if any(faults.bad_text is not None and faults.bad_text in text for text in texts):
        raise Refused(400, "the input cannot be embedded")
    most = EMBEDDING_CONTEXT * CHARACTERS_PER_TOKEN
    if body.get("truncate") is False and any(len(text) > most for text in texts):
        raise Refused(400, "the input length exceeds the context length")
    asked = body.get("dimensions")
    dimension = asked if isinstance(asked, int) and asked > 0 else ollama.dimension
    return [_vector(faults, text[:most], dimension) for text in texts]


def _vector(faults: Faults, text: str, dimension: int) -> list[float]:
    if faults.vectors == "good":
        return embed(text, dimension)
    return [float("nan") if faults.vectors == "nan" else 0.0] * dimension


async def _said(ollama: Ollama, request: web.Request, body: Body, messages: Sequence[Message]) -> web.StreamResponse:
    """Let the script speak over what fits the context: as lines while it speaks, or at once."""
    started = time.perf_counter()
    context = min(_option(body, "num_ctx") or DEFAULT_CONTEXT, ollama.faults.context or sys.maxsize)
    load = await load_model(ollama, body, context)
    heard = within_context(messages, context)
    pieces = [] if not heard else [str(piece) for piece in ollama.script(heard)]
    size = sum(len(message.content) for message in heard) // CHARACTERS_PER_TOKEN
    most = _option(body, "num_predict")
    silent = "unload" if body.get("keep_alive") == 0 else "load"
    ended = silent if not heard else "length" if most and len(pieces) > most else "stop"
    pieces = pieces[: most or None]

    def end() -> Mapping[str, object]:
        return {"done": True, "done_reason": ended, **_figures(started, size, len(pieces), load)}

    def line(text: str) -> dict[str, object]:
        message = {"role": "assistant", "content": text}
        return {"model": body["model"], "created_at": _now(), "message": message, "done": False}

    spoken = _timed(ollama, heard[-1].content if heard else "", _paced(ollama.faults, pieces))
    if body.get("stream") is not False:
        return await _streamed(request, spoken, line, end)
    text = "".join([piece async for piece in spoken])
    return web.json_response({**line(text), **end()})


async def _streamed(
    request: web.Request, pieces: AsyncIterator[str], line: Wrap, end: Callable[[], Mapping[str, object]]
) -> web.StreamResponse:
    # As in Ollama, the headers leave with the first piece: what fails before it is a plain HTTP error.
    response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
    try:
        async for piece in pieces:
            await _write(request, response, line(piece))
        await _write(request, response, {**line(""), **end()})
    except Broken:
        if not response.prepared:
            raise
        await _write(request, response, {"error": UNEXPECTED})
    return response


async def _write(request: web.Request, response: web.StreamResponse, line: Mapping[str, object]) -> None:
    if not response.prepared:
        await response.prepare(request)
    await response.write(json.dumps(line).encode() + b"\n")


async def _timed(ollama: Ollama, question: str, pieces: AsyncIterator[str]) -> AsyncIterator[str]:
    times = Spoken(question, time.monotonic())
    ollama.spoken.append(times)
    async for piece in pieces:
        times.last = time.monotonic()
        times.first = times.first or times.last
        yield piece


async def _paced(faults: Faults, pieces: Sequence[str]) -> AsyncIterator[str]:
    await asyncio.sleep(faults.first_token)
    for said, piece in enumerate(pieces):
        await _fail(faults, said)
        if said:
            await asyncio.sleep(faults.between_tokens)
        yield piece
    await _fail(faults, len(pieces))


async def _fail(faults: Faults, said: int) -> None:
    if faults.stall_after is not None and said >= faults.stall_after:
        await asyncio.Event().wait()
    if faults.cut_after is not None and said >= faults.cut_after:
        raise Cut
    if faults.error_after is not None and said >= faults.error_after:
        raise Broken


def within_context(messages: Sequence[Message], tokens: int) -> list[Message]:
    """What the model reads of `messages`: like Ollama, silently without the oldest, then without their beginning."""
    room = tokens * CHARACTERS_PER_TOKEN
    kept = list(messages)
    while len(kept) > 1 and sum(len(message.content) for message in kept) > room:
        oldest = next((at for at, message in enumerate(kept[:-1]) if message.role != "system"), None)
        if oldest is None:
            break
        del kept[oldest]
    read: list[Message] = []
    for message in reversed(kept):
        content = message.content[max(len(message.content) - room, 0) :]
        room -= len(content)
        read.insert(0, Message(message.role, content))
    return read


def _option(body: Body, name: str) -> int | None:
    options = body.get("options")
    asked = options.get(name) if isinstance(options, dict) else None
    return asked if isinstance(asked, int) and asked > 0 else None


def _figures(started: float, heard: int, said: int, load: int) -> dict[str, object]:
    """Counts, and durations in nanoseconds as Ollama's API reference lists them; a quarter of the time is reading."""
    spent = int((time.perf_counter() - started) * 1e9)
    counts = {"prompt_eval_count": heard, "eval_count": said}
    durations = {"load_duration": load, "prompt_eval_duration": spent // 4, "eval_duration": spent - spent // 4}
    return {"total_duration": spent, **durations, **counts}


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")
