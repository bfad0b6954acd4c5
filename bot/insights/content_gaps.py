"""Finds what is missing in the documents, from questions without a good answer.

No person is named. A private question counts only if another person asked the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from knowledge.core.lexical import extract_content_stems, extract_content_words, fold_word

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from knowledge.storage.question_log import QuestionLog, QuestionRecord, UsedPassage
    from knowledge.storage.votes import Vote, VoteStore

_PREFIX_LETTERS = 5  # remboursement, remboursé and rembourser begin alike, though their stems differ
_MIN_JACCARD = 0.5  # share of the terms of both questions together
_MIN_CONTAINMENT = 0.8  # share of the terms of the shorter question, if it has several


def extract_question_terms(question: str) -> frozenset[str]:
    """Returns a question's terms: the beginnings of its long words, the stems of the short ones."""
    words = list(extract_content_words(question))
    short = " ".join(word for word in words if len(word) <= _PREFIX_LETTERS)
    found = {word[:_PREFIX_LETTERS] for word in words if len(word) > _PREFIX_LETTERS} | extract_content_stems(short)
    return frozenset(found or fold_word(question).split())


def is_same_question(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two questions ask for the same thing; numbers and codes must be equal: E07 is not E08."""
    if _terms_with_digits(one) != _terms_with_digits(other):
        return False
    shared, shorter = len(one & other), min(len(one), len(other))
    return shared >= _MIN_JACCARD * len(one | other) > 0 or (shorter > 1 and shared >= _MIN_CONTAINMENT * shorter)


def group_similar_questions(questions: Sequence[frozenset[str]]) -> list[list[int]]:
    """Groups similar questions by their terms; returns the indexes, the most typical question of a group first."""
    indexes: dict[frozenset[str], list[int]] = {}
    for index, terms in enumerate(questions):
        indexes.setdefault(terms, []).append(index)
    similar = {one: [other for other in indexes if is_same_question(one, other)] for one in indexes}
    weight = {one: sum(len(indexes[other]) for other in others) for one, others in similar.items()}
    ungrouped, groups = dict(indexes), []
    for one in sorted(indexes, key=lambda terms: (-weight[terms], len(terms), sorted(terms))):
        if one in ungrouped:
            members = [one, *(other for other in similar[one] if other in ungrouped and other != one)]
            groups.append([index for member in members for index in ungrouped.pop(member)])
    return groups


def _terms_with_digits(question: frozenset[str]) -> frozenset[str]:
    return frozenset(term for term in question if any(character.isdigit() for character in term))


GapKind = Literal["missing", "partly", "disliked"]
GAP_DAYS = 30
_DAY_SECONDS = 86_400.0
_MAX_QUESTIONS = 2_000  # the latest ones, as grouping compares each pair
_MAX_REMARKS = 3
# An answer of quoted passages is no gap: the passages exist, the model was away.
_KIND_BY_OUTCOME: dict[str, GapKind] = {"not_found": "missing", "partly": "partly"}


@dataclass(frozen=True, slots=True)
class UnmetQuestion:
    """A question without a good answer: nothing or only a part was found, or somebody disliked the answer."""

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
    """A group of similar questions without a good answer; `question` is the most typical wording.

    `times` counts the questions, `people` those who asked. `kinds` counts the questions by kind, `reasons` the
    dislikes by reason. `latest` is the time of the last question, in seconds since 1970.
    """

    question: str
    times: int
    people: int
    kinds: dict[GapKind, int] = field(default_factory=dict)
    nearest: UsedPassage | None = None
    reasons: dict[str, int] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    latest: float = 0.0


def find_content_gaps(question_log: QuestionLog, votes: VoteStore, days: float = GAP_DAYS) -> list[ContentGap]:
    """Finds the gaps of the last `days`, most wanted first.

    Raises:
        IndexUnavailable: Qdrant failed.
    """
    since = question_log.clock() - days * _DAY_SECONDS
    records = [record for record in question_log.list_questions_since(since) if record.text]
    return group_content_gaps(list_unmet_questions(records, votes.list_votes(record.id for record in records)))


def list_unmet_questions(records: Iterable[QuestionRecord], votes: Iterable[Vote]) -> list[UnmetQuestion]:
    """Returns the questions without a good answer, the latest first."""
    dislikes: dict[str, list[Vote]] = {}
    for vote in votes:
        if not vote.liked:
            dislikes.setdefault(vote.question, []).append(vote)
    found = [
        _unmet_question_from_record(record, kind, dislikes.get(record.id, []))
        for record in records
        if (kind := _gap_kind(record, dislikes))
    ]
    return sorted(found, key=lambda question: -question.asked_at)[:_MAX_QUESTIONS]


def group_content_gaps(unmet: Sequence[UnmetQuestion]) -> list[ContentGap]:
    """Groups similar questions, sorted by how many people asked, then by how often."""
    groups = (
        [unmet[index] for index in group]
        for group in group_similar_questions([extract_question_terms(question.text) for question in unmet])
    )
    found = [
        _content_gap_from_group(group)
        for group in groups
        if not all(one.is_private for one in group) or _count_people(group) > 1
    ]
    return sorted(found, key=lambda gap: (-gap.people, -gap.times, -gap.latest, gap.question))


def _gap_kind(record: QuestionRecord, dislikes: dict[str, list[Vote]]) -> GapKind | None:
    return _KIND_BY_OUTCOME.get(record.outcome) or ("disliked" if record.id in dislikes else None)


def _unmet_question_from_record(record: QuestionRecord, kind: GapKind, dislikes: Sequence[Vote]) -> UnmetQuestion:
    return UnmetQuestion(
        text=" ".join(record.text.split()),
        person=record.user,
        is_private=record.private,
        kind=kind,
        nearest=record.used[0] if record.used else None,
        reasons=tuple(vote.reason for vote in dislikes if vote.reason),
        remarks=tuple(vote.words for vote in dislikes if vote.words),
        asked_at=record.asked_at,
    )


def _content_gap_from_group(group: Sequence[UnmetQuestion]) -> ContentGap:
    """Builds one gap; a single person's private questions do not count, and a public wording is preferred."""
    public = [one for one in group if not one.is_private]
    counted = group if _count_people(group) > 1 else public
    passages = Counter(one.nearest for one in counted if one.nearest)
    return ContentGap(
        question=(public or counted)[0].text,
        times=len(counted),
        people=_count_people(counted),
        kinds=dict(Counter(one.kind for one in counted).most_common()),
        nearest=max(passages, key=lambda passage: passages[passage]) if passages else None,
        reasons=dict(Counter(reason for one in counted for reason in one.reasons).most_common()),
        remarks=tuple(dict.fromkeys(remark for one in public for remark in one.remarks))[:_MAX_REMARKS],
        latest=max(one.asked_at for one in counted),
    )


def _count_people(group: Iterable[UnmetQuestion]) -> int:
    return len({one.person for one in group})
