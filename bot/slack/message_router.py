"""Listens for mentions and messages, for edits and deletions of them, and for the Stop button.

Slack sends an event again until it is acknowledged, so a question is in the log before Bolt acknowledges its event.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.slack.api.client import BotIdentity
from bot.slack.api.rate_limits import RateLimitedClient
from bot.slack.events.parse import (
    LAST_RETRY,
    IncomingMessage,
    Json,
    RecentKeys,
    ThreadPlace,
    deleted_ts_from_event,
    message_from_event,
)
from bot.slack.events.thread_follow_ups import FollowUps, ThreadFollowUps, ThreadUnread
from bot.slack.handlers.file_upload import FileUpload
from bot.slack.people.users import Users
from bot.slack.questions.edits_and_stops import QuestionEdits
from bot.slack.questions.intake import QuestionIntake, record_from_message
from bot.slack.questions.question_job import QuestionJobs
from bot.slack.questions.unasked_questions import UnaskedQuestions
from bot.slack.replies.stream import ThreadReply
from bot.slack.replies.working_status import AgentSessions
from bot.slack.running_tasks import RunningTasks
from knowledge.core.failures import IndexUnavailable

log = logging.getLogger(__name__)
EVENTS: tuple[str, ...] = (
    "agent_session_stopped",
    "app_context_changed",  # subscribed to, so that direct messages tell what their author looks at
    "app_mention",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
)
_RETRY_HEADER = "x-slack-retry-num"
_NOT_ACKNOWLEDGED = 503  # any status but 200: the socket sends no acknowledgement


def register(app: AsyncApp, router: MessageRouter, edits: QuestionEdits, tasks: RunningTasks) -> None:
    """Listen for mentions, messages and the Stop button."""

    async def record_mention(
        event: Json, request: AsyncBoltRequest, next_: Callable[[], Awaitable[None]]
    ) -> BoltResponse | None:
        return await _acknowledge_after(router.messages.handle_message(event, count_retries(request)), next_)

    async def record_message(
        event: Json, request: AsyncBoltRequest, next_: Callable[[], Awaitable[None]]
    ) -> BoltResponse | None:
        return await _acknowledge_after(router.record_message(event, count_retries(request)), next_)

    async def on_recorded() -> None:
        """Do nothing: Bolt acknowledges before a listener runs, so the middleware has done the work."""

    async def on_stop(event: Json) -> None:
        tasks.start_task(edits.stop_thread(event["channel"], event["thread_ts"]))

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


@dataclass(frozen=True, slots=True)
class MessageRouter:
    """Records what an event says before it is acknowledged, however long that takes.

    A thread that Slack is slow to return, or an edit that waits for its question, delays the acknowledgement.
    It raises IndexUnavailable where the question log cannot be written, and ThreadUnread where it is unknown
    whether a message is for the bot. `retries` counts how often Slack sent the event before.
    """

    messages: MessageHandler
    edits: QuestionEdits
    uploads: FileUpload
    follow_ups: FollowUps
    unasked: UnaskedQuestions

    async def record_message(self, event: Json, retries: int) -> None:
        """Record a direct message, a follow-up, an edit or a deletion; notice what may be answered unasked."""
        if deleted := deleted_ts_from_event(event):
            await self.edits.apply_deletion(event["channel"], deleted)
        elif event.get("subtype") == "message_changed":
            await self.edits.apply_edit(event)
        elif event.get("channel_type") == "im":
            if not self.uploads.is_upload_only(event):
                await self.messages.handle_message(event, retries)
        elif not event.get("thread_ts"):
            await self.unasked.notice_message(event)
        elif self.follow_ups == "on":
            await self.messages.handle_thread_reply(event, retries)


@dataclass(frozen=True, slots=True)
class MessageHandler:
    """Takes in each message once, however often Slack sends it."""

    identity: BotIdentity
    intake: QuestionIntake
    answers: QuestionJobs
    follow_ups: ThreadFollowUps
    away_notices: AwayNotices
    unasked: UnaskedQuestions
    _decided_keys: RecentKeys = field(default_factory=RecentKeys)

    async def handle_message(self, event: Json, retries: int = 0) -> None:
        """Write a message to the log if it is a question, and start its answer.

        Raises:
            IndexUnavailable: it is not in the log, and its event must not be acknowledged.
        """
        question = message_from_event(event, await self.identity.get_workspace_id(), await self.identity.get_bot_user())
        if question:
            await self.start_question(question, retries)

    async def handle_thread_reply(self, event: Json, retries: int = 0) -> None:
        """Take in a message of a thread if it follows up on an answer. A mention comes as an event of its own.

        Edits of the message wait until this is decided, and so does the same event when Slack sends it again.
        """
        bot_user = await self.identity.get_bot_user()
        question = message_from_event(event, await self.identity.get_workspace_id(), bot_user)
        is_mention = f"<@{bot_user}>" in (event.get("text") or "")
        if not question or not question.text or is_mention:
            return
        async with self.intake.lock_question(record_from_message(question).id):
            if question.key not in self._decided_keys:
                await self._decide_follow_up(question, event, retries)
                self._decided_keys.add_if_new(question.key)

    async def _decide_follow_up(self, question: IncomingMessage, event: Json, retries: int) -> None:
        try:
            kind = await self.follow_ups.judge_thread_reply(question, event)
        except ThreadUnread:
            if retries < LAST_RETRY:
                raise
            return
        if kind == "asked":
            await self.start_question(question, retries)
        elif kind == "unasked":
            self.unasked.notice_follow_up(question)

    async def start_question(self, message: IncomingMessage, retries: int = 0) -> None:
        """Write a question to the log and start its answer, unless the log knows it already.

        Raises:
            IndexUnavailable: it is not in the log; after the last retry, the person is told instead.
        """
        try:
            claimed = await self.intake.accept_question(record_from_message(message))
        except IndexUnavailable:
            is_last = retries >= LAST_RETRY
            await self.away_notices.announce_index_away(message, is_last=is_last)
            if is_last:
                return
            raise
        if claimed:
            self.answers.start_answer(claimed)


@dataclass(frozen=True, slots=True)
class AwayNotices:
    """Tells a person that the index is away: first that the bot works, after the last retry by a sentence."""

    client: RateLimitedClient
    users: Users
    sessions: AgentSessions
    tasks: RunningTasks
    _notified_keys: RecentKeys = field(default_factory=RecentKeys)

    async def announce_index_away(self, message: IncomingMessage, *, is_last: bool) -> None:
        """Tell the asker of a message, once for each of the two."""
        place = ThreadPlace(message.team, message.channel, message.thread_ts, message.user)
        if is_last:
            texts = await self.users.get_question_texts(message.text, message.user)
            self.tasks.start_task(ThreadReply(self.client, place).show_sentence(texts.index_later))
        elif self._notified_keys.add_if_new(message.key):
            self.tasks.start_task(self._show_working(place))

    async def _show_working(self, place: ThreadPlace) -> None:
        await self.sessions.show_working(place)
