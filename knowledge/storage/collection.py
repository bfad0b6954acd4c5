"""The names of the collections of one build, and the vectors that its passages have of one embedding model.

What the worker, who writes it, and the bot, who searches it, must agree on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.core.failures import ModelUnavailable
from knowledge.storage.client import guarded

if TYPE_CHECKING:
    from qdrant_client import QdrantClient
    from qdrant_client.models import CollectionConfig

    from knowledge.embeddings.embedding_model import Meaning


def passages_of_prefix(prefix: str, number: int = 1) -> str:
    """The name of the collection of passages of a build, among the collections that begin with `prefix`."""
    return f"{prefix}_passages{_suffix(number)}"


def documents_of_prefix(prefix: str, number: int = 1) -> str:
    """The name of the collection of its ledger."""
    return f"{prefix}_documents{_suffix(number)}"


def _suffix(number: int) -> str:
    return "" if number == 1 else f"_{number}"  # the first is where it was before there were builds


@dataclass(frozen=True, slots=True)
class Dense:
    """The dense vectors of one model in one collection."""

    client: QdrantClient
    collection: str
    meaning: Meaning

    @property
    def name(self) -> str:
        """The name of the vectors in Qdrant."""
        return self.meaning.vector_name

    def dimension(self) -> int | None:
        """How many numbers this model's vectors in the index have; None before the first of them.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        with guarded():
            return self.dimension_in(self.client.get_collection(self.collection).config)

    def dimension_in(self, config: CollectionConfig | None) -> int | None:
        """The same, from the collection's description."""
        vectors = config.params.vectors if config else None
        params = vectors.get(self.name) if isinstance(vectors, dict) else None
        return params.size if params else None

    def check(self, dimension: int, held: int) -> None:
        """Hold a vector's dimension to the one that the index holds.

        Raises:
            ModelUnavailable: they differ: no vector of this model can be compared with those of the index.
        """
        if dimension != held:
            raise ModelUnavailable(
                f"The embedding model {self.meaning.model} gives vectors of {dimension} numbers, the index holds "
                f"{held}: it is another model under the same name, pull it under a name of its own."
            )
