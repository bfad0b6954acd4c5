"""Words and meaning as langchain-qdrant wants to see them. Apart, because importing langchain-qdrant takes seconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from langchain_core.embeddings import Embeddings
from langchain_qdrant import SparseEmbeddings, SparseVector

from knowledge.core.lexical import passage_vector, question_vector

if TYPE_CHECKING:
    from knowledge.embeddings.embedding_model import Meaning


class Words(SparseEmbeddings):
    """Sparse vectors for langchain-qdrant's vector store."""

    def embed_documents(self, texts: list[str]) -> list[SparseVector]:
        """The sparse vectors of passages."""
        return [_sparse(passage_vector(text)) for text in texts]

    def embed_query(self, text: str) -> SparseVector:
        """The sparse vector of a question."""
        return _sparse(question_vector(text))


@dataclass(frozen=True, slots=True)
class Senses(Embeddings):
    """Dense vectors for langchain-qdrant's vector store."""

    meaning: Meaning

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """The dense vectors of passages."""
        return self.meaning.embed_documents(texts)

    def embed_query(self, text: str) -> list[float]:
        """The dense vector of a question."""
        return self.meaning.embed_query(text)


def _sparse(vector: tuple[list[int], list[float]]) -> SparseVector:
    indices, values = vector
    return SparseVector(indices=indices, values=values)
