"""Searches one collection of Qdrant by words or by a dense vector, through LangChain's vector store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from langchain_qdrant import QdrantVectorStore, RetrievalMode
from qdrant_client import models

from knowledge.embeddings.embedding_model import LangChainSparseEmbeddings
from knowledge.storage.schema import (
    SPARSE_VECTOR_NAME,
    build_audience_filter,
    build_foreign_language_condition,
    found_passage_from_langchain,
)

if TYPE_CHECKING:
    from langchain_core.documents import Document as LangChainDocument
    from qdrant_client import QdrantClient

    from knowledge.core.access import Audience
    from knowledge.core.passages import FoundPassage
    from knowledge.embeddings.embedding_model import EmbeddingModel


@dataclass(frozen=True, slots=True)
class VectorSearch:
    """The passages nearest to a question, best first. Each search requires an audience."""

    client: QdrantClient

    def search_lexical(self, collection: str, text: str, audience: Audience, limit: int) -> list[FoundPassage]:
        """Returns at most `limit` passages that share words with a question."""
        store = QdrantVectorStore(
            client=self.client,
            collection_name=collection,
            retrieval_mode=RetrievalMode.SPARSE,
            sparse_embedding=LangChainSparseEmbeddings(),
            sparse_vector_name=SPARSE_VECTOR_NAME,
            validate_collection_config=False,
        )
        condition = build_audience_filter(audience)
        return _to_passages(store.similarity_search_with_score(text, k=limit, filter=condition))

    def search_dense(
        self,
        collection: str,
        text: str,
        audience: Audience,
        limit: int,
        embedding_model: EmbeddingModel,
        params: models.SearchParams | None = None,
        not_in_language: str | None = None,
    ) -> list[FoundPassage]:
        """Returns the `limit` passages whose vectors by this model are nearest to a question.

        With `not_in_language`, only passages in a known language other than this one are searched.

        Raises:
            ModelUnavailable: the embedding model does not answer.
        """
        store = QdrantVectorStore(
            client=self.client,
            collection_name=collection,
            embedding=embedding_model,
            retrieval_mode=RetrievalMode.DENSE,
            vector_name=embedding_model.vector_name,
            validate_collection_config=False,
        )
        condition = build_audience_filter(audience)
        if not_in_language is not None:
            condition = models.Filter(must=[condition, build_foreign_language_condition(not_in_language)])
        return _to_passages(store.similarity_search_with_score(text, k=limit, filter=condition, search_params=params))


def _to_passages(scored: list[tuple[LangChainDocument, float]]) -> list[FoundPassage]:
    return [found_passage_from_langchain(document, score) for document, score in scored]
