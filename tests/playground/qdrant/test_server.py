"""The stand-in answers over a socket what the engine answers in process, and the engine what its sources say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from qdrant_client import AsyncQdrantClient, QdrantClient
from qdrant_client import models as m

from playground.qdrant.server import QdrantServer, serve_qdrant
from tests.doubles.in_thread import in_thread
from tests.doubles.temporary_qdrant import open_temporary_qdrant

NAME = "passages"
COLOURS = ("red", "green", "blue")
RED = m.Filter(must=[m.FieldCondition(key="metadata.colour", match=m.MatchValue(value="red"))])
LATE = m.Filter(must=[m.FieldCondition(key="metadata.n", range=m.Range(gte=6))])
DENSE = [0.5, 0.25, 0.125, 1.0]
WORDS = m.SparseVector(indices=[1, 3, 7], values=[1.0, 0.5, 2.0])
FUSION = [
    m.Prefetch(query=DENSE, using="dense", limit=8),
    m.Prefetch(query=WORDS, using="words", limit=8, filter=LATE),
]


def passage(n: int) -> m.PointStruct:
    payload = {"page_content": f"passage {n}", "metadata": {"n": n, "colour": COLOURS[n % 3]}}
    words = m.SparseVector(indices=[n % 4, 4 + n % 3, 7], values=[1.0, 0.5, 0.25 * n])
    vector: dict[str, list[float] | m.SparseVector] = {"words": words}
    if n < 8:
        vector["dense"] = [1.0, n / 8, n % 3, 0.5]
    return m.PointStruct(id=n, vector=vector, payload=payload)


def fill(client: QdrantClient) -> None:
    client.create_collection(
        NAME,
        vectors_config={"dense": m.VectorParams(size=4, distance=m.Distance.COSINE)},
        sparse_vectors_config={"words": m.SparseVectorParams(modifier=m.Modifier.IDF)},
        metadata={"model": "bge-m3", "dimension": 4},
    )
    client.create_payload_index(NAME, "metadata.colour", m.PayloadSchemaType.KEYWORD)
    client.create_payload_index(NAME, "metadata.n", m.PayloadSchemaType.INTEGER)
    client.upsert(NAME, [passage(n) for n in range(12)])
    switch(client, "current", NAME)


def switch(client: QdrantClient, alias: str, collection: str) -> None:
    created = m.CreateAlias(collection_name=collection, alias_name=alias)
    client.update_collection_aliases([m.CreateAliasOperation(create_alias=created)])


def connect(server: QdrantServer) -> QdrantClient:
    """A client without its check of versions: that runs in a thread which outlives a short test."""
    return QdrantClient(url=server.url, check_compatibility=False)


@dataclass(frozen=True, slots=True)
class Pair:
    remote: QdrantClient
    embedded: QdrantClient

    def same(self, ask: Callable[[QdrantClient], object]) -> object:
        remote, embedded = ask(self.remote), ask(self.embedded)
        assert remote == embedded
        return remote


@pytest.fixture
def server() -> Iterator[QdrantServer]:
    with in_thread(lambda: serve_qdrant(None)) as server:
        yield server


@pytest.fixture
def pair(server: QdrantServer) -> Iterator[Pair]:
    both = Pair(connect(server), open_temporary_qdrant())
    for client in (both.remote, both.embedded):
        fill(client)
    yield both
    both.remote.close()
    both.embedded.close()


def everything(client: QdrantClient) -> object:
    return client.scroll(NAME, limit=1000, with_payload=True, with_vectors=True)


def by_score(found: m.QueryResponse) -> list[m.ScoredPoint]:
    """The engine's order among equal scores of a fusion is not the same each time."""
    return sorted(found.points, key=lambda point: (-point.score, str(point.id)))


