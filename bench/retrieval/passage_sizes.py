"""Measure how much of an answer the model reads: with passages of other sizes, and with their neighbours.

Figures are shares of the answerable questions that have a whole right passage within a number of characters.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING
from unittest import mock

import numpy as np

from bench.retrieval.ideas import Words, by_score, first
from bench.retrieval.question_sets import embedded, sets
from ingestion.readers import chunking as splitting
from knowledge.retrieval.fusion import LEXICAL_WEIGHT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bench.embedding_server import MiniLM
    from bench.retrieval.question_sets import Set
    from knowledge.core.passages import Passage

    Portion = Callable[[Set, Sequence[int]], Iterator[Sequence[int]]]

SIZES = (200, 300, 600)  # tokens; what is shipped is up to 400
OVERLAP = 50  # tokens that a passage repeats of the one before
ROOMS = (4_000, 8_000, 16_000)  # characters; 8 passages have about 8,000
_CONSIDERED = 40


@contextmanager
def cut_to(tokens: int) -> Iterator[None]:
    """Let documents be split into passages of up to so many tokens, for the block."""
    most = tokens * splitting.CHARACTERS_PER_TOKEN
    # The product has one size, as constants: what is measured is its own splitting with others in their place.
    with mock.patch.multiple(
        splitting, MIN_EXCERPT_CHARACTERS=most // 2, MAX_EXCERPT_CHARACTERS=most, MAX_CODE_CHARACTERS=most * 5 // 4
    ):
        yield


def by_size(model: MiniLM, shipped: Sequence[Set]) -> dict[str, list[dict[str, float]]]:
    """For each size and set: how passages rank, and what is read within the rooms."""
    rows = {"shipped (200 to 400 tokens)": [_sized(one) for one in shipped]}
    for tokens in SIZES:
        with cut_to(tokens):
            rows[f"{tokens // 2} to {tokens} tokens"] = [_sized(one) for one in sets(model)]
    rows[f"shipped, {OVERLAP} tokens of the one before repeated"] = [
        _sized(_overlapping(one, model)) for one in shipped
    ]
    return rows


def _overlapping(one: Set, model: MiniLM) -> Set:
    documents = [(document, _repeating(passages)) for document, passages in one.documents]
    texts = [passage.indexed_text for _, passages in documents for passage in passages]
    return replace(one, documents=documents, vectors=embedded(model, texts))


def _repeating(passages: Sequence[Passage]) -> list[Passage]:
    """The passages of a document, each after the last words of the one before."""
    characters = OVERLAP * splitting.CHARACTERS_PER_TOKEN
    told = [*passages[:1]]
    for before, one in pairwise(passages):
        _, _, end = before.excerpt.text[-characters:].partition(" ")
        told.append(replace(one, excerpt=replace(one.excerpt, text=f"{end}\n{one.excerpt.text}")))
    return told


def by_portion(shipped: Sequence[Set]) -> dict[str, list[dict[str, float]]]:
    """For each way to read around what was found, and each set: what is read within the rooms."""
    return {name: [_in_rooms(one, portion) for one in shipped] for name, portion in PORTIONS.items()}


def alone(_: Set, ranked: Sequence[int]) -> Iterator[Sequence[int]]:
    """Each passage by itself."""
    yield from ((n,) for n in ranked)


def with_neighbours(one: Set, ranked: Sequence[int], among: int = _CONSIDERED) -> Iterator[Sequence[int]]:
    """The first `among` passages with the one before and the one after, the others alone."""
    for rank, n in enumerate(ranked):
        yield (n, *_beside(one, n)) if rank < among else (n,)


def with_section(one: Set, ranked: Sequence[int]) -> Iterator[Sequence[int]]:
    """Each passage with all others under the same heading."""
    place = {n: (passage.document_id, passage.excerpt.section) for n, passage in enumerate(one.passages)}
    for n in ranked:
        yield (n, *(m for m in place if place[m] == place[n] and m != n))


PORTIONS: dict[str, Portion] = {
    "passages alone (shipped)": alone,
    "with both neighbours": with_neighbours,
    "the first three with both neighbours": lambda one, ranked: with_neighbours(one, ranked, 3),
    "whole sections": with_section,
}


def _sized(one: Set) -> dict[str, float]:
    figures = one.figures(_ranked_of(one))["all"]
    return {"passages": len(one.passages), **{name: figures[name] for name in ("hit@5", "mrr@10")}, **_in_rooms(one)}


def _in_rooms(one: Set, portion: Portion = alone) -> dict[str, float]:
    order = _ranked_of(one, _CONSIDERED)
    read = [[*portion(one, order(one, n))] for n in one.answerable]
    return {
        f"within {room:,} characters": round(
            float(np.mean([_is_read(one, n, groups, room) for n, groups in zip(one.answerable, read, strict=True)])), 3
        )
        for room in ROOMS
    }


def _is_read(one: Set, question: int, groups: Sequence[Sequence[int]], room: int) -> bool:
    read: set[int] = set()
    for n in (n for group in groups for n in group):
        if n in read:
            continue
        room -= len(one.passages[n].indexed_text)
        if room < 0:
            return False
        if n in one.right[question]:
            return True
        read.add(n)
    return False


def _beside(one: Set, n: int) -> list[int]:
    document = one.passages[n].document_id
    return [m for m in (n - 1, n + 1) if 0 <= m < len(one.passages) and one.passages[m].document_id == document]


def _ranked_of(one: Set, many: int = 10) -> Callable[[Set, int], list[int]]:
    words = Words(one.passages)

    def ranked(of: Set, n: int) -> list[int]:
        return first(by_score(words.scores(of.rows[n]["question"]), of.likeness(n), LEXICAL_WEIGHT), many)

    return ranked
