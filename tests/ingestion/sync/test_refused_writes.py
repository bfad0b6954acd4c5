"""A whole pass against a Qdrant server, which fails for a moment or refuses what it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace

import pytest
from qdrant_client import QdrantClient

from ingestion.reader_processes.pool import DocumentContent, ReaderPool
from ingestion.scan.document_file import DocumentFile
from knowledge.core.documents import DocumentState
from knowledge.core.failures import IndexUnavailable
from knowledge.runtime.settings import Settings
from knowledge.storage.client import open_qdrant
from playground.qdrant.faults import FaultKind, QdrantFault
from playground.qdrant.server import QdrantServer, serve_qdrant
from tests.doubles.in_thread import in_thread
from tests.ingestion.worker_setup import Bench, counts

PASSAGES = "PUT .*t_passages/points"


@pytest.fixture
def server() -> Iterator[QdrantServer]:
    with in_thread(lambda: serve_qdrant(None)) as server:
        yield server


@pytest.fixture
def client(server: QdrantServer) -> Iterator[QdrantClient]:
    client = open_qdrant(Settings(qdrant_url=server.url))
    yield client
    client.close()


@pytest.mark.parametrize("kind", [FaultKind.ERROR, FaultKind.CUT, FaultKind.WAIT_TIMEOUT])
def test_a_failure_of_the_server_is_laid_to_no_document(bench: Bench, server: QdrantServer, kind: FaultKind) -> None:
    bench.drop("a.md", "ancien texte")
    bench.scan()
    bench.drop("a.md", "nouveau texte")
    server.faults.add_fault(QdrantFault(kind, route=PASSAGES))
    with pytest.raises(IndexUnavailable):
        bench.scan()
    assert [document.state for document in bench.ledger.list_documents().values()] == [DocumentState.READING]
    assert bench.found("ancien") == {"a.md"}
    assert counts(bench.scan()) == {"indexed": 1}
    assert (bench.found("ancien"), bench.found("nouveau")) == (set(), {"a.md"})


def read_with_surrogate(pool: ReaderPool) -> Callable[[DocumentFile], Future[DocumentContent]]:
    """Read as the pool does, but add to the text of a.md a lone surrogate, which no reader may return."""
    submit = pool.submit_document

    def submit_document(file: DocumentFile) -> Future[DocumentContent]:
        content = submit(file).result()
        added = "\ud83d" if file.name == "a.md" else ""
        done: Future[DocumentContent] = Future()
        done.set_result(replace(content, excerpts=[replace(one, text=one.text + added) for one in content.excerpts]))
        return done

    return submit_document


@pytest.mark.parametrize("why", ["400", "413", "PydanticSerializationError"])
def test_a_document_that_the_server_refuses_is_put_aside_and_tried_again(
    bench: Bench, server: QdrantServer, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.drop("a.md", "ancien texte")
    bench.scan()
    bench.drop("a.md", "nouveau texte")
    bench.drop("b.md", "le badge")
    with monkeypatch.context() as patch:
        if why.isdigit():
            server.faults.add_fault(QdrantFault(FaultKind.ERROR, route=PASSAGES, status=int(why)))
        else:
            patch.setattr(bench.reader_pool, "submit_document", read_with_surrogate(bench.reader_pool))
        summary = bench.scan()
    assert counts(summary) == {"indexed": 1, "failed": 1}
    (failure,) = summary.failed
    assert failure.reason == (f"a.md was read, but Qdrant refuses it ({why}): look at Qdrant's log; it is tried again.")
    assert bench.found("ancien badge") == {"a.md", "b.md"}  # the older version goes on answering
    bench.ahead = 6
    assert counts(bench.scan()) == {"indexed": 1, "unchanged": 1}
    assert bench.found("ancien") == set()


def test_a_write_larger_than_the_server_takes_costs_one_document(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A heading stands in each passage below it: 128 passages of a large one make a request of more than 32 MB."""
    submit = bench.reader_pool.submit_document

    def submit_document(file: DocumentFile) -> Future[DocumentContent]:
        content = submit(file).result()
        large = [replace(one, section=("x" * 300_000,)) for one in content.excerpts * 140]
        done: Future[DocumentContent] = Future()
        done.set_result(replace(content, excerpts=large) if file.name == "a.md" else content)
        return done

    monkeypatch.setattr(bench.reader_pool, "submit_document", submit_document)
    bench.drop("a.md", "un texte")
    bench.drop("b.md", "le badge")
    summary = bench.scan()
    assert counts(summary) == {"indexed": 1, "failed": 1}
    assert "Qdrant refuses it (413)" in str(summary.failed[0].reason)
    assert bench.found("badge") == {"b.md"}


def test_a_document_that_says_more_than_a_reader_may_costs_itself_alone(bench: Bench) -> None:
    bench.drop("a.md", f"# {'titre ' * 200_000}\n\nun texte")
    bench.drop("b.md", "le badge")
    summary = bench.scan()
    assert counts(summary) == {"indexed": 1, "failed": 1}
    assert "needs more than 4096 MB to be read" in str(summary.failed[0].reason)


def test_a_copy_that_the_server_refuses_is_put_aside(bench: Bench, server: QdrantServer) -> None:
    bench.drop("a.md", "# Titre\n\nun texte")
    bench.scan()
    bench.drop("b.md", "# Titre\n\nun texte")
    bench.drop("c.md", "un autre texte")
    server.faults.add_fault(
        QdrantFault(FaultKind.ERROR, times=3, route=PASSAGES, status=400)
    )  # the copy, then what is read instead: both documents together, and b.md alone
    summary = bench.scan()
    assert ([failure.path for failure in summary.failed], summary.indexed) == (["b.md"], 1)
    assert bench.found("texte") == {"a.md", "c.md"}
