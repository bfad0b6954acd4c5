"""Reads the turns of a thread before a question, up to a limit, and whether the question has files."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.answering.question import Turn
from bot.slack.api.client import SLACK_ERRORS
from bot.slack.api.refused_methods import get_error_code
from bot.slack.events.parse import IncomingMessage, Json
from bot.slack.views.markup import to_plain_text
from bot.slack.views.rich_text import read_rich_text

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from knowledge.storage.question_log import UsedPassage

log = logging.getLogger(__name__)
_MAX_TURNS = 12
_MAX_CHARACTERS = 6_000
_PAGE_SIZE = 200
_MAX_PAGES = 5
_TIMEOUT_SECONDS = 15.0  # Slack may ask to wait a minute: an answer without the thread is better


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
