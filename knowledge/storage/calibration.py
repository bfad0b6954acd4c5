"""Measures the typical score margin of an index, and defines the relevance floor that is stored with it.

The margin says how far the nearest passage is ahead of the others. Scores differ between embedding models and grow
with an index, so a margin is compared with the typical one of the same index. The worker measures it.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean, median
from typing import TYPE_CHECKING

from qdrant_client import QdrantClient, models

from knowledge.core.stored_record import StoredRecord
from knowledge.storage.client import translate_qdrant_errors
from knowledge.storage.schema import build_passages_filter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


COMPARED_PASSAGES = 40  # passages, the nearest included
_NEAREST_SKIPPED = 5  # of these: they may all have the same subject
_MIN_PASSAGES = 12  # fewer passages give no reliable margin
_SAMPLE_SIZE = 64  # passages that are compared with all others
_MIN_MARGIN = 1e-6
_MAX_GROWTH = 1.25  # an index that has grown or shrunk so much is measured again


@dataclass(frozen=True, slots=True)
class TypicalMargin(StoredRecord):
    """The margin that is typical of an index with this many passages. `lead` is its stored name."""

    lead: float
    passages: int

    def is_still_valid(self, passages: int) -> bool:
        """Whether the index is about as large as it was."""
        return max(passages, self.passages) <= _MAX_GROWTH * min(passages, self.passages)


def compute_margin(scores: Sequence[float]) -> float | None:
    """The first score minus the mean of the later ones. The next four are skipped. None for too few scores."""
    compared = scores[:COMPARED_PASSAGES]
    return compared[0] - fmean(compared[_NEAREST_SKIPPED:]) if len(compared) >= _MIN_PASSAGES else None


def compute_relative_margin(scores: Sequence[float], typical: TypicalMargin | None) -> float | None:
    """The margin as a multiple of the typical one; None if either is unknown."""
    margin = compute_margin(scores)
    return margin / typical.lead if typical and margin is not None else None


def compute_typical_margin(
    client: QdrantClient, collection: str, vector_name: str, known: TypicalMargin | None
) -> TypicalMargin | None:
    """Measure the typical margin of a collection's dense vectors, or return `known` while it is still valid.

    None if there are too few passages, or all are the same.

    Raises:
        IndexUnavailable: Qdrant failed.
    """
    with translate_qdrant_errors():
        passages = client.count(collection, build_passages_filter(), exact=False).count
        if known and known.is_still_valid(passages):
            return known
        margins = [*_sample_margins(client, collection, vector_name)]
    typical = median(margins) if len(margins) >= _MIN_PASSAGES else 0.0
    return TypicalMargin(round(typical, 4), passages) if typical > _MIN_MARGIN else None


def _sample_margins(client: QdrantClient, collection: str, vector_name: str) -> Iterator[float]:
    embedded = models.Filter(must=[models.HasVectorCondition(has_vector=vector_name)])
    # The ids are hashes, so the first ones are a random sample, and the same one each time.
    sample, _ = client.scroll(collection, embedded, limit=_SAMPLE_SIZE, with_vectors=[vector_name], with_payload=False)
    for point in sample:
        vector = point.vector[vector_name] if isinstance(point.vector, dict) else None
        if not isinstance(vector, list):
            continue
        # No filter: passages that are not live yet are similar.
        near = client.query_points(
            collection, query=vector, using=vector_name, limit=COMPARED_PASSAGES + 1, with_payload=False
        ).points
        margin = compute_margin([other.score for other in near if other.id != point.id])
        if margin is not None:
            yield margin


@dataclass(frozen=True, slots=True)
class RelevanceFloor(StoredRecord):
    """The relevance (0 to 1) that a question's passages must reach; `measure` names how it is computed.

    `threshold` holds for lexical search alone, `with_meaning` for lexical and dense search together. The default of
    `with_meaning` is for records that were written without it. `knowledge/retrieval/relevance` has the floor in use.
    """

    threshold: float
    measure: str
    with_meaning: float = 0.08
