"""The engine's folder: who holds it, what outlives a kill, and what a cut-off start leaves."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from qdrant_client import QdrantClient
from qdrant_client import models as m
from qdrant_client.http.exceptions import UnexpectedResponse

from qdrant_engine import engine as engine_module
from qdrant_engine import queries
from qdrant_engine.client import build_client
from qdrant_engine.engine import Engine, FolderDamaged, FolderInUse

WORDS = {"words": m.SparseVectorParams(modifier=m.Modifier.IDF)}

WRITER = """
import sys
from pathlib import Path
from qdrant_client import models as m
from qdrant_engine import engine as engine_module
from qdrant_engine.client import build_client
from qdrant_engine.engine import Engine
client = build_client(Engine(Path("index")))
client.create_collection("c", vectors_config={}, sparse_vectors_config={"words": m.SparseVectorParams()})
for n in range(1_000_000):
    words = m.SparseVector(indices=[n, n + 1], values=[1.0, 2.0])
    client.upsert("c", [m.PointStruct(id=n, vector={"words": words}, payload={"n": n})], wait=True)
    if n >= 3:
        client.delete("c", [n - 3], wait=True)
    print(n, flush=True)
"""


@pytest.fixture
def client() -> Iterator[QdrantClient]:
    with closing(build_client(Engine(None))) as client:
        yield client


@pytest.mark.parametrize("lines", [1, 7, 60, 200])
def test_what_was_acknowledged_outlives_a_kill(tmp_path: Path, lines: int) -> None:
    root = Path(__file__).parents[2]
    with subprocess.Popen(  # noqa: S603 (our own words to our own interpreter)
        [sys.executable, "-c", WRITER],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
        text=True,
    ) as writer:
        assert writer.stdout is not None
        for _ in range(lines):
            writer.stdout.readline()
        writer.send_signal(signal.SIGKILL)
        last = max([lines - 1, *map(int, writer.stdout.read().split())])
    with closing(build_client(Engine(tmp_path / "index"))) as client:
        found = {point.id: point for point in client.scroll("c", limit=1000, with_vectors=True)[0]}
    # Three are kept. The kill may come after the next write, or after the next deletion, and before the line about it.
    kept = set(range(max(0, last - 2), last + 1))
    assert set(found) in (kept, kept | {last + 1}, (kept | {last + 1}) - {last - 2})
    assert all(point.payload == {"n": id_} for id_, point in found.items())
    assert all(isinstance(point.vector, dict) and "words" in point.vector for point in found.values())


def test_a_folder_has_one_holder(tmp_path: Path) -> None:
    with closing(Engine(tmp_path)), pytest.raises(FolderInUse):
        Engine(tmp_path)
    Engine(tmp_path).close()


def test_a_damaged_registry_or_shard_is_told_and_frees_the_folder(tmp_path: Path) -> None:
    with closing(build_client(Engine(tmp_path))) as client:
        client.create_collection("c", vectors_config={})
    registry = tmp_path / "collections.json"
    whole = registry.read_text()
    registry.write_text(whole[:-5])
    with pytest.raises(FolderDamaged):
        Engine(tmp_path)
    registry.write_text(whole)
    (shard,) = (tmp_path / "shards").iterdir()
    (shard / "edge_config.json").write_text("{")
    with pytest.raises(FolderDamaged):
        Engine(tmp_path)


def test_a_shard_that_no_collection_names_is_removed_at_the_next_start(tmp_path: Path) -> None:
    with closing(build_client(Engine(tmp_path))) as client:
        client.create_collection("c", vectors_config={})
    (tmp_path / "shards" / "half-made").mkdir()
    with closing(build_client(Engine(tmp_path))) as client:
        assert client.collection_exists("c")
    assert len([*(tmp_path / "shards").iterdir()]) == 1


def test_a_deleted_collection_leaves_no_file(tmp_path: Path) -> None:
    with closing(build_client(Engine(tmp_path))) as client:
        client.create_collection("c", vectors_config={})
        assert client.delete_collection("c")
        assert not client.delete_collection("c")
        assert [*(tmp_path / "shards").iterdir()] == []


def test_a_closed_engine_says_so(client: QdrantClient) -> None:
    client.create_collection("c", vectors_config={})
    client.close()
    with pytest.raises(Exception, match="closed"):
        client.count("c")


def test_closing_waits_for_the_calls_under_way(client: QdrantClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine raises "Already borrowed" where a shard is closed while a thread reads it."""
    client.create_collection("c", vectors_config={})
    client.upsert("c", [m.PointStruct(id=1, vector={})])
    closer = threading.Thread(target=client.close)
    read = queries.record_from_point

    def close_meanwhile(*given: Any) -> Any:
        closer.start()
        closer.join(0.1)  # a slow machine could hide the fault, never make one
        assert closer.is_alive()
        return read(*given)

    monkeypatch.setattr(queries, "record_from_point", close_meanwhile)
    assert [point.id for point in client.retrieve("c", [1])] == [1]
    closer.join()


