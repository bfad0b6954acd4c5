"""Decides what is missing in the documents, by what people asked in vain or disliked. Pure, but for `known_gaps`.

Nobody is named. What was asked privately counts only where another person asked for the same.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from bot.insights.question_similarity import extract_question_terms, group_similar_questions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from knowledge.storage.question_log import QuestionLog, QuestionRecord, UsedPassage
    from knowledge.storage.votes import Vote, VoteStore

GapKind = Literal["missing", "partly", "disliked"]
GAP_DAYS = 30
_DAY_SECONDS = 86_400.0
_MAX_QUESTIONS = 2_000  # of the latest questions: grouping compares each with each
_MAX_REMARKS = 3
# What was quoted while the model was away is no gap: the passages were there.
_KIND_BY_OUTCOME: dict[str, GapKind] = {"not_found": "missing", "partly": "partly"}


@dataclass(frozen=True, slots=True)
class UnmetQuestion:
    """A question that was asked in vain, or whose answer somebody disliked."""

    text: str
    person: str
    is_private: bool
    kind: GapKind
    nearest: UsedPassage | None = None
    reasons: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    asked_at: float = 0.0


@dataclass(frozen=True, slots=True)
class ContentGap:
    """What several questions lack: `question` is the most typical wording, `times` and `people` how many asked.

    `kinds` counts what became of them, `reasons` what was said against the answers, by the names of both.
    """

    question: str
    times: int
    people: int
    kinds: dict[GapKind, int] = field(default_factory=dict)
    nearest: UsedPassage | None = None
    reasons: dict[str, int] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    latest: float = 0.0


def find_content_gaps(journal: QuestionLog, votes: VoteStore, days: float = GAP_DAYS) -> list[ContentGap]:
    """What was missing in the last days, most wanted first.

    Raises:
        IndexUnavailable: Qdrant failed.
    """
    entries = [entry for entry in journal.list_questions_since(journal.clock() - days * _DAY_SECONDS) if entry.text]
    return group_content_gaps(list_unmet_questions(entries, votes.list_votes(entry.id for entry in entries)))


def list_unmet_questions(entries: Iterable[QuestionRecord], votes: Iterable[Vote]) -> list[UnmetQuestion]:
    """The questions that were not answered, or not well, the latest first."""
    against: dict[str, list[Vote]] = {}
    for vote in votes:
        if not vote.liked:
            against.setdefault(vote.question, []).append(vote)
    found = [
        _unmet_question_from_record(entry, kind, against.get(entry.id, []))
        for entry in entries
        if (kind := _gap_kind(entry, against))
    ]
    return sorted(found, key=lambda lack: -lack.asked_at)[:_MAX_QUESTIONS]


def group_content_gaps(unmet: Sequence[UnmetQuestion]) -> list[ContentGap]:
    """Questions that are alike together, most wanted first: by the people who asked, then by how often."""
    groups = (
        [unmet[place] for place in group]
        for group in group_similar_questions([extract_question_terms(lack.text) for lack in unmet])
    )
    found = [
        _content_gap_from_group(group)
        for group in groups
        if not all(one.is_private for one in group) or _count_people(group) > 1
    ]
    return sorted(found, key=lambda gap: (-gap.people, -gap.times, -gap.latest, gap.question))


def _gap_kind(entry: QuestionRecord, against: dict[str, list[Vote]]) -> GapKind | None:
    return _KIND_BY_OUTCOME.get(entry.outcome) or ("disliked" if entry.id in against else None)


def _unmet_question_from_record(entry: QuestionRecord, kind: GapKind, against: Sequence[Vote]) -> UnmetQuestion:
    return UnmetQuestion(
        text=" ".join(entry.text.split()),
        person=entry.user,
        is_private=entry.private,
        kind=kind,
        nearest=entry.used[0] if entry.used else None,
        reasons=tuple(vote.reason for vote in against if vote.reason),
        remarks=tuple(vote.words for vote in against if vote.words),
        asked_at=entry.asked_at,
    )


def _content_gap_from_group(group: Sequence[UnmetQuestion]) -> ContentGap:
    """One gap. A single person's private questions do not count; private wordings give way to public ones."""
    public = [one for one in group if not one.is_private]
    counted = group if _count_people(group) > 1 else public
    places = Counter(one.nearest for one in counted if one.nearest)
    return ContentGap(
        question=(public or counted)[0].text,
        times=len(counted),
        people=_count_people(counted),
        kinds=dict(Counter(one.kind for one in counted).most_common()),
        nearest=max(places, key=lambda place: places[place]) if places else None,
        reasons=dict(Counter(reason for one in counted for reason in one.reasons).most_common()),
        remarks=tuple(dict.fromkeys(remark for one in public for remark in one.remarks))[:_MAX_REMARKS],
        latest=max(one.asked_at for one in counted),
    )


def _count_people(group: Iterable[UnmetQuestion]) -> int:
    return len({one.person for one in group})
