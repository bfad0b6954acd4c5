"""Reads a thread to see whether a message in it follows up on an answer. Whether it does, `following` decides."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from bot.slack.api.client import UNANSWERED, code_of
from bot.slack.events.follow_ups import Said, is_follow_up
from bot.slack.events.thread_history import replies
from knowledge.core.failures import IndexUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.slack.dependencies import Parts
    from bot.slack.events.parse import Asked, Json

log = logging.getLogger(__name__)
_PATIENCE_SECONDS = 15.0
_FINAL = (  # what Slack will say again; everything else passes
    "channel_not_found",
    "not_in_channel",
    "thread_not_found",
    "missing_scope",
    "no_permission",
    "is_archived",
    "method_not_supported_for_channel_type",
)


class ThreadUnread(Exception):
    """Slack does not tell of a thread now; it may later."""


async def follows_up(parts: Parts, asked: Asked, event: Json) -> bool:
    """Whether a message of a thread is meant for the bot although it does not mention it.

    Raises:
        ThreadUnread: nobody knows yet.
    """
    bot = await parts.identity.user()
    if not await _is_part(parts, asked, event, bot):
        return False
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            messages = await replies(parts.client, asked)
    except UNANSWERED as error:
        log.warning("thread unread channel=%s error=%s", asked.channel, code_of(error))
        if code_of(error) in _FINAL:
            return False
        raise ThreadUnread(f"its thread cannot be read ({code_of(error)})") from error
    return is_follow_up(_said(messages, asked.ts), bot, await parts.identity.name())


async def _is_part(parts: Parts, asked: Asked, event: Json, bot: str) -> bool:
    """Whether the bot may have to do with a thread. The journal knows, so that Slack need not be asked of each."""
    if event.get("parent_user_id") == bot:
        return True
    try:
        return bool(await parts.intake.run(parts.journal.in_thread, asked.channel, asked.thread_ts))
    except IndexUnavailable:
        return True  # only the thread itself can tell now


def _said(messages: Iterable[Json], last: str) -> list[Said]:
    """What was said up to the message at `last`, without Slack's notices."""
    kept = (one for one in messages if one.get("subtype") in (None, "file_share", "thread_broadcast", "bot_message"))
    return [
        Said(str(one.get("user") or one.get("bot_id") or ""), str(one.get("text") or ""))
        for one in kept
        if float(one["ts"]) <= float(last)
    ]
