"""Searches one collection of Qdrant by words and by dense vectors, through LangChain's vector store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from langchain_qdrant import QdrantVectorStore, RetrievalMode
from qdrant_client import models

from knowledge.core.lexical import sparse_vector_from_question
from knowledge.embeddings.embedding_model import LangChainSparseEmbeddings
from knowledge.storage.client import query_batch
from knowledge.storage.payload_indexes import build_audience_filter, build_foreign_language_condition
from knowledge.storage.schema import (
    SPARSE_VECTOR_NAME,
    build_version_request,
    digest_from_points,
    found_passage_from_langchain,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qdrant_client import QdrantClient

    from knowledge.core.access import Audience
    from knowledge.core.passages import FoundPassage
    from knowledge.embeddings.embedding_model import EmbeddingModel


@dataclass(frozen=True, slots=True)
class LexicalSearch:
    """A search for the passages that share words with a text."""

    text: str

    def build_request(self, condition: models.Filter, limit: int) -> models.QueryRequest:
        """The search as Qdrant takes it, for the passages that meet the condition."""
        indices, values = sparse_vector_from_question(self.text)
        return models.QueryRequest(
            query=models.SparseVector(indices=indices, values=values),
            using=SPARSE_VECTOR_NAME,
            filter=condition,
            limit=limit,
            with_payload=True,
        )


@dataclass(frozen=True, slots=True)
class DenseSearch:
    """A search for the passages whose vectors by a model are nearest to a text.

    With `not_in_language`, only passages in a known language other than this one are searched.
    """

    text: str
    embedding_model: EmbeddingModel
    params: models.SearchParams | None = None
    not_in_language: str | None = None

    def build_request(self, condition: models.Filter, limit: int) -> models.QueryRequest:
        """The search as Qdrant takes it, for the passages that meet the condition.

        Raises:
            ModelUnavailable: the embedding model does not answer.
        """
        if self.not_in_language is not None:
            condition = models.Filter(must=[condition, build_foreign_language_condition(self.not_in_language)])
        return models.QueryRequest(
            query=self.embedding_model.embed_query(self.text),
            using=self.embedding_model.vector_name,
            filter=condition,
            params=self.params,
            limit=limit,
            with_payload=True,
        )


@dataclass(frozen=True, slots=True)
class BatchResults:
    """What several searches found, in their order, and the digest of the index version that they were made in.

    The digest is None if an older worker made the index.
    """

    found: list[list[FoundPassage]]
    version_digest: str | None


class PassageStore(QdrantVectorStore):
    """LangChain's vector store over the passages of one collection, with several searches in one request."""

    def search_batch(
        self, searches: Sequence[LexicalSearch | DenseSearch], audience: Audience, limit: int
    ) -> BatchResults:
        """Returns at most `limit` passages for each search, best first.

        Raises:
            ModelUnavailable: the embedding model does not answer.
        """
        condition = build_audience_filter(audience)
        requests = [build_version_request(), *(search.build_request(condition, limit) for search in searches)]
        version, *answers = query_batch(self.client, self.collection_name, requests)
        found = [[self._to_passage(point) for point in answer.points] for answer in answers]
        return BatchResults(found, digest_from_points(version.points))

    def _to_passage(self, point: models.ScoredPoint) -> FoundPassage:
        document = self._document_from_point(
            point, self.collection_name, self.content_payload_key, self.metadata_payload_key
        )
        return found_passage_from_langchain(document, point.score)


@dataclass(frozen=True, slots=True)
class VectorSearch:
    """The passages nearest to a question, best first. Each search requires an audience."""

    client: QdrantClient

    def search_passages(
        self, collection: str, searches: Sequence[LexicalSearch | DenseSearch], audience: Audience, limit: int
    ) -> BatchResults:
        """Returns at most `limit` passages for each search. One request to Qdrant for all of them.

        An alias is resolved once for the whole request, so all of it is answered by one index version.

        Raises:
            ModelUnavailable: the embedding model does not answer.
        """
        store = PassageStore(
            client=self.client,
            collection_name=collection,
            retrieval_mode=RetrievalMode.SPARSE,
            sparse_embedding=LangChainSparseEmbeddings(),
            sparse_vector_name=SPARSE_VECTOR_NAME,
            validate_collection_config=False,
        )
        return store.search_batch(searches, audience, limit)
