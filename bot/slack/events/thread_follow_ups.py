"""Reads a thread to see whether a message in it follows up on an answer. `follow_ups` decides."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.slack.api.client import SLACK_ERRORS, get_error_code
from bot.slack.events.follow_ups import ThreadMessage, is_follow_up
from bot.slack.events.thread_history import fetch_thread_replies
from knowledge.core.failures import IndexUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.slack.api.client import BotIdentity
    from bot.slack.events.parse import IncomingMessage, Json
    from bot.slack.questions.intake import QuestionIntake

log = logging.getLogger(__name__)
_TIMEOUT_SECONDS = 15.0
_FINAL_ERRORS = (  # Slack gives these again at the next try; any other error passes
    "channel_not_found",
    "not_in_channel",
    "thread_not_found",
    "missing_scope",
    "no_permission",
    "is_archived",
    "method_not_supported_for_channel_type",
)


class ThreadUnread(Exception):
    """Slack does not return a thread now; it may later."""


@dataclass(frozen=True, slots=True)
class ThreadFollowUps:
    """Decides whether messages without a mention are for the bot."""

    client: AsyncWebClient
    identity: BotIdentity
    intake: QuestionIntake

    async def is_thread_follow_up(self, message: IncomingMessage, event: Json) -> bool:
        """Whether a message of a thread is for the bot although it does not mention it.

        Raises:
            ThreadUnread: this is not known yet.
        """
        bot = await self.identity.get_bot_user()
        if not await self._is_bot_thread(message, event, bot):
            return False
        try:
            async with asyncio.timeout(_TIMEOUT_SECONDS):
                messages = await fetch_thread_replies(self.client, message)
        except SLACK_ERRORS as error:
            log.warning("thread unread channel=%s error=%s", message.channel, get_error_code(error))
            if get_error_code(error) in _FINAL_ERRORS:
                return False
            raise ThreadUnread(f"its thread cannot be read ({get_error_code(error)})") from error
        return is_follow_up(_list_thread_messages(messages, message.ts), bot, await self.identity.get_bot_name())

    async def _is_bot_thread(self, message: IncomingMessage, event: Json, bot: str) -> bool:
        """Whether the bot may have written in a thread. The log knows, so Slack is not asked for each message."""
        if event.get("parent_user_id") == bot:
            return True
        list_questions = self.intake.question_log.list_thread_questions
        try:
            return bool(await self.intake.run_in_log_thread(list_questions, message.channel, message.thread_ts))
        except IndexUnavailable:
            return True  # only the thread itself can tell now


def _list_thread_messages(messages: Iterable[Json], last: str) -> list[ThreadMessage]:
    """The messages up to the one at `last`, without Slack's notices."""
    kept = (one for one in messages if one.get("subtype") in (None, "file_share", "thread_broadcast", "bot_message"))
    return [
        ThreadMessage(str(one.get("user") or one.get("bot_id") or ""), str(one.get("text") or ""))
        for one in kept
        if float(one["ts"]) <= float(last)
    ]
