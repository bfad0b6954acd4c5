"""The stores that the contract holds for: the embedded engine, the stand-in over a socket, a real server if named."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

import pytest
from pydantic import SecretStr
from qdrant_client import QdrantClient

from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.retrieval.hybrid_search import PassageSearch
from knowledge.runtime.settings import Settings
from knowledge.storage.client import open_qdrant
from knowledge.storage.passage_writer import PassageWriter
from playground.qdrant.server import QdrantServer, serve_qdrant
from tests.doubles.in_thread import in_thread
from tests.doubles.ollama import Faults, Ollama, ollama_in_thread

REAL = os.environ.get("TEST_QDRANT_URL")


@contextmanager
def embedded(folder: Path) -> Iterator[Settings]:
    yield Settings(qdrant_path=folder / "qdrant", qdrant_url=None)


@contextmanager
def stand_in(folder: Path) -> Iterator[Settings]:
    with in_thread(lambda: serve_qdrant(folder / "qdrant")) as server:
        yield Settings(qdrant_url=server.url)


@contextmanager
def real(_: Path) -> Iterator[Settings]:
    key = os.environ.get("TEST_QDRANT_API_KEY")
    yield Settings(qdrant_url=REAL, qdrant_api_key=SecretStr(key) if key else None)


STORES: dict[str, Callable[[Path], AbstractContextManager[Settings]]] = {
    "embedded": embedded,
    "stand-in": stand_in,
    **({"server": real} if REAL else {}),
}


@pytest.fixture(autouse=True)
def _no_env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture(params=STORES)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    with STORES[request.param](tmp_path) as settings:
        yield settings


@pytest.fixture
def client(settings: Settings) -> Iterator[QdrantClient]:
    client = open_qdrant(settings)
    yield client
    client.close()


@pytest.fixture
def prefix(client: QdrantClient) -> Iterator[str]:
    """A prefix that no other test has; its collections are dropped afterwards."""
    prefix = f"test-{uuid.uuid4().hex[:12]}"
    yield prefix
    for collection in client.get_collections().collections:
        if collection.name.startswith(prefix):
            client.delete_collection(collection.name)


@pytest.fixture
def index(client: QdrantClient, prefix: str, meaning: EmbeddingModel) -> PassageWriter:
    index = PassageWriter(client, prefix, meaning)
    index.prepare()
    return index


@pytest.fixture
def search(client: QdrantClient, prefix: str, meaning: EmbeddingModel) -> PassageSearch:
    return PassageSearch(client, prefix, meaning)


@pytest.fixture(scope="session")
def _ollama() -> Iterator[Ollama]:
    with ollama_in_thread(("bge-m3", "other-embed", "bge-m3:latest")) as ollama:
        yield ollama


@pytest.fixture
def ollama(_ollama: Ollama) -> Iterator[Ollama]:
    _ollama.faults = Faults()
    _ollama.requests.clear()
    yield _ollama
    _ollama.faults = Faults()


@pytest.fixture
def meaning(ollama: Ollama) -> EmbeddingModel:
    return EmbeddingModel(Settings(ollama_url=ollama.url))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[QdrantServer]:
    """The stand-in alone, with its faults at hand."""
    with in_thread(partial(serve_qdrant, tmp_path / "qdrant")) as server:
        yield server
