"""The names of the collections of one build, and the vectors that its passages have of one embedding model.

What the worker, who writes it, and the bot, who searches it, must agree on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.core.failures import ModelUnavailable
from knowledge.storage.client import translate_qdrant_errors

if TYPE_CHECKING:
    from qdrant_client import QdrantClient
    from qdrant_client.models import CollectionConfig

    from knowledge.embeddings.embedding_model import EmbeddingModel


def passages_collection_name(prefix: str, number: int = 1) -> str:
    """The name of the collection of passages of a build, among the collections that begin with `prefix`."""
    return f"{prefix}_passages{_version_suffix(number)}"


def ledger_collection_name(prefix: str, number: int = 1) -> str:
    """The name of the collection of its ledger."""
    return f"{prefix}_documents{_version_suffix(number)}"


def _version_suffix(number: int) -> str:
    return "" if number == 1 else f"_{number}"  # the first is where it was before there were builds


@dataclass(frozen=True, slots=True)
class DenseVectors:
    """The dense vectors of one model in one collection."""

    client: QdrantClient
    collection: str
    embedding_model: EmbeddingModel

    @property
    def vector_name(self) -> str:
        """The name of the vectors in Qdrant."""
        return self.embedding_model.vector_name

    def fetch_dimension(self) -> int | None:
        """How many numbers this model's vectors in the index have; None before the first of them.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        with translate_qdrant_errors():
            return self.dimension_from_config(self.client.get_collection(self.collection).config)

    def dimension_from_config(self, config: CollectionConfig | None) -> int | None:
        """The same, from the collection's description."""
        vectors = config.params.vectors if config else None
        params = vectors.get(self.vector_name) if isinstance(vectors, dict) else None
        return params.size if params else None

    def check_dimension(self, dimension: int, expected: int) -> None:
        """Hold a vector's dimension to the one that the index holds.

        Raises:
            ModelUnavailable: they differ: no vector of this model can be compared with those of the index.
        """
        if dimension != expected:
            raise ModelUnavailable(
                f"The embedding model {self.embedding_model.model} gives vectors of {dimension} numbers, "
                "the index holds "
                f"{expected}: it is another model under the same name, pull it under a name of its own."
            )
