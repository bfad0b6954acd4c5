"""Decides whether a message of a thread that does not mention the bot is for it.

Reads the thread from Slack where the question log does not already tell.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.api.client import BotIdentity
from bot.slack.api.errors import SLACK_ERRORS, get_error_code
from bot.slack.events.parse import IncomingMessage, Json
from bot.slack.events.thread_context import fetch_thread_replies
from bot.slack.questions.intake import QuestionIntake
from knowledge.core.failures import IndexUnavailable
from knowledge.storage.question_log import QuestionRecord

log = logging.getLogger(__name__)
FollowUps = Literal["on", "mentions"]
# "unasked" is a message that is answered only where that is sure: nobody asked the bot in its thread.
FollowUpKind = Literal["none", "asked", "unasked"]
_MENTION = re.compile(r"<(?:@([UWB][A-Z0-9]+)|!(?:here|channel|everyone|subteam\^[^<>|]*+))(?:\|[^<>]*+)?>")
_WORD = re.compile(r"[^\W\d_]+")
_EMOJI = re.compile(r":[a-z0-9_+'-]+:")
# What people say to an answer without wanting another one.
_COURTESY_WORDS = frozenset(
    re.findall(
        r"\S+",
        """
        accord beaucoup bien bon bonne bye c ca ça ciao clair compris cool d est et génial impec journée là merci mille
        nickel noté ok okay oui parfait super top tout très va vu à
        a all and appreciated awesome cheers clear fine for good got great i it lot makes much nice noted perfect really
        right s sense see so sure thank thanks that the thx understood very well you yep yes
        """,
    )
)
# The first or second word of a question without a question mark.
_QUESTION_WORDS = frozenset(
    re.findall(
        r"\S+",
        """
        combien comment où pourquoi quand quel quelle quelles quels quoi
        how what when where which who whose why
        """,
    )
)
# The first word of a question without a question mark; as a second word they make a statement.
_QUESTION_VERBS = frozenset(["est", "are", "can", "could", "did", "do", "does", "is", "should", "would", "will"])
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


@dataclass(frozen=True, slots=True)
class ThreadMessage:
    """A message of a thread, as Slack writes it."""

    user: str
    text: str


def is_follow_up(thread: Sequence[ThreadMessage], bot: str, name: str) -> bool:
    """Whether the last message of a thread (oldest first) is for the bot, which people call `name`.

    The bot must have written or been mentioned in the thread before. The message is not for the bot if it mentions
    somebody else, if it follows another person's message without naming the bot, if it only says thanks, or if its
    author asked nothing in the thread before and it is no question.
    """
    if not thread:
        return False
    *before, last = thread
    mention = f"<@{bot}>"
    if mention in last.text:
        return True
    if not any(said.user == bot or mention in said.text for said in before) or not _is_more_than_courtesy(last.text):
        return False
    if _mentions_other_user(last.text, bot):
        return False
    if _calls_bot_by_name(last.text, name):
        return True
    while before and before[-1].user == last.user:  # one thought in several messages
        earlier = before.pop().text
        if mention in earlier:
            return True
        if _mentions_other_user(earlier, bot):
            return False
    if not before or before[-1].user != bot:
        return False
    has_written = any(said.user == last.user for said in before)
    return has_written or _is_question(last.text) or not any(said.user != bot for said in before)


def _is_more_than_courtesy(text: str) -> bool:
    """Whether a text holds more than thanks and emoji."""
    if "?" in text:
        return True
    said = _EMOJI.sub(" ", text.casefold())
    return not set(_WORD.findall(said)) <= _COURTESY_WORDS or any(sign.isdigit() for sign in said)


def _is_question(text: str) -> bool:
    words = _WORD.findall(text.casefold())
    return "?" in text or (words[:1] and words[0] in _QUESTION_VERBS) or not _QUESTION_WORDS.isdisjoint(words[:2])


def _mentions_other_user(text: str, bot: str) -> bool:
    return any(match[1] != bot for match in _MENTION.finditer(text)) and f"<@{bot}>" not in text


def _calls_bot_by_name(text: str, name: str) -> bool:
    """Whether a text begins or ends with the bot's name."""
    words = _WORD.findall(text.casefold())
    greeting = {"hey", "hi", "hello", "bonjour", "salut", "dis", "ok", "and", "et", "merci", "thanks"}
    called = name.casefold() in words[:1] or (words[:1] and words[0] in greeting and name.casefold() in words[1:2])
    return bool(called) or name.casefold() in words[-1:]


class ThreadUnread(Exception):
    """Slack does not return a thread now; it may later."""


@dataclass(frozen=True, slots=True)
class ThreadFollowUps:
    """Decides whether messages without a mention are for the bot."""

    client: AsyncWebClient
    identity: BotIdentity
    intake: QuestionIntake

    async def judge_thread_reply(self, message: IncomingMessage, event: Json) -> FollowUpKind:
        """Whether a message of a thread is for the bot although it does not mention it.

        In a thread that the bot entered unasked, only whoever began it is answered without a mention.
        """
        bot = await self.identity.get_bot_user()
        known = await self._list_known_questions(message)
        if not known and known is not None and event.get("parent_user_id") != bot:
            return "none"
        try:
            async with asyncio.timeout(_TIMEOUT_SECONDS):
                messages = await fetch_thread_replies(self.client, message)
        except SLACK_ERRORS as error:
            log.warning("thread unread channel=%s error=%s", message.channel, get_error_code(error))
            if get_error_code(error) in _FINAL_ERRORS:
                return "none"
            raise ThreadUnread(f"its thread cannot be read ({get_error_code(error)})") from error
        if not is_follow_up(_list_thread_messages(messages, message.ts), bot, await self.identity.get_bot_name()):
            return "none"
        if not any(one.unasked and one.messages for one in known or ()):  # others ended in silence
            return "asked"
        authors = {one["ts"]: one.get("user") for one in messages}
        return "unasked" if authors.get(message.thread_ts) == message.user else "none"

    async def _list_known_questions(self, message: IncomingMessage) -> list[QuestionRecord] | None:
        """The questions of a thread, so that Slack is not asked for each message; None where the log is away."""
        list_questions = self.intake.question_log.list_thread_questions
        try:
            return await self.intake.run_in_log_thread(list_questions, message.channel, message.thread_ts)
        except IndexUnavailable:
            return None  # only the thread itself can tell now


def _list_thread_messages(messages: Iterable[Json], last: str) -> list[ThreadMessage]:
    """The messages up to the one at `last`, without Slack's notices."""
    kept = (one for one in messages if one.get("subtype") in (None, "file_share", "thread_broadcast", "bot_message"))
    return [
        ThreadMessage(str(one.get("user") or one.get("bot_id") or ""), str(one.get("text") or ""))
        for one in kept
        if float(one["ts"]) <= float(last)
    ]
