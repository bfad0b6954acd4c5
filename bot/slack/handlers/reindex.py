"""Leaves a request for the worker and shows the admin, in one message, how far it has come. Decides no look."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.slack.api.client import SLACK_ERRORS, get_error_code
from bot.slack.replies.direct_message import MessageRef, open_direct_message, post_message
from bot.slack.views.markup import escape_label
from bot.slack.views.request_progress import (
    WORKER_SECONDS,
    RequestProgressView,
    render_request_progress,
    render_request_title,
)
from knowledge.core.failures import IndexUnavailable
from knowledge.storage.worker_requests import SCOPE_ALL, SCOPE_CONFIRM_DELETES

if TYPE_CHECKING:
    from bot.slack.dependencies import Dependencies
    from bot.slack.i18n.texts import InterfaceTexts
    from knowledge.storage.worker_requests import WorkerRequest

log = logging.getLogger(__name__)
_FIRST_POLL_SECONDS = 1.2
_POLL_SECONDS = 3.0  # Slack takes 50 updates a minute, of all messages together
_MAX_POLL_SECONDS = 15.0
_MAX_SILENT_SECONDS = 6 * 3600.0


class ReindexCommand:
    """The requests of one admin."""

    def __init__(
        self, deps: Dependencies, user: str, texts: InterfaceTexts, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._deps = deps
        self._user = user
        self._texts = texts
        self._clock = clock

    async def request_reindex(self, scope: str, channel: str = "") -> str:
        """Have documents read again, for an admin; gives the sentence about it, none where the message says it."""
        texts = self._texts
        async with self._deps.admin_gate.guard_admin_action(self._user, "reindex", texts.reindex_refused, texts) as act:
            if act.refusal:
                return act.refusal
            act.subject = "scope=all" if scope == SCOPE_ALL else "scope=part"
            message = await self.begin_request(scope, channel)
        if message and message.channel == channel:
            return ""
        return (texts.reindex_follow if message else texts.reindex_follow_home).format(scope=f"`{escape_label(scope)}`")

    async def begin_request(self, scope: str, channel: str = "") -> MessageRef | None:
        """Leave a request for the worker and show how it goes; None where Slack does not let it be shown.

        The message stands in the admin's direct messages, `channel` or not: it names documents.
        """
        request = await asyncio.to_thread(self._deps.worker_requests.create_worker_request, scope, self._user)
        try:
            if not channel.startswith("D"):
                channel = await open_direct_message(self._deps.client, self._user)
            message = await self._post_progress(RequestProgressView(request), channel)
        except SLACK_ERRORS as error:
            log.warning("progress not announced request=%s error=%s", request.id, get_error_code(error))
            return None
        self._deps.running_tasks.start_task(self._follow_request(request, message))
        return message

    async def _follow_request(self, request: WorkerRequest, message: MessageRef) -> None:
        """Update the message until the worker is done, or nothing has moved for hours."""
        view, shown = RequestProgressView(request), True
        try:
            async for view in self._poll_views(request):
                shown = await self._update_progress(view, message)
            if not shown:
                await self._post_progress(view, message.channel)  # how it ended is told, once more and elsewhere
        except asyncio.CancelledError:
            await self._update_progress(replace(view, note=self._texts.reindex_unfollowed), message)
            raise

    async def _poll_views(self, request: WorkerRequest) -> AsyncIterator[RequestProgressView]:
        """What there is to show, whenever it changes; looks less often while nothing does."""
        view = RequestProgressView(request)
        began = moved = self._clock()
        pause = _FIRST_POLL_SECONDS
        while view.request.state != "done":
            await asyncio.sleep(pause)
            seen = await self._fetch_view(view.request, began)
            if seen != view:
                view, pause, moved = seen, _POLL_SECONDS, self._clock()
                yield view
            elif self._clock() - moved > _MAX_SILENT_SECONDS:
                yield replace(view, note=self._texts.reindex_unfollowed)
                return
            else:
                pause = min(pause * 1.3, _MAX_POLL_SECONDS)

    async def _fetch_view(self, request: WorkerRequest, began: float) -> RequestProgressView:
        late = self._clock() - began >= WORKER_SECONDS
        try:
            seen = await asyncio.to_thread(self._deps.worker_requests.get_worker_request, request.id) or request
            confirmed = seen.state == "done" and seen.scope == SCOPE_CONFIRM_DELETES
            left = await asyncio.to_thread(self._deps.deletion_holds.get_deletion_hold) if confirmed else None
        except IndexUnavailable:
            return RequestProgressView(request, note=self._texts.index_away)
        return RequestProgressView(seen, is_late=late and seen.state == "waiting", hold=left)

    async def _post_progress(self, view: RequestProgressView, channel: str) -> MessageRef:
        text, blocks = render_request_title(view.request, self._texts), render_request_progress(view, self._texts)
        return await post_message(self._deps.client, channel, text, blocks)

    async def _update_progress(self, view: RequestProgressView, message: MessageRef) -> bool:
        """Update the message; a refusal is no reason to stop following."""
        try:
            await self._deps.client.chat_update(
                channel=message.channel,
                ts=message.ts,
                text=render_request_title(view.request, self._texts),
                blocks=render_request_progress(view, self._texts),
            )
        except SLACK_ERRORS as error:
            log.warning("progress not shown request=%s error=%s", view.request.id, get_error_code(error))
            return False
        return True
