"""Finds which folders and documents belong to what the asker looks at, so that they come first in the search.

A channel has its folders; a message of the bot has the documents that its answer was written from. What the asker may
read is decided elsewhere, and stays as it is.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.answering.preferred_places import PreferredPlaces
from bot.slack.api.client import SLACK_ERRORS
from knowledge.core.failures import IndexUnavailable

if TYPE_CHECKING:
    from bot.slack.people.access import AccessDirectory
    from bot.slack.questions.intake import QuestionIntake
    from knowledge.storage.question_log import QuestionRecord

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ViewedPlaces:
    """Looks up the places of questions."""

    access_directory: AccessDirectory
    intake: QuestionIntake

    async def find_preferred(self, record: QuestionRecord) -> PreferredPlaces:
        """The folders and documents of what the asker looked at; none where they cannot be looked up."""
        requirements: set[str] = set()
        paths: set[str] = set()
        try:
            for place in record.viewed:
                channel, _, ts = place.partition("/")
                if ts:
                    paths |= await self._list_cited_paths(channel, ts)
                elif not channel.startswith("D"):
                    requirements |= await self.access_directory.list_place_requirements(channel)
        except (*SLACK_ERRORS, IndexUnavailable) as error:
            log.info("viewed places not looked up error=%s", type(error).__name__)
        return PreferredPlaces(frozenset(requirements), frozenset(paths))

    async def _list_cited_paths(self, channel: str, ts: str) -> set[str]:
        """The documents behind an answer of the bot; of any other message none."""
        log_of_questions = self.intake.question_log
        answered = await self.intake.run_in_log_thread(log_of_questions.find_answered_question, channel, ts)
        return {one.path for one in answered.used} if answered else set()
