"""Reads what Slack and the log know of a question's thread: earlier turns, earlier messages, a deletion."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.slack.api.client import SLACK_ERRORS
from bot.slack.api.refused_methods import get_error_code
from bot.slack.events.parse import IncomingMessage
from bot.slack.events.thread_history import ThreadHistory, list_bot_messages, message_exists, read_thread_history
from bot.slack.views.markup import to_plain_text
from knowledge.core.failures import IndexUnavailable

if TYPE_CHECKING:
    from bot.slack.api.client import BotIdentity
    from bot.slack.api.rate_limits import RateLimitedClient
    from bot.slack.questions.intake import QuestionIntake
    from knowledge.core.access import Audience
    from knowledge.retrieval.passage_lookup import PassageLookup
    from knowledge.storage.question_log import QuestionRecord, UsedPassage

log = logging.getLogger(__name__)
_LONG_WAIT_SECONDS = 5.0
_LOOKUP_TIMEOUT_SECONDS = 2.0  # nothing is shown meanwhile
_LATER_MESSAGES = 20  # that are looked at, to find one by a person
_NOTICES = ("channel_join", "channel_leave", "channel_topic", "channel_purpose", "group_join", "group_leave")
_RATE_SHARE = 0.5  # of Slack's rate; the rest is for follow-ups, which cannot be decided without their thread


@dataclass(frozen=True, slots=True)
class ThreadContext:
    """Reads the threads of questions."""

    client: RateLimitedClient
    identity: BotIdentity
    intake: QuestionIntake
    passage_lookup: PassageLookup

    async def is_deleted(self, record: QuestionRecord) -> bool:
        """Whether a question that waited for long was deleted meanwhile: its event may have come to nobody."""
        waited = record.tries > 1 or time.time() - float(record.ts) > _LONG_WAIT_SECONDS
        if not (waited and self.client.rate_limiter.has_room("conversations.replies", share=_RATE_SHARE)):
            return False
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LOOKUP_TIMEOUT_SECONDS):
                return not await message_exists(self.client, _message_from_record(record))
        return False

    async def is_first_direct_question(self, record: QuestionRecord) -> bool:
        """Whether a person asks for the first time in their direct messages, as far as the log goes back."""
        if not (record.channel.startswith("D") and record.ts == record.thread_ts):
            return False
        log = self.intake.question_log
        with contextlib.suppress(IndexUnavailable):
            return not await self.intake.run_in_log_thread(log.has_other_question, record)
        return False

    async def is_answered_elsewhere(self, record: QuestionRecord) -> bool:
        """Whether another process answers a question of the same thread."""
        log = self.intake.question_log
        if log.is_single_process:
            return False
        with contextlib.suppress(IndexUnavailable):
            known = await self._list_thread_questions(record)
            return any(one.is_open and one.holder not in ("", log.holder) for one in known)
        return False

    async def fetch_unanswered_message(self, channel: str, ts: str, thread_ts: str) -> dict[str, Any] | None:
        """A message, if nobody has written since in its channel or, for one of a thread, there; None where unknown."""
        opens_thread = ts == thread_ts
        method = "conversations.history" if opens_thread else "conversations.replies"
        if not self.client.rate_limiter.has_room(method, share=_RATE_SHARE):
            return None
        place = {"channel": channel} if opens_thread else {"channel": channel, "ts": thread_ts}
        try:
            async with asyncio.timeout(_LOOKUP_TIMEOUT_SECONDS):
                page = await self.client.api_call(
                    method, params={**place, "oldest": ts, "inclusive": True, "limit": _LATER_MESSAGES}
                )
        except SLACK_ERRORS as error:
            log.info("channel unread channel=%s error=%s", channel, get_error_code(error))
            return None
        messages: list[dict[str, Any]] = page.get("messages") or []
        later = (one for one in messages if float(one["ts"]) >= float(ts))  # a thread comes with its first message
        said = [one for one in later if one.get("subtype") not in _NOTICES]
        is_alone = [one["ts"] for one in said] == [ts] and not said[0].get("reply_count")
        return said[0] if is_alone else None

    async def is_unanswered(self, record: QuestionRecord) -> bool:
        """Whether nobody has written since a question was asked, nor has its author changed it."""
        now = await self.fetch_unanswered_message(record.channel, record.ts, record.thread_ts)
        bot_user = await self.identity.get_bot_user()
        return now is not None and to_plain_text(now.get("text") or "", bot_user) == record.text

    async def belongs_to_answer(self, record: QuestionRecord, ts: str) -> bool:
        """Whether the log names a message as part of the answer to a question."""
        known = await self.intake.run_in_log_thread(self.intake.question_log.get_questions, [record.id])
        return any(ts in one.messages for one in known.values())

    async def find_orphan_messages(self, record: QuestionRecord) -> tuple[str, ...]:
        """The bot's messages in the thread after the question that belong to no other question, by ts."""
        bot_user = await self.identity.get_bot_user()
        written = await list_bot_messages(self.client, _message_from_record(record), bot_user)
        known = {ts for other in await self._list_thread_questions(record) for ts in other.messages}
        return tuple(ts for ts in written if ts not in known)

    async def read_history(self, record: QuestionRecord, audience: Audience) -> ThreadHistory:
        """What was said before. A mention that opens its thread is read again, since it may come without its files."""
        message = _message_from_record(record)
        is_direct = record.channel.startswith("D")
        has_room = self.client.rate_limiter.has_room("conversations.replies", share=_RATE_SHARE)
        if message.opens_thread and (is_direct or not has_room):
            return ThreadHistory(has_files=record.files)
        reading = read_thread_history(self.client, message, await self.identity.get_bot_user())
        if message.opens_thread:
            return await reading
        thread, repeatable = await asyncio.gather(reading, self._find_repeatable_answers(record, audience))
        return thread.keep_repeatable_turns(repeatable)

    async def _find_repeatable_answers(
        self, record: QuestionRecord, audience: Audience
    ) -> dict[str, tuple[UsedPassage, ...]]:
        """The bot's answers in the thread whose every passage the audience may know now.

        Gives the passages by the ts of the answers' messages. An answer that was not finished is not among them, nor is
        talk: a list of documents names what may have become private since, and no passage tells.
        """
        before = await self._list_thread_questions(record)
        ids = {passage for one in before for passage in one.passage_ids}
        known = await asyncio.to_thread(self.passage_lookup.get_known_passages, ids, audience) if ids else {}
        finished = (one for one in before if one.state == "answered" and one.outcome not in ("", "talk"))
        repeatable = (one for one in finished if known.keys() >= set(one.passage_ids))
        return {ts: one.used for one in repeatable for ts in one.messages}

    async def _list_thread_questions(self, record: QuestionRecord) -> list[QuestionRecord]:
        log = self.intake.question_log
        return await self.intake.run_in_log_thread(log.list_thread_questions, record.channel, record.thread_ts)


def _message_from_record(record: QuestionRecord) -> IncomingMessage:
    return IncomingMessage(
        record.team, record.channel, record.ts, record.thread_ts, record.user, record.text, record.files
    )
