"""Measures retrieval on a file of questions: hits, reciprocal ranks, gain, latency. Knows no model."""

from __future__ import annotations

import json
import math
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from knowledge.audience import Audience
from knowledge.errors import SouffleurError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from knowledge.passages import Found
    from knowledge.search import Search, SearchWithin

_DEPTH = 10
Hits = list[bool]  # of what was found, best first: which are right


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what a right passage contains, at least one of it, after white space is folded.

    `reference` is a right answer in a person's words, `kind` says how it is asked (keyword, typo …), where the file
    has them.
    """

    language: str
    text: str
    must_contain: tuple[str, ...]
    reference: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures, and how the questions were searched: `degraded` holds why words alone decided, a reason each.

    `found_any` is False where no question found a single passage.
    """

    report: dict[str, Any]
    asked: int
    degraded: tuple[str, ...]
    found_any: bool


def questions_from(path: Path) -> list[Asked]:
    """The questions of a JSON lines file; a line holds `lang`, `question` and `must_contain`.

    Raises:
        SouffleurError: the file or one of its lines cannot be read, or no question in it has an answer.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SouffleurError(f"The questions in {path} cannot be read ({error}): name a JSON lines file.") from error
    questions = [_asked(line, f"{path}, line {n}") for n, line in enumerate(lines, 1) if line.strip()]
    if not any(question.must_contain for question in questions):
        raise SouffleurError(f"{path} holds no question with something in must_contain: there is nothing to measure.")
    return questions


def evaluate(
    search: Search | SearchWithin, questions: Sequence[Asked], clock: Callable[[], float] = time.perf_counter
) -> Measured:
    """Ask every answerable question and report hit@1, hit@5, hit@10, MRR@10 and nDCG@10: overall, by language and kind.

    A file that names no kinds is not told apart by them. nDCG takes the right passages among the first ten for all that
    there are: it tells how high they stand, not whether one is missing.

    `latency_ms` is that of the search alone, over the same questions.
    """
    asked: list[tuple[Asked, Hits]] = []
    latencies: list[float] = []
    degraded: list[str] = []
    found_any = False
    for question in questions:
        if not question.must_contain:
            continue
        started = clock()
        results = search.find(question.text, Audience.everyone(), _DEPTH)
        latencies.append((clock() - started) * 1000)
        asked.append((question, _hits(results.found, question.must_contain)))
        degraded += [results.degraded] if results.degraded else []
        found_any = found_any or bool(results.found)
    report = {
        "all": _scores([hits for _, hits in asked]),
        "by_language": _grouped((question.language, hits) for question, hits in asked),
        "by_kind": _grouped((question.kind, hits) for question, hits in asked if question.kind),
        "latency_ms": {"p50": _percentile(latencies, 0.50), "p95": _percentile(latencies, 0.95)},
    }
    return Measured(report, len(asked), tuple(degraded), found_any)


def _asked(line: str, where: str) -> Asked:
    try:
        return _question(json.loads(line))
    except (ValueError, KeyError, TypeError) as error:
        raise SouffleurError(f"{where} is no question: it needs lang, question and must_contain.") from error


def _question(fields: dict[str, object]) -> Asked:
    language, text, wanted = fields["lang"], fields["question"], fields["must_contain"]
    if not (isinstance(language, str) and isinstance(text, str) and text.strip() and isinstance(wanted, list)):
        raise TypeError("a field is of the wrong kind")
    if not all(isinstance(piece, str) and piece.strip() for piece in wanted):
        raise TypeError("must_contain holds something else than words")
    reference = fields.get("answer")
    kind = fields.get("kind")
    return Asked(language, text, tuple(wanted), *(one if isinstance(one, str) else "" for one in (reference, kind)))


def _hits(found: Sequence[Found], must_contain: Sequence[str]) -> Hits:
    wanted = [_folded(text) for text in must_contain]
    texts = (_folded(one.passage.excerpt.text) for one in found)
    return [any(piece in text for piece in wanted) for text in texts]


def _grouped(asked: Iterable[tuple[str, Hits]]) -> dict[str, dict[str, float]]:
    groups: defaultdict[str, list[Hits]] = defaultdict(list)
    for group, hits in asked:
        groups[group].append(hits)
    return {group: _scores(groups[group]) for group in sorted(groups)}


def _scores(asked: Sequence[Hits]) -> dict[str, float]:
    many = len(asked) or 1
    ranks = [hits.index(True) + 1 for hits in asked if any(hits)]
    scores = {f"hit@{k}": sum(rank <= k for rank in ranks) for k in (1, 5, 10)}
    totals = {**scores, "mrr@10": sum(1 / rank for rank in ranks), "ndcg@10": sum(map(_gain, asked))}
    return {name: round(total / many, 4) for name, total in totals.items()}


def _gain(hits: Hits) -> float:
    """The discounted gain of an order, against that of the same hits at its head."""
    best = _discounted(sorted(hits, reverse=True))
    return _discounted(hits) / best if best else 0.0


def _discounted(hits: Hits) -> float:
    return sum(1 / math.log2(rank + 1) for rank, hit in enumerate(hits, 1) if hit)


def _percentile(values: Sequence[float], share: float) -> float | None:
    if not values:
        return None
    return round(sorted(values)[math.ceil(share * len(values)) - 1], 2)


def _folded(text: str) -> str:
    return " ".join(text.split())
