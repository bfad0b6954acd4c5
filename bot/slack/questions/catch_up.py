"""Finds the questions that came while the bot was away, in the history of its conversations, and has them answered.

The journal decides whether a question is new; a thread in which the bot has written already is left alone.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.slack.api.client import UNANSWERED, code_of
from bot.slack.events.parse import asked
from bot.slack.i18n.catalogue import languages
from bot.slack.message_router import LAST_RETRY, Conversations
from knowledge.core.failures import IndexUnavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from bot.slack.dependencies import Parts
    from bot.slack.events.parse import Asked, Json

log = logging.getLogger(__name__)
_KINDS = "public_channel,private_channel,mpim,im"
_PAGE = 200
_PAGES = 10
_THREADS = 20
_HOUR = 3600.0
_SHARE = 0.5  # of Slack's rates; the rest is for the questions of the moment
_PATIENCE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class CatchUp:
    """Looks back once. `hours` is how far; 0 looks at nothing."""

    parts: Parts
    hours: float

    async def run(self) -> None:
        """Take up what nobody has answered, oldest first in each conversation."""
        if not self.hours:
            return
        found, known = 0, await self._known_threads()
        try:
            async for channel in self._pages("users.conversations", "channels", types=_KINDS, exclude_archived=True):
                found += await self._look_into(channel, known.get(channel["id"], ()))
        except UNANSWERED as error:
            log.warning("not caught up error=%s", code_of(error))
        log.info("caught up questions=%d", found)

    async def _known_threads(self) -> dict[str, list[str]]:
        """The latest threads in which the bot was asked before, by channel: a history shows none that is older."""
        since = time.time() - self.hours * _HOUR
        try:
            entries = await self.parts.intake.run(self.parts.journal.since, 0.0)
        except IndexUnavailable as error:
            log.warning("threads not caught up error=%s", error)
            return {}
        old = [one for one in entries if one.thread_ts and float(one.thread_ts) <= since]
        places = dict.fromkeys((one.channel, one.thread_ts) for one in sorted(old, key=lambda one: -one.asked_at))
        known: dict[str, list[str]] = {}
        for channel, ts in list(places)[:_THREADS]:
            known.setdefault(channel, []).append(ts)
        return known

    async def _look_into(self, channel: Json, older: Iterable[str]) -> int:
        try:
            questions = [question async for question in self._questions(channel, older)]
        except UNANSWERED as error:
            log.warning("history unread channel=%s error=%s", channel["id"], code_of(error))
            return 0
        conversations = Conversations(self.parts)
        for question in sorted(questions, key=lambda one: float(one.ts)):
            await conversations.take(question, LAST_RETRY)
        return len(questions)

    async def _questions(self, channel: Json, older: Iterable[str]) -> AsyncIterator[Asked]:
        """The messages to the bot that no answer of it follows, in the history and below `older` messages."""
        since, bot_user = time.time() - self.hours * _HOUR, await self.parts.identity.user()
        direct = bool(channel.get("is_im"))
        async for thread in self._threads(channel["id"], older, since):
            for question in await self._unanswered(thread, channel["id"], bot_user, direct=direct):
                if float(question.ts) > since:
                    yield question

    async def _threads(self, channel: str, older: Iterable[str], since: float) -> AsyncIterator[list[Json]]:
        """What was said lately, thread by thread."""
        oldest = f"{since:.6f}"
        async for root in self._pages("conversations.history", "messages", channel=channel, oldest=oldest):
            below = self._pages("conversations.replies", "messages", channel=channel, ts=root["ts"])
            yield [one async for one in below] if float(root.get("latest_reply") or 0) > since else [root]
        for ts in older:
            below = self._pages("conversations.replies", "messages", channel=channel, ts=ts, oldest=oldest)
            try:
                yield [one async for one in below]
            except UNANSWERED as error:  # it may have been deleted
                log.info("thread unread channel=%s error=%s", channel, code_of(error))

    async def _unanswered(self, thread: list[Json], channel: str, bot_user: str, *, direct: bool) -> list[Asked]:
        """The questions of a thread below which the bot has not written yet."""
        workspace = await self.parts.identity.workspace()
        said = (one for one in thread if one.get("user") == bot_user and one.get("text") not in _promises())
        written = max((float(one["ts"]) for one in said), default=0.0)
        late = (one for one in thread if float(one["ts"]) > written)
        addressed = (one for one in late if direct or f"<@{bot_user}>" in (one.get("text") or ""))
        questions = (asked({**one, "channel": channel}, workspace, bot_user) for one in addressed)
        return [question for question in questions if question]

    async def _pages(self, method: str, name: str, **arguments: Any) -> AsyncIterator[Json]:
        """What a method lists, page by page, as fast as leaves room for others."""
        client, cursor = self.parts.client, ""
        for _ in range(_PAGES):
            while not client.pace.room(method, share=_SHARE):  # noqa: ASYNC110 (only time makes room)
                await asyncio.sleep(_PATIENCE_SECONDS)
            page = await client.api_call(method, params={**arguments, "limit": _PAGE, "cursor": cursor})
            for item in page.get(name) or []:
                yield item
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return


def _promises() -> set[str]:
    """What the bot says where it owes an answer all the same, in every language."""
    return {promise for texts in languages().values() for promise in (texts.index_later, texts.resumes)}
