"""The sides of the comparison: each indexes one PDF in a process of its own, then answers questions.

`bench.peers` starts `python -m bench.peers.implementations SIDE …`. LlamaIndex works as in the article that Souffleur
began with, LangChain in its usual way.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from bench.embedding_server import NAME
from bench.processes import QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from knowledge.core.documents import Document
    from knowledge.core.passages import Passage

DEPTH = 10
_COLLECTION = "bench"
Retrieve = Callable[[str], list[str]]  # the texts of the best passages, best first


def main() -> None:
    """Index, answer, and say in one JSON line when what was done and the rank of each right passage."""
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")  # the peers' are theirs
    side, folder, qdrant, ollama = sys.argv[1:]
    retrieve, first_at = SIDES[side](Path(folder), Path(qdrant), ollama)
    indexed_at = time.time()
    ranks = [(language, _rank(retrieve(text), wanted)) for language, text, wanted in _questions()]
    print(json.dumps({"first_at": first_at or indexed_at, "indexed_at": indexed_at, "ranks": ranks}))


def _llamaindex(folder: Path, qdrant: Path, ollama: str) -> tuple[Retrieve, float | None]:
    from llama_index.core import SimpleDirectoryReader, StorageContext, VectorStoreIndex
    from llama_index.embeddings.ollama import OllamaEmbedding
    from llama_index.vector_stores.qdrant import QdrantVectorStore
    from qdrant_client import QdrantClient

    documents = SimpleDirectoryReader(str(folder)).load_data()
    store = QdrantVectorStore(client=QdrantClient(path=str(qdrant)), collection_name=_COLLECTION)
    index = VectorStoreIndex.from_documents(
        documents,
        storage_context=StorageContext.from_defaults(vector_store=store),
        embed_model=OllamaEmbedding(NAME, base_url=ollama),
    )
    retriever = index.as_retriever(similarity_top_k=DEPTH)
    return lambda text: [node.get_content() for node in retriever.retrieve(text)], None


def _langchain(folder: Path, qdrant: Path, ollama: str) -> tuple[Retrieve, float | None]:
    from langchain_community.document_loaders import PyPDFLoader
    from langchain_ollama import OllamaEmbeddings
    from langchain_qdrant import QdrantVectorStore
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    documents = [page for path in sorted(folder.glob("*.pdf")) for page in PyPDFLoader(str(path)).load()]
    pieces = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200).split_documents(documents)
    embedding = OllamaEmbeddings(model=NAME, base_url=ollama)
    store = QdrantVectorStore.from_documents(pieces, embedding, path=str(qdrant), collection_name=_COLLECTION)
    return lambda text: [one.page_content for one in store.similarity_search(text, k=DEPTH)], None


def _souffleur(folder: Path, qdrant: Path, ollama: str) -> tuple[Retrieve, float | None]:
    from ingestion.embedding.backfill import EmbeddingBackfill
    from ingestion.embedding.lane import EmbeddingLane
    from ingestion.reader_processes.pool import ReaderPool
    from ingestion.settings import IngestionSettings
    from ingestion.sync.reconciler import DocumentReading, IndexTarget, Reconciler, WatchedFolder
    from knowledge.core.access import Audience
    from knowledge.embeddings.embedding_model import EmbeddingModel
    from knowledge.retrieval.hybrid_search import PassageSearch
    from knowledge.storage.client import open_qdrant
    from knowledge.storage.document_ledger import DocumentLedger
    from knowledge.storage.passage_writer import PassageWriter

    settings = IngestionSettings.load(qdrant_path=qdrant, ollama_url=ollama, embedding_model=NAME)
    client, meaning = open_qdrant(settings), EmbeddingModel(settings)
    search = PassageSearch(client, _COLLECTION, meaning)
    first: list[float] = []

    class Watched(PassageWriter):
        """The index, which looks at the clock once it has let a first search find something."""

        def add_passages(self, document: Document, passages: Sequence[Passage]) -> bool:
            added = super().add_passages(document, passages)
            if added and not first and search.search_passages("documentation", Audience.everyone(), 1).found:
                first.append(time.time())
            return added

    index, hands = Watched(client, _COLLECTION, meaning), ReaderPool(settings)
    worker = Reconciler(
        WatchedFolder(folder),
        IndexTarget(index, DocumentLedger(client, _COLLECTION)),
        DocumentReading(hands),
        threading.Event(),
    )
    worker.run_pass()
    hands.close()
    if not EmbeddingBackfill(index, worker.ledger_cache, EmbeddingLane(meaning)).fill_embeddings():
        raise SystemExit("The embedding model failed: no figure.")

    def retrieve(text: str) -> list[str]:
        return [one.passage.excerpt.text for one in search.search_passages(text, Audience.everyone(), DEPTH).found]

    return retrieve, next(iter(first), None)


def _questions() -> list[tuple[str, str, list[str]]]:
    lines = map(json.loads, QUESTIONS.read_text(encoding="utf-8").splitlines())
    return [(line["lang"], line["question"], line["must_contain"]) for line in lines if line["answerable"]]


def _rank(texts: list[str], wanted: list[str]) -> int | None:
    """Where the first text stands that contains one of the wanted pieces, by the letters without any white space."""
    pieces = [_squeezed(piece) for piece in wanted]
    ranked = enumerate(map(_squeezed, texts), 1)
    return next((rank for rank, text in ranked if any(piece in text for piece in pieces)), None)


def _squeezed(text: str) -> str:
    return "".join(text.split())


SIDES = {"llamaindex": _llamaindex, "langchain": _langchain, "souffleur": _souffleur}


if __name__ == "__main__":
    main()
