"""Learns the weights of the ranking, and measures them on sets that they were not learned on.

The loss is that of a softmax over a question's candidates: the more weight right passages have, the smaller it is.
Every set counts the same, however many questions it has, and no weight may be negative.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bench.retrieval.question_sets import places_of
from knowledge.retrieval.ranking import RANKED_CANDIDATES, SIGNAL_NAMES, RankingSignals, extract_ranking_signals

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from bench.retrieval.question_sets import QuestionSet

    Matrix = NDArray[np.float64]

_STEPS = 600
_RATE = 0.05
_RIDGE = 0.01  # holds the weights small


@dataclass(frozen=True, slots=True)
class Candidates:
    """The candidates of one question: their places, a row of signals each, and those that follow unranked."""

    places: tuple[int, ...]
    signals: Matrix
    right: NDArray[np.bool_]
    rest: tuple[int, ...]


def collect_candidates(one: QuestionSet, *, meaning: bool) -> list[Candidates]:
    """The candidates of every question of a set, by words alone or with meaning."""
    return [_collect(one, n, meaning=meaning) for n in range(len(one.questions))]


def _collect(one: QuestionSet, n: int, *, meaning: bool) -> Candidates:
    text = one.questions[n].text
    searches = one.search_question(text, one.asked[n] if meaning else None)
    fused = searches.fuse()
    first = fused[:RANKED_CANDIDATES]
    signals = extract_ranking_signals(text, [hit.passage for hit in first], searches.lexical, searches.dense)
    places = tuple(places_of(one, first))
    return Candidates(
        places,
        np.array([its.as_row() for its in signals], dtype=np.float64).reshape(-1, len(SIGNAL_NAMES)),
        np.array([place in one.right[n] for place in places], dtype=bool),
        tuple(places_of(one, fused[RANKED_CANDIDATES:])),
    )


def learn_weights(
    sets: Sequence[QuestionSet],
    candidates: Mapping[str, Sequence[Candidates]],
    signals: Collection[str] = SIGNAL_NAMES,
) -> RankingSignals:
    """The weights that rank the right passages of these sets best; of the signals named alone."""
    rows, right, shares = [], [], []
    for one in sets:
        told = [
            candidates[one.name][n]
            for n in one.answerable
            if candidates[one.name][n].right.any() and not candidates[one.name][n].right.all()
        ]
        for each in told:
            rows.append(each.signals)
            right.append(each.right)
            shares.append(1 / len(told))
    used = np.array([name in signals for name in SIGNAL_NAMES])
    weights = _descend(rows, np.concatenate(right), np.array(shares) / sum(shares), used)
    return RankingSignals(*(round(float(weight), 2) for weight in weights))


def _descend(rows: Sequence[Matrix], right: NDArray[np.bool_], shares: Matrix, used: NDArray[np.bool_]) -> Matrix:
    """Adam's steps, each followed by setting what is negative to zero."""
    lengths = [len(one) for one in rows]
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    inputs = np.concatenate(rows)
    spread = inputs.std(axis=0) + 1e-9
    inputs = inputs / spread
    weights = np.where(used, 0.5, 0.0)
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, _STEPS + 1):
        scores = inputs @ weights
        likely = np.exp(scores - np.repeat(np.maximum.reduceat(scores, starts), lengths))
        among_all = likely / np.repeat(np.add.reduceat(likely, starts), lengths)
        among_right = likely * right / np.repeat(np.add.reduceat(likely * right, starts) + 1e-12, lengths)
        slope = inputs.T @ (np.repeat(shares, lengths) * (among_all - among_right)) + 2 * _RIDGE * weights
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        weights -= _RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
        weights = np.where(used, np.maximum(weights, 0.0), 0.0)
    learned: Matrix = weights / spread
    return learned


def rank_places(one: Candidates, weights: RankingSignals) -> list[int]:
    """The places of a question's candidates, best first by these weights."""
    counted = np.array([getattr(weights, name) for name in SIGNAL_NAMES])
    order = np.argsort(-(one.signals @ counted), kind="stable")
    return [*(one.places[n] for n in order), *one.rest]
