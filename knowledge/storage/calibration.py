"""Keeps with an index what its scores are judged by: the relevance floor and the typical margin."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean, median
from typing import TYPE_CHECKING

from qdrant_client import QdrantClient, models

from knowledge.core.stored_record import StoredRecord
from knowledge.storage.client import translate_qdrant_errors

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


COMPARED_PASSAGES = 40  # passages, the nearest included
_NEAREST_SKIPPED = 5  # of these, that may all speak of the same
_MIN_PASSAGES = 12  # fewer passages tell nothing
_SAMPLE_SIZE = 64  # passages that are compared with all others
_MIN_MARGIN = 1e-6
_MAX_GROWTH = 1.25  # an index that has grown or shrunk so much is measured again


@dataclass(frozen=True, slots=True)
class TypicalMargin(StoredRecord):
    """The lead that is usual in an index of this many passages."""

    lead: float
    passages: int

    def is_still_valid(self, passages: int) -> bool:
        """Whether the index is about as large as it was."""
        return max(passages, self.passages) <= _MAX_GROWTH * min(passages, self.passages)


def compute_margin(scores: Sequence[float]) -> float | None:
    """How much nearer the first is than the mean of those that are not among the first few; None of too few."""
    compared = scores[:COMPARED_PASSAGES]
    return compared[0] - fmean(compared[_NEAREST_SKIPPED:]) if len(compared) >= _MIN_PASSAGES else None


def compute_relative_margin(scores: Sequence[float], typical: TypicalMargin | None) -> float | None:
    """The same, as a multiple of what is usual; None where either cannot be told."""
    ahead = compute_margin(scores)
    return ahead / typical.lead if typical and ahead is not None else None


def compute_typical_margin(
    client: QdrantClient, collection: str, vector_name: str, known: TypicalMargin | None
) -> TypicalMargin | None:
    """What is usual among the passages of a collection that have these vectors; `known`, while that holds.

    None where there are too few of them, or they are all the same.

    Raises:
        IndexUnavailable: Qdrant failed.
    """
    with translate_qdrant_errors():
        passages = client.count(collection, exact=False).count
        if known and known.is_still_valid(passages):
            return known
        leads = [*_sample_margins(client, collection, vector_name)]
    usual = median(leads) if len(leads) >= _MIN_PASSAGES else 0.0
    return TypicalMargin(round(usual, 4), passages) if usual > _MIN_MARGIN else None


def _sample_margins(client: QdrantClient, collection: str, vector_name: str) -> Iterator[float]:
    with_meaning = models.Filter(must=[models.HasVectorCondition(has_vector=vector_name)])
    # In the order of their ids, which are hashes: as good as drawn, and the same ones each time.
    sample, _ = client.scroll(
        collection, with_meaning, limit=_SAMPLE_SIZE, with_vectors=[vector_name], with_payload=False
    )
    for point in sample:
        vector = point.vector[vector_name] if isinstance(point.vector, dict) else None
        if not isinstance(vector, list):
            continue
        # Without a filter, which costs the embedded engine more than the search; what is not live yet is alike.
        near = client.query_points(
            collection, query=vector, using=vector_name, limit=COMPARED_PASSAGES + 1, with_payload=False
        ).points
        ahead = compute_margin([other.score for other in near if other.id != point.id])
        if ahead is not None:
            yield ahead


@dataclass(frozen=True, slots=True)
class RelevanceFloor(StoredRecord):
    """What a question's passages must reach, from 0 to 1, by one way to measure it (`measure`).

    `threshold` where they were found by words alone, `with_meaning` where meaning speaks too.
    """

    threshold: float
    measure: str
    with_meaning: float = 0.08


# Just below a third of the words, where every code is met; with meaning, where weights that were fitted on other
# questions refuse one answerable question in fifty at most. Another way to measure is another `measure`, and another
# reading or other words in the index are another threshold: fit it with `python -m bench.retrieval`.
DEFAULT_FLOOR = RelevanceFloor(0.11, "words, codes and leads 1")


def choose_relevance_floor(stored: RelevanceFloor | None) -> RelevanceFloor:
    """The floor of an index; today's where the index has none, or was fitted for another measure."""
    return stored if stored and stored.measure == DEFAULT_FLOOR.measure else DEFAULT_FLOOR
