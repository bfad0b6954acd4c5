"""Decides whether passages that were found may hold an answer, before the model is asked. Pure.

Weights and thresholds were fitted on the questions of `python -m bench.retrieval`, those with an answer against those
without or asked of other documents; it tells how well weights that were fitted on the other sets part the questions of
each. The thresholds are the index's own (`knowledge/storage/relevance_floor`): to refuse wrongly is worse than to ask the model in vain.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.core.language import clear_language_of, told_language_of
from knowledge.core.lexical import beginnings, content_words, features

if TYPE_CHECKING:
    from collections.abc import Sequence

    from knowledge.core.passages import Found

_LOOKED_AT = 5  # passages
_KIN = 0.7  # what a word counts of which only the beginning is met
_FOREIGN = 0.33  # what is shared at least with passages in another language: their words say neither yes nor no
_FIGURE_MISSED = 0.5  # of a code that stands nowhere
_HYPHENED = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")
# 2024, 2.5, 12/03/2024, 8h30, 50km, 2nd: a person says when, how much and where by these, whatever the documents say.
_FIGURE = re.compile(r"\d[\d.,:/-]*+(?:[^\W\d_]{1,4}\d{0,2})?")


@dataclass(frozen=True, slots=True)
class Weights:
    """What each sign counts. A lead is that of `knowledge/storage/calibration`."""

    shared: float
    missed: float
    lead: float
    constant: float


BY_WORDS = Weights(6.32, -2.26, 0.0, -4.10)
WITH_MEANING = Weights(5.7, -5.5, 2.7, -4.7)


@dataclass(frozen=True, slots=True)
class Signs:
    """Of passages: the share of the question's words that one of them holds, and what they lack.

    `code` and `figure` are whether one that the question names stands in none of them, `foreign` whether they are in
    another language than the question.
    """

    shared: float
    code: bool
    figure: bool
    foreign: bool

    def by_words(self) -> tuple[float, float]:
        """What is shared and what is missed, where nothing else speaks."""
        return self.shared, float(self.code)

    def with_meaning(self) -> tuple[float, float]:
        """The same, where meaning speaks too: a figure that stands nowhere is half a sign then."""
        shared = max(self.shared, _FOREIGN) if self.foreign else self.shared
        return shared, 1.0 if self.code else _FIGURE_MISSED * self.figure


def promise(question: str, found: Sequence[Found], lead: float | None = None) -> float:
    """How likely it is, 0 to 1, that one of the first passages answers the question.

    Two things speak: the share of the question's words that one passage holds, and whether a code that the question
    names (E15, PSR-104, orders.cache.ttl) stands anywhere in them. By words alone, a mere number speaks only where it
    is met. The third is `lead`, how far the nearest one by meaning is ahead of the others; without it, words alone
    speak.
    """
    signs = signs_of(question, found)
    if signs is None:
        return 0.0
    weights = BY_WORDS if lead is None else WITH_MEANING
    shared, missed = signs.by_words() if lead is None else signs.with_meaning()
    speaks = weights.shared * shared + weights.missed * missed + weights.lead * (lead or 0.0)
    return 1 / (1 + math.exp(-(speaks + weights.constant)))


def signs_of(question: str, found: Sequence[Found]) -> Signs | None:
    """What the words of the first passages say; None where there are none."""
    texts = [one.passage.indexed_text for one in found[:_LOOKED_AT]]
    if not texts:
        return None
    held = [frozenset(features(text)) | frozenset(beginnings(text)) for text in texts]
    asked = list(content_words(question))
    anywhere = frozenset[str]().union(*held)
    terms = [term for term in features(question) if len(term) > 1]
    return Signs(
        shared=max(_shared(asked, one) for one in held),
        code=any(_is_code(term) and term not in anywhere for term in terms),
        figure=any(_FIGURE.fullmatch(term) and term not in anywhere for term in terms),
        foreign=_foreign(question, [one.passage.excerpt.text for one in found[:_LOOKED_AT]]),
    )


def _foreign(question: str, texts: Sequence[str]) -> bool:
    """Whether some of the texts are clearly in another language than the question, and none in its own."""
    asked, languages = told_language_of(question), {clear_language_of(text) for text in texts} - {None}
    return asked is not None and bool(languages) and asked not in languages


def _shared(asked: Sequence[str], held: frozenset[str]) -> float:
    """The share of the words that are met; a figure that is not met counts neither way."""
    met = [one for word in asked if (one := _met(word, held)) or not _FIGURE.fullmatch(word)]
    return sum(met) / len(met) if met else float(not asked)


def _met(word: str, held: frozenset[str]) -> float:
    if not held.isdisjoint(features(word)):
        return 1.0
    return 0.0 if held.isdisjoint(beginnings(word)) else _KIN


def _is_code(term: str) -> bool:
    """Whether a term means one thing or nothing: a code, the name of a setting."""
    if _FIGURE.fullmatch(term):
        return False
    if any(char.isdigit() for char in term):
        return True
    return not term.isalnum() and not _HYPHENED.fullmatch(term)
