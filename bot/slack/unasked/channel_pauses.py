"""Keeps the bot quiet between two answers in a channel that nobody asked it for.

Each answer that somebody finds not helpful there makes the pause four times as long, for as long as votes are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.slack.questions.intake import QuestionIntake
    from knowledge.storage.votes import VoteStore

_FIRST_PAUSE_SECONDS = 600.0
_GROWTH = 4
MOST_UNHELPFUL = 5  # with as many, the bot is silent there


@dataclass(frozen=True, slots=True)
class UnaskedActivity:
    """What the bot did unasked in a channel; `pause_seconds` is None where it is silent."""

    channel: str
    answers: int
    unhelpful: int
    pause_seconds: float | None


@dataclass(frozen=True, slots=True)
class ChannelPauses:
    """Tells how long the bot is quiet in each channel, from the question log and the votes."""

    intake: QuestionIntake
    vote_store: VoteStore

    async def is_over(self, channel: str) -> bool:
        """Whether the bot may answer unasked in a channel again.

        Raises:
            IndexUnavailable: the log or the votes cannot be read.
        """
        pause = choose_pause(await self.intake.run_in_log_thread(self.vote_store.count_unhelpful_answers, channel))
        asked = await self.intake.run_in_log_thread(self._list_answer_times, channel)
        return pause is not None and max(asked, default=0.0) + pause <= self.intake.question_log.clock()

    async def list_activity(self, channels: Iterable[str]) -> list[UnaskedActivity]:
        """What the bot did unasked in each channel, as far as the log goes back.

        Raises:
            IndexUnavailable: the log or the votes cannot be read.
        """
        return [await self.intake.run_in_log_thread(self._read_activity, channel) for channel in sorted(channels)]

    def _read_activity(self, channel: str) -> UnaskedActivity:
        unhelpful = self.vote_store.count_unhelpful_answers(channel)
        return UnaskedActivity(channel, len(self._list_answer_times(channel)), unhelpful, choose_pause(unhelpful))

    def _list_answer_times(self, channel: str) -> list[float]:
        log = self.intake.question_log
        return [one.asked_at for one in log.list_unasked_questions(channel) if one.state != "stopped"]


def choose_pause(unhelpful: int) -> float | None:
    """Seconds between two answers after as many were not helpful; None for silence."""
    return None if unhelpful >= MOST_UNHELPFUL else _FIRST_PAUSE_SECONDS * _GROWTH**unhelpful
