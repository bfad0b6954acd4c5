"""Measures retrieval on a file of questions: hit rates, reciprocal rank, nDCG, latency."""

from __future__ import annotations

import json
import math
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from knowledge.core.access import Audience
from knowledge.core.failures import SouffleurError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from knowledge.retrieval.search import PassageSearch, VersionSearch

EVALUATION_DEPTH = 10  # the first passages of a ranking that count


@dataclass(frozen=True, slots=True)
class JudgedRanking:
    """Which passages of a ranking are right, best first; `relevant_total` counts all right ones, None if unknown."""

    relevant: tuple[bool, ...]
    relevant_total: int | None = None


@dataclass(frozen=True, slots=True)
class EvaluationQuestion:
    """A question and the texts of which a right passage contains at least one, after white space is folded.

    `reference` is a right answer written by a person, `kind` says how the question is asked (keyword, typo …). Both
    are empty if the file has none.
    """

    language: str
    text: str
    must_contain: tuple[str, ...]
    reference: str = ""
    kind: str = ""


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


def load_evaluation_questions(path: Path) -> list[EvaluationQuestion]:
    """Loads the questions of a JSON lines file; a line holds `lang`, `question` and `must_contain`.

    Raises:
        SouffleurError: the file or one of its lines cannot be read, or no question has a text in `must_contain`.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SouffleurError(f"The questions in {path} cannot be read ({error}): name a JSON lines file.") from error
    questions = [_parse_question_line(line, f"{path}, line {n}") for n, line in enumerate(lines, 1) if line.strip()]
    if not any(question.must_contain for question in questions):
        raise SouffleurError(f"{path} holds no question with something in must_contain: there is nothing to measure.")
    return questions


def evaluate_search(
    search: PassageSearch | VersionSearch,
    questions: Sequence[EvaluationQuestion],
    texts: Iterable[str] | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> EvaluationReport:
    """Searches every answerable question; reports hit@1, hit@5, hit@10, MRR@10 and nDCG@10.

    The metrics are given overall, by language, and by kind if the file names kinds. nDCG compares a ranking with the
    best possible one. It needs the `texts` of all passages, to count the right ones, and is left out without them.
    `latency_ms` is that of the search alone.
    """
    relevant_totals = (
        count_relevant_texts([question.must_contain for question in questions], texts) if texts is not None else None
    )
    asked: list[tuple[EvaluationQuestion, JudgedRanking]] = []
    latencies: list[float] = []
    degraded: list[str] = []
    found_any = False
    for n, question in enumerate(questions):
        if not question.must_contain:
            continue
        started = clock()
        results = search.search_passages(question.text, Audience.everyone(), EVALUATION_DEPTH)
        latencies.append((clock() - started) * 1000)
        relevant = tuple(
            contains_expected_text(question.must_contain, one.passage.excerpt.text) for one in results.found
        )
        asked.append((question, JudgedRanking(relevant, relevant_totals[n] if relevant_totals else None)))
        degraded += [results.degraded] if results.degraded else []
        found_any = found_any or bool(results.found)
    report = {
        "all": compute_metrics([hits for _, hits in asked]),
        "by_language": _group_metrics((question.language, hits) for question, hits in asked),
        "by_kind": _group_metrics((question.kind, hits) for question, hits in asked if question.kind),
        "latency_ms": {"p50": _compute_percentile(latencies, 0.50), "p95": _compute_percentile(latencies, 0.95)},
    }
    return EvaluationReport(report, len(asked), tuple(degraded), found_any)


def _parse_question_line(line: str, where: str) -> EvaluationQuestion:
    try:
        return _question_from_fields(json.loads(line))
    except (ValueError, KeyError, TypeError) as error:
        raise SouffleurError(f"{where} is no question: it needs lang, question and must_contain.") from error


def _question_from_fields(fields: dict[str, object]) -> EvaluationQuestion:
    language, text, wanted = fields["lang"], fields["question"], fields["must_contain"]
    if not (isinstance(language, str) and isinstance(text, str) and text.strip() and isinstance(wanted, list)):
        raise TypeError("a field is of the wrong kind")
    if not all(isinstance(piece, str) and piece.strip() for piece in wanted):
        raise TypeError("must_contain holds something else than words")
    reference = fields.get("answer")
    kind = fields.get("kind")
    return EvaluationQuestion(
        language, text, tuple(wanted), *(one if isinstance(one, str) else "" for one in (reference, kind))
    )


def contains_expected_text(must_contain: Sequence[str], text: str) -> bool:
    """Whether a text contains one of the expected pieces, after white space is folded."""
    folded = _fold_whitespace(text)
    return any(_fold_whitespace(piece) in folded for piece in must_contain)


def count_relevant_texts(wanted: Sequence[Sequence[str]], texts: Iterable[str]) -> list[int]:
    """Counts the right texts for each item of `wanted`; the same text in two documents counts once."""
    counts = [0] * len(wanted)
    for text in {_fold_whitespace(text) for text in texts}:
        for n, pieces in enumerate(wanted):
            counts[n] += contains_expected_text(pieces, text)
    return counts


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


def _fold_whitespace(text: str) -> str:
    return " ".join(text.split())
