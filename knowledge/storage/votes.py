"""Stores votes on answers: one vote of each person on each question; the last one counts.

A vote names its question by id and holds no text of it. Question texts are deleted with the question log.
Each vote is a record of its own, so that two votes at once cannot overwrite each other.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal, get_args

from qdrant_client import QdrantClient

from knowledge.core.stored_record import OpenWord, StoredRecord, keep_unknown_fields
from knowledge.storage.question_log import UsedPassage
from knowledge.storage.record_repository import Repository

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


VoteReason = Literal["wrong", "incomplete", "outdated", "source", "other"]
VOTE_REASONS: tuple[VoteReason, ...] = get_args(VoteReason)
_DAY_SECONDS = 86_400.0
_BATCH = 256  # questions that are looked up at once
_VOTE_NAMESPACE = uuid.UUID("b1d4d2f4-3a0f-4b57-9a43-0b9f5f3a7c11")


@dataclass(frozen=True, slots=True)
class Vote(StoredRecord):
    """The vote of `user` on the answer to `question`, which is an id of the question log.

    `words` are the voter's own comment; `passages` are those that the answer was written from.
    With a `channel`, it says only that an answer that nobody asked for was not helpful there: it stands beside the
    person's vote on the answer. With a channel and no user, it says only that such an answer was shown there.
    `at` is in seconds since the epoch.
    """

    question: str
    user: str
    liked: bool
    reason: Annotated[VoteReason | Literal[""], OpenWord] = ""
    words: str = ""
    passages: tuple[UsedPassage, ...] = ()
    channel: str = ""
    at: float = 0.0

    @property
    def id(self) -> str:
        """The same for every vote of this person on this question, and for what they say of it in a channel."""
        return str(uuid.uuid5(_VOTE_NAMESPACE, " ".join(filter(None, (self.question, self.user, self.channel)))))


@dataclass(frozen=True, slots=True)
class ChannelVotes:
    """What is kept of the answers that nobody asked for in a channel: how many, and when the latest was shown.

    `unhelpful` counts those that were not helpful, of each person one a day; `people` is how many said so.
    """

    answers: int
    latest: float
    unhelpful: int
    people: int


@dataclass(frozen=True, slots=True)
class VoteStore:
    """The votes on answers of one index, kept for `days`. With 0 days nobody can vote."""

    repository: Repository[Vote]
    days: float
    clock: Callable[[], float] = time.time

    @classmethod
    def open_vote_store(cls, client: QdrantClient, prefix: str, days: float) -> VoteStore:
        """Open the votes on answers of the index `prefix`."""
        return cls(Repository(client, f"{prefix}_votes", Vote, ("question", "channel")), days)

    @property
    def is_enabled(self) -> bool:
        """Whether anybody is asked for a vote."""
        return self.days > 0

    def cast_vote(self, vote: Vote) -> None:
        """Write a vote, in place of an earlier one of this person on this question."""
        if self.is_enabled:
            self.repository.put_record(vote.id, keep_unknown_fields(vote, self.repository.get_record(vote.id)))

    def get_vote(self, vote: Vote) -> Vote | None:
        """The vote that this person has on this question now."""
        return self.repository.get_record(vote.id)

    def list_votes(self, question_ids: Iterable[str]) -> list[Vote]:
        """The votes on the answers to these questions, in no order."""
        wanted = sorted(set(question_ids))
        batches = (wanted[start : start + _BATCH] for start in range(0, len(wanted), _BATCH))
        found = (vote for batch in batches for vote in self.repository.find_records(question=batch))
        return [vote for vote in found if not vote.channel]

    def switch_vote(self, vote: Vote) -> bool:
        """Write a vote, or take it back if it stands; whether it stands now."""
        if self.retract_vote(vote):
            return False
        self.cast_vote(vote)
        return True

    def retract_vote(self, vote: Vote) -> bool:
        """Take back what this person said of this question; whether there was anything."""
        is_known = self.get_vote(vote) is not None
        self.repository.delete_records([vote.id])
        return is_known

    def read_channel_votes(self, channel: str) -> ChannelVotes:
        """What is kept of the answers that nobody asked for in a channel."""
        found = sorted(self.repository.find_records(channel=channel), key=lambda vote: vote.at)
        shown, pressed = [vote for vote in found if not vote.user], [vote for vote in found if vote.user]
        first: dict[tuple[str, float], str] = {}
        for vote in pressed:
            first.setdefault((vote.user, vote.at // _DAY_SECONDS), vote.question)
        latest = shown[-1].at if shown else 0.0
        return ChannelVotes(len(shown), latest, len(set(first.values())), len({vote.user for vote in pressed}))

    def drop_unhelpful_votes(self, channel: str) -> int:
        """Delete what people said of such answers in a channel; returns how many votes."""
        pressed = [vote.id for vote in self.repository.find_records(channel=channel) if vote.user]
        self.repository.delete_records(pressed)
        return len(pressed)

    def purge_votes(self) -> int:
        """Delete votes that are older than their days; returns how many."""
        before = self.clock() - self.days * _DAY_SECONDS
        old = [vote.id for vote in self.repository.list_records() if vote.at < before]
        self.repository.delete_records(old)
        return len(old)
