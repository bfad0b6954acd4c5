"""Sparse and dense embeddings in the classes that langchain-qdrant expects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from langchain_core.embeddings import Embeddings
from langchain_qdrant import SparseEmbeddings, SparseVector

from knowledge.core.lexical import sparse_vector_from_passage, sparse_vector_from_question

if TYPE_CHECKING:
    from knowledge.embeddings.embedding_model import EmbeddingModel


class LangChainSparseEmbeddings(SparseEmbeddings):
    """Sparse vectors for langchain-qdrant's vector store."""

    def embed_documents(self, texts: list[str]) -> list[SparseVector]:
        """Returns the sparse vectors of passages."""
        return [_to_sparse_vector(sparse_vector_from_passage(text)) for text in texts]

    def embed_query(self, text: str) -> SparseVector:
        """Returns the sparse vector of a question."""
        return _to_sparse_vector(sparse_vector_from_question(text))


@dataclass(frozen=True, slots=True)
class LangChainDenseEmbeddings(Embeddings):
    """Dense vectors for langchain-qdrant's vector store."""

    embedding_model: EmbeddingModel

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Returns the dense vectors of passages."""
        return self.embedding_model.embed_documents(texts)

    def embed_query(self, text: str) -> list[float]:
        """Returns the dense vector of a question."""
        return self.embedding_model.embed_query(text)


def _to_sparse_vector(vector: tuple[list[int], list[float]]) -> SparseVector:
    indices, values = vector
    return SparseVector(indices=indices, values=values)
