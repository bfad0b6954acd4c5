"""Listens for mentions and messages, for edits and deletions of them, and for the Stop button.

Slack sends an event again until it is acknowledged, so a question is in the log before Bolt acknowledges its event.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from slack_bolt.response import BoltResponse

from bot.slack.dependencies import ThreadPlace
from bot.slack.events.parse import IncomingMessage, Json, RecentKeys, deleted_ts_from_event, message_from_event
from bot.slack.events.thread_follow_ups import ThreadUnread, is_thread_follow_up
from bot.slack.handlers.file_upload import FileUpload
from bot.slack.i18n.catalogue import get_texts
from bot.slack.questions.edits_and_stops import QuestionEdits, record_from_message
from bot.slack.questions.thread_answer import ThreadAnswers
from bot.slack.replies.status_line import StatusLine
from bot.slack.replies.stream import ThreadReply
from knowledge.core.failures import IndexUnavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_bolt.async_app import AsyncApp
    from slack_bolt.request.async_request import AsyncBoltRequest

    from bot.slack.dependencies import Dependencies

log = logging.getLogger(__name__)
EVENTS: tuple[str, ...] = (
    "agent_session_stopped",
    "app_mention",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
)
LAST_RETRY = 3  # Slack sends an event again three times: at once, after 1 minute and after 5 minutes
_RETRY_HEADER = "x-slack-retry-num"
_NOT_ACKNOWLEDGED = 503  # any status but 200: the socket sends no acknowledgement


def register(app: AsyncApp, deps: Dependencies, uploads: FileUpload) -> None:
    """Listen for mentions, messages and the Stop button."""
    router, changes = MessageRouter(deps, uploads), QuestionEdits(deps)

    async def record_mention(
        event: Json, request: AsyncBoltRequest, next_: Callable[[], Awaitable[None]]
    ) -> BoltResponse | None:
        return await _acknowledge_after(router.record_mention(event, count_retries(request)), next_)

    async def record_message(
        event: Json, request: AsyncBoltRequest, next_: Callable[[], Awaitable[None]]
    ) -> BoltResponse | None:
        return await _acknowledge_after(router.record_message(event, count_retries(request)), next_)

    async def on_recorded() -> None:
        """Do nothing: Bolt acknowledges before a listener runs, so the middleware has done the work."""

    async def on_stop(event: Json) -> None:
        deps.running_tasks.start_task(changes.stop_thread(event["channel"], event["thread_ts"]))

    app.event("app_mention", middleware=[record_mention])(on_recorded)
    app.event("message", middleware=[record_message])(on_recorded)
    app.event("agent_session_stopped")(on_stop)


def count_retries(request: AsyncBoltRequest) -> int:
    """How often Slack sent this event before."""
    return int(request.headers.get(_RETRY_HEADER, ["0"])[0])


async def _acknowledge_after(recording: Awaitable[None], next_: Callable[[], Awaitable[None]]) -> BoltResponse | None:
    """Let Bolt acknowledge an event once it is recorded; otherwise Slack sends it again."""
    try:
        await recording
    except (IndexUnavailable, ThreadUnread) as error:
        log.warning("event not acknowledged, Slack sends it again: %s", error)
        return BoltResponse(status=_NOT_ACKNOWLEDGED)
    await next_()
    return None


class MessageRouter:
    """Records what an event says before it is acknowledged, however long that takes.

    A thread that Slack is slow to return, or an edit that waits for its question, delays the acknowledgement.
    Both methods raise IndexUnavailable where the question log cannot be written, and ThreadUnread where it is unknown
    whether a message is for the bot. `retries` counts how often Slack sent the event before.
    """

    def __init__(self, deps: Dependencies, uploads: FileUpload) -> None:
        self._follow_ups = deps.follow_ups
        self._messages = MessageHandler(deps)
        self._edits = QuestionEdits(deps)
        self._uploads = uploads

    async def record_mention(self, event: Json, retries: int) -> None:
        """Record a mention of the bot."""
        await self._messages.handle_message(event, retries)

    async def record_message(self, event: Json, retries: int) -> None:
        """Record a direct message, a follow-up, an edit or a deletion."""
        if deleted := deleted_ts_from_event(event):
            await self._edits.apply_deletion(event["channel"], deleted)
        elif event.get("subtype") == "message_changed":
            await self._edits.apply_edit(event)
        elif event.get("channel_type") == "im":
            if not self._uploads.is_upload_only(event):
                await self._messages.handle_message(event, retries)
        elif event.get("thread_ts") and self._follow_ups == "on":
            await self._messages.handle_thread_reply(event, retries)


@dataclass(frozen=True, slots=True)
class MessageHandler:
    """Takes messages up, each once, however often Slack sends it.

    `told` knows who heard that the index is away, `decided` of which replies it is known whether they are for the bot.
    """

    deps: Dependencies
    notified_keys: RecentKeys = field(default_factory=RecentKeys)
    decided_keys: RecentKeys = field(default_factory=RecentKeys)

    async def handle_message(self, event: Json, retries: int = 0) -> None:
        """Write a message down if it is a question, and begin to answer it.

        Raises:
            IndexUnavailable: it is not written down: the event must not be acknowledged, so that Slack sends it again.
        """
        identity = self.deps.identity
        question = message_from_event(event, await identity.get_workspace_id(), await identity.get_bot_user())
        if question:
            await self.start_question(question, retries)

    async def handle_thread_reply(self, event: Json, retries: int = 0) -> None:
        """Take up a message in a thread if it follows up on an answer. A mention comes as an event of its own.

        Changes to the message wait until that is decided, and so does the same event when Slack sends it again.

        Raises:
            IndexUnavailable: it is not written down.
            ThreadUnread: whether it follows up is not known, and Slack sends it again.
        """
        identity = self.deps.identity
        bot_user = await identity.get_bot_user()
        question = message_from_event(event, await identity.get_workspace_id(), bot_user)
        mentioned = f"<@{bot_user}>" in (event.get("text") or "")
        if not question or not question.text or mentioned:
            return
        async with self.deps.question_intake.lock_question(record_from_message(question).id):
            if question.key not in self.decided_keys:
                await self._decide_follow_up(question, event, retries)
                self.decided_keys.add_if_new(question.key)

    async def _decide_follow_up(self, question: IncomingMessage, event: Json, retries: int) -> None:
        try:
            meant = await is_thread_follow_up(self.deps, question, event)
        except ThreadUnread:
            if retries < LAST_RETRY:
                raise
            return
        if meant:
            await self.start_question(question, retries)

    async def start_question(self, message: IncomingMessage, retries: int = 0) -> None:
        """Take up a message that has not been taken up before.

        Raises:
            IndexUnavailable: it is not written down.
        """
        try:
            entry = await self.deps.question_intake.accept_question(record_from_message(message))
        except IndexUnavailable:
            await self._announce_index_away(message, last=retries >= LAST_RETRY)
            if retries < LAST_RETRY:
                raise
            return
        if entry:
            ThreadAnswers(self.deps).start_answer(entry)

    async def _announce_index_away(self, message: IncomingMessage, *, last: bool) -> None:
        """Say that the index is away: first as a status, while it is tried again, at the end as a sentence."""
        place = ThreadPlace(message.team, message.channel, message.thread_ts, message.user)
        texts = get_texts(await self.deps.users.get_user_language(message.user))
        if last:
            self.deps.running_tasks.start_task(ThreadReply(self.deps.client, place).post_sentence(texts.index_later))
        elif self.notified_keys.add_if_new(message.key):
            self.deps.running_tasks.start_task(
                _show_status_once(StatusLine(self.deps.client, place), texts.index_awaited)
            )


async def _show_status_once(status: StatusLine, text: str) -> None:
    await status.show_status(text)
    status.stop_status()
