"""Leaves a request for the worker and shows the admin, in one message, how far it has come. Decides no look."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.slack.api.client import UNANSWERED, code_of
from bot.slack.replies.direct_message import Message, conversation_with, post
from bot.slack.views.markup import label
from bot.slack.views.request_progress import WORKER_SECONDS, View, heading, progress
from knowledge.core.failures import IndexUnavailable
from knowledge.storage.worker_requests import CONFIRM_DELETES, EVERYTHING

if TYPE_CHECKING:
    from bot.slack.dependencies import Parts
    from bot.slack.i18n.texts import Texts
    from knowledge.storage.worker_requests import Request

log = logging.getLogger(__name__)
_FIRST_LOOK = 1.2
_NEXT_LOOK = 3.0  # Slack takes 50 updates a minute, of all messages together
_RAREST_LOOK = 15.0
_SILENT_SECONDS = 6 * 3600.0


class Reindex:
    """The requests of one admin."""

    def __init__(self, parts: Parts, user: str, texts: Texts, clock: Callable[[], float] = time.monotonic) -> None:
        self._parts = parts
        self._user = user
        self._texts = texts
        self._clock = clock

    async def ask(self, scope: str, channel: str = "") -> str:
        """Have documents read again, for an admin; gives the sentence about it, none where the message says it."""
        texts = self._texts
        async with self._parts.doorkeeper.act(self._user, "reindex", texts.reindex_refused, texts) as act:
            if act.denied:
                return act.denied
            act.subject = "scope=all" if scope == EVERYTHING else "scope=part"
            message = await self.begin(scope, channel)
        if message and message.channel == channel:
            return ""
        return (texts.reindex_follow if message else texts.reindex_follow_home).format(scope=f"`{label(scope)}`")

    async def begin(self, scope: str, channel: str = "") -> Message | None:
        """Leave a request for the worker and show how it goes; None where Slack does not let it be shown.

        The message stands in the admin's direct messages, `channel` or not: it names documents.
        """
        request = await asyncio.to_thread(self._parts.requests.ask, scope, self._user)
        try:
            if not channel.startswith("D"):
                channel = await conversation_with(self._parts.client, self._user)
            message = await self._post(View(request), channel)
        except UNANSWERED as error:
            log.warning("progress not announced request=%s error=%s", request.id, code_of(error))
            return None
        self._parts.flights.start(self._follow(request, message))
        return message

    async def _follow(self, request: Request, message: Message) -> None:
        """Update the message until the worker is done, or nothing has moved for hours."""
        view, shown = View(request), True
        try:
            async for view in self._views(request):
                shown = await self._show(view, message)
            if not shown:
                await self._post(view, message.channel)  # how it ended is told, once more and elsewhere
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
                view, pause, moved = seen, _NEXT_LOOK, self._clock()
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
            confirmed = seen.state == "done" and seen.scope == CONFIRM_DELETES
            left = await asyncio.to_thread(self._parts.holds.get) if confirmed else None
        except IndexUnavailable:
            return View(request, note=self._texts.index_away)
        return View(seen, late=late and seen.state == "waiting", hold=left)

    async def _post(self, view: View, channel: str) -> Message:
        text, blocks = heading(view.request, self._texts), progress(view, self._texts)
        return await post(self._parts.client, channel, text, blocks)

    async def _show(self, view: View, message: Message) -> bool:
        """Update the message; a refusal is no reason to stop following."""
        try:
            await self._parts.client.chat_update(
                channel=message.channel,
                ts=message.ts,
                text=heading(view.request, self._texts),
                blocks=progress(view, self._texts),
            )
        except UNANSWERED as error:
            log.warning("progress not shown request=%s error=%s", view.request.id, code_of(error))
            return False
        return True
