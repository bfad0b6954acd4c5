"""Uses a running demo as people do: asks, uploads, and reads what Slack shows."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from playground.demo import SAMPLES, DemoSettings, RunningDemo, start_demo
from playground.slack.app import LocalSlack
from playground.slack.state.records import Message

BOT = "<@USOUFFLEUR>"
NO_OLLAMA = "http://127.0.0.1:9"  # the discard port: nobody listens there
_ANSWER_SECONDS = 60.0  # on a busy machine
_READ_SECONDS = 60.0
_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Office:
    """The demo, and what a person can do in it."""

    demo: RunningDemo

    @property
    def slack(self) -> LocalSlack:
        return self.demo.slack

    async def mention(self, who: str, text: str, thread_ts: str | None = None, channel: str = "#rh") -> Message:
        """Ask in a channel; return the finished answer in the thread."""
        ts = await self.slack.person(who).post(channel, f"{BOT} {text}", thread_ts)
        return await self.answer_after(ts, thread_ts or ts)

    async def direct(self, who: str, text: str, thread_ts: str | None = None) -> Message:
        """Ask in a direct message; return the finished answer."""
        ts = await self.slack.person(who).dm(text, thread_ts)
        return await self.answer_after(ts, thread_ts or ts)

    async def answer_after(self, ts: str, thread_ts: str) -> Message:
        return await self.slack.wait_for(
            lambda m: bool(m.bot_id) and m.thread_ts == thread_ts and m.ts > ts and not m.streaming and bool(m.text),
            _ANSWER_SECONDS,
        )

    async def run_command(self, who: str, command: str, text: str, holding: str) -> Message:
        """Run a slash command; return the ephemeral message that contains `holding`."""
        person = self.slack.person(who)
        await person.command(command, text, "#rh")
        return await self.slack.wait_for(lambda m: m.ephemeral_to == person.id and holding in shown(m), _ANSWER_SECONDS)

    async def upload(self, name: str, content: bytes) -> None:
        """Upload a file on the page."""
        form = aiohttp.FormData(quote_fields=False)  # as browsers name files
        form.add_field("file", content, filename=name)
        async with (
            aiohttp.ClientSession(headers=self.slack.page_headers) as session,
            session.post(f"{self.demo.url}/playground/folder", data=form) as answer,
        ):
            assert (await answer.json())["ok"]

    async def fetch_documents(self) -> dict[str, dict[str, Any]]:
        """Fetch what the folder panel shows, by path."""
        async with (
            aiohttp.ClientSession(headers=self.slack.page_headers) as session,
            session.get(f"{self.demo.url}/playground/folder") as answer,
        ):
            return {row["path"]: row for row in (await answer.json())["files"]}

    async def wait_for_documents(self, look: Callable[[dict[str, dict[str, Any]]], bool]) -> dict[str, dict[str, Any]]:
        """Wait until `look` accepts the folder panel; return the panel."""
        async for _ in _polls():
            if look(rows := await self.fetch_documents()):
                return rows
        raise TimeoutError(f"Waited {_READ_SECONDS:g} s for the folder, in vain: {rows}")

    async def wait_until_searchable(self, *paths: str, state: str = "words meaning") -> dict[str, dict[str, Any]]:
        """Wait until these documents, or all, are searchable; return the folder panel."""
        return await self.wait_for_documents(
            lambda rows: bool(rows) and all(rows.get(path, {}).get("state") in state.split() for path in paths or rows)
        )

    async def wait_until_forgotten(self, path: str) -> None:
        """Wait until the worker's ledger has forgotten a document."""
        ledger = self.slack.settings.ledger
        async for _ in _polls():
            if all(line.path != path for line in (await ledger()).lines):
                return
        raise TimeoutError(f"Waited {_READ_SECONDS:g} s for {path} to be forgotten, in vain.")

    def count_updates(self, message: Message) -> int:
        """Count the calls that added words to a message."""
        return sum(
            call.method in ("chat.startStream", "chat.appendStream")
            and not call.error
            and (call.answer.get("channel"), call.answer.get("ts")) == message.key
            for call in self.slack.calls
        )


async def _polls() -> AsyncIterator[None]:
    for _ in range(int(_READ_SECONDS / _POLL_SECONDS)):
        yield
        await asyncio.sleep(_POLL_SECONDS)


@contextlib.asynccontextmanager
async def open_office(folder: Path, samples: Sequence[str] = (), **settings: str) -> AsyncIterator[Office]:
    """Start a demo in `folder`; wait until the bot is connected and the named samples, or all, are searchable."""
    demo = DemoSettings(0, folder / "state", folder / "documents", settings=settings)
    for name in samples:
        demo.documents.mkdir(exist_ok=True)
        shutil.copy(SAMPLES / name, demo.documents)
    async with start_demo(demo) as running:
        office = Office(running)
        await office.slack.wait_connected(timeout=30)
        await office.wait_until_searchable()
        yield office


def shown(message: Message) -> str:
    """Return everything that a message shows, as one text."""
    return "\n".join((message.text, *_texts(message.blocks)))


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        own = [value["text"]] if isinstance(value.get("text"), str) else []
        return own + [text for inner in value.values() for text in _texts(inner)]
    return [text for inner in value for text in _texts(inner)] if isinstance(value, list | tuple) else []
