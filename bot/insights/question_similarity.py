"""Decides which questions ask for the same thing, in French or English, by their words."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.core.lexical import extract_content_stems, extract_content_words, fold_word

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
