"""langchain-qdrant's vector store works over the stand-in as it does over a server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_qdrant import QdrantVectorStore, RetrievalMode, SparseEmbeddings, SparseVector
from qdrant_client import QdrantClient
from qdrant_client import models as m

from playground.qdrant.server import serve_qdrant
from tests.doubles.in_thread import in_thread

WORDS = ("remote", "leave", "days", "password", "expenses")
TEXTS = ("remote work two days", "leave twenty five days", "password twelve letters", "expenses by friday")


class Counts(Embeddings):
    """A vector that says which of a few words a text holds."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self._vector(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return self._vector(text)

    @staticmethod
    def _vector(text: str) -> list[float]:
        return [float(word in text) for word in WORDS] + [0.1]


class Words(SparseEmbeddings):
    """The same, sparse."""

    def embed_documents(self, texts: list[str]) -> list[SparseVector]:
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> SparseVector:
        held = [at for at, word in enumerate(WORDS) if word in text]
        return SparseVector(indices=held, values=[1.0] * len(held))


@pytest.fixture
def client() -> Iterator[QdrantClient]:
    with in_thread(lambda: serve_qdrant(None)) as server:
        client = QdrantClient(url=server.url, check_compatibility=False)
        client.create_collection(
            "c",
            vectors_config={"dense": m.VectorParams(size=6, distance=m.Distance.COSINE)},
            sparse_vectors_config={"words": m.SparseVectorParams(modifier=m.Modifier.IDF)},
        )
        yield client
        client.close()


@pytest.mark.parametrize("mode", [RetrievalMode.SPARSE, RetrievalMode.HYBRID])
def test_the_vector_store_adds_searches_and_deletes(client: QdrantClient, mode: RetrievalMode) -> None:
    store = QdrantVectorStore(
        client,
        "c",
        embedding=Counts() if mode is RetrievalMode.HYBRID else None,
        sparse_embedding=Words(),
        retrieval_mode=mode,
        vector_name="dense",
        sparse_vector_name="words",
    )
    ids: list[str | int] = [1, 2, 3, 4]
    store.add_documents([Document(text, metadata={"n": n}) for n, text in zip(ids, TEXTS, strict=True)], ids=ids)
    best = store.similarity_search_with_score("how many days of leave", k=2)
    assert [document.metadata["n"] for document, _ in best] == [2, 1]
    only = m.Filter(must=[m.FieldCondition(key="metadata.n", match=m.MatchValue(value=1))])
    assert [found.page_content for found in store.similarity_search("leave days", filter=only)] == [TEXTS[0]]
    store.delete(ids=ids[:2])
    assert client.count("c").count == 2
