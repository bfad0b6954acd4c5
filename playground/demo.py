"""Start the demo: sample documents, a stand-in for Qdrant, a local Slack, the bot and the worker."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import logging
import os
import secrets
import shlex
import shutil
import signal
import socket
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

from playground.ledger_reader import QdrantLedgerReader
from playground.models import choose_models
from playground.processes import SupervisedProcess
from playground.qdrant import server
from playground.slack.app import LocalSlack, serve_slack
from playground.slack.rules.errors import BadSettings
from playground.slack.state.settings import PlaygroundSlack

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

    from playground.models import ChosenModels

log = logging.getLogger(__name__)

SAMPLES = Path(__file__).parent / "documents"
MANIFEST = Path(__file__).parent.parent / "manifest.json"
COLLECTION = "playground"
ADMIN = "UALICE"
_RETRY_DELAYS = (0.0, 2.0, 10.0, 30.0)  # seconds: who asks before the bot is there does not wait Slack's minutes
_FIRST_PASS_SECONDS = 45.0  # whoever names a large folder asks about what is read by then
_GRACE_SECONDS = "2"  # for an answer in flight: whoever presses Ctrl+C does not wait for a model
_SAMPLES_FROM = datetime(2026, 1, 12, 9, tzinfo=UTC).timestamp()
_LOOK_SECONDS = 0.2
_LOCK = "demo.lock"
_TERMINAL = "terminal.env"  # read by a shell, it aims the terminal commands at the demo
_OF_A_DEMO = (_TERMINAL, "qdrant", "documents", "bot.log", "ingestion.log", "bot.json", "ingestion.json")


@dataclass(frozen=True, slots=True)
class DemoSettings:
    """The settings of a demo. `state` holds the index and the logs; `documents` is the watched folder.

    Port 0 takes a free one. `settings` are further environment variables for the bot and the worker.
    """

    port: int
    state: Path
    documents: Path
    fresh: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunningDemo:
    """A running demo."""

    slack: LocalSlack
    documents: Path
    bot: SupervisedProcess
    worker: SupervisedProcess

    @property
    def url(self) -> str:
        """The address of the page."""
        return self.slack.url


@contextlib.asynccontextmanager
async def start_demo(demo: DemoSettings) -> AsyncIterator[RunningDemo]:
    """Run the demo for the block, and end everything in order after it.

    Raises:
        BadSettings: another demo uses the same state, or a folder cannot be used.
        OSError: the port is taken.
    """
    _check_port_is_free(demo.port)
    key = secrets.token_urlsafe(24)
    async with AsyncExitStack() as stack:
        stack.enter_context(_prepare_state(demo))
        qdrant = await stack.enter_async_context(server.serve_qdrant(demo.state / "qdrant", api_key=key))
        shared = {
            "QDRANT_URL": qdrant.url,
            "QDRANT_API_KEY": key,
            "COLLECTION": COLLECTION,
            "DOCUMENTS_DIR": str(demo.documents),
            "HEARTBEAT_DIR": str(demo.state),
            "LOG_FORMAT": "text",
            **demo.settings,
        }
        stack.enter_context(_write_terminal_settings(demo.state / _TERMINAL, shared))
        worker = SupervisedProcess("ingestion", shared, demo.state / "ingestion.log")
        ledger = QdrantLedgerReader(qdrant.url, key, COLLECTION, worker, demo.state / "ingestion.json")
        slack = await stack.enter_async_context(
            serve_slack(
                PlaygroundSlack(
                    port=demo.port,
                    manifest=_write_manifest(demo.state / "manifest.json"),
                    documents=demo.documents,
                    ledger=ledger,
                    rate_factor=3,
                    retry_delays=_RETRY_DELAYS,
                )
            )
        )
        addresses = {
            "SLACK_API_URL": slack.api_url,
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "ADMINS": ADMIN,
            "FILING": "on",
            "PAGE_PICTURES": "on",
            "DOCUMENT_URL_TEMPLATE": slack.url + "/files/{path}#page={page}",
            "SHUTDOWN_GRACE": _GRACE_SECONDS,
        }
        bot = SupervisedProcess("bot", {**addresses, **shared}, demo.state / "bot.log")
        slack.sockets.admission.clear()
        lives = [asyncio.create_task(process.keep_running(), name=process.module) for process in (worker, bot)]
        lives.append(asyncio.create_task(_admit_bot(slack, ledger), name="first pass"))
        stack.push_async_callback(_list_ended_processes, lives)
        yield RunningDemo(slack, demo.documents, bot, worker)


def _check_port_is_free(port: int) -> None:
    """Raise OSError before anything is written if nobody may listen on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))


