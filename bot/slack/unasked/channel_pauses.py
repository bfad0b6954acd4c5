"""Keeps the bot quiet between two answers in a channel that nobody asked it for.

Each answer that somebody finds not helpful there makes the pause four times as long, for as long as votes are kept. One
person makes it so once a day, and two make the bot silent. When an answer was shown is kept with the votes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.storage.votes import Vote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.slack.questions.intake import QuestionIntake
    from knowledge.storage.question_log import QuestionRecord
    from knowledge.storage.votes import ChannelVotes, VoteStore

_FIRST_PAUSE_SECONDS = 600.0
_GROWTH = 4.0
MOST_UNHELPFUL = 5  # with as many, the bot is silent there, if more than one person said so
_FEWEST_PEOPLE = 2


@dataclass(frozen=True, slots=True)
class UnaskedActivity:
    """What the bot did unasked in a channel; `pause_seconds` is None where it is silent."""

    channel: str
    answers: int
    unhelpful: int
    pause_seconds: float | None


@dataclass(frozen=True, slots=True)
class ChannelPauses:
    """Tells how long the bot is quiet in each channel, from the votes.

    Each method raises IndexUnavailable where the votes cannot be read or written.
    """

    intake: QuestionIntake
    vote_store: VoteStore

    async def is_over(self, channel: str) -> bool:
        """Whether the bot may answer unasked in a channel again."""
        votes = await self._read_votes(channel)
        pause = choose_pause(votes.unhelpful, votes.people)
        return pause is not None and votes.latest + pause <= self.vote_store.clock()

    async def note_answer(self, record: QuestionRecord) -> None:
        """Keep when an answer is shown: the pause begins."""
        shown = Vote(record.id, "", liked=True, channel=record.channel, at=self.vote_store.clock())
        await self.intake.run_in_log_thread(self.vote_store.cast_vote, shown)

    async def forget_answer(self, record: QuestionRecord) -> None:
        """Forget an answer that could not be shown."""
        shown = Vote(record.id, "", liked=True, channel=record.channel)
        await self.intake.run_in_log_thread(self.vote_store.retract_vote, shown)

    async def lift(self, channel: str) -> int:
        """Answer in a channel as at first; gives how many votes are forgotten."""
        return await self.intake.run_in_log_thread(self.vote_store.drop_unhelpful_votes, channel)

    async def list_activity(self, channels: Iterable[str]) -> list[UnaskedActivity]:
        """What the bot did unasked in each channel, for as long as votes are kept."""
        read = [(channel, await self._read_votes(channel)) for channel in sorted(channels)]
        return [
            UnaskedActivity(channel, votes.answers, votes.unhelpful, choose_pause(votes.unhelpful, votes.people))
            for channel, votes in read
        ]

    async def _read_votes(self, channel: str) -> ChannelVotes:
        return await self.intake.run_in_log_thread(self.vote_store.read_channel_votes, channel)


def choose_pause(unhelpful: int, people: int) -> float | None:
    """Seconds between two answers after as many were not helpful to so many people; None for silence."""
    if unhelpful >= MOST_UNHELPFUL and people >= _FEWEST_PEOPLE:
        return None
    return _FIRST_PAUSE_SECONDS * _GROWTH ** min(unhelpful, MOST_UNHELPFUL - 1)
