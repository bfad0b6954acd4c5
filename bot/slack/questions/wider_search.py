"""Offers the asker in a channel to search also what they may read, and not everybody there.

An answer in a channel uses what every member may read. The button below it holds the question and its id alone:
whoever presses it is answered for their eyes only, by their own rights at that moment.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.slack.i18n.catalogue import get_texts
from bot.slack.questions.private_answer import LOOK_FURTHER_BUTTON
from bot.slack.views.block_kit import build_actions_block, build_button
from knowledge.core.failures import IndexUnavailable

if TYPE_CHECKING:
    from bot.answering.answer import Answer
    from bot.answering.question import Question
    from bot.slack.api.rate_limits import RateLimiter
    from bot.slack.people.access import AccessDirectory
    from bot.slack.views.block_kit import Block
    from knowledge.core.access import Audience
    from knowledge.retrieval.passage_lookup import PassageLookup
    from knowledge.storage.question_log import QuestionRecord

log = logging.getLogger(__name__)
_TIMEOUT_SECONDS = 1.0  # the answer is there, and waits for this
_RATE_SHARE = 0.5  # of Slack's rate; the rest is for the questions themselves
_MOST_CHARACTERS = 1_900  # of a button's value


@dataclass(frozen=True, slots=True)
class WiderSearch:
    """Builds the button where the asker may read more than the channel."""

    rate_limiter: RateLimiter
    access_directory: AccessDirectory
    passage_lookup: PassageLookup

    async def offer_wider_search(self, record: QuestionRecord, question: Question, answer: Answer) -> list[Block]:
        """The button below an answer; none where it would show nothing more, or that is not known soon."""
        asked = answer.searched if question.history and answer.searched else record.text
        if record.channel.startswith("D") or len(asked) > _MOST_CHARACTERS:
            return []
        try:
            async with asyncio.timeout(_TIMEOUT_SECONDS):
                if not await self._may_read_more(record.user, question.audience):
                    return []
        except (IndexUnavailable, TimeoutError) as error:
            log.info("no wider search offered error=%s", type(error).__name__)
            return []
        texts = get_texts(answer.language)
        value = f"{texts.code} {record.id}\n{asked}"
        return [build_actions_block(build_button(LOOK_FURTHER_BUTTON, texts.look_further, value))]

    async def _may_read_more(self, user: str, channel: Audience) -> bool:
        """Whether there is a passage that a person may read, and the channel may not."""
        if not self.rate_limiter.has_room("users.conversations", share=_RATE_SHARE):
            return False
        mine = (await self.access_directory.find_user_audience(user)).audience
        return await asyncio.to_thread(self.passage_lookup.knows_more, mine, channel)
