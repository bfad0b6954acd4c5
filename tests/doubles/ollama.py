"""Serve a stand-in for Ollama: its protocol, a scripted chat model, hashed embeddings, and faults on demand.

Decides where it listens and which call goes to whom; `ollama_speech` answers, `ollama_script` finds the words,
`ollama_vectors` the meaning.
"""

from __future__ import annotations

from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

from aiohttp import web
from pydantic import TypeAdapter, ValidationError

from tests.doubles.in_thread import in_thread
from tests.doubles.ollama_memory import loaded_models
from tests.doubles.ollama_script import Message, Script, matching, quote, words
from tests.doubles.ollama_speech import card, chat, embeddings, handler
from tests.doubles.ollama_state import MODELS, Faults, Ollama, Request

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from aiohttp.typedefs import Handler

__all__ = [
    "Faults",
    "Message",
    "Ollama",
    "Request",
    "Script",
    "build_ollama_app",
    "matching",
    "ollama_in_thread",
    "quote",
    "running_ollama",
    "words",
]

_SPEECHES = {"/api/chat": chat, "/api/embed": embeddings}


@asynccontextmanager
async def running_ollama(
    models: Sequence[str] = MODELS,
    script: Script = quote,
    *,
    dimension: int = 64,
    faults: Faults | None = None,
    port: int = 0,
) -> AsyncIterator[Ollama]:
    """Serve on the loopback address for the block; port 0 takes a free port."""
    ollama = Ollama(tuple(models), script, dimension, faults or Faults())
    # A caller who hangs up ends the handler, as it stops a model.
    runner = web.AppRunner(build_ollama_app(ollama), handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        ollama.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield ollama
    finally:
        await runner.cleanup()


@contextmanager
def ollama_in_thread(
    models: Sequence[str] = MODELS,
    script: Script = quote,
    *,
    dimension: int = 64,
    faults: Faults | None = None,
    port: int = 0,
) -> Iterator[Ollama]:
    """The same on a thread of its own, for tests that are not asynchronous."""
    with in_thread(lambda: running_ollama(models, script, dimension=dimension, faults=faults, port=port)) as ollama:
        yield ollama


def build_ollama_app(ollama: Ollama) -> web.Application:
    """Make the application; the caller decides where it listens."""
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.on_response_prepare.append(_last)
    app.router.add_get("/", _alive)  # aiohttp answers HEAD with it too
    app.router.add_get("/api/tags", _list(ollama, loaded=False))
    app.router.add_get("/api/ps", _list(ollama, loaded=True))
    app.router.add_put("/_faults", _control(ollama))
    for path, speech in _SPEECHES.items():
        app.router.add_post(path, handler(ollama, speech))
    return app


async def _last(_: web.Request, response: web.StreamResponse) -> None:
    # langchain-ollama has no way to close its clients: a kept connection would end a test with a ResourceWarning.
    response.force_close()
    response.headers["Connection"] = "close"


async def _alive(_: web.Request) -> web.Response:
    return web.Response(text="Ollama is running")


def _list(ollama: Ollama, *, loaded: bool) -> Handler:
    async def handle(_: web.Request) -> web.Response:
        if loaded:
            return web.json_response({"models": loaded_models(ollama)})
        return web.json_response({"models": [card(model) for model in ollama.present]})

    return handle


def _control(ollama: Ollama) -> Handler:
    """Another process sets the faults; Ollama itself has no such route."""

    async def handle(request: web.Request) -> web.Response:
        try:
            ollama.faults = TypeAdapter(Faults).validate_json(await request.read())
        except ValidationError as error:
            return web.json_response({"error": str(error)}, status=400)
        return web.json_response(asdict(ollama.faults))

    return handle
