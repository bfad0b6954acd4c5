"""Decides whether passages that were found may hold an answer, before the model is asked. Pure.

Weights and thresholds were fitted on the questions of `python -m bench.retrieval`, those with an answer against those
without or asked of other documents; it tells how well weights that were fitted on the other sets part the questions of
each. The floor is stored with each index version:
to refuse wrongly is worse than to ask the model in vain.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.core.language import detect_clear_language, detect_likely_language
from knowledge.core.lexical import extract_content_words, extract_terms, extract_word_prefixes
from knowledge.storage.calibration import RelevanceFloor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from knowledge.core.passages import FoundPassage

# The threshold is just below a third of the words, with every code found. With dense search it refuses at most one
# answerable question in fifty, with weights fitted on other questions. A new way to compute relevance needs a new
# `measure`; new reading or tokenising needs new thresholds: fit them with `python -m bench.retrieval`.
DEFAULT_FLOOR = RelevanceFloor(threshold=0.11, measure="words, codes and leads 1", with_meaning=0.08)
_MAX_PASSAGES_READ = 5  # passages
_PREFIX_MATCH_WEIGHT = 0.7  # what a word counts of which only the beginning is met
_MIN_FOREIGN_MATCH = (
    0.33  # what is shared at least with passages in another language: their words say neither yes nor no
)
_MISSED_FIGURE_WEIGHT = 0.5  # of a code that stands nowhere
_HYPHENED = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")
# 2024, 2.5, 12/03/2024, 8h30, 50km, 2nd: a person says when, how much and where by these, whatever the documents say.
_FIGURE = re.compile(r"\d[\d.,:/-]*+(?:[^\W\d_]{1,4}\d{0,2})?")


@dataclass(frozen=True, slots=True)
class RelevanceWeights:
    """What each sign counts. A lead is that of `knowledge/storage/calibration`."""

    shared: float
    missed: float
    margin: float
    constant: float


LEXICAL_WEIGHTS = RelevanceWeights(6.32, -2.26, 0.0, -4.10)
HYBRID_WEIGHTS = RelevanceWeights(5.7, -5.5, 2.7, -4.7)


@dataclass(frozen=True, slots=True)
class RelevanceSigns:
    """Of passages: the share of the question's words that one of them holds, and what they lack.

    `code` and `figure` are whether one that the question names stands in none of them, `foreign` whether they are in
    another language than the question.
    """

    shared: float
    misses_code: bool
    misses_figure: bool
    is_foreign: bool

    def lexical_evidence(self) -> tuple[float, float]:
        """What is shared and what is missed, where nothing else speaks."""
        return self.shared, float(self.misses_code)

    def hybrid_evidence(self) -> tuple[float, float]:
        """The same, where meaning speaks too: a figure that stands nowhere is half a sign then."""
        shared = max(self.shared, _MIN_FOREIGN_MATCH) if self.is_foreign else self.shared
        return shared, 1.0 if self.misses_code else _MISSED_FIGURE_WEIGHT * self.misses_figure


def estimate_relevance(question: str, found: Sequence[FoundPassage], margin: float | None = None) -> float:
    """How likely it is, 0 to 1, that one of the first passages answers the question.

    Two things speak: the share of the question's words that one passage holds, and whether a code that the question
    names (E15, PSR-104, orders.cache.ttl) stands anywhere in them. By words alone, a mere number speaks only where it
    is met. The third is `lead`, how far the nearest one by meaning is ahead of the others; without it, words alone
    speak.
    """
    signs = extract_relevance_signs(question, found)
    if signs is None:
        return 0.0
    weights = LEXICAL_WEIGHTS if margin is None else HYBRID_WEIGHTS
    shared, missed = signs.lexical_evidence() if margin is None else signs.hybrid_evidence()
    speaks = weights.shared * shared + weights.missed * missed + weights.margin * (margin or 0.0)
    return 1 / (1 + math.exp(-(speaks + weights.constant)))


def extract_relevance_signs(question: str, found: Sequence[FoundPassage]) -> RelevanceSigns | None:
    """What the words of the first passages say; None where there are none."""
    texts = [one.passage.indexed_text for one in found[:_MAX_PASSAGES_READ]]
    if not texts:
        return None
    held = [frozenset(extract_terms(text)) | frozenset(extract_word_prefixes(text)) for text in texts]
    asked = list(extract_content_words(question))
    anywhere = frozenset[str]().union(*held)
    terms = [term for term in extract_terms(question) if len(term) > 1]
    return RelevanceSigns(
        shared=max(_matched_share(asked, one) for one in held),
        misses_code=any(_is_code(term) and term not in anywhere for term in terms),
        misses_figure=any(_FIGURE.fullmatch(term) and term not in anywhere for term in terms),
        is_foreign=_is_in_other_language(question, [one.passage.excerpt.text for one in found[:_MAX_PASSAGES_READ]]),
    )


def _is_in_other_language(question: str, texts: Sequence[str]) -> bool:
    """Whether some of the texts are clearly in another language than the question, and none in its own."""
    asked, languages = detect_likely_language(question), {detect_clear_language(text) for text in texts} - {None}
    return asked is not None and bool(languages) and asked not in languages


def _matched_share(asked: Sequence[str], held: frozenset[str]) -> float:
    """The share of the words that are met; a figure that is not met counts neither way."""
    met = [one for word in asked if (one := _match_word(word, held)) or not _FIGURE.fullmatch(word)]
    return sum(met) / len(met) if met else float(not asked)


def _match_word(word: str, held: frozenset[str]) -> float:
    if not held.isdisjoint(extract_terms(word)):
        return 1.0
    return 0.0 if held.isdisjoint(extract_word_prefixes(word)) else _PREFIX_MATCH_WEIGHT


def _is_code(term: str) -> bool:
    """Whether a term means one thing or nothing: a code, the name of a setting."""
    if _FIGURE.fullmatch(term):
        return False
    if any(char.isdigit() for char in term):
        return True
    return not term.isalnum() and not _HYPHENED.fullmatch(term)


def choose_relevance_floor(stored: RelevanceFloor | None) -> RelevanceFloor:
    """The stored floor; the default one if there is none, or if it was fitted for another measure."""
    return stored if stored and stored.measure == DEFAULT_FLOOR.measure else DEFAULT_FLOOR
