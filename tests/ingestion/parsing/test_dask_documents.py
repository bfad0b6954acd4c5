"""Documents on their way to a cluster that goes, or answers at once: what a real one does too rarely to wait for."""

from __future__ import annotations

from concurrent.futures import Executor, Future
from pathlib import Path

import pytest

from ingestion.parsing.dask_cluster import DaskReaderEngine, _ClusterRead
from ingestion.parsing.sandbox import DocumentContent
from ingestion.scan.folder_scan import compute_content_hash
from ingestion.settings import IngestionSettings
from knowledge.core.failures import ReaderUnavailable


class Connection:
    """A connection to a scheduler that stands."""

    status = "running"


class AtOnce(Executor):
    """Has read whatever it is given."""

    def submit(self, *_: object, **__: object) -> Future[DocumentContent]:  # type: ignore[override] # as it is called here
        done: Future[DocumentContent] = Future()
        done.set_result(DocumentContent("", None, []))
        return done


@pytest.fixture
def cluster() -> DaskReaderEngine:
    cluster = DaskReaderEngine(IngestionSettings(dask_scheduler="tcp://127.0.0.1:1"))
    cluster._client = Connection()  # type: ignore[assignment] # as far as it is asked
    cluster._executor = AtOnce()
    cluster._reads_by_worker = {"tcp://127.0.0.1:2": None}
    return cluster


@pytest.mark.parametrize("another_comes", [False, True])
def test_a_document_that_is_looked_at_while_the_scheduler_goes_waits(
    cluster: DaskReaderEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, another_comes: bool
) -> None:
    file = tmp_path / "a.txt"
    file.write_text("Un texte.", encoding="utf-8")

    def going(path: Path) -> str:
        cluster._handle_lost_scheduler()
        if another_comes:
            cluster._on_worker_event((0.0, {"action": "add-worker", "worker": "tcp://127.0.0.1:3"}))
        return compute_content_hash(path)

    monkeypatch.setattr("ingestion.parsing.dask_cluster.compute_content_hash", going)
    with pytest.raises(ReaderUnavailable, match=r"^a\.txt waits: the Dask scheduler \S+ went away: start it again\.$"):
        cluster.submit_document(file).result(5)


def test_any_number_of_documents_may_be_read_at_once(cluster: DaskReaderEngine, tmp_path: Path) -> None:
    errands = [_ClusterRead(tmp_path / f"{n}.txt", None) for n in range(1500)]
    cluster._waiting.extend(errands)
    with cluster._lock:
        cluster._assign_reads()
    assert all(errand.done() for errand in errands)
