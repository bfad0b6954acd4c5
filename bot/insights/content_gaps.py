"""Finds what is missing in the documents, from questions without a good answer.

No person is named. A private question counts only if another person asked a like one, and its wording is shown only
if another person used all of its words: so no question of a single person is shown, however often it was asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from knowledge.core.language import detect_likely_language
from knowledge.core.lexical import extract_content_stems, extract_content_words
from knowledge.core.text import fold_word
from knowledge.storage.question_log import QuestionLog, QuestionRecord, UsedPassage
from knowledge.storage.votes import Vote, VoteStore

_PREFIX_LETTERS = 5  # remboursement, remboursé and rembourser begin alike, though their stems differ
_MIN_JACCARD = 0.5  # share of the terms of both questions together
_MIN_CONTAINMENT = 0.8  # share of the terms of the shorter question, if it has several
GapKind = Literal["missing", "partly", "disliked"]
GAP_DAYS = 30
_DAY_SECONDS = 86_400.0
_MAX_QUESTIONS = 2_000  # the latest ones, as grouping compares each pair
_MAX_REMARKS = 3
# An answer of quoted passages is no gap: the passages exist, the model was away.
_KIND_BY_OUTCOME: dict[str, GapKind] = {"not_found": "missing", "partly": "partly"}


def extract_question_terms(question: str) -> frozenset[str]:
    """Returns a question's terms: the beginnings of its long words, the stems of the short ones."""
    words = list(extract_content_words(question, detect_likely_language(question)))
    short = " ".join(word for word in words if len(word) <= _PREFIX_LETTERS)
    found = {word[:_PREFIX_LETTERS] for word in words if len(word) > _PREFIX_LETTERS} | extract_content_stems(short)
    return frozenset(found or fold_word(question).split())


def is_same_question(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two questions ask for the same thing; numbers and codes must be equal: E07 is not E08."""
    shared, shorter = len(one & other), min(len(one), len(other))
    if not shared or _terms_with_digits(one ^ other):
        return False
    return shared >= _MIN_JACCARD * len(one | other) or (shorter > 1 and shared >= _MIN_CONTAINMENT * shorter)


def group_similar_questions(questions: Sequence[frozenset[str]]) -> list[list[int]]:
    """Groups similar questions by their terms; returns the indexes, the most typical question of a group first."""
    indexes: dict[frozenset[str], list[int]] = {}
    for index, terms in enumerate(questions):
        indexes.setdefault(terms, []).append(index)
    similar = find_similar_questions(indexes)
    weight = {one: sum(len(indexes[other]) for other in others) for one, others in similar.items()}
    ungrouped, groups = dict(indexes), []
    for one in sorted(indexes, key=lambda terms: (-weight[terms], len(terms), sorted(terms))):
        if one in ungrouped:
            members = [one, *(other for other in similar[one] if other in ungrouped and other != one)]
            groups.append([index for member in members for index in ungrouped.pop(member)])
    return groups


def find_similar_questions(questions: Iterable[frozenset[str]]) -> dict[frozenset[str], list[frozenset[str]]]:
    """Returns for each question those that ask for the same thing, itself too, in the order given."""
    order = {one: n for n, one in enumerate(questions)}
    by_term: dict[str, list[frozenset[str]]] = {}
    for one in order:
        for term in one:
            by_term.setdefault(term, []).append(one)
    return {
        one: sorted(
            (other for other in {other for term in one for other in by_term[term]} if is_same_question(one, other)),
            key=order.__getitem__,
        )
        for one in order
    }


def _terms_with_digits(question: frozenset[str]) -> frozenset[str]:
    return frozenset(term for term in question if any(character.isdigit() for character in term))


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
    """Finds the gaps of the last `days`, most wanted first."""
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
    unmet = _without_private_of_one_person(unmet)
    groups = (
        [unmet[index] for index in group]
        for group in group_similar_questions([extract_question_terms(question.text) for question in unmet])
    )
    found = [gap for group in groups if (gap := _content_gap_from_group(group))]
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


def _content_gap_from_group(group: Sequence[UnmetQuestion]) -> ContentGap | None:
    """Builds one gap; None if it has no wording that may be shown."""
    counted = _without_private_of_one_person(group)
    public = [one for one in counted if not one.is_private]
    shown = public or _wordings_of_several_people(counted)
    if not shown:
        return None
    passages = Counter(one.nearest for one in shown if one.nearest)
    return ContentGap(
        question=shown[0].text,
        times=len(counted),
        people=len({one.person for one in counted}),
        kinds=dict(Counter(one.kind for one in counted).most_common()),
        nearest=max(passages, key=lambda passage: passages[passage]) if passages else None,
        reasons=dict(Counter(reason for one in counted for reason in one.reasons).most_common()),
        remarks=tuple(dict.fromkeys(remark for one in public for remark in one.remarks))[:_MAX_REMARKS],
        latest=max(one.asked_at for one in counted),
    )


def _without_private_of_one_person(questions: Sequence[UnmetQuestion]) -> list[UnmetQuestion]:
    """Leaves out each private question that no other person asked alike, whatever else its asker asked."""
    terms = [extract_question_terms(one.text) for one in questions]
    people: dict[frozenset[str], set[str]] = {}
    for one, own in zip(questions, terms, strict=True):
        people.setdefault(own, set()).add(one.person)
    similar = find_similar_questions(people)
    askers = {own: frozenset().union(*(people[other] for other in similar[own])) for own in people}
    return [one for one, own in zip(questions, terms, strict=True) if not one.is_private or askers[own] - {one.person}]


def _wordings_of_several_people(questions: Sequence[UnmetQuestion]) -> list[UnmetQuestion]:
    """Returns the questions whose every word is also in one question of another person."""
    words = [
        (
            one,
            frozenset(extract_content_words(one.text, detect_likely_language(one.text))) or frozenset(one.text.split()),
        )
        for one in questions
    ]
    return [one for one, said in words if any(said <= other and one.person != who.person for who, other in words)]