READS: dict[str, Callable[[QdrantClient], object]] = {
    "collections": lambda c: c.get_collections(),
    "collection": lambda c: c.get_collection(NAME),
    "collection by alias": lambda c: c.get_collection("current").config.metadata,
    "exists": lambda c: (
        c.collection_exists(NAME),
        c.collection_exists("current"),
        c.collection_exists("no"),
    ),
    "aliases": lambda c: (c.get_aliases(), c.get_collection_aliases(NAME)),
    "retrieve": lambda c: c.retrieve("current", [3, 1, 99], with_vectors=True),
    "retrieve some": lambda c: c.retrieve(NAME, [3], with_payload=["metadata.n"], with_vectors=["words"]),
    "scroll": lambda c: c.scroll("current", limit=5),
    "scroll from": lambda c: c.scroll(NAME, offset=4, limit=3, with_payload=False),
    "scroll filtered": lambda c: c.scroll(NAME, RED, limit=2, with_vectors=True),
    "scroll in order": lambda c: c.scroll(
        NAME, limit=4, order_by=m.OrderBy(key="metadata.n", direction=m.Direction.DESC)
    ),
    "count": lambda c: c.count("current", exact=True),
    "count filtered": lambda c: c.count(NAME, RED, exact=True),
    "count without a dense vector": lambda c: c.count(
        NAME, m.Filter(must_not=[m.HasVectorCondition(has_vector="dense")])
    ),
    "query dense": lambda c: c.query_points("current", DENSE, using="dense", limit=4, with_payload=True),
    "query sparse with IDF": lambda c: c.query_points(NAME, WORDS, using="words", limit=12, with_vectors=True),
    "query by id": lambda c: c.query_points(NAME, 2, using="dense", limit=3),
    "query without payload": lambda c: c.query_points(NAME, DENSE, using="dense", with_payload=False),
    "query by filter alone": lambda c: c.query_points(NAME, query_filter=RED, limit=3, offset=1),
    "query above a threshold": lambda c: c.query_points(NAME, DENSE, using="dense", score_threshold=0.5),
    "query with search parameters": lambda c: c.query_points(
        NAME, DENSE, using="dense", search_params=m.SearchParams(exact=True, hnsw_ef=64)
    ),
    "fuse by weighted ranks": lambda c: by_score(
        c.query_points("current", m.RrfQuery(rrf=m.Rrf(k=60, weights=[2.0, 1.0])), prefetch=FUSION, limit=12)
    ),
    "fuse with a filter": lambda c: by_score(
        c.query_points(NAME, m.FusionQuery(fusion=m.Fusion.RRF), prefetch=FUSION, query_filter=RED, limit=12)
    ),
    "fuse by normalised scores": lambda c: c.query_points(
        NAME, m.FusionQuery(fusion=m.Fusion.DBSF), prefetch=FUSION, limit=6
    ),
    "query by formula": lambda c: c.query_points(
        NAME,
        m.FormulaQuery(formula=m.SumExpression(sum=["$score", m.MultExpression(mult=[0.1, "metadata.n"])])),
        prefetch=m.Prefetch(query=DENSE, using="dense", limit=8),
        limit=6,
    ),
    "query batch": lambda c: c.query_batch_points(
        "current",
        [
            m.QueryRequest(query=DENSE, using="dense", limit=2),
            m.QueryRequest(query=WORDS, using="words", filter=RED, with_payload=True),
        ],
    ),
    "facet": lambda c: c.facet("current", "metadata.colour", facet_filter=LATE, exact=True),
}


@pytest.mark.parametrize("name", READS)
def test_a_read_over_http_equals_the_embedded_one(pair: Pair, name: str) -> None:
    pair.same(READS[name])


