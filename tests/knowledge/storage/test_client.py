"""Whatever goes wrong with Qdrant comes out as one sentence that says what to do."""

from __future__ import annotations

import asyncio
import gc
import socket
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from qdrant_client import QdrantClient, models

from knowledge.core.failures import IndexUnavailable, RequestRefused, SettingsError
from knowledge.core.passages import list_passage_ids
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.retrieval.hybrid_search import PassageSearch
from knowledge.runtime.settings import Settings
from knowledge.storage.client import (
    create_missing_collection,
    is_public_url,
    open_qdrant,
    refuse_public_qdrant,
    resolve_host,
    translate_write_errors,
)
from knowledge.storage.document_ledger import DocumentLedger
from knowledge.storage.passage_writer import PassageWriter
from knowledge.storage.worker_requests import WorkerRequests
from playground.qdrant import server
from playground.qdrant.faults import FaultKind, QdrantFault
from playground.qdrant.server import QdrantServer, serve_qdrant
from tests.doubles.in_thread import in_thread
from tests.doubles.temporary_qdrant import open_temporary_qdrant
from tests.knowledge.samples import ALL, count_passages_by_path, document, enriched, passages, stored

AWAY = "Qdrant does not answer: start it, or correct QDRANT_URL."
HALF = "\ud83d"  # of a character: what is sent cannot hold it
CALLS: dict[str, Callable[[PassageWriter, PassageSearch], object]] = {
    "find": lambda _, search: search.search_passages("télétravail", ALL, 5),
    "has_documents": lambda _, search: search.has_indexed_passages(),
    "replace": lambda index, _: index.replace_passages(document("b.md"), passages(document("b.md"), "x")),
    "copy": lambda index, _: index.copy_passages(document("a.md", passages=1), document("b.md")),
    "forget": lambda index, _: index.delete_document_passages("a.md"),
    "paths": lambda index, _: count_passages_by_path(index),
    "without_meaning": lambda index, _: list(
        index.list_unembedded_passages(list_passage_ids(document("a.md", passages=1)))
    ),
    "enrich": lambda index, _: index.add_dense_vectors([(passages(document("a.md"), "x")[0].id, [1.0] * 64)]),
    "prepare": lambda index, _: index.prepare(),
}


@contextmanager
def opened(url: str | None, key: str | None = None, timeout: int = 30) -> Iterator[QdrantClient]:
    client = open_qdrant(Settings.load(qdrant_url=url, qdrant_api_key=key, qdrant_timeout=timeout))
    yield client
    client.close()


@pytest.fixture
def client(server: QdrantServer) -> Iterator[QdrantClient]:
    with opened(server.url) as client:
        yield client


@pytest.fixture
def prefix() -> str:
    return "t"


@pytest.fixture
def index(client: QdrantClient, meaning: EmbeddingModel) -> PassageWriter:
    index = PassageWriter(client, "t", meaning)
    index.prepare()
    enriched(index, stored(index, "a.md", "le télétravail"))
    return index


@pytest.mark.parametrize("call", CALLS)
def test_a_failing_server_is_named(
    index: PassageWriter, search: PassageSearch, server: QdrantServer, call: str
) -> None:
    server.faults.add_fault(QdrantFault(FaultKind.ERROR, times=None))
    with pytest.raises(IndexUnavailable, match=r"^Qdrant answered 500: look at the server's log, or .*\.$"):
        CALLS[call](index, search)


def test_what_is_refused_is_told_from_a_failing_server(index: PassageWriter, server: QdrantServer) -> None:
    known = document("b.md")
    with pytest.raises(RequestRefused, match=r"\(PydanticSerializationError\)") as caught:
        index.replace_passages(known, passages(known, HALF))
    assert ascii(HALF)[1:-1] not in "".join(traceback.format_exception(caught.value))
    server.faults.add_fault(QdrantFault(FaultKind.ERROR, status=400))
    with pytest.raises(RequestRefused, match=r"^Qdrant refuses what it was sent \(400\): look at the"):
        index.delete_document_passages("a.md")


def test_the_embedded_engine_refuses_as_a_server_does(meaning: EmbeddingModel) -> None:
    with closing(open_temporary_qdrant()) as client:
        index = PassageWriter(client, "t", meaning)
        index.prepare()
        with pytest.raises(RequestRefused, match="400"), translate_write_errors():
            client.upsert(index.collection, [models.PointStruct(id=1, vector={"nope": [1.0]})])


@pytest.mark.parametrize("call", CALLS)
def test_a_cut_connection_is_no_answer(
    index: PassageWriter, search: PassageSearch, server: QdrantServer, call: str
) -> None:
    server.faults.add_fault(QdrantFault(FaultKind.CUT, times=None))
    with pytest.raises(IndexUnavailable) as caught:
        CALLS[call](index, search)
    assert str(caught.value) == AWAY


@pytest.mark.parametrize("route", ["points/query", "collections/t_serving$", "collections/t_passages$"])
def test_each_call_of_a_search_may_fail(
    index: PassageWriter, search: PassageSearch, server: QdrantServer, route: str
) -> None:
    server.faults.add_fault(QdrantFault(FaultKind.ERROR, times=None, route=route))
    with pytest.raises(IndexUnavailable):
        search.search_passages("télétravail", ALL, 5)


