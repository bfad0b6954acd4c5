"""Orders the first candidates of a search by a weighted sum of signals. Pure.

The weights were learned on public question sets and on those of this repository. A signal stays only if it
helps on sets that its weight was not learned on; docs/retrieval.md has the figures.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from itertools import pairwise, product
from typing import TYPE_CHECKING

from knowledge.core.language import detect_likely_language
from knowledge.core.lexical import TextTerms, extract_content_words, list_stems_of_meaning
from knowledge.core.passages import FoundPassage
from knowledge.retrieval.fusion import normalize_scores

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from knowledge.core.documents import Language
    from knowledge.core.passages import Passage
    from knowledge.retrieval.fusion import RankedList

RANKED_CANDIDATES = 20  # of those that fusion puts first: each one's text is read
COMPARED_CANDIDATES = 12  # of those that rank first: each of their pieces is compared with the question


@dataclass(frozen=True, slots=True)
class RankingSignals:
    """What is known of a candidate, each from 0 (worst) to 1; as weights, what each signal counts.

    `dense` is its score in the search by meaning, between the last candidate's and the first's. `bm25` is its lexical
    score, as a share of `_HIGH_BM25`. `rare_words` is the share of the question's words in it; a word that few
    candidates have counts more. `pairs` is the share of the question's pairs of neighbouring words, in these or in
    related words. Title and headings are part of the text. `foreign` is the score of a passage in another language than
    the question, among those alone: for models whose vectors are not centred, which prefer passages in the question's
    own language.
    """

    dense: float
    bm25: float
    rare_words: float
    pairs: float
    foreign: float

    def as_row(self) -> tuple[float, ...]:
        """The signals in the order of `SIGNAL_NAMES`."""
        return (self.dense, self.bm25, self.rare_words, self.pairs, self.foreign)

    def weigh(self, weights: RankingSignals) -> float:
        """The sum of the signals, each times its weight, as a share of the highest possible sum."""
        counted = weights.as_row()
        return sum(one * weight for one, weight in zip(self.as_row(), counted, strict=True)) / sum(counted)


WEIGHTS_BY_WORDS = RankingSignals(dense=0.0, bm25=9.7, rare_words=4.6, pairs=4.8, foreign=0.0)
WEIGHTS_WITH_MEANING = RankingSignals(dense=5.0, bm25=3.5, rare_words=4.5, pairs=2.5, foreign=1.2)
SIGNAL_NAMES = tuple(field.name for field in fields(RankingSignals))
PIECE_WEIGHT = 0.3  # of the nearest pieces of a passage, beside all signals together
_NEAREST_PIECES = 3
_NEAREST_SHARE = 0.7  # of the first of them; the mean of all has the rest
_HIGH_BM25 = 50.0  # no passage of the benches has more


def rank_candidates(
    question: str,
    fused: Sequence[FoundPassage],
    lexical: Sequence[RankedList],
    dense: Sequence[RankedList],
    foreign: RankedList | None = None,
) -> list[FoundPassage]:
    """Orders the first `RANKED_CANDIDATES` of fused searches by their signals; the others follow in their order.

    The score of each is from 0 to 1, and falls from one to the next.
    """
    first, rest = fused[:RANKED_CANDIDATES], fused[RANKED_CANDIDATES:]
    signals = extract_ranking_signals(question, [one.passage for one in first], lexical, dense, foreign)
    weights = WEIGHTS_WITH_MEANING if dense else WEIGHTS_BY_WORDS
    ranked = [replace(one, score=its.weigh(weights)) for one, its in zip(first, signals, strict=True)]
    ranked.sort(key=lambda one: -one.score)
    if not rest:
        return ranked
    highest = rest[0].score or 1.0
    return [*ranked, *(replace(one, score=ranked[-1].score * one.score / highest) for one in rest)]


def rank_by_pieces(ranked: Sequence[FoundPassage]) -> list[FoundPassage]:
    """Orders passages anew by their score and by the pieces of each that are most like the question.

    The nearest piece counts most; with two more that are near, the passage is about what is asked.
    """
    likenesses = [_join_likenesses(sorted((piece.likeness for piece in one.pieces), reverse=True)) for one in ranked]
    known = [likeness for likeness in likenesses if likeness is not None]
    lowest, spread = (min(known), max(known) - min(known)) if known else (0.0, 0.0)
    if not spread:
        return [*ranked]
    nearness = [0.0 if likeness is None else (likeness - lowest) / spread for likeness in likenesses]
    scored = [
        replace(one, score=(one.score + PIECE_WEIGHT * near) / (1 + PIECE_WEIGHT))
        for one, near in zip(ranked, nearness, strict=True)
    ]
    return sorted(scored, key=lambda one: -one.score)


def _join_likenesses(best_first: Sequence[float]) -> float | None:
    if not best_first:
        return None
    first = best_first[:_NEAREST_PIECES]
    return _NEAREST_SHARE * first[0] + (1 - _NEAREST_SHARE) * sum(first) / len(first)


def extract_ranking_signals(
    question: str,
    candidates: Sequence[Passage],
    lexical: Sequence[RankedList],
    dense: Sequence[RankedList],
    foreign: RankedList | None = None,
) -> list[RankingSignals]:
    """Computes the signals of each candidate. Of several searches of a kind, the mean counts."""
    by_dense = _mean_scores([normalize_scores(one) for one in dense])
    by_foreign = normalize_scores(foreign) if foreign else {}
    bm25 = _mean_scores([{hit.passage.id: hit.score for hit in one.found} for one in lexical])
    asked = _AskedWords.from_question(question)
    texts = [TextTerms.from_text(passage.indexed_text) for passage in candidates]
    matches = [[text.match_word(word, asked.language) for word in asked.words] for text in texts]
    rarity = _compute_rarity(matches, len(asked.words))
    return [
        RankingSignals(
            dense=by_dense.get(passage.id, 0.0),
            bm25=min(bm25.get(passage.id, 0.0) / _HIGH_BM25, 1.0),
            rare_words=_weighted_share(row, rarity),
            pairs=asked.share_of_pairs(text),
            foreign=by_foreign.get(passage.id, 0.0),
        )
        for passage, text, row in zip(candidates, texts, matches, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _AskedWords:
    """The distinct content words of a question, and the pairs of stems that stand beside each other in it.

    `pairs` also has each pair in other words ("19 janvier" for "19. Januar"), and says which one it stands for.
    """

    words: tuple[str, ...]
    pairs: Mapping[tuple[str | None, str | None], int]
    language: Language | None

    @classmethod
    def from_question(cls, question: str) -> _AskedWords:
        language = detect_likely_language(question)
        words = tuple(extract_content_words(question, language))
        stems = [list_stems_of_meaning(word, language) for word in words]
        pairs: dict[tuple[str | None, str | None], int] = {
            pair: n for n, (before, after) in enumerate(pairwise(stems)) for pair in product(before, after)
        }
        return cls(tuple(dict.fromkeys(words)), pairs, language)

    def share_of_pairs(self, text: TextTerms) -> float:
        """The share of the pairs that a text has, with no word between."""
        if not self.pairs:
            return 0.0
        found = {self.pairs[pair] for pair in pairwise(text.stems) if pair in self.pairs}
        return len(found) / len(set(self.pairs.values()))


def _mean_scores(searches: Sequence[Mapping[str, float]]) -> dict[str, float]:
    ids = {one for search in searches for one in search}
    return {one: sum(search.get(one, 0.0) for search in searches) / len(searches) for one in ids}


def _compute_rarity(matches: Sequence[Sequence[float]], word_count: int) -> list[float]:
    """The inverse document frequency of each word of the question among the candidates."""
    total = len(matches)
    counts = [sum(row[n] > 0 for row in matches) for n in range(word_count)]
    return [math.log(1 + (total - count + 0.5) / (count + 0.5)) for count in counts]


def _weighted_share(row: Sequence[float], weights: Sequence[float]) -> float:
    total = sum(weights)
    return sum(one * weight for one, weight in zip(row, weights, strict=True)) / total if total else 0.0
