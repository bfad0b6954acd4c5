"""How far the passage that is nearest by meaning is ahead of the others, in a measure that all embedding models share.

One model's likenesses lie between 0.6 and 0.9, another's between 0 and 1, and in a large index more passages are near
to anything. So a lead is told in leads that are usual in the same index: those of some of its own passages, each
compared with all the others. The worker measures that and keeps it with the index; a search only divides.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean, median
from typing import TYPE_CHECKING

from knowledge.storage.client import guarded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qdrant_client import QdrantClient

COMPARED = 40  # passages, the nearest included
_NEAR = 5  # of these, that may all speak of the same
_LEAST = 12  # fewer passages tell nothing
_SAMPLE = 64  # passages that are compared with all others
_NONE = 1e-6
_GROWTH = 1.25  # an index that has grown or shrunk so much is measured again


@dataclass(frozen=True, slots=True)
class Usual:
    """The lead that is usual in an index of this many passages."""

    lead: float
    passages: int

    def still_holds(self, passages: int) -> bool:
        """Whether the index is about as large as it was."""
        return max(passages, self.passages) <= _GROWTH * min(passages, self.passages)


def lead(likenesses: Sequence[float]) -> float | None:
    """How much nearer the first is than the mean of those that are not among the first few; None of too few."""
    compared = likenesses[:COMPARED]
    return compared[0] - fmean(compared[_NEAR:]) if len(compared) >= _LEAST else None


def in_usual_leads(likenesses: Sequence[float], usual: Usual | None) -> float | None:
    """The same, as a multiple of what is usual; None where either cannot be told."""
    ahead = lead(likenesses)
    return ahead / usual.lead if usual and ahead is not None else None


def usual_in(client: QdrantClient, collection: str, vectors: str, known: Usual | None) -> Usual | None:
    """What is usual among the passages of a collection that have these vectors; `known`, while that holds.

    None where there are too few of them, or they are all the same.

    Raises:
        IndexUnavailable: Qdrant failed.
    """
    with guarded():
        passages = client.count(collection, exact=False).count
        if known and known.still_holds(passages):
            return known
        leads = [*_leads(client, collection, vectors)]
    usual = median(leads) if len(leads) >= _LEAST else 0.0
    return Usual(round(usual, 4), passages) if usual > _NONE else None


def _leads(client: QdrantClient, collection: str, vectors: str) -> Iterator[float]:
    from qdrant_client import models

    with_meaning = models.Filter(must=[models.HasVectorCondition(has_vector=vectors)])
    # In the order of their ids, which are hashes: as good as drawn, and the same ones each time.
    sample, _ = client.scroll(collection, with_meaning, limit=_SAMPLE, with_vectors=[vectors], with_payload=False)
    for point in sample:
        vector = point.vector[vectors] if isinstance(point.vector, dict) else None
        if not isinstance(vector, list):
            continue
        # Without a filter, which costs the embedded engine more than the search; what is not live yet is alike.
        near = client.query_points(
            collection, query=vector, using=vectors, limit=COMPARED + 1, with_payload=False
        ).points
        ahead = lead([other.score for other in near if other.id != point.id])
        if ahead is not None:
            yield ahead