@pytest.mark.parametrize("call", ["replace", "forget", "enrich"])
def test_a_write_that_is_not_applied_yet_is_no_success(
    index: PassageWriter, search: PassageSearch, server: QdrantServer, call: str
) -> None:
    server.faults.add_fault(QdrantFault(FaultKind.WAIT_TIMEOUT, times=None))
    with pytest.raises(IndexUnavailable, match=r"has not applied a write \(wait_timeout\)"):
        CALLS[call](index, search)


def test_a_slow_server_is_given_up(server: QdrantServer, meaning: EmbeddingModel) -> None:
    with opened(server.url, timeout=1) as client:
        server.faults.add_fault(QdrantFault(FaultKind.SLOW, delay_ms=1500))
        with pytest.raises(IndexUnavailable) as caught:
            PassageSearch(client, "t", meaning).search_passages("x", ALL, 1)
    assert str(caught.value) == AWAY


def test_nobody_at_the_address_is_no_answer(meaning: EmbeddingModel) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    with opened(address) as client:
        for call in (
            lambda: DocumentLedger(client, "t").list_documents(),
            lambda: WorkerRequests(client, "t").create_worker_request("all", "U1"),
        ):
            with pytest.raises(IndexUnavailable) as caught:
                call()
            assert str(caught.value) == AWAY


@pytest.mark.parametrize("key", [None, "another"])
def test_a_wrong_key_is_named(key: str | None) -> None:
    refused = pytest.raises(IndexUnavailable, match=r"^Qdrant refuses the key: set QDRANT_API_KEY to the server's\.$")
    with (
        in_thread(lambda: serve_qdrant(None, api_key="right")) as server,
        opened(server.url, key) as client,
        refused,
    ):
        DocumentLedger(client, "t").list_documents()


def test_the_right_key_is_let_in() -> None:
    with in_thread(lambda: serve_qdrant(None, api_key="right")) as server, opened(server.url, "right") as client:
        assert DocumentLedger(client, "t").list_documents() == {}


def test_a_collection_that_another_process_makes_first_is_no_failure(server: QdrantServer) -> None:
    with opened(server.url) as client:
        client.create_collection("c", vectors_config={})
        server.faults.add_fault(QdrantFault(FaultKind.SLOW))
        create_missing_collection(client, "c", vectors_config={})


HOLDER = """
import sys, qdrant_client
client = qdrant_client.QdrantClient(path="q")
print("held", flush=True)
sys.stdin.read()
client.close()
"""


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")  # the engine forgets its lock file then
def test_an_embedded_index_that_another_process_holds_is_named(tmp_path: Path) -> None:
    with subprocess.Popen(  # noqa: S603  # our own words to our own interpreter
        [sys.executable, "-c", HOLDER], cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(IndexUnavailable, match=r"Another process holds the embedded index in .*q: stop it, or"):
            open_qdrant(Settings(qdrant_path=tmp_path / "q"))
        gc.collect()
        holder.communicate("")
    open_qdrant(Settings(qdrant_path=tmp_path / "q")).close()


def test_an_embedded_index_on_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "q").write_text("no folder")
    with pytest.raises(IndexUnavailable, match="correct QDRANT_PATH or its permissions"):
        open_qdrant(Settings(qdrant_path=tmp_path / "q"))


def test_a_damaged_embedded_index_is_named(tmp_path: Path) -> None:
    (tmp_path / "q").mkdir()
    (tmp_path / "q" / "meta.json").write_text('{"collections": {"half')
    with pytest.raises(IndexUnavailable, match="is damaged: move it away, and scan the folder again"):
        open_qdrant(Settings(qdrant_path=tmp_path / "q"))


@pytest.mark.parametrize(
    ("addresses", "public"),
    [
        (["127.0.0.1"], False),
        (["10.1.2.3", "fd00::1"], False),
        (["192.168.1.2"], False),
        (["169.254.1.1", "fe80::1%eth0"], False),
        (["100.64.0.1"], False),
        (["8.8.8.8"], True),
        (["10.1.2.3", "2606:4700::1"], True),
        ([], False),
    ],
)
def test_an_address_of_the_internet_is_public(addresses: list[str], public: bool) -> None:
    assert is_public_url("http://qdrant:6333", lambda _: addresses) is public


def test_names_and_addresses_are_looked_up_here() -> None:
    assert "127.0.0.1" in resolve_host("localhost")
    assert resolve_host("::1") == ["::1"]
    assert resolve_host("no-such-host.invalid") == []


async def test_an_open_qdrant_on_a_public_address_is_refused() -> None:
    async with server.serve_qdrant(None) as qdrant:
        with pytest.raises(SettingsError, match="answers without a key, to anybody: give the server a key"):
            await asyncio.to_thread(refuse_public_qdrant, qdrant.url, lambda _: ["8.8.8.8"])
        await asyncio.to_thread(refuse_public_qdrant, qdrant.url)


async def test_one_that_asks_for_a_key_is_taken_and_one_that_is_away_is_not_judged(unused_tcp_port: int) -> None:
    async with server.serve_qdrant(None, api_key="a-key") as qdrant:
        await asyncio.to_thread(refuse_public_qdrant, qdrant.url, lambda _: ["8.8.8.8"])
    await asyncio.to_thread(refuse_public_qdrant, f"http://127.0.0.1:{unused_tcp_port}", lambda _: ["8.8.8.8"])


def test_opening_a_public_qdrant_without_a_key_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.storage.client.allows_anonymous_access", lambda _: True)
    with pytest.raises(SettingsError, match="is on a public address"):
        open_qdrant(Settings(qdrant_url="http://8.8.8.8:6333"))
