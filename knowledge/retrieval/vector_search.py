"""Asks Qdrant which passages of one collection are nearest to a question, as far as its audience may know them.

Two ways lead there, with the same results: `Plain` needs nothing but Qdrant's client and is there at once;
`knowledge/retrieval/langchain_search` goes through LangChain's vector store.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from knowledge.core.lexical import sparse_vector_from_question
from knowledge.core.passages import FoundPassage
from knowledge.storage.schema import SPARSE_VECTOR_NAME, build_audience_filter, passage_from_payload

if TYPE_CHECKING:
    from qdrant_client import QdrantClient, models

    from knowledge.core.access import Audience
    from knowledge.embeddings.embedding_model import EmbeddingModel


class VectorSearch(Protocol):
    """What is nearest to a question, best first. There is no way to ask but for an audience."""

    def search_lexical(self, collection: str, text: str, audience: Audience, limit: int) -> list[FoundPassage]:
        """At most `many` passages that share words with a question."""
        ...

    def search_dense(
        self,
        collection: str,
        text: str,
        audience: Audience,
        limit: int,
        embedding_model: EmbeddingModel,
        params: models.SearchParams | None = None,
    ) -> list[FoundPassage]:
        """The `many` passages that are nearest to a question by this model's meaning.

        Raises:
            ModelUnavailable: the model is away.
        """
        ...


@dataclass(frozen=True, slots=True)
class QdrantVectorSearch:
    """By Qdrant's own client."""

    client: QdrantClient

    def search_lexical(self, collection: str, text: str, audience: Audience, limit: int) -> list[FoundPassage]:
        """As `Proposals` says."""
        from qdrant_client import models

        indices, values = sparse_vector_from_question(text)
        vector = models.SparseVector(indices=indices, values=values)
        return self._query_passages(collection, vector, SPARSE_VECTOR_NAME, audience, limit)

    def search_dense(
        self,
        collection: str,
        text: str,
        audience: Audience,
        limit: int,
        embedding_model: EmbeddingModel,
        params: models.SearchParams | None = None,
    ) -> list[FoundPassage]:
        """As `Proposals` says."""
        vector = embedding_model.embed_query(text)
        return self._query_passages(collection, vector, embedding_model.vector_name, audience, limit, params)

    def _query_passages(
        self,
        collection: str,
        vector: models.SparseVector | list[float],
        vector_name: str,
        audience: Audience,
        limit: int,
        params: models.SearchParams | None = None,
    ) -> list[FoundPassage]:
        points = self.client.query_points(
            collection,
            query=vector,
            using=vector_name,
            query_filter=build_audience_filter(audience),
            limit=limit,
            search_params=params,
            with_payload=True,
        ).points
        return [FoundPassage(passage_from_payload(point.payload or {}, str(point.id)), point.score) for point in points]
