"""Reads what Slack and the log know of a question's thread: earlier turns and messages, a deletion, files."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.answering.question import Turn
from bot.slack.api.client import BotIdentity
from bot.slack.api.errors import SLACK_ERRORS, get_error_code
from bot.slack.api.rate_limits import RateLimitedClient
from bot.slack.events.parse import IncomingMessage, Json
from bot.slack.questions.intake import QuestionIntake
from bot.slack.views.markup import to_plain_text
from bot.slack.views.rich_text import read_rich_text
from knowledge.core.access import Audience
from knowledge.core.failures import IndexUnavailable
from knowledge.retrieval.passage_lookup import PassageLookup
from knowledge.storage.question_log import QuestionRecord, UsedPassage

log = logging.getLogger(__name__)
_MAX_TURNS = 12
_MAX_CHARACTERS = 6_000
_PAGE_SIZE = 200
_MAX_PAGES = 5
_TIMEOUT_SECONDS = 15.0  # Slack may ask to wait a minute: an answer without the thread is better
_LONG_WAIT_SECONDS = 5.0
_LOOKUP_TIMEOUT_SECONDS = 2.0  # nothing is shown meanwhile
_LATER_MESSAGES = 20  # that are looked at, to find one by a person
_NOTICES = ("channel_join", "channel_leave", "channel_topic", "channel_purpose", "group_join", "group_leave")
_RATE_SHARE = 0.5  # of Slack's rate; the rest is for follow-ups, which cannot be decided without their thread


@dataclass(frozen=True, slots=True)
class ThreadHistory:
    """The turns before a question, oldest first, and whether the question has files.

    `timestamps` has the ts of each turn; `used_passages` are those of the bot's answers in it. `is_unread` says that
    Slack did not return the thread.
    """

    turns: tuple[Turn, ...] = ()
    has_files: bool = False
    timestamps: tuple[str, ...] = ()
    used_passages: tuple[UsedPassage, ...] = ()
    is_unread: bool = False

    def keep_repeatable_turns(self, repeatable: Mapping[str, Sequence[UsedPassage]]) -> ThreadHistory:
        """The thread without those of the bot's messages that are not in `repeatable` (passages by message ts).

        Who may read a document can change after an answer, so an old answer must not reach the next one.
        """
        kept = [
            (turn, ts)
            for turn, ts in zip(self.turns, self.timestamps, strict=True)
            if turn.speaker == "person" or ts in repeatable
        ]
        used = dict.fromkeys(one for passages in repeatable.values() for one in passages)
        turns, timestamps = tuple(turn for turn, _ in kept), tuple(ts for _, ts in kept)
        return replace(self, turns=turns, timestamps=timestamps, used_passages=tuple(used))


async def read_thread_history(client: AsyncWebClient, message: IncomingMessage, bot_user: str) -> ThreadHistory:
    """The history of a question's thread; unread where Slack refuses it or is slow."""
    try:
        async with asyncio.timeout(_TIMEOUT_SECONDS):
            messages = await fetch_thread_replies(client, message)
    except SLACK_ERRORS as error:
        log.warning("thread unread channel=%s error=%s", message.channel, get_error_code(error))
        return ThreadHistory(is_unread=True)
    return history_from_messages(messages, message.ts, bot_user) if messages else ThreadHistory(is_unread=True)


async def list_bot_messages(client: AsyncWebClient, message: IncomingMessage, bot_user: str) -> list[str]:
    """The ts of the bot's messages in a question's thread, after the question."""
    page = await client.conversations_replies(
        channel=message.channel, ts=message.thread_ts, oldest=message.ts, limit=_PAGE_SIZE
    )
    messages = page.get("messages") or []
    return [one["ts"] for one in messages if one.get("user") == bot_user and float(one["ts"]) > float(message.ts)]


async def message_exists(client: AsyncWebClient, message: IncomingMessage) -> bool:
    """Whether a message still exists; if Slack does not tell, it is taken to exist."""
    try:
        page = await client.conversations_replies(
            channel=message.channel,
            ts=message.thread_ts,
            oldest=message.ts,
            latest=message.ts,
            inclusive=True,
            limit=_PAGE_SIZE,
        )
    except SLACK_ERRORS as error:
        return get_error_code(error) not in ("thread_not_found", "message_not_found")
    found = [one for one in page.get("messages") or [] if one["ts"] == message.ts]
    return any(one.get("subtype") != "tombstone" for one in found)


