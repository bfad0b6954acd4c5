"""The doors of mentions, direct messages and follow-ups, of what changes them, and of the Stop button."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.slack.dependencies import Place
from bot.slack.events.parse import Asked, Json, Seen, asked, deleted_in
from bot.slack.events.thread_follow_ups import ThreadUnread, follows_up
from bot.slack.handlers.file_upload import Filing
from bot.slack.i18n.catalogue import texts_in
from bot.slack.questions.edits_and_stops import Changes, entry_of
from bot.slack.questions.thread_answer import Answers
from bot.slack.replies.status_line import Status
from bot.slack.replies.stream import Reply
from knowledge.core.failures import IndexUnavailable

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp

    from bot.slack.dependencies import Parts

log = logging.getLogger(__name__)
EVENTS: tuple[str, ...] = (
    "agent_session_stopped",
    "app_mention",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
)
LAST_RETRY = 3  # Slack sends an event that is not acknowledged three times more: at once, after 1 and 5 minutes


def register(app: AsyncApp, parts: Parts) -> None:
    """Listen for the Stop button. Mentions and messages go by `Words`, before Bolt."""
    changes = Changes(parts)

    async def on_stop(event: Json) -> None:
        parts.flights.start(changes.stop(event["channel"], event["thread_ts"]))

    app.event("agent_session_stopped")(on_stop)


class Words:
    """Takes up mentions and messages as the socket hands them over.

    Not as listeners of Bolt's: what it builds for each event costs four times as much as writing a question down, and
    of many at once the last waits for all of it.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._conversations = Conversations(parts)
        self._changes = Changes(parts)
        self._filing = Filing(parts)

    async def hear(self, event: Json, retries: int) -> bool:
        """Take up an event that has been sent `retries` times before; whether it is one of words at all.

        What is written down is written before this returns, however long that takes: a thread of which Slack is slow to
        tell, a change that waits for the question itself. Slack sends again what takes long, and that waits for this.

        Raises:
            IndexUnavailable: it is not written down: the event must not be acknowledged, so that Slack sends it again.
            ThreadUnread: it is not known whether it must be, which is the same.
        """
        match event.get("type"):
            case "app_mention":
                await self._conversations.hear(event, retries)
            case "message":
                await self._hear_message(event, retries)
            case _:
                return False
        return True

    async def _hear_message(self, event: Json, retries: int) -> None:
        if deleted := deleted_in(event):
            await self._changes.delete(event["channel"], deleted)
        elif event.get("subtype") == "message_changed":
            await self._changes.edit(event)
        elif event.get("channel_type") == "im":
            if not self._filing.takes_alone(event):
                await self._conversations.hear(event, retries)
        elif event.get("thread_ts") and self._parts.follow_ups == "on":
            await self._conversations.hear_reply(event, retries)


@dataclass(frozen=True, slots=True)
class Conversations:
    """Takes messages up, each once, however often Slack sends it.

    `told` knows who heard that the index is away, `decided` of which replies it is known whether they are for the bot.
    """

    parts: Parts
    told: Seen = field(default_factory=Seen)
    decided: Seen = field(default_factory=Seen)

    async def hear(self, event: Json, retries: int = 0) -> None:
        """Write a message down if it is a question, and begin to answer it.

        Raises:
            IndexUnavailable: it is not written down: the event must not be acknowledged, so that Slack sends it again.
        """
        identity = self.parts.identity
        question = asked(event, await identity.workspace(), await identity.user())
        if question:
            await self.take(question, retries)

    async def hear_reply(self, event: Json, retries: int = 0) -> None:
        """Take up a message in a thread if it follows up on an answer. A mention comes as an event of its own.

        Changes to the message wait until that is decided, and so does the same event when Slack sends it again.

        Raises:
            IndexUnavailable: it is not written down.
            ThreadUnread: whether it follows up is not known, and Slack sends it again.
        """
        identity = self.parts.identity
        bot_user = await identity.user()
        question = asked(event, await identity.workspace(), bot_user)
        mentioned = f"<@{bot_user}>" in (event.get("text") or "")
        if not question or not question.text or mentioned:
            return
        async with self.parts.intake.in_order(entry_of(question).id):
            if question.key not in self.decided:
                await self._decide(question, event, retries)
                self.decided.first(question.key)

    async def _decide(self, question: Asked, event: Json, retries: int) -> None:
        try:
            meant = await follows_up(self.parts, question, event)
        except ThreadUnread:
            if retries < LAST_RETRY:
                raise
            return
        if meant:
            await self.take(question, retries)

    async def take(self, asked: Asked, retries: int = 0) -> None:
        """Take up a message that has not been taken up before.

        Raises:
            IndexUnavailable: it is not written down.
        """
        try:
            entry = await self.parts.intake.take(entry_of(asked))
        except IndexUnavailable:
            await self._patience(asked, last=retries >= LAST_RETRY)
            if retries < LAST_RETRY:
                raise
            return
        if entry:
            Answers(self.parts).begin(entry)

    async def _patience(self, asked: Asked, *, last: bool) -> None:
        """Say that the index is away: first as a status, while it is tried again, at the end as a sentence."""
        place = Place(asked.team, asked.channel, asked.thread_ts, asked.user)
        texts = texts_in(await self.parts.people.language(asked.user))
        if last:
            self.parts.flights.start(Reply(self.parts.client, place).say(texts.index_later))
        elif self.told.first(asked.key):
            self.parts.flights.start(_show(Status(self.parts.client, place), texts.index_awaited))


async def _show(status: Status, text: str) -> None:
    await status.show(text)
    status.end()
