"""Reads what was said in a thread before a question, bounded, and whether files came with the question."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.answering.question import Turn
from bot.slack.api.client import UNANSWERED, code_of
from bot.slack.events.parse import Asked, Json
from bot.slack.views.markup import plain

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from knowledge.storage.question_log import Used

log = logging.getLogger(__name__)
_TURNS = 12
_CHARACTERS = 6_000
_PAGE = 200
_PAGES = 5
_PATIENCE_SECONDS = 15.0  # Slack may say to come back in a minute: better an answer that does not know the thread


@dataclass(frozen=True, slots=True)
class Thread:
    """What was said before a question, oldest first, and whether files came with the question.

    `stamps` has the ts of each turn; `behind` are the passages that the bot has answered from in it. Of an `unread`
    one no turn is known.
    """

    turns: tuple[Turn, ...] = ()
    files: bool = False
    stamps: tuple[str, ...] = ()
    behind: tuple[Used, ...] = ()
    unread: bool = False

    def without_others(self, repeatable: Mapping[str, Sequence[Used]]) -> Thread:
        """The thread without those of the bot's messages that are not `repeatable`: by their ts, what is behind each.

        An answer may be older than the audience of the documents that it was written from: it must not flow on.
        """
        kept = [
            (turn, ts)
            for turn, ts in zip(self.turns, self.stamps, strict=True)
            if turn.speaker == "person" or ts in repeatable
        ]
        behind = dict.fromkeys(one for passages in repeatable.values() for one in passages)
        turns, stamps = tuple(turn for turn, _ in kept), tuple(ts for _, ts in kept)
        return replace(self, turns=turns, stamps=stamps, behind=tuple(behind))


async def read_thread(client: AsyncWebClient, asked: Asked, bot_user: str) -> Thread:
    """The thread of a question; an unread one where Slack does not let the bot read it, or not soon."""
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            messages = await replies(client, asked)
    except UNANSWERED as error:
        log.warning("thread unread channel=%s error=%s", asked.channel, code_of(error))
        return Thread(unread=True)
    return thread_of(messages, asked.ts, bot_user) if messages else Thread(unread=True)


async def written_by(client: AsyncWebClient, asked: Asked, bot_user: str) -> list[str]:
    """The ts of the bot's messages in the thread of a question, below it."""
    page = await client.conversations_replies(channel=asked.channel, ts=asked.thread_ts, oldest=asked.ts, limit=_PAGE)
    messages = page.get("messages") or []
    return [one["ts"] for one in messages if one.get("user") == bot_user and float(one["ts"]) > float(asked.ts)]


async def is_there(client: AsyncWebClient, asked: Asked) -> bool:
    """Whether a message stands where it was asked; where Slack does not tell, it does."""
    try:
        page = await client.conversations_replies(
            channel=asked.channel, ts=asked.thread_ts, oldest=asked.ts, latest=asked.ts, inclusive=True, limit=_PAGE
        )
    except UNANSWERED as error:
        return code_of(error) not in ("thread_not_found", "message_not_found")
    found = [one for one in page.get("messages") or [] if one["ts"] == asked.ts]
    return any(one.get("subtype") != "tombstone" for one in found)


def thread_of(messages: Iterable[Json], ts: str, bot_user: str) -> Thread:
    """What the messages of a thread say before the one at `ts`. Slack's notices in it are left out."""
    turns: list[tuple[Turn, str]] = []
    files = False
    for message in messages:
        if message["ts"] == ts:
            files = bool(message.get("files"))
        elif float(message["ts"]) < float(ts) and (turn := _turn(message, bot_user)):
            turns.append((turn, message["ts"]))
    last = _last(turns)
    return Thread(tuple(turn for turn, _ in last), files, tuple(ts for _, ts in last))


async def replies(client: AsyncWebClient, asked: Asked) -> list[Json]:
    """The messages of a question's thread up to the question, oldest first; none of a thread that is too long."""
    messages: list[Json] = []
    cursor: str | None = None
    for _ in range(_PAGES):
        page = await client.conversations_replies(
            channel=asked.channel,
            ts=asked.thread_ts,
            latest=asked.ts,
            inclusive=True,
            limit=_PAGE,
            cursor=cursor,
        )
        messages += page.get("messages") or []
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return messages
    # The latest turns are out of reach, and old ones would mislead.
    return []


def _turn(message: Json, bot_user: str) -> Turn | None:
    text = plain(_said(message), bot_user)
    if not text or message.get("subtype") in ("channel_join", "channel_leave", "tombstone"):
        return None
    return Turn("bot" if message.get("user") == bot_user else "person", text)


def _said(message: Json) -> str:
    """A message's words: an updated message of the bot has them whole only in its Markdown block."""
    blocks = message.get("blocks") or []
    written = [block["text"] for block in blocks if block.get("type") == "markdown" and block.get("text")]
    return "\n".join(written) or message.get("text") or ""


def _last(turns: list[tuple[Turn, str]]) -> list[tuple[Turn, str]]:
    kept: list[tuple[Turn, str]] = []
    room = _CHARACTERS
    for turn, ts in reversed(turns[-_TURNS:]):
        if len(turn.text) > room:
            break
        room -= len(turn.text)
        kept.append((turn, ts))
    return kept[::-1]
