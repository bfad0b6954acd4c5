"""Decides whether passages found by words alone may hold an answer, from what they share with the question. Pure.

The weights were fitted on the questions of tests/questions, those with an answer against those without or asked of
other documents, and hold on a manual that they were not fitted on: `python -m bench.retrieval` tells how well. The
threshold is the index's own (`knowledge/floor`): to refuse wrongly is worse than to quote in vain, and today's refuses
4 of 136 questions that the documents answer (three of them are not found by words either), and of 100 others 37 that
are near the subject or 65 that are off it.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from knowledge.words import beginnings, content_words, features

if TYPE_CHECKING:
    from collections.abc import Sequence

    from knowledge.passages import Found

_LOOKED_AT = 5  # passages
_KIN = 0.7  # what a word counts of which only the beginning is met
_SHARED, _CODE_MISSED, _CONSTANT = 6.32, 2.26, -4.10
_HYPHENED = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")
# 2024, 2.5, 12/03/2024, 8h30, 50km, 2nd: a person says when, how much and where by these, whatever the documents say.
_FIGURE = re.compile(r"\d[\d.,:/-]*+(?:[^\W\d_]{1,4}\d{0,2})?")


def promise(question: str, found: Sequence[Found]) -> float:
    """How likely it is, 0 to 1, that one of the first passages answers the question.

    Two things speak: the share of the question's words that one passage holds, and whether a code that the question
    names (E15, PSR-104, orders.cache.ttl) stands anywhere in them. A mere number speaks only where it is met.
    """
    texts = [one.passage.indexed_text for one in found[:_LOOKED_AT]]
    if not texts:
        return 0.0
    held = [frozenset(features(text)) | frozenset(beginnings(text)) for text in texts]
    asked = list(content_words(question))
    shared = max(_shared(asked, one) for one in held)
    missed = any(not any(code in one for one in held) for code in _codes(question))
    return 1 / (1 + math.exp(-(_SHARED * shared - _CODE_MISSED * missed + _CONSTANT)))


def _shared(asked: Sequence[str], held: frozenset[str]) -> float:
    """The share of the words that are met; a figure that is not met counts neither way."""
    met = [one for word in asked if (one := _met(word, held)) or not _FIGURE.fullmatch(word)]
    return sum(met) / len(met) if met else float(not asked)


def _met(word: str, held: frozenset[str]) -> float:
    if not held.isdisjoint(features(word)):
        return 1.0
    return 0.0 if held.isdisjoint(beginnings(word)) else _KIN


def _codes(question: str) -> list[str]:
    """The terms of a question that mean one thing or nothing: codes, names of settings."""
    terms = set(features(question))
    return [term for term in terms if len(term) > 1 and _is_code(term)]


def _is_code(term: str) -> bool:
    if _FIGURE.fullmatch(term):
        return False
    if any(char.isdigit() for char in term):
        return True
    return not term.isalnum() and not _HYPHENED.fullmatch(term)