def history_from_messages(messages: Iterable[Json], ts: str, bot_user: str) -> ThreadHistory:
    """The history before the message at `ts`, without Slack's notices."""
    turns: list[tuple[Turn, str]] = []
    files = False
    for message in messages:
        if message["ts"] == ts:
            files = bool(message.get("files"))
        elif float(message["ts"]) < float(ts) and (turn := _turn_from_message(message, bot_user)):
            turns.append((turn, message["ts"]))
    last = _choose_latest_turns(turns)
    return ThreadHistory(tuple(turn for turn, _ in last), files, tuple(ts for _, ts in last))


async def fetch_thread_replies(client: AsyncWebClient, message: IncomingMessage) -> list[Json]:
    """The messages of a thread up to a question, oldest first; none if the thread has over 1,000."""
    messages: list[Json] = []
    cursor: str | None = None
    for _ in range(_MAX_PAGES):
        page = await client.conversations_replies(
            channel=message.channel,
            ts=message.thread_ts,
            latest=message.ts,
            inclusive=True,
            limit=_PAGE_SIZE,
            cursor=cursor,
        )
        messages += page.get("messages") or []
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return messages
    # Slack lists the oldest first: without the latest turns, the old ones would mislead.
    return []


def _turn_from_message(message: Json, bot_user: str) -> Turn | None:
    text = read_message_text(message, bot_user)
    if not text or message.get("subtype") in ("channel_join", "channel_leave", "tombstone"):
        return None
    return Turn("bot" if message.get("user") == bot_user else "person", text)


def read_message_text(message: Json, bot_user: str) -> str:
    """The text of a message; one of the bot has all of it only in its rich text, as Slack keeps no Markdown block."""
    written = read_rich_text(message.get("blocks") or ()) if message.get("user") == bot_user else ""
    return to_plain_text(written or message.get("text") or "", bot_user)


def _choose_latest_turns(turns: list[tuple[Turn, str]]) -> list[tuple[Turn, str]]:
    kept: list[tuple[Turn, str]] = []
    room = _MAX_CHARACTERS
    for turn, ts in reversed(turns[-_MAX_TURNS:]):
        if len(turn.text) > room:
            break
        room -= len(turn.text)
        kept.append((turn, ts))
    return kept[::-1]


