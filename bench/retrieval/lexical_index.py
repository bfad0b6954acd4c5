"""Passages as a search by words sees them, in memory: the same arithmetic as Qdrant's, many times as fast."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from knowledge.core.lexical import sparse_vector_from_passage, sparse_vector_from_question

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.retrieval.vectors import Floats
    from knowledge.core.passages import Passage


class LexicalIndex:
    """The terms of passages, with the inverse document frequencies of their collection."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._total = len(passages)
        holding: defaultdict[int, list[tuple[int, float]]] = defaultdict(list)
        for n, passage in enumerate(passages):
            for term, weight in zip(*sparse_vector_from_passage(passage.indexed_text), strict=True):
                holding[term].append((n, weight))
        self._holding = {term: _as_arrays(found) for term, found in holding.items()}

    def score_passages(self, question: str) -> Floats:
        """One score for each passage."""
        scores = np.zeros(self._total, dtype=np.float32)
        for term, weight in zip(*sparse_vector_from_question(question), strict=True):
            if term in self._holding:
                places, held = self._holding[term]
                idf = math.log((self._total - len(places) + 0.5) / (len(places) + 0.5) + 1)
                scores[places] += weight * idf * held
        return scores


def _as_arrays(found: Sequence[tuple[int, float]]) -> tuple[np.ndarray[tuple[int], np.dtype[np.intp]], Floats]:
    places, weights = zip(*found, strict=True)
    return np.array(places, dtype=np.intp), np.array(weights, dtype=np.float32)
