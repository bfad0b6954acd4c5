"""Finds the questions that came while the bot was away, in Slack's history, and has them answered.

The question log decides whether a question is new. A message that the bot has replied to is left out.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.slack.api.client import BotIdentity
from bot.slack.api.errors import SLACK_ERRORS, get_error_code
from bot.slack.api.rate_limits import RateLimitedClient
from bot.slack.events.parse import LAST_RETRY, IncomingMessage, Json, message_from_event
from bot.slack.i18n.catalogue import load_languages
from bot.slack.message_router import MessageHandler
from bot.slack.questions.intake import QuestionIntake
from knowledge.core.failures import IndexUnavailable
from knowledge.storage.question_log import QuestionRecord

log = logging.getLogger(__name__)
_CHANNEL_TYPES = "public_channel,private_channel,mpim,im"
_PAGE_SIZE = 200
_MAX_PAGES = 10
_MAX_LIST_PAGES = 100
_MOST_SECONDS = 600.0  # what was asked in a conversation without earlier questions, hours ago, waits for nobody
_MAX_THREADS = 20
_HOUR_SECONDS = 3600.0
_RATE_SHARE = 0.5  # of Slack's rates; the rest is for the questions of the moment
_POLL_SECONDS = 1.0


@dataclass(slots=True)
class CatchUpProgress:
    """How far the look back has come: the conversations that were read, and the questions found in them."""

    scanned: set[str] = field(default_factory=set)
    questions: int = 0
    is_complete: bool = False


@dataclass(frozen=True, slots=True)
class CatchUp:
    """Looks back once, `hours` far; 0 looks at nothing."""

    client: RateLimitedClient
    identity: BotIdentity
    intake: QuestionIntake
    messages: MessageHandler
    hours: float

    async def catch_up_questions(self) -> None:
        """Answer what nobody has answered, oldest first in each conversation.

        Conversations with questions in the log come first, the latest before. What is left after some minutes is left
        out, and the log says how far it came: a workspace may have 5,000 direct messages.
        """
        if not self.hours:
            return
        records = await self._list_logged_questions()
        known, progress = self._list_known_threads(records), CatchUpProgress()
        try:
            async with asyncio.timeout(_MOST_SECONDS):
                await self._scan_conversations(list_recent_conversations(records), known, progress)
                await self._scan_conversations(await self._list_conversations(), known, progress)
                progress.is_complete = True
        except TimeoutError:
            log.warning("caught up in part: no more after %.0f s", _MOST_SECONDS)
        except SLACK_ERRORS as error:
            log.warning("not caught up error=%s", get_error_code(error))
        log.info(
            "caught up questions=%d conversations=%d complete=%s",
            progress.questions,
            len(progress.scanned),
            progress.is_complete,
        )

    async def _list_conversations(self) -> list[Json]:
        """Every conversation of the bot: channels first, the last changed before, then direct messages."""
        pages = self._fetch_pages(
            "users.conversations", "channels", _MAX_LIST_PAGES, types=_CHANNEL_TYPES, exclude_archived=True
        )
        found = [one async for one in pages]
        return sorted(found, key=lambda one: (bool(one.get("is_im")), -float(one.get("updated") or 0)))

    async def _scan_conversations(
        self, conversations: Iterable[Json], known: Mapping[str, list[str]], progress: CatchUpProgress
    ) -> None:
        for one in conversations:
            if one["id"] not in progress.scanned:
                progress.questions += await self._scan_channel(one, known.get(one["id"], ()))
                progress.scanned.add(one["id"])

    async def _list_logged_questions(self) -> list[QuestionRecord]:
        try:
            return await self.intake.run_in_log_thread(self.intake.question_log.list_questions_since, 0.0)
        except IndexUnavailable as error:
            log.warning("threads not caught up error=%s", error)
            return []

    def _list_known_threads(self, records: Iterable[QuestionRecord]) -> dict[str, list[str]]:
        """The latest threads with questions, by channel: a history does not show threads that began before it."""
        since = time.time() - self.hours * _HOUR_SECONDS
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

    async def _fetch_pages(
        self, method: str, name: str, max_pages: int = _MAX_PAGES, **arguments: Any
    ) -> AsyncIterator[Json]:
        """The items that a method lists, page by page; half of Slack's rate is left to others."""
        client, cursor = self.client, ""
        for _ in range(max_pages):
            while not client.rate_limiter.has_room(method, share=_RATE_SHARE):  # noqa: ASYNC110 (only time makes room)
                await asyncio.sleep(_POLL_SECONDS)
            page = await client.api_call(method, params={**arguments, "limit": _PAGE_SIZE, "cursor": cursor})
            for item in page.get(name) or []:
                yield item
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return


def list_recent_conversations(records: Iterable[QuestionRecord]) -> list[Json]:
    """The conversations with questions in the log, the latest before, as Slack would list them."""
    asked = sorted((one for one in records if one.thread_ts), key=lambda one: -one.asked_at)
    return [{"id": name, "is_im": name.startswith("D")} for name in dict.fromkeys(one.channel for one in asked)]


def _deferral_texts() -> set[str]:
    """The sentences, in every language, after which the bot still owes an answer."""
    return {sentence for texts in load_languages().values() for sentence in (texts.index_later, texts.resumes)}
