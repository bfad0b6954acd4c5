"""Serve one neighbour of the product in a container: `python -m tests.image.stand_ins qdrant|ollama|slack`."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from playground.qdrant.server import EmbeddedEngine, build_qdrant_app
from playground.slack.app import LocalSlack, serve_slack
from playground.slack.state.settings import PlaygroundSlack
from tests.doubles.ollama import Faults, build_ollama_app
from tests.doubles.ollama_state import Ollama

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler

BOT_TOKEN, APP_TOKEN = "xoxb-playground-image", "xapp-playground-image"  # made up: the local Slack's
SLACK_PORT, ASKING_PORT = 8321, 8322
_ANSWER_SECONDS = 120.0


async def serve_qdrant() -> None:
    """Serve what stands in for Qdrant on the server's port and folder."""
    engine = EmbeddedEngine(Path("/qdrant/storage/embedded"))
    await engine.open()
    await _serve(build_qdrant_app(engine, os.environ.get("QDRANT__SERVICE__API_KEY")), "0.0.0.0", 6333)  # noqa: S104  # its container's


async def serve_ollama() -> None:
    """Serve what stands in for Ollama: a chat model that quotes what it was given."""
    ollama = Ollama(faults=Faults(between_tokens=0.01))
    await _serve(build_ollama_app(ollama), "0.0.0.0", 11434)  # noqa: S104  # its container's


async def serve_local_slack() -> None:
    """Serve a local Slack, and a second port on which a question is asked and its answer waited for."""
    settings = PlaygroundSlack(
        port=SLACK_PORT, bot_token=BOT_TOKEN, app_token=APP_TOKEN, manifest=Path("manifest.json"), rate_factor=3
    )
    async with serve_slack(settings) as slack:
        app = web.Application()
        app.router.add_post("/ask", _build_asking(slack))
        await _serve(app, "127.0.0.1", ASKING_PORT)


def _build_asking(slack: LocalSlack) -> Handler:
    async def ask(request: web.Request) -> web.Response:
        ts = await slack.person("alice").dm(await request.text())
        answer = await slack.wait_for(
            lambda m: bool(m.bot_id) and m.thread_ts == ts and not m.streaming and bool(m.text), _ANSWER_SECONDS
        )
        return web.Response(text=f"{answer.text}\n{list(answer.blocks)}")

    return ask


async def _serve(app: web.Application, host: str, port: int) -> None:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    await asyncio.Event().wait()


_STAND_INS = {"qdrant": serve_qdrant, "ollama": serve_ollama, "slack": serve_local_slack}


def main() -> None:
    """Serve until the container ends."""
    asyncio.run(_STAND_INS[sys.argv[1]]())


if __name__ == "__main__":
    main()