@dataclass(frozen=True, slots=True)
class ThreadContext:
    """Reads the threads of questions."""

    client: RateLimitedClient
    identity: BotIdentity
    intake: QuestionIntake
    passage_lookup: PassageLookup

    async def is_deleted(self, record: QuestionRecord) -> bool:
        """Whether a question that waited for long was deleted meanwhile: its event may have come to nobody."""
        waited = record.tries > 1 or time.time() - float(record.ts) > _LONG_WAIT_SECONDS
        if not (waited and self.client.rate_limiter.has_room("conversations.replies", share=_RATE_SHARE)):
            return False
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LOOKUP_TIMEOUT_SECONDS):
                return not await message_exists(self.client, _message_from_record(record))
        return False

    async def is_first_direct_question(self, record: QuestionRecord) -> bool:
        """Whether a person asks for the first time in their direct messages, as far as the log goes back."""
        if not (record.channel.startswith("D") and record.ts == record.thread_ts):
            return False
        log = self.intake.question_log
        with contextlib.suppress(IndexUnavailable):
            return not await self.intake.run_in_log_thread(log.has_other_question, record)
        return False

    async def is_answered_elsewhere(self, record: QuestionRecord) -> bool:
        """Whether another process answers a question of the same thread."""
        log = self.intake.question_log
        if log.is_single_process:
            return False
        with contextlib.suppress(IndexUnavailable):
            known = await self._list_thread_questions(record)
            return any(one.is_open and one.holder not in ("", log.holder) for one in known)
        return False

    async def fetch_unanswered_message(self, channel: str, ts: str, thread_ts: str) -> dict[str, Any] | None:
        """A message, if nobody has written since in its channel or, for one of a thread, there; None where unknown."""
        opens_thread = ts == thread_ts
        method = "conversations.history" if opens_thread else "conversations.replies"
        if not self.client.rate_limiter.has_room(method, share=_RATE_SHARE):
            return None
        place = {"channel": channel} if opens_thread else {"channel": channel, "ts": thread_ts}
        try:
            async with asyncio.timeout(_LOOKUP_TIMEOUT_SECONDS):
                page = await self.client.api_call(
                    method, params={**place, "oldest": ts, "inclusive": True, "limit": _LATER_MESSAGES}
                )
        except SLACK_ERRORS as error:
            log.info("channel unread channel=%s error=%s", channel, get_error_code(error))
            return None
        messages: list[dict[str, Any]] = page.get("messages") or []
        later = (one for one in messages if float(one["ts"]) >= float(ts))  # a thread comes with its first message
        said = [one for one in later if one.get("subtype") not in _NOTICES]
        is_alone = [one["ts"] for one in said] == [ts] and not said[0].get("reply_count")
        return said[0] if is_alone else None

    async def is_unanswered(self, record: QuestionRecord) -> bool:
        """Whether nobody has written since a question was asked, nor has its author changed it."""
        now = await self.fetch_unanswered_message(record.channel, record.ts, record.thread_ts)
        bot_user = await self.identity.get_bot_user()
        return now is not None and to_plain_text(now.get("text") or "", bot_user) == record.text

    async def belongs_to_answer(self, record: QuestionRecord, ts: str) -> bool:
        """Whether the log names a message as part of the answer to a question."""
        known = await self.intake.fetch_question(record.id)
        return known is not None and ts in known.messages

    async def find_orphan_messages(self, record: QuestionRecord) -> tuple[str, ...]:
        """The bot's messages in the thread after the question that belong to no other question, by ts."""
        bot_user = await self.identity.get_bot_user()
        written = await list_bot_messages(self.client, _message_from_record(record), bot_user)
        known = {ts for other in await self._list_thread_questions(record) for ts in other.messages}
        return tuple(ts for ts in written if ts not in known)

    async def read_history(self, record: QuestionRecord, audience: Audience) -> ThreadHistory:
        """What was said before. A mention that opens its thread is read again, since it may come without its files."""
        message = _message_from_record(record)
        is_direct = record.channel.startswith("D")
        has_room = self.client.rate_limiter.has_room("conversations.replies", share=_RATE_SHARE)
        if message.opens_thread and (is_direct or not has_room):
            return ThreadHistory(has_files=record.files)
        reading = read_thread_history(self.client, message, await self.identity.get_bot_user())
        if message.opens_thread:
            return await reading
        thread, repeatable = await asyncio.gather(reading, self._find_repeatable_answers(record, audience))
        return thread.keep_repeatable_turns(repeatable)

    async def _find_repeatable_answers(
        self, record: QuestionRecord, audience: Audience
    ) -> dict[str, tuple[UsedPassage, ...]]:
        """The bot's answers in the thread whose every passage the audience may know now.

        Gives the passages by the ts of the answers' messages. An answer that was not finished is not among them, nor is
        talk: a list of documents names what may have become private since, and no passage tells.
        """
        before = await self._list_thread_questions(record)
        ids = {passage for one in before for passage in one.passage_ids}
        known = await asyncio.to_thread(self.passage_lookup.get_known_passages, ids, audience) if ids else {}
        finished = (one for one in before if one.state == "answered" and one.outcome not in ("", "talk"))
        repeatable = (one for one in finished if known.keys() >= set(one.passage_ids))
        return {ts: one.used for one in repeatable for ts in one.messages}

    async def _list_thread_questions(self, record: QuestionRecord) -> list[QuestionRecord]:
        log = self.intake.question_log
        return await self.intake.run_in_log_thread(log.list_thread_questions, record.channel, record.thread_ts)


def _message_from_record(record: QuestionRecord) -> IncomingMessage:
    return IncomingMessage(
        record.team, record.channel, record.ts, record.thread_ts, record.user, record.text, record.files
    )
