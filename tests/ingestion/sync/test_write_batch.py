"""Small new documents are written together, passages before ledger, and none of them depends on another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from qdrant_client import QdrantClient

from ingestion.sync.read_queue import UnreadPaths
from ingestion.sync.write_batch import CollectedDocument, WriteBatch
from knowledge.core.documents import Document, DocumentState, Fingerprint
from knowledge.core.failures import IndexUnavailable
from knowledge.core.passages import Excerpt, passages_from_excerpts
from knowledge.runtime.settings import Settings
from knowledge.storage.client import open_qdrant
from playground.qdrant.faults import FaultKind, QdrantFault
from playground.qdrant.server import QdrantServer, serve_qdrant
from tests.doubles.in_thread import in_thread
from tests.ingestion.worker_setup import Bench, counts
from tests.knowledge.samples import count_passages_by_path

LEDGER = "PUT .*t_documents/points"


class Clock:
    """A clock that a test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def server() -> Iterator[QdrantServer]:
    with in_thread(lambda: serve_qdrant(None)) as server:
        yield server


@pytest.fixture
def client(server: QdrantServer) -> Iterator[QdrantClient]:
    client = open_qdrant(Settings(qdrant_url=server.url))
    yield client
    client.close()


def read_document(path: str, text: str = "le badge") -> CollectedDocument:
    """A document of one passage that was just read."""
    document = Document(path, Fingerprint(1, 1, 1, 1), "0" * 64, "v.1", 1, DocumentState.WORDS, passages=1)
    return CollectedDocument(document, document, passages_from_excerpts(document, [Excerpt(text)], first=0))


@pytest.fixture
def batch(bench: Bench) -> WriteBatch:
    bench.index.prepare()
    bench.index.fetch_passage_inventory()
    return WriteBatch(bench.index, bench.ledger, Clock())


def count_calls(client: QdrantClient, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count the writes of a client by collection, from now on."""
    calls: Counter[str] = Counter()
    upsert = client.upsert

    def count(collection_name: str, *arguments: object, **options: object) -> object:
        calls[collection_name] += 1
        return upsert(collection_name, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(client, "upsert", count)
    return calls


def test_documents_are_written_in_one_request_for_passages_and_one_for_the_ledger(
    bench: Bench, batch: WriteBatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = count_calls(bench.client, monkeypatch)
    batch.note_begun(read_document("0.md").before)
    for n in range(20):
        batch.collect_document(read_document(f"{n}.md"))
        batch.drop_begun(f"{n}.md")
    assert [written.refused for written in batch.write_all()] == [None] * 20
    assert calls == {"t_passages": 1, "t_documents": 1}
    assert {document.state for document in bench.ledger.list_documents().values()} == {DocumentState.WORDS}
    assert count_passages_by_path(bench.index) == {f"{n}.md": 1 for n in range(20)}


def test_a_batch_waits_a_moment_unless_it_is_full(bench: Bench) -> None:
    clock = Clock()
    batch = WriteBatch(bench.index, bench.ledger, clock)
    first = batch.seconds_left()
    clock.now = 5.0
    assert batch.seconds_left() == first > 0  # nothing waits
    batch.collect_document(read_document("a.md"))
    assert batch.seconds_left() == pytest.approx(first)
    clock.now += first / 2
    batch.collect_document(read_document("b.md"))
    assert batch.seconds_left() == pytest.approx(first / 2)  # counted from the first
    clock.now += first
    assert batch.seconds_left() == 0
    batch.drop_all()
    for n in range(64):
        assert batch.seconds_left() > 0
        batch.collect_document(read_document(f"{n}.md"))
    assert batch.seconds_left() == 0


def test_a_refused_document_costs_itself_alone(bench: Bench, batch: WriteBatch) -> None:
    batch.collect_document(read_document("a.md"))
    batch.collect_document(read_document("b.md", "un mot \ud83d"))
    batch.collect_document(read_document("c.md"))
    refused = {one.collected.read.path for one in batch.write_all() if one.refused}
    assert refused == {"b.md"}
    assert bench.ledger.list_documents().keys() == count_passages_by_path(bench.index).keys() == {"a.md", "c.md"}


@pytest.mark.parametrize("stays", [True, False], ids=["file-stays", "file-gone"])
def test_passages_whose_ledger_record_was_not_written_follow_their_file(
    bench: Bench, batch: WriteBatch, server: QdrantServer, *, stays: bool
) -> None:
    batch.collect_document(read_document("a.md"))
    server.faults.add_fault(QdrantFault(FaultKind.ERROR, route=LEDGER))
    with pytest.raises(IndexUnavailable):
        batch.write_all()
    assert bench.ledger.list_documents() == {}
    assert count_passages_by_path(bench.index) == {"a.md": 1}  # the passages are written first
    if stays:
        bench.drop("a.md", "la cantine")
    assert counts(bench.scan()) == ({"indexed": 1} if stays else {"deleted": 1})
    assert count_passages_by_path(bench.index) == ({"a.md": 1} if stays else {})


def test_a_document_that_takes_long_is_shown_as_being_read(bench: Bench, batch: WriteBatch) -> None:
    reading = Document("long.pdf", Fingerprint(1, 1, 1, 1), "0" * 64, "v.1", 1, DocumentState.READING)
    batch.note_begun(reading)
    assert batch.write_all() == []
    assert bench.ledger.list_documents() == {"long.pdf": reading}


def test_paths_are_read_in_order_and_by_folder() -> None:
    unread = UnreadPaths()
    for path in ("b/1.md", "a/1.md", "b/2.md", "top.md"):
        unread.add_path(path)
    assert (set(unread.list_folders()), unread.get_first_path("b")) == ({"a", "b", ""}, "b/1.md")
    unread.remove_path("b/1.md")
    unread.remove_path("a/1.md")
    assert (set(unread.list_folders()), unread.get_first_path("b")) == ({"b", ""}, "b/2.md")
    assert list(unread.list_paths()) == ["b/2.md", "top.md"]
