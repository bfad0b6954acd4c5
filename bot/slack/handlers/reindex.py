"""Leaves a request for the ingestion worker, and shows the administrator in one message how far it has come."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.api.client import MessageRef, open_direct_message, post_message
from bot.slack.api.errors import SLACK_ERRORS, get_error_code
from bot.slack.i18n.texts import InterfaceTexts
from bot.slack.people.admins import AdminGate
from bot.slack.running_tasks import RunningTasks
from bot.slack.views.markup import escape_label
from bot.slack.views.worker_status import (
    WORKER_SECONDS,
    RequestProgressView,
    render_request_progress,
    render_request_title,
)
from knowledge.core.failures import IndexUnavailable
from knowledge.storage.worker_requests import (
    SCOPE_ALL,
    SCOPE_CONFIRM_DELETES,
    DeletionHolds,
    WorkerRequest,
    WorkerRequests,
)

log = logging.getLogger(__name__)
_FIRST_POLL_SECONDS = 1.2
_POLL_SECONDS = 3.0  # Slack takes 50 updates a minute, of all messages together
_MAX_POLL_SECONDS = 15.0
_MAX_SILENT_SECONDS = 6 * 3600.0


@dataclass(frozen=True, slots=True)
class ReindexCommand:
    """Has documents read again on behalf of administrators."""

    admin_gate: AdminGate
    tracker: RequestTracker

    async def request_reindex(self, user: str, texts: InterfaceTexts, scope: str, channel: str = "") -> str:
        """Requests it for an administrator; gives the sentence to reply with, none where the message says it."""
        async with self.admin_gate.guard_admin_action(user, "reindex", texts.reindex_refused, texts) as act:
            if act.refusal:
                return act.refusal
            act.subject = "scope=all" if scope == SCOPE_ALL else "scope=part"
            message = await self.tracker.begin_request(user, texts, scope, channel)
        if message and message.channel == channel:
            return ""
        named = texts.reindex_everything if scope == SCOPE_ALL else f"`{escape_label(scope)}`"
        return (texts.reindex_follow if message else texts.reindex_follow_home).format(scope=named)


@dataclass(frozen=True, slots=True)
class RequestTracker:
    """Leaves requests for the worker, and updates a message about each until it is done."""

    client: AsyncWebClient
    worker_requests: WorkerRequests
    deletion_holds: DeletionHolds
    running_tasks: RunningTasks
    clock: Callable[[], float] = time.monotonic

    async def begin_request(self, user: str, texts: InterfaceTexts, scope: str, channel: str = "") -> MessageRef | None:
        """Leaves a request and shows how it goes; None where Slack does not let it be shown.

        The message stands in the administrator's direct messages, whatever `channel` is: it names documents.
        """
        request = await asyncio.to_thread(self.worker_requests.create_worker_request, scope, user)
        try:
            if not channel.startswith("D"):
                channel = await open_direct_message(self.client, user)
            message = await self._post_progress(RequestProgressView(request), channel, texts)
        except SLACK_ERRORS as error:
            log.warning("progress not announced request=%s error=%s", request.id, get_error_code(error))
            return None
        self.running_tasks.start_task(self._follow_request(request, message, texts))
        return message

    async def _follow_request(self, request: WorkerRequest, message: MessageRef, texts: InterfaceTexts) -> None:
        """Updates the message until the worker is done, or nothing has changed for hours."""
        view, shown = RequestProgressView(request), True
        try:
            async for view in self._poll_views(request, texts):
                shown = await self._update_progress(view, message, texts)
            if not shown:
                await self._post_progress(view, message.channel, texts)  # the end must be seen: a new message
        except asyncio.CancelledError:
            await self._update_progress(replace(view, note=texts.reindex_unfollowed), message, texts)
            raise

    async def _poll_views(self, request: WorkerRequest, texts: InterfaceTexts) -> AsyncIterator[RequestProgressView]:
        """Gives what there is to show whenever it changes; looks less often while nothing does."""
        view = RequestProgressView(request)
        began = changed_at = self.clock()
        pause = _FIRST_POLL_SECONDS
        while view.request.state != "done":
            await asyncio.sleep(pause)
            fetched = await self._fetch_view(view.request, began, texts)
            if fetched != view:
                view, pause, changed_at = fetched, _POLL_SECONDS, self.clock()
                yield view
            elif self.clock() - changed_at > _MAX_SILENT_SECONDS:
                yield replace(view, note=texts.reindex_unfollowed)
                return
            else:
                pause = min(pause * 1.3, _MAX_POLL_SECONDS)

    async def _fetch_view(self, request: WorkerRequest, began: float, texts: InterfaceTexts) -> RequestProgressView:
        late = self.clock() - began >= WORKER_SECONDS
        try:
            latest = await asyncio.to_thread(self.worker_requests.get_worker_request, request.id) or request
            confirmed = latest.state == "done" and latest.scope == SCOPE_CONFIRM_DELETES
            left = await asyncio.to_thread(self.deletion_holds.get_deletion_hold) if confirmed else None
        except IndexUnavailable:
            return RequestProgressView(request, note=texts.index_away)
        return RequestProgressView(latest, is_late=late and latest.state == "waiting", hold=left)

    async def _post_progress(self, view: RequestProgressView, channel: str, texts: InterfaceTexts) -> MessageRef:
        title, blocks = render_request_title(view.request, texts), render_request_progress(view, texts)
        return await post_message(self.client, channel, title, blocks)

    async def _update_progress(self, view: RequestProgressView, message: MessageRef, texts: InterfaceTexts) -> bool:
        """Updates the message; whether Slack let it."""
        try:
            await self.client.chat_update(
                channel=message.channel,
                ts=message.ts,
                text=render_request_title(view.request, texts),
                blocks=render_request_progress(view, texts),
            )
        except SLACK_ERRORS as error:
            log.warning("progress not shown request=%s error=%s", view.request.id, get_error_code(error))
            return False
        return True
