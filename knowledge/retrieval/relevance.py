"""Estimates whether found passages may contain an answer, before the model is asked.

`python -m bench.retrieval` fits the weights and thresholds: questions with an answer against questions without one or
on other documents. It also tests each set of questions with weights fitted on the other sets. The floor is stored with
each index version. It is low, since a wrong refusal is worse than a needless call of the model.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.core.language import detect_clear_language, detect_likely_language
from knowledge.core.lexical import TermMatcher, extract_content_words, extract_terms
from knowledge.storage.calibration import RelevanceFloor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from knowledge.core.passages import FoundPassage

# The lexical threshold asks for almost a third of the words, and every code. With dense search, it refuses at most one
# answerable question in fifty. A new way to compute relevance needs a new `measure`. After a change of reading or
# tokenising, fit new thresholds with `python -m bench.retrieval`.
DEFAULT_FLOOR = RelevanceFloor(threshold=0.11, measure="words, codes and leads 1", with_meaning=0.08)
_MAX_PASSAGES_READ = 5
# The lowest share with passages in another language, whose words cannot be compared with the question's.
_MIN_FOREIGN_MATCH = 0.33
_MISSED_FIGURE_WEIGHT = 0.5  # of a missed code, which counts 1
_HYPHENED = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")
# 2024, 2.5, 12/03/2024, 8h30, 50km, 2nd: a question may name a date, an amount or a place that no document has.
_FIGURE = re.compile(r"\d[\d.,:/-]*+(?:[^\W\d_]{1,4}\d{0,2})?")


@dataclass(frozen=True, slots=True)
class RelevanceWeights:
    """The weights of the logistic regression; the margin comes from `knowledge/storage/calibration`."""

    shared: float
    missed: float
    margin: float
    constant: float


LEXICAL_WEIGHTS = RelevanceWeights(6.32, -2.26, 0.0, -4.10)
HYBRID_WEIGHTS = RelevanceWeights(5.7, -5.5, 2.7, -4.7)


@dataclass(frozen=True, slots=True)
class RelevanceSigns:
    """How the words of passages match a question: `shared` is the best share, 0 to 1, in one passage.

    `misses_code` and `misses_figure` say that no passage has a code or figure of the question. `is_foreign` says that
    the passages are in another language than the question.
    """

    shared: float
    misses_code: bool
    misses_figure: bool
    is_foreign: bool

    def lexical_evidence(self) -> tuple[float, float]:
        """Returns the shared and missed parts, for search by words alone."""
        return self.shared, float(self.misses_code)

    def hybrid_evidence(self) -> tuple[float, float]:
        """Returns the same for dense search too; a missed figure then counts half."""
        shared = max(self.shared, _MIN_FOREIGN_MATCH) if self.is_foreign else self.shared
        return shared, 1.0 if self.misses_code else _MISSED_FIGURE_WEIGHT * self.misses_figure


def estimate_relevance(question: str, found: Sequence[FoundPassage], margin: float | None = None) -> float:
    """Estimates the probability, 0 to 1, that one of the first passages answers the question.

    It uses the share of the question's words in one passage, and whether the passages have the question's codes (E15,
    PSR-104, orders.cache.ttl). With a `margin`, it also uses how far the best dense match is ahead of the others, and
    missed figures. Without a `margin`, a figure counts only if a passage has it.
    """
    signs = extract_relevance_signs(question, found)
    if signs is None:
        return 0.0
    weights = LEXICAL_WEIGHTS if margin is None else HYBRID_WEIGHTS
    shared, missed = signs.lexical_evidence() if margin is None else signs.hybrid_evidence()
    evidence = weights.shared * shared + weights.missed * missed + weights.margin * (margin or 0.0)
    return 1 / (1 + math.exp(-(evidence + weights.constant)))


def extract_relevance_signs(question: str, found: Sequence[FoundPassage]) -> RelevanceSigns | None:
    """Compares the words of a question with the first passages; None if there are no passages."""
    texts = [one.passage.indexed_text for one in found[:_MAX_PASSAGES_READ]]
    if not texts:
        return None
    matchers = [TermMatcher.from_text(text) for text in texts]
    asked = list(extract_content_words(question))
    all_terms = frozenset[str]().union(*(matcher.terms for matcher in matchers))
    terms = [term for term in extract_terms(question) if len(term) > 1]
    return RelevanceSigns(
        shared=max(_matched_share(asked, matcher) for matcher in matchers),
        misses_code=any(_is_code(term) and term not in all_terms for term in terms),
        misses_figure=any(_FIGURE.fullmatch(term) and term not in all_terms for term in terms),
        is_foreign=_is_in_other_language(question, [one.passage.excerpt.text for one in found[:_MAX_PASSAGES_READ]]),
    )


def _is_in_other_language(question: str, texts: Sequence[str]) -> bool:
    """Whether a text is clearly in another language than the question, and no text is in the same one."""
    asked = detect_likely_language(question)
    if asked is None or asked in {detect_likely_language(text) for text in texts}:
        return False
    return any(detect_clear_language(text) for text in texts)


def _matched_share(words: Sequence[str], matcher: TermMatcher) -> float:
    """Computes the share of the words that match; leaves out figures that do not match."""
    matches = [one for word in words if (one := matcher.match_word(word)) or not _FIGURE.fullmatch(word)]
    return sum(matches) / len(matches) if matches else float(not words)


def _is_code(term: str) -> bool:
    """Whether a term is a code or the name of a setting, with a single meaning."""
    if _FIGURE.fullmatch(term):
        return False
    if any(char.isdigit() for char in term):
        return True
    return not term.isalnum() and not _HYPHENED.fullmatch(term)


def choose_relevance_floor(stored: RelevanceFloor | None) -> RelevanceFloor:
    """Returns the stored floor, or the default if there is none or it is for another measure."""
    return stored if stored and stored.measure == DEFAULT_FLOOR.measure else DEFAULT_FLOOR
