"""What earlier versions wrote, loaded into the stores that Souffleur stands on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest
from qdrant_client import QdrantClient

from playground.qdrant.server import serve_qdrant
from qdrant_engine.client import build_client
from qdrant_engine.engine import Engine
from tests.compatibility.dumps import Json, load
from tests.compatibility.record import WRITTEN
from tests.doubles.in_thread import in_thread
from tests.doubles.ollama import Ollama, ollama_in_thread

FILES = sorted(WRITTEN.glob("*.json"))


@contextmanager
def embedded(folder: Path) -> Iterator[QdrantClient]:
    with closing(build_client(Engine(folder / "qdrant"))) as client:
        yield client


@contextmanager
def stand_in(_: Path) -> Iterator[QdrantClient]:
    with (
        in_thread(lambda: serve_qdrant(None)) as server,
        closing(QdrantClient(url=server.url, check_compatibility=False)) as client,
    ):
        yield client


STORES: dict[str, Callable[[Path], AbstractContextManager[QdrantClient]]] = {
    "embedded": embedded,
    "stand-in": stand_in,
}


@pytest.fixture(autouse=True)
def _no_env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module", params=FILES, ids=lambda file: file.stem)
def written(request: pytest.FixtureRequest) -> Json:
    return json.loads(request.param.read_text(encoding="utf-8"))


@pytest.fixture(params=STORES)
def client(request: pytest.FixtureRequest, written: Json, tmp_path: Path) -> Iterator[QdrantClient]:
    with STORES[request.param](tmp_path) as client:
        load(client, written)
        yield client


@pytest.fixture(scope="module")
def ollama(written: Json) -> Iterator[Ollama]:
    embedding = written["embedding"]
    with ollama_in_thread((embedding["model"],), dimension=embedding["dimension"]) as ollama:
        yield ollama
