"""Asks Qdrant through LangChain's vector store, for an audience. Importing this takes a second: it is done late."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from langchain_qdrant import QdrantVectorStore, RetrievalMode

from knowledge.embeddings.langchain_embeddings import Senses, Words
from knowledge.storage.points import WORDS_VECTOR, found_from, visible_to

if TYPE_CHECKING:
    from qdrant_client import QdrantClient, models

    from knowledge.core.access import Audience
    from knowledge.core.passages import Found
    from knowledge.embeddings.embedding_model import Meaning


@dataclass(frozen=True, slots=True)
class Stores:
    """The same as `knowledge/retrieval/vector_search.Plain`, by langchain-qdrant."""

    client: QdrantClient

    def by_words(self, collection: str, text: str, audience: Audience, many: int) -> list[Found]:
        """As `Proposals` says."""
        store = QdrantVectorStore(
            client=self.client,
            collection_name=collection,
            retrieval_mode=RetrievalMode.SPARSE,
            sparse_embedding=Words(),
            sparse_vector_name=WORDS_VECTOR,
            validate_collection_config=False,
        )
        return _found(store, text, audience, many)

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
        store = QdrantVectorStore(
            client=self.client,
            collection_name=collection,
            embedding=Senses(meaning),
            retrieval_mode=RetrievalMode.DENSE,
            vector_name=meaning.vector_name,
            validate_collection_config=False,
        )
        return _found(store, text, audience, many, params)


def _found(
    store: QdrantVectorStore, text: str, audience: Audience, many: int, params: models.SearchParams | None = None
) -> list[Found]:
    scored = store.similarity_search_with_score(text, k=many, filter=visible_to(audience), search_params=params)
    return [found_from(document, score) for document, score in scored]
