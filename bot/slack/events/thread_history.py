"""Reads what was said in a thread before a question, bounded, and whether files came with the question."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.answering.question import Turn
from bot.slack.api.client import SLACK_ERRORS, get_error_code
from bot.slack.events.parse import IncomingMessage, Json
from bot.slack.views.markup import to_plain_text

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from knowledge.storage.question_log import UsedPassage

log = logging.getLogger(__name__)
_MAX_TURNS = 12
_MAX_CHARACTERS = 6_000
_PAGE_SIZE = 200
_MAX_PAGES = 5
_TIMEOUT_SECONDS = 15.0  # Slack may say to come back in a minute: better an answer that does not know the thread


@dataclass(frozen=True, slots=True)
class ThreadHistory:
    """What was said before a question, oldest first, and whether files came with the question.

    `stamps` has the ts of each turn; `behind` are the passages that the bot has answered from in it. Of an `unread`
    one no turn is known.
    """

    turns: tuple[Turn, ...] = ()
    has_files: bool = False
    timestamps: tuple[str, ...] = ()
    used_passages: tuple[UsedPassage, ...] = ()
    is_unread: bool = False

    def keep_repeatable_turns(self, repeatable: Mapping[str, Sequence[UsedPassage]]) -> ThreadHistory:
        """The thread without those of the bot's messages that are not `repeatable`: by their ts, what is behind each.

        An answer may be older than the audience of the documents that it was written from: it must not flow on.
        """
        kept = [
            (turn, ts)
            for turn, ts in zip(self.turns, self.timestamps, strict=True)
            if turn.speaker == "person" or ts in repeatable
        ]
        behind = dict.fromkeys(one for passages in repeatable.values() for one in passages)
        turns, stamps = tuple(turn for turn, _ in kept), tuple(ts for _, ts in kept)
        return replace(self, turns=turns, timestamps=stamps, used_passages=tuple(behind))


async def read_thread_history(client: AsyncWebClient, message: IncomingMessage, bot_user: str) -> ThreadHistory:
    """The thread of a question; an unread one where Slack does not let the bot read it, or not soon."""
    try:
        async with asyncio.timeout(_TIMEOUT_SECONDS):
            messages = await fetch_thread_replies(client, message)
    except SLACK_ERRORS as error:
        log.warning("thread unread channel=%s error=%s", message.channel, get_error_code(error))
        return ThreadHistory(is_unread=True)
    return history_from_messages(messages, message.ts, bot_user) if messages else ThreadHistory(is_unread=True)


async def list_bot_messages(client: AsyncWebClient, message: IncomingMessage, bot_user: str) -> list[str]:
    """The ts of the bot's messages in the thread of a question, below it."""
    page = await client.conversations_replies(
        channel=message.channel, ts=message.thread_ts, oldest=message.ts, limit=_PAGE_SIZE
    )
    messages = page.get("messages") or []
    return [one["ts"] for one in messages if one.get("user") == bot_user and float(one["ts"]) > float(message.ts)]


async def message_exists(client: AsyncWebClient, message: IncomingMessage) -> bool:
    """Whether a message stands where it was asked; where Slack does not tell, it does."""
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
    """What the messages of a thread say before the one at `ts`. Slack's notices in it are left out."""
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
    """The messages of a question's thread up to the question, oldest first; none of a thread that is too long."""
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
    # The latest turns are out of reach, and old ones would mislead.
    return []


def _turn_from_message(message: Json, bot_user: str) -> Turn | None:
    text = to_plain_text(_message_text(message), bot_user)
    if not text or message.get("subtype") in ("channel_join", "channel_leave", "tombstone"):
        return None
    return Turn("bot" if message.get("user") == bot_user else "person", text)


def _message_text(message: Json) -> str:
    """A message's words: an updated message of the bot has them whole only in its Markdown block."""
    blocks = message.get("blocks") or []
    written = [block["text"] for block in blocks if block.get("type") == "markdown" and block.get("text")]
    return "\n".join(written) or message.get("text") or ""


def _choose_latest_turns(turns: list[tuple[Turn, str]]) -> list[tuple[Turn, str]]:
    kept: list[tuple[Turn, str]] = []
    room = _MAX_CHARACTERS
    for turn, ts in reversed(turns[-_MAX_TURNS:]):
        if len(turn.text) > room:
            break
        room -= len(turn.text)
        kept.append((turn, ts))
    return kept[::-1]
