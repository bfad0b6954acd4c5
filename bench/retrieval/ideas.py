"""Ideas for ranking passages: how words are counted, and how two scores become one.

They work on vectors that are computed once.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import Stemmer

from knowledge.core.lexical import (
    K1,
    TYPICAL_PASSAGE_LENGTH,
    WORD_PREFIX_WEIGHT,
    B,
    extract_content_words,
    extract_terms,
    extract_word_prefixes,
    sparse_vector_from_passage,
    sparse_vector_from_question,
)
from knowledge.retrieval.fusion import LEXICAL_WEIGHT
from knowledge.retrieval.search import CANDIDATES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from knowledge.core.passages import Passage

    Floats = NDArray[np.float32]
    Terms = dict[object, float]

_RRF = 60
_SHORT = 4  # letters: a shorter word has too many neighbours
_ALIKE = 0.8  # of difflib's ratio: one letter in five may differ


@dataclass(frozen=True, slots=True)
class Counting:
    """How a passage and a question become weighted terms."""

    passage: Callable[[Passage], Terms]
    question: Callable[[str], Terms]


def _shipped_passage(passage: Passage) -> Terms:
    return dict(zip(*sparse_vector_from_passage(passage.indexed_text), strict=True))


def _shipped_question(text: str) -> Terms:
    return dict(zip(*sparse_vector_from_question(text), strict=True))


def _weighed(counts: Counter[str]) -> Terms:
    norm = K1 * (1 - B + B * counts.total() / TYPICAL_PASSAGE_LENGTH)
    return {term: n * (K1 + 1) / (n + norm) for term, n in counts.items()}


def _stems(text: str) -> Terms:
    return dict.fromkeys(extract_terms(text), 1.0)


def _with_pairs(text: str, weight: float) -> Terms:
    terms = list(extract_terms(text))
    return {**{" ".join(pair): weight for pair in pairwise(terms)}, **dict.fromkeys(terms, 1.0)}


def _paired(passage: Passage) -> Terms:
    terms = list(extract_terms(passage.indexed_text))
    return _weighed(Counter([*terms, *(" ".join(pair) for pair in pairwise(terms))]))


def _section_twice(passage: Passage) -> Terms:
    return _weighed(Counter([*extract_terms(passage.indexed_text), *extract_terms(" ".join(passage.excerpt.section))]))


def _in_fours(text: str) -> list[str]:
    """Every run of four letters in the words of a text, their ends marked."""
    marked = [f"<{word}>" for word in extract_content_words(text) if len(word) > _SHORT]
    return [f"…{word[at : at + 4]}" for word in marked for at in range(len(word) - 3)]


def _with_fours(text: str, weight: float) -> Terms:
    return {**dict.fromkeys(_in_fours(text), weight), **_stems(text)}


def _in_parts(text: str) -> Iterator[str]:
    """The stems of words; identifiers are there in their parts alone."""
    return (stem for word in extract_content_words(text) for stem in extract_terms(word))


def _whole(text: str) -> Iterator[str]:
    """What is shipped beside the stems of words: identifiers as they stand."""
    return (Counter(extract_terms(text)) - Counter(_in_parts(text))).elements()


def _stemmed_as(language: str, text: str) -> Iterator[str]:
    """Identifiers, and the stems of one language alone."""
    yield from _whole(text)
    yield from _STEMMERS[language].stemWords(list(extract_content_words(text)))


def _unstemmed(text: str) -> Iterator[str]:
    yield from _whole(text)
    yield from extract_content_words(text)


def _accented(text: str) -> Iterator[str]:
    """Identifiers, and the stems of words with their accents."""
    yield from _whole(text)
    for word in re.findall(r"[^\W_]+", text.lower()):
        if any(extract_content_words(word)):
            yield from {stemmer.stemWord(word) for stemmer in _STEMMERS.values()}


def _by(terms: Callable[[str], Iterable[str]]) -> Counting:
    """As shipped, with beginnings of words, but for how a text becomes terms."""

    def asked(text: str) -> Terms:
        return {**dict.fromkeys(extract_word_prefixes(text), WORD_PREFIX_WEIGHT), **dict.fromkeys(terms(text), 1.0)}

    def held(one: Passage) -> Terms:
        return _weighed(Counter([*terms(one.indexed_text), *extract_word_prefixes(one.indexed_text)]))

    return Counting(held, asked)


_STEMMERS = {language: Stemmer.Stemmer(language) for language in ("french", "english")}
SHIPPED = Counting(_shipped_passage, _shipped_question)
COUNTINGS = {
    "without beginnings of words": Counting(lambda one: _weighed(Counter(extract_terms(one.indexed_text))), _stems),
    "without title and section": Counting(
        lambda one: dict(zip(*sparse_vector_from_passage(one.excerpt.text), strict=True)), _shipped_question
    ),
    "identifiers in their parts alone": _by(_in_parts),
    "French stems alone": _by(partial(_stemmed_as, "french")),
    "English stems alone": _by(partial(_stemmed_as, "english")),
    "words as they stand, without stems": _by(_unstemmed),
    "accents kept": _by(_accented),
    "stems, section counted twice": Counting(_section_twice, _stems),
    "stems and pairs of words": Counting(_paired, partial(_with_pairs, weight=0.3)),
    "stems and runs of four letters": Counting(
        lambda one: _weighed(Counter([*extract_terms(one.indexed_text), *_in_fours(one.indexed_text)])),
        partial(_with_fours, weight=0.1),
    ),
}


class Words:
    """Passages as a search by words sees them, with the collection's inverse document frequencies."""

    def __init__(self, passages: Sequence[Passage], counting: Counting = SHIPPED) -> None:
        self._question = counting.question
        self._many = len(passages)
        self._holding: defaultdict[object, list[tuple[int, float]]] = defaultdict(list)
        for n, passage in enumerate(passages):
            for term, weight in counting.passage(passage).items():
                self._holding[term].append((n, weight))

    def scores(self, question: str) -> Floats:
        """One score for each passage."""
        return self.of_terms(self._question(question))

    def of_terms(self, terms: Terms) -> Floats:
        """The same, for weighted terms."""
        scores = np.zeros(self._many, dtype=np.float32)
        for term, weight in terms.items():
            holding = self._holding.get(term, [])
            idf = math.log((self._many - len(holding) + 0.5) / (len(holding) + 0.5) + 1)
            for n, held in holding:
                scores[n] += weight * idf * held
        return scores

    def fed_back(self, question: str, passages: Sequence[Passage]) -> Floats:
        """Pseudo-relevance feedback: the commonest terms of the first three passages count a little too."""
        terms = self._question(question)
        first = np.argsort(-self.scores(question), kind="stable")[:3]
        said = Counter(term for n in first for term in _shipped_passage(passages[n]))
        told = {term: 0.2 for term, _ in said.most_common(10)}
        return self.of_terms({**told, **terms})


