"""Measures retrieval on a file of questions: hits among the first k, reciprocal ranks, latency. Knows no model."""

from __future__ import annotations

import json
import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from knowledge.audience import Audience
from knowledge.errors import SouffleurError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from knowledge.passages import Found
    from knowledge.search import Search, SearchWithin

_DEPTH = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what a right passage contains, at least one of it, after white space is folded.

    `reference` is a right answer in a person's words, where the file has one.
    """

    language: str
    text: str
    must_contain: tuple[str, ...]
    reference: str = ""


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
    """Ask every answerable question and report hit@1, hit@5, hit@10 and MRR@10, overall and by language.

    `latency_ms` is that of the search alone, over the same questions.
    """
    ranks: list[tuple[str, int | None]] = []
    latencies: list[float] = []
    degraded: list[str] = []
    found_any = False
    for question in questions:
        if not question.must_contain:
            continue
        started = clock()
        results = search.find(question.text, Audience.everyone(), _DEPTH)
        latencies.append((clock() - started) * 1000)
        ranks.append((question.language, _rank(results.found, question.must_contain)))
        degraded += [results.degraded] if results.degraded else []
        found_any = found_any or bool(results.found)
    languages = sorted({language for language, _ in ranks})
    report = {
        "all": _scores([rank for _, rank in ranks]),
        "by_language": {name: _scores([rank for lang, rank in ranks if lang == name]) for name in languages},
        "latency_ms": {"p50": _percentile(latencies, 0.50), "p95": _percentile(latencies, 0.95)},
    }
    return Measured(report, len(ranks), tuple(degraded), found_any)


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
    return Asked(language, text, tuple(wanted), reference if isinstance(reference, str) else "")


def _rank(found: Sequence[Found], must_contain: Sequence[str]) -> int | None:
    wanted = [_folded(text) for text in must_contain]
    for rank, one in enumerate(found, 1):
        text = _folded(one.passage.excerpt.text)
        if any(piece in text for piece in wanted):
            return rank
    return None


def _scores(ranks: Sequence[int | None]) -> dict[str, float]:
    many = len(ranks) or 1
    hits = {f"hit@{k}": round(sum(r is not None and r <= k for r in ranks) / many, 4) for k in (1, 5, 10)}
    return {**hits, "mrr@10": round(sum(1 / r for r in ranks if r) / many, 4)}


def _percentile(values: Sequence[float], share: float) -> float | None:
    if not values:
        return None
    return round(sorted(values)[math.ceil(share * len(values)) - 1], 2)


def _folded(text: str) -> str:
    return " ".join(text.split())
