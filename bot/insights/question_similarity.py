"""Decides which questions ask for the same thing, in French or English. Pure; knows no model."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.core.lexical import extract_content_stems, extract_content_words, fold_word

_PREFIX_LETTERS = 5  # letters: remboursement, remboursé and rembourser begin alike where their stems differ
_MIN_JACCARD = 0.5  # of the words of both together
_MIN_CONTAINMENT = 0.8  # of the words of the shorter one, where it has several


def extract_question_terms(question: str) -> frozenset[str]:
    """What a question is recognised by: the beginnings of its long words, the stems of the short ones."""
    words = list(extract_content_words(question))
    short = " ".join(word for word in words if len(word) <= _PREFIX_LETTERS)
    found = {word[:_PREFIX_LETTERS] for word in words if len(word) > _PREFIX_LETTERS} | extract_content_stems(short)
    return frozenset(found or fold_word(question).split())


def is_same_question(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two questions ask for the same thing. Numbers and codes must be the same: E07 is not E08."""
    if _terms_with_digits(one) != _terms_with_digits(other):
        return False
    shared, shorter = len(one & other), min(len(one), len(other))
    return shared >= _MIN_JACCARD * len(one | other) > 0 or (shorter > 1 and shared >= _MIN_CONTAINMENT * shorter)


def group_similar_questions(questions: Sequence[frozenset[str]]) -> list[list[int]]:
    """The places of questions that are alike, by their marks; each group begins with the most typical of its own."""
    kinds: dict[frozenset[str], list[int]] = {}
    for place, one in enumerate(questions):
        kinds.setdefault(one, []).append(place)
    near = {one: [other for other in kinds if is_same_question(one, other)] for one in kinds}
    weight = {one: sum(len(kinds[other]) for other in others) for one, others in near.items()}
    left, groups = dict(kinds), []
    for one in sorted(kinds, key=lambda kind: (-weight[kind], len(kind), sorted(kind))):
        if one in left:
            members = [one, *(other for other in near[one] if other in left and other != one)]
            groups.append([place for member in members for place in left.pop(member)])
    return groups


def _terms_with_digits(question: frozenset[str]) -> frozenset[str]:
    return frozenset(mark for mark in question if any(character.isdigit() for character in mark))
