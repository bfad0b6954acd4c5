"""Shows an admin, in one message, how far a request to read documents anew has come. The worker does the work."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.slack.blocks import Block, fitted, section, shortened
from bot.slack.connection import UNANSWERED, code_of
from bot.slack.markup import label
from knowledge.errors import IndexUnavailable

if TYPE_CHECKING:
    from bot.slack.parts import Parts
    from bot.slack.texts import Texts
    from knowledge.requests import Failure, Request

log = logging.getLogger(__name__)
WORKER_SECONDS = 10.0
_FIRST_LOOK = 1.2  # Slack takes 50 updates a minute
_RAREST_LOOK = 15.0
_SILENT_SECONDS = 6 * 3600.0
_CELLS = 20


@dataclass(frozen=True, slots=True)
class Message:
    """Where the progress is shown."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class View:
    """What the message shows. `late` says that the worker should have picked the request up by now."""

    request: Request
    late: bool = False
    note: str | None = None


class Reindex:
    """One request of one admin."""

    def __init__(self, parts: Parts, user: str, texts: Texts, clock: Callable[[], float] = time.monotonic) -> None:
        self._parts = parts
        self._user = user
        self._texts = texts
        self._clock = clock

    async def ask(self, scope: str) -> Request:
        """Leave the request for the worker."""
        return await asyncio.to_thread(self._parts.requests.ask, scope, self._user)

    async def announce(self, request: Request, channel: str) -> Message:
        """Post the message in the admin's direct messages: it names documents."""
        if not channel.startswith("D"):
            opened = await self._parts.client.conversations_open(users=self._user)
            channel = opened["channel"]["id"]
        posted = await self._parts.client.chat_postMessage(
            channel=channel,
            text=_heading(request, self._texts),
            blocks=progress(View(request), self._texts),
            unfurl_links=False,
            unfurl_media=False,
        )
        return Message(channel, str(posted["ts"]))

    async def follow(self, request: Request, message: Message) -> None:
        """Update the message until the worker is done, or nothing has moved for hours."""
        view = View(request)
        try:
            async for view in self._views(request):
                await self._show(view, message)
        except asyncio.CancelledError:
            await self._show(replace(view, note=self._texts.reindex_unfollowed), message)
            raise

    async def _views(self, request: Request) -> AsyncIterator[View]:
        """What there is to show, whenever it changes; looks less often while nothing does."""
        view = View(request)
        began = moved = self._clock()
        pause = _FIRST_LOOK
        while view.request.state != "done":
            await asyncio.sleep(pause)
            seen = await self._look(view.request, began)
            if seen != view:
                view, pause, moved = seen, _FIRST_LOOK, self._clock()
                yield view
            elif self._clock() - moved > _SILENT_SECONDS:
                yield replace(view, note=self._texts.reindex_unfollowed)
                return
            else:
                pause = min(pause * 1.3, _RAREST_LOOK)

    async def _look(self, request: Request, began: float) -> View:
        late = self._clock() - began >= WORKER_SECONDS
        try:
            seen = await asyncio.to_thread(self._parts.requests.get, request.id) or request
        except IndexUnavailable:
            return View(request, note=self._texts.index_away)
        return View(seen, late=late and seen.state == "waiting")

    async def _show(self, view: View, message: Message) -> None:
        """Update the message; a refusal is no reason to stop following."""
        try:
            await self._parts.client.chat_update(
                channel=message.channel,
                ts=message.ts,
                text=_heading(view.request, self._texts),
                blocks=progress(view, self._texts),
            )
        except UNANSWERED as error:
            log.warning("progress not shown request=%s error=%s", view.request.id, code_of(error))


def progress(view: View, texts: Texts) -> list[Block]:
    """The message about a request."""
    request = view.request
    blocks = [section(f"*{_heading(request, texts)}*\n{_state(request, texts, late=view.late)}")]
    if request.failed:
        lines = (_failure(failure) for failure in request.failed)
        blocks.append(section(fitted((f"*{texts.reindex_failures}*", *lines), texts)))
    return [*blocks, section(view.note)] if view.note else blocks


def bar(done: int, total: int) -> str:
    """A bar of text."""
    full = _CELLS * min(done, total) // total if total else 0
    return "█" * full + "░" * (_CELLS - full)


def _state(request: Request, texts: Texts, *, late: bool) -> str:
    match request.state:
        case "waiting":
            return texts.reindex_worker_down if late else texts.reindex_waiting
        case "running":
            counted = texts.reindex_running.format(done=request.done, total=request.total)
            return f"`{bar(request.done, request.total)}` {counted}"
        case "done" if request.total == 0:
            return texts.reindex_nothing.format(scope=f"`{label(request.scope)}`")
        case "done":
            read = request.done - len(request.failed)
            summary = texts.reindex_done.format(done=read, total=request.total, failed=len(request.failed))
            return f"`{bar(request.done, request.total)}` {summary}"


def _heading(request: Request, texts: Texts) -> str:
    return texts.reindex_title.format(scope=label(request.scope))


def _failure(failure: Failure) -> str:
    return f"• {label(failure.path)}: {label(shortened(failure.reason, 200))}"
