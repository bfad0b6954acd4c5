"""Puts 👀 on a question while it waits for its answer, where `WAITING_EMOJI` is on.

Slack's session shows in the thread that the bot works; the mark is seen in the channel, too.
"""

from __future__ import annotations

import contextlib
import logging
from typing import TYPE_CHECKING, Literal

from bot.slack.api.client import SLACK_ERRORS
from bot.slack.api.refused_methods import get_error_code

if TYPE_CHECKING:
    from bot.slack.api.rate_limits import RateLimitedClient
    from knowledge.storage.question_log import QuestionRecord

log = logging.getLogger(__name__)
_EMOJI = "eyes"
_ADD, _REMOVE = "reactions.add", "reactions.remove"
_THERE_ALREADY = "already_reacted"  # an earlier try, whose process died


class WaitingMark:
    """The questions that bear the mark. One is marked only if Slack's rates leave room to take the mark away again."""

    def __init__(self, client: RateLimitedClient, is_on: Literal["off", "on"]) -> None:
        self._client = client
        self._is_on = is_on == "on"
        self._marked: set[str] = set()

    async def mark_question(self, record: QuestionRecord) -> None:
        """Put the mark on the question's message; that Slack refuses it is only logged."""
        limiter = self._client.rate_limiter
        if not (self._is_on and limiter.has_room(_ADD) and limiter.has_room(_REMOVE)):
            return
        try:
            await self._client.reactions_add(channel=record.channel, timestamp=record.ts, name=_EMOJI)
        except SLACK_ERRORS as error:
            if get_error_code(error) != _THERE_ALREADY:
                log.info("no mark on a question channel=%s error=%s", record.channel, get_error_code(error))
                return
        self._marked.add(record.id)

    async def unmark_question(self, record: QuestionRecord) -> None:
        """Take the mark away; the message may be gone."""
        if record.id in self._marked:
            self._marked.discard(record.id)
            with contextlib.suppress(*SLACK_ERRORS):
                await self._client.reactions_remove(channel=record.channel, timestamp=record.ts, name=_EMOJI)
