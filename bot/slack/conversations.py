"""The doors of mentions and direct messages, of their edits and deletions, and of the Stop button."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.slack.answers import Answers
from bot.slack.filing import Filing
from bot.slack.languages import texts_in
from bot.slack.messages import Asked, Edit, Json, Seen, asked, deleted_in, edit_of
from bot.slack.parts import Place
from bot.slack.reply import Reply
from bot.slack.status import Status
from bot.slack.threads import follows_up
from knowledge.errors import IndexUnavailable
from knowledge.journal import Entry

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp

    from bot.slack.flights import Reason
    from bot.slack.parts import Parts

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
DECIDED_SECONDS = 2.0  # of the three after which Slack sends an event again


def register(app: AsyncApp, parts: Parts) -> None:
    """Listen for the Stop button. Mentions and messages go by `Words`, before Bolt."""
    conversations = Conversations(parts, Seen())

    async def on_stop(event: Json) -> None:
        await conversations.stop(event["channel"], event["thread_ts"])

    app.event("agent_session_stopped")(on_stop)


class Words:
    """Takes up mentions and messages as the socket hands them over.

    Not as listeners of Bolt's: what it builds for each event costs four times as much as writing a question down, and
    of many at once the last waits for all of it.
    """

    def __init__(self, parts: Parts) -> None:
        self._conversations = Conversations(parts, Seen())
        self._filing = Filing(parts)

    async def hear(self, event: Json, retries: int) -> bool:
        """Take up an event that has been sent `retries` times before; whether it is one of words at all.

        What is written down is written before this returns.

        Raises:
            IndexUnavailable: it is not written down: the event must not be acknowledged, so that Slack sends it again.
        """
        match event.get("type"):
            case "app_mention":
                await self._conversations.hear(event, retries)
            case "message":
                await _hear_message(self._conversations, self._filing, event, retries)
            case _:
                return False
        return True


async def _hear_message(conversations: Conversations, filing: Filing, event: Json, retries: int) -> None:
    if deleted := deleted_in(event):
        await conversations.hear_deletion(event["channel"], deleted)
    elif event.get("subtype") == "message_changed":
        await conversations.hear_edit(event)
    elif event.get("channel_type") == "im":
        if not filing.takes_alone(event):
            await conversations.hear(event, retries)
    elif event.get("thread_ts") and conversations.parts.follow_ups == "on":
        await conversations.hear_reply(event, retries)


@dataclass(frozen=True, slots=True)
class Conversations:
    """Takes messages up, each once, however often Slack sends it. `told` knows who heard that the index is away."""

    parts: Parts
    told: Seen

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
        """Take up a message in a thread if it follows up on an answer.

        Where Slack is slow to tell what was said before, that is decided after the acknowledgement.

        Raises:
            IndexUnavailable: it is not written down.
        """
        await self.parts.flights.wait(self._hear_reply(event, retries), DECIDED_SECONDS)

    async def _hear_reply(self, event: Json, retries: int) -> None:
        """A mention comes as an event of its own."""
        identity = self.parts.identity
        bot_user = await identity.user()
        question = asked(event, await identity.workspace(), bot_user)
        mentioned = f"<@{bot_user}>" in (event.get("text") or "")
        if question and question.text and not mentioned and await follows_up(self.parts, question, event):
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

    async def hear_edit(self, event: Json) -> None:
        """Ask again what was edited within a minute, in the place of the first answer."""
        identity = self.parts.identity
        edit = edit_of(event, await identity.workspace(), await identity.user())
        if edit:
            self.parts.flights.start(self._ask_again(edit))

    async def hear_deletion(self, channel: str, ts: str) -> None:
        """Stop the work on a question that was deleted, and forget what was kept of it."""
        self.parts.flights.start(self._drop(await self.parts.identity.workspace(), channel, ts))

    async def stop(self, channel: str, thread_ts: str) -> None:
        """Stop the work on every question of a thread."""
        self.parts.flights.start(self._stop(channel, thread_ts))

    async def _ask_again(self, edit: Edit) -> None:
        parts, question = self.parts, edit.asked
        known = await parts.intake.run(parts.journal.get, question.workspace, question.channel, question.ts)
        if known is None:
            if edit.addressed:
                await self.take(question)
            return
        if known.text == question.text or known.state == "stopped":
            return
        # What was answered may have been kept without its words and its asker.
        taken = await parts.intake.run(
            parts.journal.take,
            known,
            text=question.text,
            files=question.files,
            user=question.user,
            team=question.team,
            tries=1,
        )
        if taken:
            await parts.flights.end(taken.id, "superseded")
            Answers(parts).begin(taken)

    async def _drop(self, workspace: str, channel: str, ts: str) -> None:
        parts = self.parts
        known = await parts.intake.run(parts.journal.get, workspace, channel, ts)
        if known and (known.open or known.text):
            await self._end(known, "deleted")

    async def _stop(self, channel: str, thread_ts: str) -> None:
        parts = self.parts
        known = await parts.intake.run(parts.journal.in_thread, channel, thread_ts)
        await asyncio.gather(*(self._end(entry, "stopped") for entry in known if entry.open))

    async def _end(self, entry: Entry, reason: Reason) -> None:
        await self.parts.intake.run(self.parts.journal.stop, entry, reason)
        await self.parts.flights.end(entry.id, reason)

    async def _patience(self, asked: Asked, *, last: bool) -> None:
        """Say that the index is away: first as a status, while it is tried again, at the end as a sentence."""
        place = Place(asked.team, asked.channel, asked.thread_ts, asked.user)
        texts = texts_in(await self.parts.people.language(asked.user))
        if last:
            self.parts.flights.start(Reply(self.parts.client, place).say(texts.index_away))
        elif self.told.first(asked.key):
            self.parts.flights.start(_show(Status(self.parts.client, place), texts.index_awaited))


def entry_of(asked: Asked) -> Entry:
    """A question as the journal keeps it."""
    return Entry(
        workspace=asked.workspace or asked.team,
        channel=asked.channel,
        ts=asked.ts,
        thread_ts=asked.thread_ts,
        team=asked.team,
        user=asked.user,
        text=asked.text,
        files=asked.files,
    )


async def _show(status: Status, text: str) -> None:
    await status.show(text)
    status.end()