DELETED = m.FilterSelector(filter=RED)
AGAIN = [m.PointStruct(id=n, vector={"words": WORDS}, payload={"fresh": True}) for n in (1, 2, 50)]
WRITES: dict[str, Callable[[QdrantClient], object]] = {
    "upsert again": lambda c: c.upsert("current", AGAIN),
    "upsert as a batch": lambda c: c.upsert(
        NAME, m.Batch(ids=[1, 60], vectors={"dense": [DENSE, DENSE]}, payloads=[{"a": 1}, {"a": 2}])
    ),
    "insert only": lambda c: c.upsert(NAME, AGAIN, update_mode=m.UpdateMode.INSERT_ONLY),
    "update only": lambda c: c.upsert(NAME, AGAIN, update_mode=m.UpdateMode.UPDATE_ONLY),
    "update if": lambda c: c.upsert(NAME, AGAIN, update_filter=RED),
    "text ids": lambda c: c.upsert(
        NAME, [m.PointStruct(id=str(UUID(int=7)), vector={}, payload={"é": None, "list": [1, {"b": 2.5}]})]
    ),
    "delete by ids": lambda c: c.delete("current", [0, 3, 99]),
    "delete by filter": lambda c: c.delete(NAME, DELETED),
    "dense vectors later": lambda c: c.update_vectors(
        "current", [m.PointVectors(id=n, vector={"dense": DENSE}) for n in (8, 9)]
    ),
    "dense vectors later, if": lambda c: c.update_vectors(
        NAME, [m.PointVectors(id=n, vector={"dense": DENSE}) for n in (8, 9)], update_filter=RED
    ),
    "delete vectors": lambda c: c.delete_vectors(NAME, ["dense"], [1, 2]),
    "delete vectors by filter": lambda c: c.delete_vectors("current", ["dense"], RED),
    "set payload": lambda c: c.set_payload("current", {"seen": 2}, [1, 2]),
    "set payload under a key": lambda c: c.set_payload(NAME, {"colour": "grey"}, RED, key="metadata"),
    "overwrite payload": lambda c: c.overwrite_payload(NAME, {"only": "this"}, [1]),
    "delete payload": lambda c: c.delete_payload(NAME, ["metadata.colour"], LATE),
    "clear payload": lambda c: c.clear_payload("current", m.PointIdsList(points=[4, 5])),
    "several at once": lambda c: c.batch_update_points(
        "current",
        [
            m.UpsertOperation(upsert=m.PointsList(points=AGAIN)),
            m.SetPayloadOperation(set_payload=m.SetPayload(payload={"x": 1}, points=[3])),
            m.DeleteOperation(delete=m.PointIdsList(points=[4])),
        ],
    ),
    "metadata of the collection": lambda c: c.update_collection(NAME, metadata={"model": "other", "new": [1]}),
    "payload index": lambda c: (
        c.create_payload_index("current", "metadata.n", m.PayloadSchemaType.INTEGER),
        c.delete_payload_index(NAME, "metadata.n"),
    ),
    "upload": lambda c: c.upload_points(NAME, AGAIN, batch_size=2, wait=True),
}


@pytest.mark.parametrize("name", WRITES)
def test_a_write_over_http_leaves_what_the_embedded_one_leaves(pair: Pair, name: str) -> None:
    pair.same(WRITES[name])
    pair.same(everything)
    pair.same(lambda client: client.get_collection(NAME).config.metadata)


def test_a_named_vector_can_be_added_filled_and_dropped(pair: Pair) -> None:
    config = m.DenseVectorNameConfig(dense=m.DenseVectorConfig(size=2, distance=m.Distance.DOT))
    pair.same(lambda client: client.create_vector_name("current", "small", config))
    pair.same(lambda client: client.update_vectors(NAME, [m.PointVectors(id=1, vector={"small": [1.0, 2.0]})]))
    pair.same(lambda client: client.query_points(NAME, [1.0, 1.0], using="small", limit=3))
    pair.same(lambda client: client.delete_vector_name(NAME, "small"))
    pair.same(everything)


def test_a_collection_without_vectors_holds_payloads(pair: Pair) -> None:
    pair.same(lambda client: client.create_collection("ledger", vectors_config={}))
    row = m.PointStruct(id=str(UUID(int=1)), vector={}, payload={"state": "indexed"})
    pair.same(lambda client: client.upsert("ledger", [row]))
    pair.same(lambda client: client.scroll("ledger", with_vectors=True))


