"""What people think of answers, in Qdrant: one vote of each person on each question, the last one counts.

A vote names its question by id and holds none of its words: these go with the journal, however long votes are kept.
Each vote is a record of its own, so that two people who vote at once, through two bots, cannot undo each other.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal, get_args

from knowledge.storage.question_log import UsedPassage
from knowledge.storage.repository import Record, Repository, known_to

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from qdrant_client import QdrantClient

VoteReason = Literal["wrong", "incomplete", "outdated", "source", "other"]
VOTE_REASONS: tuple[VoteReason, ...] = get_args(VoteReason)
_DAY_SECONDS = 86_400.0
_VOTE_NAMESPACE = uuid.UUID("b1d4d2f4-3a0f-4b57-9a43-0b9f5f3a7c11")


@dataclass(frozen=True, slots=True)
class Vote:
    """What `user` thinks of the answer to `question` (an id of the journal), since `at` (seconds since the epoch).

    `words` are the person's own; `passages` those that the answer was written from.
    """

    question: str
    user: str
    liked: bool
    reason: VoteReason | Literal[""] = ""
    words: str = ""
    passages: tuple[UsedPassage, ...] = ()
    at: float = 0.0

    @property
    def id(self) -> str:
        """The same for every vote of this person on this question."""
        return str(uuid.uuid5(_VOTE_NAMESPACE, f"{self.question} {self.user}"))


@dataclass(frozen=True, slots=True)
class VoteStore:
    """The votes beside an index, kept for `days`; none at all where that is 0."""

    repository: Repository
    days: float
    clock: Callable[[], float] = time.time

    @classmethod
    def open_vote_store(cls, client: QdrantClient, prefix: str, days: float) -> VoteStore:
        """The votes beside the index `prefix`."""
        return cls(Repository(client, f"{prefix}_votes", ("question",)), days)

    @property
    def is_enabled(self) -> bool:
        """Whether anybody is asked for a vote."""
        return self.days > 0

    def cast_vote(self, vote: Vote) -> None:
        """Write a vote down, in place of what this person thought before."""
        if self.is_enabled:
            self.repository.put_record(vote.id, asdict(vote))

    def list_votes(self, question_ids: Iterable[str]) -> list[Vote]:
        """The votes on these questions, in no order."""
        wanted = frozenset(question_ids)
        return (
            [vote for vote in map(_vote_from_record, self.repository.list_records()) if vote.question in wanted]
            if wanted
            else []
        )

    def purge_votes(self) -> int:
        """Drop what was kept long enough; gives how many votes that were."""
        before = self.clock() - self.days * _DAY_SECONDS
        old = [vote.id for vote in map(_vote_from_record, self.repository.list_records()) if vote.at < before]
        self.repository.delete_records(old)
        return len(old)


def _vote_from_record(record: Record) -> Vote:
    passages = tuple(UsedPassage(**known_to(UsedPassage, one)) for one in record["passages"])
    return Vote(**{**known_to(Vote, record), "passages": passages})