def test_true_is_no_number_in_a_filter(client: QdrantClient) -> None:
    client.create_collection("c", vectors_config={})
    client.upsert(
        "c", [m.PointStruct(id=n, vector={}, payload={"live": live}) for n, live in enumerate([True, 1, False])]
    )
    for value, ids in ((True, [0]), (1, [1]), (False, [2])):
        condition = m.Filter(must=[m.FieldCondition(key="live", match=m.MatchValue(value=value))])
        assert [point.id for point in client.scroll("c", condition)[0]] == ids


def test_a_field_without_an_index_is_refused_where_the_collection_is_strict(client: QdrantClient) -> None:
    strict = m.StrictModeConfig(enabled=True, unindexed_filtering_retrieve=False, unindexed_filtering_update=False)
    client.create_collection("c", vectors_config={}, sparse_vectors_config=WORDS, strict_mode_config=strict)
    by_colour = m.Filter(must=[m.Filter(should=[m.FieldCondition(key="colour", match=m.MatchValue(value="red"))])])
    words = m.SparseVector(indices=[1], values=[1.0])
    calls = (
        lambda: client.scroll("c", by_colour),
        lambda: client.count("c", by_colour),
        lambda: client.delete("c", m.FilterSelector(filter=by_colour)),
        lambda: client.query_points("c", words, using="words", query_filter=by_colour),
        lambda: client.query_points(
            "c",
            m.FusionQuery(fusion=m.Fusion.RRF),
            prefetch=[m.Prefetch(query=words, using="words", filter=by_colour)],
        ),
    )
    for call in calls:
        with pytest.raises(UnexpectedResponse, match="Index required but not found"):
            call()
    client.create_payload_index("c", "colour", m.PayloadSchemaType.KEYWORD)
    for call in calls:
        call()


def test_what_the_engine_lacks_is_refused_by_name(client: QdrantClient) -> None:
    client.create_collection("c", {"dense": m.VectorParams(size=2, distance=m.Distance.DOT)})
    client.upsert("c", [m.PointStruct(id=1, vector={"dense": [1.0, 0.0]})])
    around = m.GeoRadius(center=m.GeoPoint(lon=1.0, lat=1.0), radius=10.0)
    calls = (
        lambda: client.query_points("c", m.RecommendQuery(recommend=m.RecommendInput(positive=[1])), using="dense"),
        lambda: client.scroll("c", m.Filter(must=[m.FieldCondition(key="place", geo_radius=around)])),
        lambda: client.update_collection("c", hnsw_config=m.HnswConfigDiff(m=8)),
    )
    for call in calls:
        with pytest.raises(UnexpectedResponse) as refused:
            call()
        assert refused.value.status_code == 501
        assert "Not in this engine" in str(refused.value)


