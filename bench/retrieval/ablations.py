"""Order the passages by each idea, to be measured beside what is shipped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.retrieval.ideas import COUNTINGS, FUSIONS, Vocabulary, Words, by_score, diverse, first
from knowledge.retrieval.evaluation import EVALUATION_DEPTH

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from bench.retrieval.question_sets import Order, Set

    Scores = Callable[[Set, int], NDArray[np.float32]]


def ablations(sets: Sequence[Set]) -> dict[str, Order]:
    """Every idea by its name; `words:` where words alone are searched, `both:` with meaning."""
    words = {one.name: Words(one.passages) for one in sets}
    known = {one.name: Vocabulary(one.passages) for one in sets}
    bare = {one.name: Words(one.passages, COUNTINGS["without beginnings of words"]) for one in sets}

    def by_words(one: Set, n: int) -> NDArray[np.float32]:
        return words[one.name].scores(one.rows[n]["question"])

    def fed_back(one: Set, n: int) -> NDArray[np.float32]:
        return words[one.name].fed_back(one.rows[n]["question"], one.passages)

    def mended(one: Set, n: int) -> NDArray[np.float32]:
        return words[one.name].scores(known[one.name].mended(one.rows[n]["question"]))

    def mended_bare(one: Set, n: int) -> NDArray[np.float32]:
        return bare[one.name].scores(known[one.name].mended(one.rows[n]["question"]))

    orders: dict[str, Order] = {"meaning alone": lambda one, n: first(one.likeness(n), EVALUATION_DEPTH)}
    orders |= _both_ways("as shipped, by the arithmetic of the rows below", by_words)
    for name in COUNTINGS:
        orders |= _both_ways(name, _counted(sets, name))
    orders |= _both_ways("unknown words mended by the nearest known one", mended)
    orders |= _both_ways("unknown words mended, without beginnings of words", mended_bare)
    orders |= _both_ways("fed back from the first three", fed_back)
    orders |= {f"both: {name}": _fused(name, by_words) for name in FUSIONS}
    for weight in (0.7, 0.9):
        orders[f"both: made diverse (MMR {weight})"] = _diverse(by_words, weight)
    return orders


def _both_ways(name: str, scores: Scores) -> dict[str, Order]:
    return {
        f"words: {name}": lambda one, n: first(scores(one, n), EVALUATION_DEPTH),
        f"both: {name}": lambda one, n: first(by_score(scores(one, n), one.likeness(n)), EVALUATION_DEPTH),
    }


def _counted(sets: Sequence[Set], name: str) -> Scores:
    words = {one.name: Words(one.passages, COUNTINGS[name]) for one in sets}
    return lambda one, n: words[one.name].scores(one.rows[n]["question"])


def _fused(name: str, by_words: Scores) -> Order:
    return lambda one, n: first(FUSIONS[name](by_words(one, n), one.likeness(n)), EVALUATION_DEPTH)


def _diverse(by_words: Scores, weight: float) -> Order:
    return lambda one, n: diverse(by_score(by_words(one, n), one.likeness(n)), one.vectors, EVALUATION_DEPTH, weight)
