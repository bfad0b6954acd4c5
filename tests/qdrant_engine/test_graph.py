"""The search graph is built in another process; nothing that is written meanwhile is lost."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from qdrant_client import QdrantClient
from qdrant_client import models as m

from qdrant_engine import collection
from qdrant_engine.client import build_client
from qdrant_engine.collection import Collection
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
    run = Collection._run_child

    def write_while_it_runs(opened: Collection, target: Path) -> int:
        client.upsert("c", [point(POINTS)])
        client.delete("c", [0])
        client.set_payload("c", {"seen": True}, [1])
        assert client.query_points("c", vector(POINTS), using="dense", limit=1).points[0].id == POINTS
        return run(opened, target)

    monkeypatch.setattr(Collection, "_run_child", write_while_it_runs)
    engine.optimize("c")
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
    engine.optimize("c")
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
    engine.optimize("c")
    assert not opened.needs_graph(at_rest=True)
    client.upsert("c", [point(n) for n in range(POINTS, int(POINTS * 1.2))])
    assert opened.needs_graph(at_rest=True)
    assert not opened.needs_graph(at_rest=False)
    client.upsert("c", [point(n) for n in range(POINTS, int(POINTS * 1.6))])
    assert opened.needs_graph(at_rest=False)


def test_what_is_written_after_a_build_counts_however_the_points_came(engine: Engine, tmp_path: Path) -> None:
    """The engine numbers its writes by its log: a copy without the log would take the next ones for old."""
    client = build_client(engine)
    client.create_collection("one by one", {"dense": m.VectorParams(size=16, distance=m.Distance.COSINE)})
    for n in range(60):
        client.upsert("one by one", [point(n)])
    for round_ in range(2):
        assert engine.optimize("one by one")
        for n in range(round_, 60):
            client.set_payload("one by one", {"round": round_}, [n])
        client.delete("one by one", [round_])
    client.close()
    with closing(build_client(Engine(tmp_path))) as again:
        points, _ = again.scroll("one by one", limit=100)
        assert {point.id for point in points} == set(range(2, 60))
        assert {(point.payload or {})["round"] for point in points} == {1}


def test_a_registry_that_cannot_be_written_leaves_the_old_shard_in_use(
    engine: Engine, client: QdrantClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    before = engine.get_collection("c").record.folder
    with monkeypatch.context() as full:
        full.setattr(Engine, "_commit", refuse)
        with pytest.raises(OSError, match="No space"):
            engine.optimize("c")
    assert engine.get_collection("c").record.folder == before
    assert [folder.name for folder in (tmp_path / "shards").iterdir()] == [before]
    client.upsert("c", [point(POINTS)])
    client.close()
    with closing(build_client(Engine(tmp_path))) as again:
        assert again.count("c").count == POINTS + 1


def test_closing_gives_up_a_build(engine: Engine, client: QdrantClient, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Collection._run_child

    def close_while_it_runs(opened: Collection, target: Path) -> int:
        monkeypatch.setattr("qdrant_engine.collection.sys.executable", "/bin/sleep")
        closing_thread = threading.Timer(0.3, engine.close)
        closing_thread.start()
        try:
            return run(opened, Path("60"))
        finally:
            closing_thread.join()

    monkeypatch.setattr(Collection, "_run_child", close_while_it_runs)
    started = time.monotonic()
    assert not engine.optimize("c")
    assert time.monotonic() - started < 30


def test_what_is_written_over_is_given_back_to_the_disk_at_rest(
    engine: Engine, client: QdrantClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = engine.get_collection("c")
    monkeypatch.setattr(collection, "WASTEFUL_BYTES", 1_000_000)
    folder = tmp_path / "shards" / opened.record.folder
    numbers = random.Random(1)  # noqa: S311 (text that cannot be written shorter)
    for start in range(1_000, 3_000, 100):
        texts = {n: numbers.randbytes(2_000).hex() for n in range(start, start + 100)}
        client.upsert("c", [m.PointStruct(id=n, vector={}, payload={"text": text}) for n, text in texts.items()])
        client.delete("c", [*texts])
    opened.flush()
    assert opened.wastes_space(folder)
    before = collection.measure_bytes(folder)
    assert engine.optimize("c")
    after = collection.measure_bytes(tmp_path / "shards" / opened.record.folder)
    assert after < before / 2
    assert client.count("c").count == POINTS
    client.upsert("c", [point(0)])
    assert not opened.wastes_space(tmp_path / "shards" / opened.record.folder)