def test_temporary_folders_of_killed_processes_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "_MEMORY", tmp_path)
    held = Engine(None)
    abandoned, begun = tmp_path / "qdrant-engine-abandoned", tmp_path / "qdrant-engine-begun"
    for folder in (abandoned, begun):
        folder.mkdir()
        (folder / ".lock").touch()
    for lock in (abandoned / ".lock", *(tmp_path.glob("qdrant-engine-*/.lock"))):
        if lock.parent != begun:
            os.utime(lock, (0, 0))
    with closing(Engine(None)):
        assert not abandoned.exists()
        assert begun.exists()
    held.close()
    assert [*tmp_path.iterdir()] == [begun]


def test_an_engine_in_memory_lies_on_the_disk_where_the_memory_for_it_is_small(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(engine_module, "_LEAST_MEMORY", 1 << 60)
    with closing(Engine(None)):
        assert [one.name[:14] for one in tmp_path.iterdir()] == ["qdrant-engine-"]


def test_malformed_vectors_are_refused_and_break_nothing(client: QdrantClient) -> None:
    client.create_collection("c", vectors_config={}, sparse_vectors_config=WORDS)
    for indices, values in (([1, 2], [1.0]), ([1, 1], [1.0, 2.0]), ([2**32], [1.0]), ([-1], [1.0])):
        words = m.SparseVector(indices=indices, values=values)
        with pytest.raises(UnexpectedResponse) as refused:
            client.upsert("c", [m.PointStruct(id=1, vector={"words": words})])
        assert refused.value.status_code in (400, 422)
    client.upsert("c", [m.PointStruct(id=1, vector={"words": m.SparseVector(indices=[1], values=[1.0])})])
    assert client.count("c").count == 1


@pytest.mark.parametrize("ids", [["no uuid"], [-1]])
def test_ids_that_are_none_are_refused_as_input(client: QdrantClient, ids: list[Any]) -> None:
    client.create_collection("c", vectors_config={})
    calls = (
        lambda: client.delete("c", ids),
        lambda: client.set_payload("c", {"a": 1}, ids),
        lambda: client.retrieve("c", ids),
        lambda: client.upsert("c", [m.PointStruct(id=ids[0], vector={})]),
    )
    for call in calls:
        with pytest.raises(UnexpectedResponse) as refused:
            call()
        assert refused.value.status_code == 400


def test_a_condition_that_asks_nothing_is_refused(client: QdrantClient) -> None:
    client.create_collection("c", vectors_config={})
    client.upsert("c", [m.PointStruct(id=1, vector={})])
    with pytest.raises(UnexpectedResponse, match="at least one field condition"):
        client.count("c", m.Filter(must=[m.FieldCondition(key="a")]))


def test_a_change_that_is_refused_changes_nothing(client: QdrantClient) -> None:
    client.create_collection("c", {"dense": m.VectorParams(size=2, distance=m.Distance.DOT)}, metadata={"model": "a"})
    with pytest.raises(UnexpectedResponse, match="Not existing vector name"):
        client.update_collection("c", metadata={"model": "b"}, vectors_config={"no": m.VectorParamsDiff(on_disk=True)})
    assert client.get_collection("c").config.metadata == {"model": "a"}
    client.update_collection("c", metadata={"model": None, "kept": 1})
    assert client.get_collection("c").config.metadata == {"kept": 1}


def test_a_point_that_is_refused_is_not_there_after_a_crash_either(tmp_path: Path) -> None:
    """The engine logs a write before it refuses it, and carries it out when it reads its log again."""
    with closing(build_client(Engine(tmp_path / "a"))) as client:
        client.create_collection("c", {"dense": m.VectorParams(size=2, distance=m.Distance.DOT)})
        client.upsert("c", [m.PointStruct(id=n, vector={"dense": [1.0, 2.0]}) for n in range(3)])
        with pytest.raises(UnexpectedResponse, match="Not existing vector name"):
            client.upsert("c", [m.PointStruct(id=9, vector={"no": [1.0, 2.0]})])
        shutil.copytree(tmp_path / "a", tmp_path / "b", ignore=shutil.ignore_patterns("tmp-open-*"))  # they come and go
    with closing(build_client(Engine(tmp_path / "b"))) as again:
        assert [point.id for point in again.scroll("c")[0]] == [0, 1, 2]
