"""Reads a thread to see whether a message in it follows up on an answer. Whether it does, `following` decides."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from bot.slack.api.client import SLACK_ERRORS, get_error_code
from bot.slack.events.follow_ups import ThreadMessage, is_follow_up
from bot.slack.events.thread_history import fetch_thread_replies
from knowledge.core.failures import IndexUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.slack.dependencies import Dependencies
    from bot.slack.events.parse import IncomingMessage, Json

log = logging.getLogger(__name__)
_TIMEOUT_SECONDS = 15.0
_FINAL_ERRORS = (  # what Slack will say again; everything else passes
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


async def is_thread_follow_up(deps: Dependencies, message: IncomingMessage, event: Json) -> bool:
    """Whether a message of a thread is meant for the bot although it does not mention it.

    Raises:
        ThreadUnread: nobody knows yet.
    """
    bot = await deps.identity.get_bot_user()
    if not await _is_bot_thread(deps, message, event, bot):
        return False
    try:
        async with asyncio.timeout(_TIMEOUT_SECONDS):
            messages = await fetch_thread_replies(deps.client, message)
    except SLACK_ERRORS as error:
        log.warning("thread unread channel=%s error=%s", message.channel, get_error_code(error))
        if get_error_code(error) in _FINAL_ERRORS:
            return False
        raise ThreadUnread(f"its thread cannot be read ({get_error_code(error)})") from error
    return is_follow_up(_list_thread_messages(messages, message.ts), bot, await deps.identity.get_bot_name())


async def _is_bot_thread(deps: Dependencies, message: IncomingMessage, event: Json, bot: str) -> bool:
    """Whether the bot may have to do with a thread. The journal knows, so that Slack need not be asked of each."""
    if event.get("parent_user_id") == bot:
        return True
    try:
        return bool(
            await deps.question_intake.run_in_log_thread(
                deps.question_log.list_thread_questions, message.channel, message.thread_ts
            )
        )
    except IndexUnavailable:
        return True  # only the thread itself can tell now


def _list_thread_messages(messages: Iterable[Json], last: str) -> list[ThreadMessage]:
    """What was said up to the message at `last`, without Slack's notices."""
    kept = (one for one in messages if one.get("subtype") in (None, "file_share", "thread_broadcast", "bot_message"))
    return [
        ThreadMessage(str(one.get("user") or one.get("bot_id") or ""), str(one.get("text") or ""))
        for one in kept
        if float(one["ts"]) <= float(last)
    ]
