"""Decides which questions ask for the same thing, in French or English. Pure; knows no model."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.core.lexical import content_stems, content_words, folded

_BEGINNING = 5  # letters: remboursement, remboursé and rembourser begin alike where their stems differ
_ALIKE = 0.5  # of the words of both together
_WITHIN = 0.8  # of the words of the shorter one, where it has several


def marks(question: str) -> frozenset[str]:
    """What a question is recognised by: the beginnings of its long words, the stems of the short ones."""
    words = list(content_words(question))
    short = " ".join(word for word in words if len(word) <= _BEGINNING)
    found = {word[:_BEGINNING] for word in words if len(word) > _BEGINNING} | content_stems(short)
    return frozenset(found or folded(question).split())


def alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two questions ask for the same thing. Numbers and codes must be the same: E07 is not E08."""
    if _codes(one) != _codes(other):
        return False
    shared, shorter = len(one & other), min(len(one), len(other))
    return shared >= _ALIKE * len(one | other) > 0 or (shorter > 1 and shared >= _WITHIN * shorter)


def grouped(questions: Sequence[frozenset[str]]) -> list[list[int]]:
    """The places of questions that are alike, by their marks; each group begins with the most typical of its own."""
    kinds: dict[frozenset[str], list[int]] = {}
    for place, one in enumerate(questions):
        kinds.setdefault(one, []).append(place)
    near = {one: [other for other in kinds if alike(one, other)] for one in kinds}
    weight = {one: sum(len(kinds[other]) for other in others) for one, others in near.items()}
    left, groups = dict(kinds), []
    for one in sorted(kinds, key=lambda kind: (-weight[kind], len(kind), sorted(kind))):
        if one in left:
            members = [one, *(other for other in near[one] if other in left and other != one)]
            groups.append([place for member in members for place in left.pop(member)])
    return groups


def _codes(question: frozenset[str]) -> frozenset[str]:
    return frozenset(mark for mark in question if any(character.isdigit() for character in mark))
