"""Measure how well the relevance floor separates answerable questions from the others.

`near` are the questions of a file that its documents leave open, `off` the questions of another file asked of these
documents. Each set is judged twice: by the weights that are shipped, and by weights fitted on the other sets alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from knowledge.core.access import Audience
from knowledge.retrieval.relevance import DEFAULT_FLOOR, estimate_relevance, extract_relevance_signs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from knowledge.retrieval.search import PassageSearch

    Floats = NDArray[np.float64]

_ASKED_FOR = 8  # passages, as the bot asks for (PASSAGES_IN_PROMPT)
_STEPS = 30
_KINDS = ("answered", "near", "off")


@dataclass(frozen=True, slots=True)
class Questions:
    """Questions by what the documents know of them."""

    answered: Sequence[str]
    near: Sequence[str]
    off: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Measured:
    """What the bot sees of the questions of one kind: a row of signs each, and the promise that it makes of them."""

    signs: Floats
    promised: Floats


def refusing(sets: Mapping[str, tuple[PassageSearch, Questions]]) -> dict[str, dict[str, float]]:
    """For each set: areas under the curve against near and off questions, and the shares that the floor refuses."""
    measured = {name: _measured(search, questions) for name, (search, questions) in sets.items()}
    rows = {}
    for name, one in measured.items():
        score = _fitted([other for another, other in measured.items() if another != name])
        with_meaning = bool(one["answered"].signs[:, 2].any())
        floor = DEFAULT_FLOOR.with_meaning if with_meaning else DEFAULT_FLOOR.threshold
        rows[name] = _figures({kind: one[kind].promised for kind in _KINDS}, floor)
        rows[f"{name}, by the other sets' weights"] = _figures({kind: score(one[kind].signs) for kind in _KINDS}, floor)
    return rows


def _measured(search: PassageSearch, questions: Questions) -> dict[str, _Measured]:
    return {kind: _asked(search, getattr(questions, kind)) for kind in _KINDS}


def _asked(search: PassageSearch, texts: Sequence[str]) -> _Measured:
    rows, promised = [], []
    for text in texts:
        results = search.search_passages(text, Audience.everyone(), _ASKED_FOR)
        promised.append(estimate_relevance(text, results.found, results.margin))
        signs = extract_relevance_signs(text, results.found)
        told = (
            (0.0, 1.0)
            if signs is None
            else signs.lexical_evidence()
            if results.margin is None
            else signs.hybrid_evidence()
        )
        rows.append([*told, results.margin or 0.0])
    return _Measured(np.array(rows), np.array(promised))


def _figures(scores: Mapping[str, Floats], floor: float) -> dict[str, float]:
    answered, near, off = (scores[kind] for kind in _KINDS)
    refused = {f"refused {kind}": float((scores[kind] < floor).mean()) for kind in _KINDS}
    figures = {"auroc near": _area(answered, near), "auroc off": _area(answered, off), **refused}
    return {name: round(figure, 3) for name, figure in figures.items()}


def _area(higher: Floats, lower: Floats) -> float:
    """How often one of the first scores above one of the second; a tie counts half."""
    above, ties = higher[:, None] > lower[None], higher[:, None] == lower[None]
    return float((above + ties / 2).mean())


def _fitted(sets: Sequence[Mapping[str, _Measured]]) -> Callable[[Floats], Floats]:
    """A logistic regression: answered questions weigh as much as all others, near ones as much as those that are off.

    Found by Newton's steps, its weights (not its constant) held small by half of their squares.
    """
    by_kind = {kind: np.concatenate([one[kind].signs for one in sets]) for kind in _KINDS}
    rows = np.concatenate(list(by_kind.values()))
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    told = np.concatenate([np.full(len(signs), float(kind == "answered")) for kind, signs in by_kind.items()])
    shares = {"answered": 1 / 2, "near": 1 / 4, "off": 1 / 4}
    weigh = np.concatenate([np.full(len(signs), shares[kind] / len(signs)) for kind, signs in by_kind.items()])
    weigh *= len(rows)
    held = np.diag([*[1.0] * rows.shape[1], 1e-6])
    inputs = _with_constant((rows - mean) / spread)
    weights = np.zeros(inputs.shape[1])
    for _ in range(_STEPS):
        likely = 1 / (1 + np.exp(-inputs @ weights))
        slope = inputs.T @ (weigh * (likely - told)) + held @ weights
        bend = (inputs * (weigh * likely * (1 - likely))[:, None]).T @ inputs + held
        weights -= np.linalg.solve(bend, slope)

    def score(signs: Floats) -> Floats:
        scores: Floats = 1 / (1 + np.exp(-_with_constant((signs - mean) / spread) @ weights))
        return scores

    return score


def _with_constant(rows: Floats) -> Floats:
    whole: Floats = np.concatenate([rows, np.ones((len(rows), 1))], axis=1)
    return whole