def test_an_alias_switches_and_the_old_collection_can_go(pair: Pair) -> None:
    pair.same(lambda client: client.create_collection("next", vectors_config={}))
    for client in (pair.remote, pair.embedded):
        switch(client, "current", "next")
    pair.same(lambda client: client.count("current"))
    pair.same(lambda client: client.delete_collection(NAME))
    pair.same(lambda client: client.get_aliases())


def told(client: QdrantClient, field: str = "metadata.colour", **asked: Any) -> dict[str, int]:
    hits = client.facet("current", field, **{"exact": True, **asked}).hits
    return {str(hit.value): hit.count for hit in hits}


def test_a_value_that_no_point_carries_any_more_stays_in_facets(server: QdrantServer) -> None:
    """As Qdrant 1.18.3 does it, for a field that is indexed."""
    client = connect(server)
    fill(client)
    client.create_payload_index("current", "metadata.colour", m.PayloadSchemaType.KEYWORD)
    client.delete("current", DELETED)
    assert told(client) == {"blue": 4, "green": 4, "red": 0}
    client.set_payload(NAME, {"colour": "grey"}, [1], key="metadata")
    client.overwrite_payload(NAME, {"metadata": {"colour": ["white", "black"]}}, [1])
    operations: list[m.UpdateOperation] = [
        m.SetPayloadOperation(set_payload=m.SetPayload(payload={"colour": "pink"}, key="metadata", points=[1])),
        m.UpsertOperation(upsert=m.PointsList(points=[passage(1)])),
    ]
    client.batch_update_points(NAME, operations)
    gone = dict.fromkeys(("black", "grey", "pink", "red", "white"), 0)
    assert told(client) == {"blue": 4, "green": 4, **gone}
    assert told(client, limit=4) == {"blue": 4, "green": 4, "black": 0, "grey": 0}
    assert told(client, exact=False) == told(client, facet_filter=m.Filter()) == {"blue": 4, "green": 4}
    client.delete_payload_index(NAME, "metadata.colour")
    client.create_payload_index(NAME, "metadata.colour", m.PayloadSchemaType.KEYWORD)
    assert told(client) == {"blue": 4, "green": 4}
    client.close()


def test_a_value_is_known_to_facets_from_before_the_server_began(tmp_path: Path) -> None:
    for left in (4, 0):
        with in_thread(lambda: serve_qdrant(tmp_path / "qdrant")) as server:
            client = connect(server)
            if left:
                fill(client)
                client.create_payload_index(NAME, "metadata.colour", m.PayloadSchemaType.KEYWORD)
            else:
                client.delete(NAME, DELETED)
            assert told(client)["red"] == left
            client.close()


def test_a_collection_that_is_made_again_begins_without_values(server: QdrantServer) -> None:
    client = connect(server)
    for _ in range(2):
        fill(client)
        client.create_payload_index(NAME, "metadata.colour", m.PayloadSchemaType.KEYWORD)
        assert told(client) == {"blue": 4, "green": 4, "red": 4}
        client.delete(NAME, DELETED)
        assert told(client) == {"blue": 4, "green": 4, "red": 0}
        client.delete_collection(NAME)
    client.close()


def test_one_point_is_read_by_its_id(pair: Pair) -> None:
    answer = pair.remote.http.points_api.get_point("current", 3)
    assert answer.result == pair.embedded.retrieve(NAME, [3], with_vectors=True)[0]


async def test_the_async_client_reads_and_writes() -> None:
    async with serve_qdrant(None) as server:
        client = AsyncQdrantClient(url=server.url, check_compatibility=False)
        await client.create_collection(NAME, {"dense": m.VectorParams(size=4, distance=m.Distance.DOT)})
        await client.upsert(NAME, [m.PointStruct(id=1, vector={"dense": DENSE}, payload={"a": 1})])
        found = await client.query_points(NAME, DENSE, using="dense")
        assert [point.payload for point in found.points] == [{"a": 1}]
        await client.close()
