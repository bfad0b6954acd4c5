"""Measures retrieval on a file of questions: hit rates, reciprocal rank, nDCG, latency."""

from __future__ import annotations

import math
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from knowledge.core.access import Audience
from knowledge.retrieval.evaluation_questions import group_passages_by_text
from knowledge.retrieval.relevance import estimate_relevance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from knowledge.core.passages import Passage
    from knowledge.retrieval.evaluation_questions import EvaluationQuestion
    from knowledge.retrieval.hybrid_search import PassageSearch, SearchResults, VersionSearch

EVALUATION_DEPTH = 10  # the first passages of a ranking that count


@dataclass(frozen=True, slots=True)
class JudgedRanking:
    """Which passages of a ranking are right, best first; `relevant_total` counts all right ones, None if unknown."""

    relevant: tuple[bool, ...]
    relevant_total: int | None = None


@dataclass(slots=True)
class RelevanceSample:
    """By how much the relevance of each question's passages is above the floor, for both kinds of questions."""

    answerable: list[float] = field(default_factory=list)
    unanswerable: list[float] = field(default_factory=list)

    def add_results(self, question: EvaluationQuestion, results: SearchResults) -> None:
        """Adds what a search found for a question."""
        relevance = estimate_relevance(question.text, results.found, results.margin, results.likeness)
        (self.answerable if question.is_answerable else self.unanswerable).append(relevance - results.floor)

    def compute_floor_metrics(self) -> dict[str, float]:
        """Computes the area under the ROC curve, and the share of each kind that is below the floor."""
        pairs = [(one > other) + (one == other) / 2 for one in self.answerable for other in self.unanswerable]
        metrics = {
            "auroc": sum(pairs) / len(pairs),
            "refused_answerable": sum(one < 0 for one in self.answerable) / len(self.answerable),
            "refused_unanswerable": sum(one < 0 for one in self.unanswerable) / len(self.unanswerable),
        }
        return {name: round(value, 4) for name, value in metrics.items()}


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """The metrics of all questions, and how they were searched.

    `degraded_reasons` has one reason for each question that was searched by words only. `has_results` is False if no
    question found a passage.
    """

    metrics: dict[str, Any]
    question_count: int
    degraded_reasons: tuple[str, ...]
    has_results: bool


def evaluate_search(
    search: PassageSearch | VersionSearch,
    questions: Sequence[EvaluationQuestion],
    passages: Iterable[Passage] | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> EvaluationReport:
    """Searches every question; reports hit@1, hit@5, hit@10, MRR@10 and nDCG@10 of those with an answer.

    The metrics are given overall, by language, and by kind if the file names kinds. nDCG compares a ranking with the
    best possible one. It needs all `passages`, to count the right ones, and is left out without them. `latency_ms` is
    that of the search alone. Where some questions have no answer, `floor` tells how the relevance floor parts them.
    """
    texts = group_passages_by_text(passages) if passages is not None else None
    asked: list[tuple[EvaluationQuestion, JudgedRanking]] = []
    told = RelevanceSample()
    latencies: list[float] = []
    degraded: list[str] = []
    found_any = False
    for question in questions:
        started = clock()
        results = search.search_passages(question.text, Audience.everyone(), EVALUATION_DEPTH)
        elapsed = (clock() - started) * 1000
        told.add_results(question, results)
        if not question.is_answerable:
            continue
        latencies.append(elapsed)
        relevant = tuple(
            any(question.accepts_passage(passage) for passage in (one.passage, *one.copies)) for one in results.found
        )
        right_count = question.count_right_texts(texts) if texts is not None else None
        asked.append((question, JudgedRanking(relevant, right_count)))
        degraded += [results.degraded] if results.degraded else []
        found_any = found_any or bool(results.found)
    report = {
        "all": compute_metrics([hits for _, hits in asked]),
        "by_language": _group_metrics((question.language, hits) for question, hits in asked),
        "by_kind": _group_metrics((question.kind, hits) for question, hits in asked if question.kind),
        "latency_ms": {"p50": _compute_percentile(latencies, 0.50), "p95": _compute_percentile(latencies, 0.95)},
        "questions": {"answerable": len(asked), "unanswerable": len(questions) - len(asked)},
    }
    if told.answerable and told.unanswerable:
        report["floor"] = told.compute_floor_metrics()
    return EvaluationReport(report, len(asked), tuple(degraded), found_any)


def compute_metrics(judged: Sequence[JudgedRanking]) -> dict[str, float]:
    """Computes hit@1, hit@5, hit@10, MRR@10, and nDCG@10 if the right passages of all questions are counted."""
    count = len(judged) or 1
    ranks = [hits.relevant.index(True) + 1 for hits in judged if any(hits.relevant)]
    totals: dict[str, float] = {f"hit@{k}": sum(rank <= k for rank in ranks) for k in (1, 5, 10)}
    totals["mrr@10"] = sum(1 / rank for rank in ranks if rank <= EVALUATION_DEPTH)
    gains = [
        _compute_ndcg(hits.relevant[:EVALUATION_DEPTH], hits.relevant_total)
        for hits in judged
        if hits.relevant_total is not None
    ]
    if len(gains) == len(judged):
        totals["ndcg@10"] = sum(gains)
    return {name: round(total / count, 4) for name, total in totals.items()}


def _group_metrics(judged: Iterable[tuple[str, JudgedRanking]]) -> dict[str, dict[str, float]]:
    groups: defaultdict[str, list[JudgedRanking]] = defaultdict(list)
    for group, hits in judged:
        groups[group].append(hits)
    return {group: compute_metrics(groups[group]) for group in sorted(groups)}


def _compute_ndcg(relevant: Sequence[bool], relevant_total: int) -> float:
    """Computes the gain of a ranking as a share of the best possible gain."""
    best = _compute_dcg([True] * min(max(relevant_total, sum(relevant)), EVALUATION_DEPTH))
    return _compute_dcg(relevant) / best if best else 0.0


def _compute_dcg(relevant: Sequence[bool]) -> float:
    return sum(1 / math.log2(rank + 1) for rank, hit in enumerate(relevant, 1) if hit)


def _compute_percentile(values: Sequence[float], share: float) -> float | None:
    if not values:
        return None
    return round(sorted(values)[math.ceil(share * len(values)) - 1], 2)
