"""The search graph is built in another process; nothing that is written meanwhile is lost."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from qdrant_client import QdrantClient
from qdrant_client import models as m

from qdrant_engine import collection
from qdrant_engine.client import build_client
from qdrant_engine.engine import Engine

POINTS = 600


def vector(n: int) -> list[float]:
    return [random.Random(n * 16 + i).uniform(-1, 1) for i in range(16)]  # noqa: S311 (the same each time)


def point(n: int) -> m.PointStruct:
    return m.PointStruct(id=n, vector={"dense": vector(n)}, payload={"n": n, "colour": "red" if n % 2 else "blue"})


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with closing(Engine(tmp_path)) as engine:
        yield engine


@pytest.fixture
def client(engine: Engine) -> QdrantClient:
    client = build_client(engine)
    client.create_collection("c", {"dense": m.VectorParams(size=16, distance=m.Distance.COSINE)})
    client.create_payload_index("c", "colour", m.PayloadSchemaType.KEYWORD)
    client.upsert("c", [point(n) for n in range(POINTS)])
    return client


def test_writes_and_searches_go_on_while_the_graph_is_built(
    engine: Engine, client: QdrantClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = engine.get_collection("c").record.folder
    run = subprocess.run

    def write_while_it_runs(*command: Any, **options: Any) -> object:
        client.upsert("c", [point(POINTS)])
        client.delete("c", [0])
        client.set_payload("c", {"seen": True}, [1])
        assert client.query_points("c", vector(POINTS), using="dense", limit=1).points[0].id == POINTS
        return run(*command, **options)

    monkeypatch.setattr("qdrant_engine.collection.subprocess.run", write_while_it_runs)
    engine.build_graph("c")
    after = engine.get_collection("c").record.folder
    assert after != before
    assert [folder.name for folder in (tmp_path / "shards").iterdir()] == [after]
    check(client)
    client.close()
    with closing(build_client(Engine(tmp_path))) as again:
        check(again)


def check(client: QdrantClient) -> None:
    assert client.count("c").count == POINTS
    assert client.retrieve("c", [0]) == []
    assert client.retrieve("c", [1])[0].payload == {"n": 1, "colour": "red", "seen": True}
    assert client.query_points("c", vector(POINTS), using="dense", limit=1).points[0].id == POINTS
    facets = {hit.value: hit.count for hit in client.facet("c", "colour", exact=True).hits}
    assert facets == {"red": POINTS // 2, "blue": POINTS // 2}


def test_a_build_that_fails_leaves_the_collection_as_it_is(
    engine: Engine, client: QdrantClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qdrant_engine.collection.sys.executable", "/bin/false")
    before = engine.get_collection("c").record.folder
    engine.build_graph("c")
    assert engine.get_collection("c").record.folder == before
    assert [folder.name for folder in (tmp_path / "shards").iterdir()] == [before]
    client.upsert("c", [point(POINTS)])
    assert client.count("c").count == POINTS + 1


def test_a_graph_is_wanted_from_a_size_on_and_again_after_growth(
    engine: Engine, client: QdrantClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = engine.get_collection("c")
    assert not opened.needs_graph(at_rest=True)
    monkeypatch.setattr(collection, "GRAPH_POINTS", POINTS)
    assert opened.needs_graph(at_rest=False)
    engine.build_graph("c")
    assert not opened.needs_graph(at_rest=True)
    client.upsert("c", [point(n) for n in range(POINTS, int(POINTS * 1.2))])
    assert opened.needs_graph(at_rest=True)
    assert not opened.needs_graph(at_rest=False)
    client.upsert("c", [point(n) for n in range(POINTS, int(POINTS * 1.6))])
    assert opened.needs_graph(at_rest=False)
