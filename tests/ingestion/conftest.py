"""Fixtures of a worker over a real folder, the embedded Qdrant and real readers; the readers are shared."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from qdrant_client import QdrantClient

from ingestion.reader_processes.pool import ReaderPool
from ingestion.settings import IngestionSettings
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.runtime.settings import Settings
from knowledge.storage.client import open_qdrant
from knowledge.storage.document_ledger import DocumentLedger
from knowledge.storage.passage_writer import PassageWriter
from tests.doubles.ollama import Faults, Ollama, ollama_in_thread
from tests.ingestion.rollout.rollout_setup import NEW, OLD, Place
from tests.ingestion.worker_setup import Bench


@pytest.fixture(scope="session")
def reader_pool() -> Iterator[ReaderPool]:
    reader_pool = ReaderPool(IngestionSettings(readers=1, read_seconds=30))
    yield reader_pool
    reader_pool.close()


@pytest.fixture(scope="session")
def _ollama() -> Iterator[Ollama]:
    with ollama_in_thread() as ollama:
        yield ollama


@pytest.fixture
def ollama(_ollama: Ollama) -> Iterator[Ollama]:
    _ollama.faults = Faults()
    _ollama.requests.clear()
    yield _ollama
    _ollama.faults = Faults()


@pytest.fixture
def client(tmp_path: Path) -> Iterator[QdrantClient]:
    client = open_qdrant(Settings(qdrant_url=None, qdrant_path=tmp_path / "qdrant"))
    yield client
    client.close()


@pytest.fixture
def meaning(ollama: Ollama) -> EmbeddingModel:
    return EmbeddingModel(Settings(ollama_url=ollama.url))


@pytest.fixture
def bench(tmp_path: Path, client: QdrantClient, reader_pool: ReaderPool, meaning: EmbeddingModel) -> Bench:
    root = tmp_path / "documents"
    root.mkdir()
    return Bench(
        root,
        client,
        PassageWriter(client, "t", meaning),
        DocumentLedger(client, "t"),
        reader_pool,
        meaning,
        threading.Event(),
    )


@pytest.fixture(scope="module")
def models() -> Iterator[Ollama]:
    with ollama_in_thread((OLD, NEW)) as ollama:
        yield ollama


@pytest.fixture
def place(tmp_path: Path, reader_pool: ReaderPool, models: Ollama) -> Iterator[Place]:
    settings = IngestionSettings(
        qdrant_url=None,
        qdrant_path=tmp_path / "q",
        ollama_url=models.url,
        embedding_model=OLD,
        documents_dir=tmp_path / "documents",
        collection="t",
        quiet_seconds=0,
        keep_old_index_hours=1,
    )
    settings.documents_dir.mkdir()
    client = open_qdrant(settings)
    place = Place(settings.documents_dir, client, reader_pool, settings)
    place.drop("a.md", "# Congés\n\nVingt-cinq jours de congé.")
    place.drop("b.md", "# Badge\n\nLe badge ouvre le bureau.")
    yield place
    client.close()
    models.faults = Faults()
