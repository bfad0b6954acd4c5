"""What happens to documents when the scheduler goes away or answers at once, which a real one rarely does."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, Future
from contextlib import closing
from pathlib import Path

import pytest

from ingestion.reader_processes.dask_cluster import DaskReaderPool
from ingestion.reader_processes.sandbox_pool import DocumentContent
from ingestion.settings import IngestionSettings
from knowledge.core.failures import ReaderUnavailable
from tests.ingestion.worker_setup import document_file

WORKER = "tcp://127.0.0.1:2"


class OpenClient:
    """A connection to a scheduler that answers."""

    status = "running"

    def close(self, timeout: float) -> None:
        """Close nothing."""


class ImmediateExecutor(Executor):
    """Finishes each task while it is submitted."""

    def submit(self, *_: object, **__: object) -> Future[DocumentContent]:  # type: ignore[override] # as it is called here
        done: Future[DocumentContent] = Future()
        done.set_result(DocumentContent("", None, []))
        return done


class SilentExecutor(Executor):
    """Takes tasks and finishes none."""

    def submit(self, *_: object, **__: object) -> Future[DocumentContent]:  # type: ignore[override] # as it is called here
        return Future()


class BrokenExecutor(Executor):
    """Fails in a way that nobody expects."""

    def submit(self, *_: object, **__: object) -> Future[DocumentContent]:  # type: ignore[override] # as it is called here
        raise AttributeError("an attribute of Dask that is not there")


@pytest.fixture
def pool() -> Iterator[DaskReaderPool]:
    with closing(DaskReaderPool(IngestionSettings(dask_scheduler="tcp://127.0.0.1:1"))) as pool:
        connect(pool, ImmediateExecutor())
        yield pool


def connect(pool: DaskReaderPool, executor: Executor) -> None:
    """Connect to a cluster with one worker."""
    pool._client = OpenClient()  # type: ignore[assignment] # as far as it is asked
    pool._executor = executor
    pool._reads_by_worker = {WORKER: None}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "a.txt"
    file.write_text("Un texte.", encoding="utf-8")
    return file


def test_documents_wait_when_the_scheduler_goes_away_while_they_are_read(pool: DaskReaderPool, file: Path) -> None:
    connect(pool, SilentExecutor())
    reads = [pool.submit_document(document_file(file)) for _ in range(3)]  # one is read, two wait for the worker
    pool._add_step(pool._drop_scheduler)
    for read in reads:
        with pytest.raises(
            ReaderUnavailable, match=r"^a\.txt waits: the Dask scheduler \S+ went away: start it again\.$"
        ):
            read.result(5)
    assert pool.concurrency == 1


def test_documents_wait_when_the_connection_was_closed_before_they_came(
    pool: DaskReaderPool, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.reader_processes.dask_cluster._CONNECT_SECONDS", 1)
    monkeypatch.setattr(pool._client, "status", "closed")
    with pytest.raises(ReaderUnavailable, match=r"^a\.txt waits: the Dask scheduler \S+ cannot be reached \(OSError\)"):
        pool.submit_document(document_file(file)).result(30)


def test_documents_wait_when_dask_fails_in_an_unknown_way(
    pool: DaskReaderPool, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    connect(pool, BrokenExecutor())
    with pytest.raises(ReaderUnavailable, match=r"^a\.txt waits: "):
        pool.submit_document(document_file(file)).result(5)
    assert "a step on the cluster failed" in caplog.messages


def test_any_number_of_documents_is_read(pool: DaskReaderPool, file: Path) -> None:
    reads = [pool.submit_document(document_file(file)) for _ in range(1500)]
    assert all(read.result(30) == DocumentContent("", None, []) for read in reads)


def test_closing_cancels_what_is_not_read_yet(pool: DaskReaderPool, file: Path) -> None:
    connect(pool, SilentExecutor())
    reads = [pool.submit_document(document_file(file)) for _ in range(3)]
    pool.close()
    assert all(read.cancelled() for read in reads)
