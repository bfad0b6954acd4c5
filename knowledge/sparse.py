"""Words as langchain-qdrant wants to see them. Apart, because importing langchain-qdrant takes seconds."""

from __future__ import annotations

from langchain_qdrant import SparseEmbeddings, SparseVector

from knowledge.words import passage_vector, question_vector


class Words(SparseEmbeddings):
    """Sparse vectors for langchain-qdrant's vector store."""

    def embed_documents(self, texts: list[str]) -> list[SparseVector]:
        """The sparse vectors of passages."""
        return [_sparse(passage_vector(text)) for text in texts]

    def embed_query(self, text: str) -> SparseVector:
        """The sparse vector of a question."""
        return _sparse(question_vector(text))


def _sparse(vector: tuple[list[int], list[float]]) -> SparseVector:
    indices, values = vector
    return SparseVector(indices=indices, values=values)