def _write_manifest(path: Path) -> Path:
    """Write the bot's manifest with what PAGE_PICTURES=on needs besides."""
    manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
    manifest["oauth_config"]["scopes"]["bot"].append("files:write")
    path.write_text(json.dumps(manifest), encoding="utf-8")
    return path


async def run_demo(demo: DemoSettings) -> None:
    """Run the demo until the person presses Ctrl+C."""
    over = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, over.set)
    models = await choose_models(demo.settings)
    async with start_demo(replace(demo, settings={**models.settings, **demo.settings})) as running_demo:
        print(_format_welcome(running_demo, demo, models), flush=True)  # noqa: T201  # this is what the person waits for
        await over.wait()
        print("Ending …", flush=True)  # noqa: T201  # the same


@contextlib.contextmanager
def _prepare_state(demo: DemoSettings) -> Iterator[None]:
    """Prepare the folders and lock them against a second demo for the block."""
    try:
        held = _prepare_folders(demo)
    except (PermissionError, FileExistsError, NotADirectoryError) as error:
        raise BadSettings(f"{error.filename} cannot be used ({error.strerror}): name another --state.") from error
    with held:
        yield


def _prepare_folders(demo: DemoSettings) -> IO[str]:
    """Create the folders and lock them; the lock lasts until the returned file is closed."""
    lock = demo.state / _LOCK
    used = lock.exists()
    demo.state.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        held = stack.enter_context(lock.open("w"))
        _lock_state(held.fileno(), demo.state)
        if demo.fresh and used:
            _delete_state(demo.state)
        if not demo.documents.exists():
            shutil.copytree(SAMPLES, demo.documents)
            _date_samples(demo.documents)
        stack.pop_all()
    return held


def _date_samples(folder: Path) -> None:
    """Give the samples the day that they tell of, not that of the checkout: answers name it."""
    for path in folder.rglob("*"):
        os.utime(path, (_SAMPLES_FROM, _SAMPLES_FROM))


@contextlib.contextmanager
def _write_terminal_settings(path: Path, shared: Mapping[str, str]) -> Iterator[None]:
    """Write the settings of the demo's processes for a shell of this person alone, and delete them at the end."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.writelines(f"export {name}={shlex.quote(value)}\n" for name, value in shared.items())
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _lock_state(lock: int, state: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise BadSettings(
            f"Another demo uses {state}: end it, or give this one folders of its own with --state."
        ) from error


def _delete_state(state: Path) -> None:
    """Delete what a demo wrote, and nothing else: the folder may hold other files."""
    for name in _OF_A_DEMO:
        left = state / name
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left)
        else:
            left.unlink(missing_ok=True)


async def _admit_bot(slack: LocalSlack, ledger: QdrantLedgerReader) -> None:
    """Let the bot connect once what lay in the folder can be found: the first question finds its answer."""
    try:
        async with asyncio.timeout(_FIRST_PASS_SECONDS):
            while not await ledger.is_folder_searchable():  # noqa: ASYNC110  # another process reads it
                await asyncio.sleep(_LOOK_SECONDS)
    except TimeoutError:
        log.warning("Not all documents are read yet; the bot answers from those that are.")
    finally:
        slack.sockets.admission.set()


async def _list_ended_processes(lives: list[asyncio.Task[None]]) -> None:
    for life in lives:
        life.cancel()
    await asyncio.gather(*lives, return_exceptions=True)


def _format_welcome(demo: RunningDemo, asked: DemoSettings, models: ChosenModels) -> str:
    return (
        f"\n  Souffleur's playground: open {demo.url}\n"
        f"  Documents: {demo.documents} (drop files there, or on the page)\n"
        f"  Logs: {asked.state / 'bot.log'}, {asked.state / 'ingestion.log'}\n"
        f"  Terminal: . {shlex.quote(str(asked.state / _TERMINAL))} && .venv/bin/python -m bot search 'remote work'\n"
        f"  {models.sentence}\n"
        "  Ctrl+C ends it.\n"
    )
