"""Asks Qdrant which passages of one collection are nearest to a question, as far as its audience may know them.

Two ways lead there, with the same results: `Plain` needs nothing but Qdrant's client and is there at once;
`knowledge/retrieval/langchain_search` goes through LangChain's vector store.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from knowledge.core.lexical import question_vector
from knowledge.core.passages import Found
from knowledge.storage.points import WORDS_VECTOR, passage_at, visible_to

if TYPE_CHECKING:
    from qdrant_client import QdrantClient, models

    from knowledge.core.access import Audience
    from knowledge.embeddings.embedding_model import Meaning


class Proposals(Protocol):
    """What is nearest to a question, best first. There is no way to ask but for an audience."""

    def by_words(self, collection: str, text: str, audience: Audience, many: int) -> list[Found]:
        """At most `many` passages that share words with a question."""
        ...

    def by_meaning(
        self,
        collection: str,
        text: str,
        audience: Audience,
        many: int,
        meaning: Meaning,
        params: models.SearchParams | None = None,
    ) -> list[Found]:
        """The `many` passages that are nearest to a question by this model's meaning.

        Raises:
            ModelUnavailable: the model is away.
        """
        ...


@dataclass(frozen=True, slots=True)
class Plain:
    """By Qdrant's own client."""

    client: QdrantClient

    def by_words(self, collection: str, text: str, audience: Audience, many: int) -> list[Found]:
        """As `Proposals` says."""
        from qdrant_client import models

        indices, values = question_vector(text)
        vector = models.SparseVector(indices=indices, values=values)
        return self._found(collection, vector, WORDS_VECTOR, audience, many)

    def by_meaning(
        self,
        collection: str,
        text: str,
        audience: Audience,
        many: int,
        meaning: Meaning,
        params: models.SearchParams | None = None,
    ) -> list[Found]:
        """As `Proposals` says."""
        vector = meaning.embed_query(text)
        return self._found(collection, vector, meaning.vector_name, audience, many, params)

    def _found(
        self,
        collection: str,
        vector: models.SparseVector | list[float],
        name: str,
        audience: Audience,
        many: int,
        params: models.SearchParams | None = None,
    ) -> list[Found]:
        points = self.client.query_points(
            collection,
            query=vector,
            using=name,
            query_filter=visible_to(audience),
            limit=many,
            search_params=params,
            with_payload=True,
        ).points
        return [Found(passage_at(point.payload or {}, str(point.id)), point.score) for point in points]
