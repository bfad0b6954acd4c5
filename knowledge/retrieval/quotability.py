"""Estimates whether what was found answers a question well enough to be quoted, where no model reads it. Pure.

A model that gets weak passages says that they hold no answer. A quote is shown as the answer, and so has a floor of its
own, higher than that of `relevance.py`. It is there only where the sentences and rows of passages were compared with
the question: where an answer stands, one of them is far more like the question than the others are.

No team's own documents are asked for general knowledge. "How much does the moon weigh?" is a little like some passage
about weights, but much more like a sentence about the moon. `general_knowledge.txt` has such sentences;
`general_knowledge.npy` has their vectors, for the local model alone (`python -m bench.retrieval.general_knowledge`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from statistics import fmean, pstdev
from typing import TYPE_CHECKING

import numpy as np

from knowledge.retrieval.relevance import extract_relevance_signs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from knowledge.core.passages import FoundPassage
    from knowledge.retrieval.hybrid_search import SearchResults

QUOTE_FLOOR = 0.27  # docs/retrieval.md tells what it refuses
# Below it, people are told that a quote may not answer: chosen on the studied questions, as the place from which most
# quotes are right (0.38 below, 0.81 above).
DOUBT_FLOOR = 0.7
# For a question that nobody put to the bot: `python -m bench.bot.unasked` measures what is answered then.
SURE_FLOOR = 0.94
SENTENCES_FILE = Path(__file__).with_name("general_knowledge.txt")
VECTORS_FILE = SENTENCES_FILE.with_suffix(".npy")
_LEAST_PIECES = 40  # of fewer, the best stands out little however well it answers


@dataclass(frozen=True, slots=True)
class QuotabilityWeights:
    """The weights of the logistic regression, fitted on the sets of the samples, the kept halves left out.

    `likeness` is the cosine of the best dense match, `missed` that part of the evidence of `relevance.py`, `standout`
    what `measure_standout` gives, and `score` that of the first passage. `general` is how much nearer than `likeness`
    a sentence of general knowledge is; 0 where none is. Its weight was chosen afterwards, on the studied questions.
    """

    likeness: float
    missed: float
    standout: float
    score: float
    general: float
    constant: float


QUOTE_WEIGHTS = QuotabilityWeights(likeness=12.6, missed=-6.0, standout=0.8, score=3.6, general=-10.0, constant=-9.1)


def measure_standout(compared: Sequence[FoundPassage]) -> float | None:
    """How far the likeliest piece is above the mean of all, in standard deviations; None if there are few."""
    likenesses = [piece.likeness for one in compared for piece in one.pieces]
    if len(likenesses) < _LEAST_PIECES or not (spread := pstdev(likenesses)):
        return None
    return (max(likenesses) - fmean(likenesses)) / spread


def measure_general_likeness(question: Sequence[float]) -> float:
    """The cosine of a question's vector, centred and of length 1, to that of the nearest sentence."""
    return float((_load_vectors() @ np.asarray(question, dtype=np.float32)).max())


def list_general_sentences() -> list[str]:
    """The sentences of general knowledge, in English: centred vectors of all languages are near each other."""
    return SENTENCES_FILE.read_text(encoding="utf-8").splitlines()


@lru_cache(maxsize=1)
def _load_vectors() -> NDArray[np.float32]:
    vectors: NDArray[np.float32] = np.load(VECTORS_FILE).astype(np.float32)
    return vectors


def is_quotable(question: str, results: SearchResults) -> bool:
    """Whether a quote of the first passages may be shown as the answer; True where too little is known to tell."""
    likelihood = estimate_quotability(question, results)
    return likelihood is None or likelihood >= QUOTE_FLOOR


def is_doubtful(question: str, results: SearchResults) -> bool:
    """Whether a quote of the first passages may well not answer; False where too little is known to tell."""
    likelihood = estimate_quotability(question, results)
    return likelihood is not None and likelihood < DOUBT_FLOOR


def is_sure(question: str, results: SearchResults) -> bool:
    """Whether the first passages surely answer a question; False where too little is known to tell."""
    likelihood = estimate_quotability(question, results)
    return likelihood is not None and likelihood >= SURE_FLOOR


def estimate_quotability(question: str, results: SearchResults) -> float | None:
    """Estimates the probability, 0 to 1, that a quote of the first passages answers; None if too little is known."""
    signs = extract_relevance_signs(question, results.found)
    if signs is None or results.likeness is None or results.standout is None:
        return None
    _, _, missed = signs.as_evidence(meaning=True)
    weights = QUOTE_WEIGHTS
    evidence = weights.likeness * results.likeness + weights.missed * missed + weights.standout * results.standout
    evidence += weights.general * max((results.general or 0.0) - results.likeness, 0.0)
    return 1 / (1 + math.exp(-(evidence + weights.score * results.found[0].score + weights.constant)))
