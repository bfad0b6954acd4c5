"""Documents on their way to a cluster that goes, or answers at once: what a real one does too rarely to wait for."""

from __future__ import annotations

from concurrent.futures import Executor, Future
from pathlib import Path

import pytest

from ingestion.parsing.dask_cluster import Cluster, _Errand
from ingestion.parsing.sandbox import Content
from ingestion.scan.folder_scan import content_hash
from ingestion.settings import IngestionSettings
from knowledge.core.failures import NoReader


class Connection:
    """A connection to a scheduler that stands."""

    status = "running"


class AtOnce(Executor):
    """Has read whatever it is given."""

    def submit(self, *_: object, **__: object) -> Future[Content]:  # type: ignore[override] # as it is called here
        done: Future[Content] = Future()
        done.set_result(Content("", None, []))
        return done


@pytest.fixture
def cluster() -> Cluster:
    cluster = Cluster(IngestionSettings(dask_scheduler="tcp://127.0.0.1:1"))
    cluster._client = Connection()  # type: ignore[assignment] # as far as it is asked
    cluster._executor = AtOnce()
    cluster._at = {"tcp://127.0.0.1:2": None}
    return cluster


@pytest.mark.parametrize("another_comes", [False, True])
def test_a_document_that_is_looked_at_while_the_scheduler_goes_waits(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, another_comes: bool
) -> None:
    file = tmp_path / "a.txt"
    file.write_text("Un texte.", encoding="utf-8")

    def going(path: Path) -> str:
        cluster._lose()
        if another_comes:
            cluster._heard((0.0, {"action": "add-worker", "worker": "tcp://127.0.0.1:3"}))
        return content_hash(path)

    monkeypatch.setattr("ingestion.parsing.dask_cluster.content_hash", going)
    with pytest.raises(NoReader, match=r"^a\.txt waits: the Dask scheduler \S+ went away: start it again\.$"):
        cluster.read(file).result(5)


def test_any_number_of_documents_may_be_read_at_once(cluster: Cluster, tmp_path: Path) -> None:
    errands = [_Errand(tmp_path / f"{n}.txt", None) for n in range(1500)]
    cluster._waiting.extend(errands)
    with cluster._lock:
        cluster._send()
    assert all(errand.done() for errand in errands)
