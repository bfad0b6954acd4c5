"""Measure how well the relevance floor tells questions with an answer from those without one.

Questions without an answer are those of the set that its documents leave open (near), and questions of other sets
(off). Each set is also measured with weights and a floor that were fitted on sets with other documents.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from knowledge.retrieval.fusion import merge_duplicates
from knowledge.retrieval.ranking import rank_candidates
from knowledge.retrieval.relevance import (
    CENTRED_WEIGHTS,
    DEFAULT_FLOOR,
    LEXICAL_WEIGHTS,
    extract_relevance_signs,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from bench.retrieval.question_sets import QuestionSet
    from bench.retrieval.vectors import Floats
    from knowledge.retrieval.relevance import RelevanceWeights

    Signs = NDArray[np.float64]  # a row for each question: known, shared, missed, likeness

_SHOWN = 10
_ANSWERED, _OFF = 200, 150  # questions, at most
_STEPS = 50
_HELD_SHARE = 0.01  # of the questions with an answer: as many may a fitted floor refuse
_KINDS = {"answered": 1 / 2, "near": 1 / 4, "off": 1 / 4}  # and what each counts


@dataclass(frozen=True, slots=True)
class _Measured:
    """The signs of a set's questions by kind."""

    name: str
    group: str
    signs: Mapping[str, Signs]


def measure_floors(sets: Sequence[QuestionSet]) -> dict[str, dict[str, dict[str, float]]]:
    """The figures of each set, by words alone and with meaning, by the shipped floor and by one without the set."""
    told = {}
    for how, weights, floor in (
        ("words alone", LEXICAL_WEIGHTS, DEFAULT_FLOOR.threshold),
        ("both", CENTRED_WEIGHTS, DEFAULT_FLOOR.with_meaning),
    ):
        measured = [_measure(one, sets, meaning=how == "both") for one in sets]
        told[f"{how}, shipped"] = {one.name: _figures(one, _as_row(weights), floor) for one in measured}
        told[f"{how}, left out"] = {
            one.name: _figures(one, *_fit([other for other in measured if other.group != one.group], weights))
            for one in measured
        }
    return told


def _measure(one: QuestionSet, sets: Sequence[QuestionSet], *, meaning: bool) -> _Measured:
    dice = random.Random(1)  # noqa: S311  # a sample, no secret
    others = [(other, n) for other in sets if other.group != one.group for n in range(len(other.questions))]
    asked = {
        "answered": [(one, n) for n in dice.sample(one.answerable, min(_ANSWERED, len(one.answerable)))],
        "near": [(one, n) for n in one.unanswerable],
        "off": dice.sample(others, min(_OFF, len(others))),
    }
    signs = {
        kind: np.array(
            [_signs_of(one, other.questions[n].text, other.asked[n] if meaning else None) for other, n in questions]
        ).reshape(-1, 4)
        for kind, questions in asked.items()
    }
    return _Measured(one.name, one.group, signs)


def _signs_of(one: QuestionSet, text: str, vector: Floats | None) -> tuple[float, ...]:
    searches = one.search_question(text, vector)
    ranked = rank_candidates(text, searches.fuse(), searches.lexical, searches.dense)
    signs = extract_relevance_signs(text, merge_duplicates(ranked, _SHOWN))
    evidence = signs.as_evidence(meaning=vector is not None) if signs else (0.0, 0.0, 1.0)
    return (*evidence, searches.dense[0].found[0].score if searches.dense else 0.0)


def _as_row(weights: RelevanceWeights) -> Signs:
    return np.array([weights.known, weights.shared, weights.missed, weights.nearness, weights.constant])


def _promise(signs: Signs, row: Signs) -> Signs:
    likely: Signs = 1 / (1 + np.exp(-(signs @ row[:-1] + row[-1])))
    return likely


def _figures(one: _Measured, row: Signs, floor: float) -> dict[str, float]:
    promised = {kind: _promise(signs, row) for kind, signs in one.signs.items()}
    areas = {f"auroc {kind}": _area(promised["answered"], promised[kind]) for kind in ("near", "off")}
    refused = {f"refused {kind}": float((each < floor).mean()) for kind, each in promised.items() if len(each)}
    return {name: round(figure, 3) for name, figure in {**areas, **refused}.items() if figure >= 0}


def _area(higher: Signs, lower: Signs) -> float:
    """How often one of the first scores above one of the second; a tie counts half. Below 0 if there are none."""
    if not len(lower):
        return -1.0
    above, ties = higher[:, None] > lower[None], higher[:, None] == lower[None]
    return float((above + ties / 2).mean())


def _fit(sets: Sequence[_Measured], like: RelevanceWeights) -> tuple[Signs, float]:
    """A logistic regression on other sets by Newton's steps, and a floor; only signs that count in `like` may count.

    MMLongBench's open questions are left out: they differ from its others in a word, and no sign here can see that.
    """
    used = _as_row(like)[:-1] != 0
    rows, told, shares = [], [], []
    for one in sets:
        kinds = {kind: signs for kind, signs in one.signs.items() if len(signs)}
        if one.name == "MMLongBench":
            kinds.pop("near", None)
        for kind, signs in kinds.items():
            rows.append(signs)
            told.append(np.full(len(signs), float(kind == "answered")))
            share = _KINDS[kind] if "near" in kinds or kind == "answered" else 1 / 2
            shares.append(np.full(len(signs), share / len(signs)))
    inputs, right = np.concatenate(rows) * used, np.concatenate(told)
    weigh = np.concatenate(shares)
    weigh *= 300 / weigh.sum()
    mean, spread = inputs.mean(axis=0), inputs.std(axis=0) + 1e-9
    whole = np.c_[(inputs - mean) / spread, np.ones(len(inputs))]
    held = np.diag([*[1.0] * inputs.shape[1], 1e-6])
    weights = np.zeros(whole.shape[1])
    for _ in range(_STEPS):
        likely = 1 / (1 + np.exp(-whole @ weights))
        slope = whole.T @ (weigh * (likely - right)) + held @ weights
        weights -= np.linalg.solve((whole * (weigh * likely * (1 - likely))[:, None]).T @ whole + held, slope)
    row = np.append(weights[:-1] / spread, weights[-1] - (weights[:-1] * mean / spread).sum())
    floor = min(float(np.quantile(_promise(one.signs["answered"], row), _HELD_SHARE)) for one in sets)
    return row, floor
