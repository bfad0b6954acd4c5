"""The stand-in fails as Qdrant does, and as it is told to."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from aiohttp.test_utils import TestServer
from qdrant_client import QdrantClient
from qdrant_client import models as m
from qdrant_client.common.version_check import get_server_version, is_compatible
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

from playground.qdrant.faults import FaultKind, QdrantFault, QdrantFaults
from playground.qdrant.server import EmbeddedEngine, QdrantServer, build_qdrant_app, serve_qdrant
from qdrant_engine.calls import Answer, Call
from qdrant_engine.engine import Engine
from qdrant_engine.routes import answer_call
from tests.doubles.in_thread import in_thread

KEY = "a-key-of-the-tests"
POINT = m.PointStruct(id=1, vector={}, payload={"n": 1})


@pytest.fixture
def server() -> Iterator[QdrantServer]:
    with in_thread(lambda: serve_qdrant(None)) as server:
        yield server


@pytest.fixture
def client(server: QdrantServer) -> Iterator[QdrantClient]:
    client = QdrantClient(url=server.url, check_compatibility=False)
    client.create_collection("c", vectors_config={})
    yield client
    client.close()


BAD: dict[str, tuple[int, str, Callable[[QdrantClient], object]]] = {
    "missing collection": (404, "Collection `no` doesn't exist", lambda c: c.count("no")),
    "missing collection, written": (404, "Collection `no`", lambda c: c.upsert("no", [POINT])),
    "missing collection, described": (404, "Collection `no`", lambda c: c.get_collection("no")),
    "alias of nothing": (
        404,
        "Collection `no` doesn't exist",
        lambda c: c.update_collection_aliases(
            [m.CreateAliasOperation(create_alias=m.CreateAlias(collection_name="no", alias_name="a"))]
        ),
    ),
    "missing point": (404, "No point", lambda c: c.set_payload("c", {"a": 1}, [77])),
    "missing point, by id": (404, "77", lambda c: c.http.points_api.get_point("c", 77)),
    "existing collection": (409, "already exists", lambda c: c.create_collection("c", vectors_config={})),
    "unknown vector": (400, "no", lambda c: c.query_points("c", [1.0], using="no")),
    "limit of nought": (422, "limit", lambda c: c.scroll("c", limit=0)),
    "empty upsert": (400, "Empty", lambda c: c.upsert("c", [])),
    "snapshots": (404, "Not Found", lambda c: c.create_snapshot("c")),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused_in_qdrants_words(client: QdrantClient, name: str) -> None:
    status, words, call = BAD[name]
    with pytest.raises(UnexpectedResponse) as refusal:
        call(client)
    assert refusal.value.status_code == status
    assert words in refusal.value.structured()["status"]["error"]


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"limit": "many"}', b'{"limit": 1, "surplus": 2}'])
def test_a_malformed_body_is_a_bad_request(client: QdrantClient, server: QdrantServer, body: bytes) -> None:
    answer = httpx.post(f"{server.url}/collections/c/points/scroll", content=body)
    assert answer.status_code == 400
    assert answer.json()["status"]["error"].startswith("Format error in JSON body: ")


def test_a_body_over_32_mb_is_refused(server: QdrantServer) -> None:
    answer = httpx.put(f"{server.url}/collections/c/points", content=b" " * (32 * 1024 * 1024 + 1))
    assert answer.status_code == 413


def test_the_version_satisfies_the_clients_check(server: QdrantServer) -> None:
    version = get_server_version(server.url, {}, None, 5)
    assert is_compatible("1.20.0", version)


@pytest.mark.parametrize("path", ["/healthz", "/livez", "/readyz"])
def test_probes_are_answered_without_a_key(path: str) -> None:
    with in_thread(lambda: serve_qdrant(None, api_key=KEY)) as server:
        assert httpx.get(server.url + path).status_code == 200


@pytest.mark.parametrize("given", [None, "another-key"])
def test_who_lacks_the_key_is_refused(given: str | None) -> None:
    with in_thread(lambda: serve_qdrant(None, api_key=KEY)) as server:
        headers = {"api-key": given} if given else {}
        assert httpx.get(f"{server.url}/collections", headers=headers).status_code == 401


@pytest.mark.filterwarnings("ignore:Api key is used with an insecure connection")  # true, and on loopback
def test_who_has_the_key_is_served() -> None:
    with in_thread(lambda: serve_qdrant(None, api_key=KEY)) as server:
        client = QdrantClient(url=server.url, api_key=KEY, check_compatibility=False)
        assert client.get_collections().collections == []
        client.close()
        bearer = httpx.get(f"{server.url}/collections", headers={"Authorization": f"Bearer {KEY}"})
        assert bearer.status_code == 200


def test_who_does_not_wait_is_told_acknowledged(client: QdrantClient) -> None:
    assert client.upsert("c", [POINT], wait=False).status is m.UpdateStatus.ACKNOWLEDGED
    assert client.upsert("c", [POINT], wait=True).status is m.UpdateStatus.COMPLETED


def test_what_was_acknowledged_is_there_after_a_restart(tmp_path: Path) -> None:
    with in_thread(lambda: serve_qdrant(tmp_path)) as server:
        client = QdrantClient(url=server.url, check_compatibility=False)
        client.create_collection("c", vectors_config={}, metadata={"model": "m"})
        client.upsert("c", [POINT])
        created = m.CreateAlias(collection_name="c", alias_name="now")
        client.update_collection_aliases([m.CreateAliasOperation(create_alias=created)])
        client.close()
    with in_thread(lambda: serve_qdrant(tmp_path)) as server:
        client = QdrantClient(url=server.url, check_compatibility=False)
        assert client.retrieve("now", [1])[0].payload == {"n": 1}
        assert client.get_collection("now").config.metadata == {"model": "m"}
        client.close()


def test_a_folder_in_use_is_not_served_twice(tmp_path: Path) -> None:
    refused = pytest.raises(RuntimeError, match="Another process holds")
    with in_thread(lambda: serve_qdrant(tmp_path)), refused, in_thread(lambda: serve_qdrant(tmp_path)):
        pass


async def test_the_server_answers_probes_while_the_engine_works(monkeypatch: pytest.MonkeyPatch) -> None:
    engine, go_on = EmbeddedEngine(None), threading.Event()

    def wait_then_answer(opened: Engine, call: Call) -> Answer:
        go_on.wait(30)
        return answer_call(opened, call)

    monkeypatch.setattr("playground.qdrant.server.answer_call", wait_then_answer)
    await engine.open()
    async with (
        TestServer(build_qdrant_app(engine)) as server,
        httpx.AsyncClient(base_url=str(server.make_url("/"))) as http,
    ):
        listing = asyncio.create_task(http.get("/collections"))
        assert (await http.get("/healthz")).status_code == 200
        assert not listing.done()
        go_on.set()
        assert (await listing).status_code == 200
    await engine.close()


def test_a_slow_call_takes_its_time_and_succeeds(client: QdrantClient, server: QdrantServer) -> None:
    server.faults.add_fault(QdrantFault(FaultKind.SLOW, delay_ms=300))
    started = time.perf_counter()
    client.upsert("c", [POINT])
    assert time.perf_counter() - started >= 0.3
    assert client.count("c").count == 1


@pytest.mark.parametrize("applies", [False, True])
def test_a_500_may_have_been_applied(client: QdrantClient, server: QdrantServer, applies: bool) -> None:
    server.faults.add_fault(QdrantFault(FaultKind.ERROR, applies=applies))
    with pytest.raises(UnexpectedResponse) as failure:
        client.upsert("c", [POINT])
    assert failure.value.status_code == 500
    assert client.count("c").count == int(applies)


@pytest.mark.parametrize("applies", [False, True])
def test_a_cut_connection_may_have_been_applied(client: QdrantClient, server: QdrantServer, applies: bool) -> None:
    server.faults.add_fault(QdrantFault(FaultKind.CUT, applies=applies))
    with pytest.raises(ResponseHandlingException):
        client.upsert("c", [POINT])
    assert client.count("c").count == int(applies)


def test_a_wait_timeout_is_a_success_that_is_not_done(client: QdrantClient, server: QdrantServer) -> None:
    server.faults.add_fault(QdrantFault(FaultKind.WAIT_TIMEOUT, times=2))
    assert client.count("c").count == 0, "a read cannot time out while waiting"
    assert client.upsert("c", [POINT]).status is m.UpdateStatus.WAIT_TIMEOUT
    several = client.batch_update_points("c", [m.DeleteOperation(delete=m.PointIdsList(points=[1]))] * 2)
    assert [one.status for one in several] == [m.UpdateStatus.WAIT_TIMEOUT] * 2
    assert client.count("c").count == 0


def test_a_fault_meets_only_its_route_and_its_number_of_calls(client: QdrantClient, server: QdrantServer) -> None:
    server.faults.add_fault(QdrantFault(FaultKind.ERROR, times=2, route="^POST .*/count$"))
    client.upsert("c", [POINT])
    for _ in range(2):
        with pytest.raises(UnexpectedResponse):
            client.count("c")
    assert client.count("c").count == 1
    assert server.faults.taken == 2


def test_a_fault_without_a_number_lasts_until_it_is_cleared(client: QdrantClient, server: QdrantServer) -> None:
    server.faults.add_fault(QdrantFault(FaultKind.ERROR, times=None))
    for _ in range(3):
        with pytest.raises(UnexpectedResponse):
            client.count("c")
    server.faults.clear_faults()
    assert client.count("c").count == 0


def test_another_process_can_ask_for_faults_where_that_is_allowed() -> None:
    with in_thread(lambda: serve_qdrant(None, faults=QdrantFaults(by_http=True))) as server:
        asked = httpx.post(f"{server.url}/_faults", json={"kind": "error", "times": 1, "route": "/collections"})
        assert [fault["kind"] for fault in asked.json()["waiting"]] == ["error"]
        assert httpx.get(f"{server.url}/collections").status_code == 500
        assert httpx.get(f"{server.url}/_faults").json() == {"waiting": [], "taken": 1}
        httpx.post(f"{server.url}/_faults", json={"kind": "cut", "times": None})
        assert httpx.delete(f"{server.url}/_faults").json()["waiting"] == []


@pytest.mark.parametrize("body", [{}, {"kind": "no"}, {"kind": "cut", "route": "("}, {"kind": "cut", "surplus": 1}, []])
def test_a_malformed_fault_is_refused(body: object) -> None:
    with in_thread(lambda: serve_qdrant(None, faults=QdrantFaults(by_http=True))) as server:
        assert httpx.post(f"{server.url}/_faults", json=body).status_code == 400


def test_nobody_asks_for_faults_over_http_unless_allowed(server: QdrantServer) -> None:
    assert httpx.post(f"{server.url}/_faults", json={"kind": "cut"}).status_code == 404
