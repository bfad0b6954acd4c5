"""Estimates whether found passages may contain an answer, before the model is asked.

The weights were fitted on question sets: questions with an answer against questions without one or on other documents.
`python -m bench.retrieval` tests each set with weights fitted on the other sets. The floor is stored with each index
version. It is low, since a wrong refusal is worse than a needless call of the model.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.core.language import detect_likely_language
from knowledge.core.lexical import TextTerms, extract_content_words, extract_terms
from knowledge.core.text import fold_word
from knowledge.storage.calibration import RelevanceFloor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from knowledge.core.documents import Language
    from knowledge.core.passages import FoundPassage

# Both thresholds refuse few questions with an answer: docs/retrieval.md tells how many. A new way to compute relevance
# needs a new `measure`. After a change of reading or tokenising, look at the figures of `python -m bench.retrieval`.
DEFAULT_FLOOR = RelevanceFloor(
    threshold=0.2, measure="known words, codes, names, leads and likeness 4", with_meaning=0.12
)
_MAX_PASSAGES_READ = 8
_MAX_PASSAGES_TO_COMPARE = 3  # whose language is compared with the question's
# The lowest share with passages in another language, whose words cannot be compared with the question's.
_MIN_FOREIGN_MATCH = 0.4
_MISSED_FIGURE_WEIGHT = 0.5  # of a missed code, which counts 1
_MISSED_NAME_WEIGHT = 0.2  # "to Asia", where a passage says "outside Europe": a name alone refuses little
# A capital within a sentence: "le fonds Nacre". In German every noun has one.
_NAME = re.compile(r"(?<=[^\W_] )[^\W\d_a-zà-öø-ÿ][^\W\d_]{3,}+(?![\w-])")
_NOUNS_HAVE_CAPITALS = "de"
_HYPHENED = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")
# 2024, 2.5, 12/03/2024, 8h30, 50km, 2nd: a question may name a date, an amount or a place that no document has.
_FIGURE = re.compile(r"\d[\d.,:/-]*+(?:[^\W\d_]{1,4}\d{0,2})?")
# e.g., p.m., G.W.Bush, 18-september, 30-second, unit-8, FY2021: no passage need have them as they are written.
_EVERYDAY = re.compile(
    r"(?:[^\W\d_]\.)+[^\W\d_]{1,6}|\d+-[^\W\d_]{3,}|[^\W\d_]{3,}[.-]\d{1,2}|[^\W\d_]{1,2}(?:19|20)\d\d"
)


@dataclass(frozen=True, slots=True)
class RelevanceWeights:
    """The weights of the logistic regression.

    `nearness` counts the margin of `knowledge/storage/calibration`, or for centred vectors the likeness itself.
    """

    known: float
    shared: float
    missed: float
    nearness: float
    constant: float


LEXICAL_WEIGHTS = RelevanceWeights(known=2.4, shared=3.9, missed=-4.3, nearness=0.0, constant=-3.2)
HYBRID_WEIGHTS = RelevanceWeights(known=6.3, shared=0.0, missed=-5.0, nearness=2.2, constant=-5.2)
CENTRED_WEIGHTS = RelevanceWeights(known=1.6, shared=0.0, missed=-4.5, nearness=14.9, constant=-7.4)


@dataclass(frozen=True, slots=True)
class RelevanceSigns:
    """How the words of passages match a question.

    `known` is the share of its words, 0 to 1, that any of the passages has, `shared` the best share in one passage.
    `misses_code`, `misses_figure` and `misses_name` say that no passage has a code, figure or name of the question.
    `is_foreign` says that one of the first passages is in another language than the question: names may differ there.
    """

    known: float
    shared: float
    misses_code: bool
    misses_figure: bool
    misses_name: bool
    is_foreign: bool

    def as_evidence(self, *, meaning: bool) -> tuple[float, float, float]:
        """Returns the known, shared and missed parts.

        With dense search, words of another language count as known, a missed figure counts half, a missed name less.
        """
        if not meaning:
            return self.known, self.shared, float(self.misses_code)
        known = max(self.known, _MIN_FOREIGN_MATCH) if self.is_foreign else self.known
        if self.misses_code:
            return known, self.shared, 1.0
        if self.misses_figure:
            return known, self.shared, _MISSED_FIGURE_WEIGHT
        return known, self.shared, _MISSED_NAME_WEIGHT * (self.misses_name and not self.is_foreign)


def estimate_relevance(
    question: str, found: Sequence[FoundPassage], margin: float | None = None, likeness: float | None = None
) -> float:
    """Estimates the probability, 0 to 1, that one of the first passages answers the question.

    It uses the share of the question's words in the passages, and whether they have the question's codes (E15,
    PSR-104, orders.cache.ttl). With a `margin`, it also uses how far the best dense match is ahead of the others, and
    missed figures. Without a `margin`, a figure counts only if a passage has it. `likeness` is the cosine of the best
    dense match where vectors are centred: it tells more than a margin, and counts instead of it.
    """
    signs = extract_relevance_signs(question, found)
    if signs is None:
        return 0.0
    nearness = margin if likeness is None else likeness
    weights = LEXICAL_WEIGHTS if nearness is None else HYBRID_WEIGHTS if likeness is None else CENTRED_WEIGHTS
    known, shared, missed = signs.as_evidence(meaning=nearness is not None)
    evidence = weights.known * known + weights.shared * shared + weights.missed * missed
    return 1 / (1 + math.exp(-(evidence + weights.nearness * (nearness or 0.0) + weights.constant)))


def extract_relevance_signs(question: str, found: Sequence[FoundPassage]) -> RelevanceSigns | None:
    """Compares the words of a question with the first passages; None if there are no passages."""
    texts = [one.passage.indexed_text for one in found[:_MAX_PASSAGES_READ]]
    if not texts:
        return None
    language = detect_likely_language(question)
    read = [TextTerms.from_text(text) for text in texts]
    asked = list(extract_content_words(question, language))
    all_terms = TextTerms(frozenset[str]().union(*(one.terms for one in read)))
    terms = [term for term in extract_terms(question, language) if len(term) > 1]
    return RelevanceSigns(
        known=_matched_share(asked, all_terms, language),
        shared=max(_matched_share(asked, one, language) for one in read),
        misses_code=any(_is_code(term) and term not in all_terms.terms for term in terms),
        misses_figure=any(_FIGURE.fullmatch(term) and term not in all_terms.terms for term in terms),
        misses_name=any(
            not all_terms.match_word(fold_word(name), language) for name in _list_names(question, language)
        ),
        is_foreign=_is_in_other_language(
            language, [one.passage.excerpt.text for one in found[:_MAX_PASSAGES_TO_COMPARE]]
        ),
    )


def _list_names(question: str, language: Language | None) -> list[str]:
    """The names in a question: words with a capital within a sentence, in languages where other nouns have none."""
    return [] if language == _NOUNS_HAVE_CAPITALS else _NAME.findall(question)


def _is_in_other_language(asked: Language | None, texts: Sequence[str]) -> bool:
    """Whether one of the texts is in another language than the question."""
    return asked is not None and any(detect_likely_language(text) not in (None, asked) for text in texts)


def _matched_share(words: Sequence[str], text: TextTerms, language: Language | None) -> float:
    """Computes the share of the words that match; leaves out figures that do not match."""
    matches = [one for word in words if (one := text.match_word(word, language)) or not _FIGURE.fullmatch(word)]
    return sum(matches) / len(matches) if matches else float(not words)


def _is_code(term: str) -> bool:
    """Whether a term is a code or the name of a setting, with a single meaning."""
    if _FIGURE.fullmatch(term) or _EVERYDAY.fullmatch(term):
        return False
    if any(char.isdigit() for char in term):
        return True
    return not term.isalnum() and not _HYPHENED.fullmatch(term)


def choose_relevance_floor(stored: RelevanceFloor | None) -> RelevanceFloor:
    """Returns the stored floor, or the default if there is none or it is for another measure."""
    return stored if stored and stored.measure == DEFAULT_FLOOR.measure else DEFAULT_FLOOR
