"""Puts the demo together: samples, a stand-in for Qdrant, a local Slack, and the two processes of the product."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import shutil
import signal
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp

from playground import qdrant_server
from playground.ledger import LedgerInQdrant
from playground.processes import Supervised
from playground.slack.app import running
from playground.slack.settings import DEFAULT_APP_TOKEN, DEFAULT_BOT_TOKEN, PlaygroundSlack

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

log = logging.getLogger(__name__)

SAMPLES = Path(__file__).parent / "documents"
MANIFEST = Path(__file__).parent.parent / "manifest.json"
COLLECTION = "playground"
ADMIN = "UALICE"
_OLLAMA = "http://127.0.0.1:11434"
_LOOK_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Demo:
    """What the person asked for. `state` keeps the index and the logs; `documents` is the watched folder."""

    port: int
    state: Path
    documents: Path
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Running:
    """The demo as it runs."""

    url: str
    documents: Path
    bot: Supervised
    worker: Supervised


@contextlib.asynccontextmanager
async def started(demo: Demo) -> AsyncIterator[Running]:
    """Run the whole demo for the block; on leaving, everything has ended in order."""
    _prepare(demo)
    key = secrets.token_urlsafe(24)
    async with AsyncExitStack() as stack:
        qdrant = await stack.enter_async_context(qdrant_server.running(demo.state / "qdrant", api_key=key))
        shared = {
            "QDRANT_URL": qdrant.url,
            "QDRANT_API_KEY": key,
            "COLLECTION": COLLECTION,
            "DOCUMENTS_DIR": str(demo.documents),
            "HEARTBEAT_DIR": str(demo.state),
            "LOG_FORMAT": "text",
        }
        worker = Supervised("ingestion", shared, demo.state / "ingestion.log")
        ledger = LedgerInQdrant(qdrant.url, key, f"{COLLECTION}_documents", worker, demo.state / "ingestion.json")
        slack = await stack.enter_async_context(
            running(
                PlaygroundSlack(
                    port=demo.port, manifest=MANIFEST, documents=demo.documents, ledger=ledger, rate_factor=3
                )
            )
        )
        addresses = {
            "SLACK_API_URL": slack.api_url,
            "SLACK_BOT_TOKEN": DEFAULT_BOT_TOKEN,
            "SLACK_APP_TOKEN": DEFAULT_APP_TOKEN,
            "ADMINS": ADMIN,
            "DOCUMENT_URL_TEMPLATE": slack.url + "/files/{path}#page={page}",
        }
        bot = Supervised("bot", {**shared, **addresses}, demo.state / "bot.log")
        for process in (worker, bot):
            stack.push_async_callback(_ended, asyncio.create_task(process.run(), name=process.module))
        yield Running(slack.url, demo.documents, bot, worker)


async def run(demo: Demo) -> None:
    """Run the demo until the person presses Ctrl+C."""
    over = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, over.set)
    async with started(demo) as running_demo:
        print(await _welcome(running_demo, demo), flush=True)  # noqa: T201  # this is what the person waits for
        await over.wait()
        print("Ending …", flush=True)  # noqa: T201  # the same


def _prepare(demo: Demo) -> None:
    if demo.fresh and demo.state.exists():
        shutil.rmtree(demo.state)
    demo.state.mkdir(parents=True, exist_ok=True)
    if not demo.documents.exists():
        shutil.copytree(SAMPLES, demo.documents)


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def _welcome(demo: Running, asked: Demo) -> str:
    return (
        f"\n  Souffleur's playground: open {demo.url}\n"
        f"  Documents: {demo.documents} (drop files there, or on the page)\n"
        f"  Logs: {asked.state / 'bot.log'}, {asked.state / 'ingestion.log'}\n"
        f"  {await _model_sentence()}\n"
        "  Ctrl+C ends it.\n"
    )


async def _model_sentence() -> str:
    url = os.environ.get("OLLAMA_URL", _OLLAMA)
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_LOOK_SECONDS)) as session,
            session.get(f"{url}/api/tags") as response,
        ):
            models = [str(model["name"]) for model in (await response.json())["models"]]
    except (aiohttp.ClientError, TimeoutError, KeyError, ValueError):
        return f"No Ollama at {url}: the bot quotes the best passages instead of writing answers."
    return f"Ollama at {url} has: {', '.join(models) or 'no model yet'}."
