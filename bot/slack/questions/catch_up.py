"""Finds the questions that came while the bot was away, in Slack's history, and has them answered.

The question log decides whether a question is new. A message that the bot has replied to is left out.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.slack.api.client import SLACK_ERRORS
from bot.slack.api.refused_methods import get_error_code
from bot.slack.events.parse import LAST_RETRY, message_from_event
from bot.slack.i18n.catalogue import load_languages
from knowledge.core.failures import IndexUnavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from bot.slack.api.client import BotIdentity
    from bot.slack.api.rate_limits import RateLimitedClient
    from bot.slack.events.parse import IncomingMessage, Json
    from bot.slack.message_router import MessageHandler
    from bot.slack.questions.intake import QuestionIntake

log = logging.getLogger(__name__)
_CHANNEL_TYPES = "public_channel,private_channel,mpim,im"
_PAGE_SIZE = 200
_MAX_PAGES = 10
_MAX_THREADS = 20
_HOUR_SECONDS = 3600.0
_RATE_SHARE = 0.5  # of Slack's rates; the rest is for the questions of the moment
_POLL_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class CatchUp:
    """Looks back once, `hours` far; 0 looks at nothing."""

    client: RateLimitedClient
    identity: BotIdentity
    intake: QuestionIntake
    messages: MessageHandler
    hours: float

    async def catch_up_questions(self) -> None:
        """Answer what nobody has answered, oldest first in each conversation."""
        if not self.hours:
            return
        found, known = 0, await self._list_known_threads()
        try:
            async for channel in self._fetch_pages(
                "users.conversations", "channels", types=_CHANNEL_TYPES, exclude_archived=True
            ):
                found += await self._scan_channel(channel, known.get(channel["id"], ()))
        except SLACK_ERRORS as error:
            log.warning("not caught up error=%s", get_error_code(error))
        log.info("caught up questions=%d", found)

    async def _list_known_threads(self) -> dict[str, list[str]]:
        """The latest threads with questions, by channel: a history does not show threads that began before it."""
        since = time.time() - self.hours * _HOUR_SECONDS
        try:
            records = await self.intake.run_in_log_thread(self.intake.question_log.list_questions_since, 0.0)
        except IndexUnavailable as error:
            log.warning("threads not caught up error=%s", error)
            return {}
        old = [one for one in records if one.thread_ts and float(one.thread_ts) <= since]
        places = dict.fromkeys((one.channel, one.thread_ts) for one in sorted(old, key=lambda one: -one.asked_at))
        known: dict[str, list[str]] = {}
        for channel, ts in list(places)[:_MAX_THREADS]:
            known.setdefault(channel, []).append(ts)
        return known

    async def _scan_channel(self, channel: Json, older: Iterable[str]) -> int:
        try:
            questions = [question async for question in self._find_questions(channel, older)]
        except SLACK_ERRORS as error:
            log.warning("history unread channel=%s error=%s", channel["id"], get_error_code(error))
            return 0
        for question in sorted(questions, key=lambda one: float(one.ts)):
            await self.messages.start_question(question, LAST_RETRY)
        return len(questions)

    async def _find_questions(self, channel: Json, older: Iterable[str]) -> AsyncIterator[IncomingMessage]:
        """The messages to the bot without an answer after them, in the history and in `older` threads."""
        since, bot_user = time.time() - self.hours * _HOUR_SECONDS, await self.identity.get_bot_user()
        direct = bool(channel.get("is_im"))
        async for thread in self._read_threads(channel["id"], older, since):
            for question in await self._find_unanswered(thread, channel["id"], bot_user, direct=direct):
                if float(question.ts) > since:
                    yield question

    async def _read_threads(self, channel: str, older: Iterable[str], since: float) -> AsyncIterator[list[Json]]:
        """The messages of the last hours, thread by thread."""
        oldest = f"{since:.6f}"
        async for root in self._fetch_pages("conversations.history", "messages", channel=channel, oldest=oldest):
            below = self._fetch_pages("conversations.replies", "messages", channel=channel, ts=root["ts"])
            yield [one async for one in below] if float(root.get("latest_reply") or 0) > since else [root]
        for ts in older:
            below = self._fetch_pages("conversations.replies", "messages", channel=channel, ts=ts, oldest=oldest)
            try:
                yield [one async for one in below]
            except SLACK_ERRORS as error:  # the thread may have been deleted
                log.info("thread unread channel=%s error=%s", channel, get_error_code(error))

    async def _find_unanswered(
        self, thread: list[Json], channel: str, bot_user: str, *, direct: bool
    ) -> list[IncomingMessage]:
        """The questions of a thread after which the bot has not written."""
        workspace = await self.identity.get_workspace_id()
        said = (one for one in thread if one.get("user") == bot_user and one.get("text") not in _deferral_texts())
        written = max((float(one["ts"]) for one in said), default=0.0)
        late = (one for one in thread if float(one["ts"]) > written)
        addressed = (one for one in late if direct or f"<@{bot_user}>" in (one.get("text") or ""))
        questions = (message_from_event({**one, "channel": channel}, workspace, bot_user) for one in addressed)
        return [question for question in questions if question]

    async def _fetch_pages(self, method: str, name: str, **arguments: Any) -> AsyncIterator[Json]:
        """The items that a method lists, page by page; half of Slack's rate is left to others."""
        client, cursor = self.client, ""
        for _ in range(_MAX_PAGES):
            while not client.rate_limiter.has_room(method, share=_RATE_SHARE):  # noqa: ASYNC110 (only time makes room)
                await asyncio.sleep(_POLL_SECONDS)
            page = await client.api_call(method, params={**arguments, "limit": _PAGE_SIZE, "cursor": cursor})
            for item in page.get(name) or []:
                yield item
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return


def _deferral_texts() -> set[str]:
    """The sentences, in every language, after which the bot still owes an answer."""
    return {sentence for texts in load_languages().values() for sentence in (texts.index_later, texts.resumes)}