class Vocabulary:
    """The words that passages hold, to mend a question's words by."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._words = {
            word for one in passages for word in extract_content_words(one.indexed_text) if not _has_digit(word)
        }
        self._known = {term for word in self._words for term in extract_terms(word)}
        self._lengths: defaultdict[int, list[str]] = defaultdict(list)
        for word in sorted(self._words):
            self._lengths[len(word)].append(word)

    def mended(self, question: str) -> str:
        """The question with, after it, the nearest known word of each word that no passage knows."""
        unknown = (word for word in extract_content_words(question) if self._known.isdisjoint(extract_terms(word)))
        return " ".join([question, *(near for word in unknown for near in self._nearest(word))])

    def _nearest(self, word: str) -> list[str]:
        if len(word) <= _SHORT or _has_digit(word):
            return []
        near = [one for size in range(len(word) - 2, len(word) + 3) for one in self._lengths[size]]
        return get_close_matches(word, near, 1, _ALIKE)


def _has_digit(word: str) -> bool:
    return any(char.isdigit() for char in word)


def by_score(words: Floats, meaning: Floats, weight: float = LEXICAL_WEIGHT) -> Floats:
    """What is shipped: scores, each between the last candidate's and the first's."""
    return weight * _share(words) + (1 - weight) * _share(meaning)


def by_rank(words: Floats, meaning: Floats, weight: float = 1.0) -> Floats:
    """Reciprocal rank fusion; words count `weight` times as much as meaning."""
    fused = np.zeros(len(words), dtype=np.float32)
    for scores, much in ((words, weight), (meaning, 1.0)):
        for rank, n in enumerate(np.argsort(-scores, kind="stable")[:CANDIDATES]):
            fused[n] += much / (_RRF + rank) if scores[n] > 0 else 0
    return fused


def by_best(words: Floats, meaning: Floats, weight: float = LEXICAL_WEIGHT) -> Floats:
    """Scores as shares of the best one."""
    shares: Floats = weight * words / (words.max() + 1e-9) + (1 - weight) * meaning / (meaning.max() + 1e-9)
    return shares


FUSIONS: dict[str, Callable[[Floats, Floats], Floats]] = {
    "ranks, equal weights (RRF 60)": by_rank,
    "ranks, words twice (RRF 60)": partial(by_rank, weight=2.0),
    "shares of the best score": by_best,
    "words 0.8, meaning 0.2": partial(by_score, weight=0.8),
    "words 0.5, meaning 0.5": partial(by_score, weight=0.5),
    "words 0.3, meaning 0.7": partial(by_score, weight=0.3),
}


def diverse(scores: Floats, vectors: Floats, k: int, weight: float = 0.7) -> list[int]:
    """Maximal marginal relevance over the candidates: each next passage is unlike those before it."""
    left = [int(n) for n in np.argsort(-scores, kind="stable")[:CANDIDATES]]
    chosen: list[int] = []
    while left and len(chosen) < k:
        like = {n: max((float(vectors[n] @ vectors[m]) for m in chosen), default=0.0) for n in left}
        best = max(left, key=lambda n: weight * float(scores[n]) - (1 - weight) * like[n])
        left.remove(best)
        chosen.append(best)
    return chosen


def first(scores: Floats, k: int) -> list[int]:
    """The best `k` that score anything."""
    return [int(n) for n in np.argsort(-scores, kind="stable")[:k] if scores[n] > 0]


def _share(scores: Floats) -> Floats:
    top = np.sort(scores)[-CANDIDATES:]
    room = float(top[-1] - top[0])
    shares: Floats = np.clip((scores - top[0]) / room, 0, 1) if room > 0 else np.zeros_like(scores)
    return shares
