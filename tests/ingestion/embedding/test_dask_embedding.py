"""Passages are embedded by real workers of a cluster, with the local model of their machine."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from ingestion.embedding.dask_embedding import DaskEmbedding, embed_on_worker
from ingestion.embedding.lane import EmbeddingLane, open_embedding_cluster
from ingestion.settings import IngestionSettings
from knowledge.core.failures import ModelUnavailable
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.runtime.settings import LOCAL_MODELS
from tests.ingestion.reader_processes.test_dask_cluster import Machines

DIMENSION = 384
LOCAL = f"local:{LOCAL_MODELS[0]}"


@pytest.fixture
def machines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machines]:
    sockets = tempfile.mkdtemp(prefix="model-")  # short enough for the path of a socket
    monkeypatch.setenv("TMPDIR", sockets)
    with ExitStack() as started:
        yield Machines(tmp_path, started)
    shutil.rmtree(sockets, ignore_errors=True)


def test_a_worker_embeds_as_this_machine_would(machines: Machines) -> None:
    machines.add_worker()
    settings = IngestionSettings(dask_scheduler=machines.address, embedding_model=LOCAL)
    with closing(DaskEmbedding(settings)) as cluster:
        lane = EmbeddingLane(EmbeddingModel(settings), cluster=cluster)
        (congés, vacances, parking) = lane.send_texts(["les congés", "les vacances", "the car park"]).result(120)
        assert lane.most_in_flight == 2
    vectors = [one.vector for one in (congés, vacances, parking)]
    assert [len(vector or []) for vector in vectors] == [DIMENSION] * 3
    near, far = (sum(a * b for a, b in zip(vectors[0] or [], other or [], strict=True)) for other in vectors[1:])
    assert near > far


def test_a_scheduler_that_is_away_leaves_the_passages_to_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingestion.embedding.dask_embedding._CONNECT_SECONDS", 1)
    cluster = DaskEmbedding(IngestionSettings(dask_scheduler="tcp://127.0.0.1:1"))
    with pytest.raises(ModelUnavailable, match=r"^The cluster at tcp://127\.0\.0\.1:1 embeds nothing \(OSError\)"):
        cluster.embed_texts(["un texte"], 1.0)
    assert cluster.count_workers() == 1


def test_a_worker_without_the_model_says_so_and_shows_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    class Missing:
        def embed_texts(self, texts: list[str], timeout: float) -> list[list[float]]:
            raise ModelUnavailable("the model is not installed")

    monkeypatch.setattr("ingestion.embedding.dask_embedding.get_shared_client", Missing)
    assert embed_on_worker(["un secret"], 1.0) == "the model is not installed"


def test_without_a_cluster_this_machine_embeds() -> None:
    assert open_embedding_cluster(IngestionSettings(dask_scheduler=None)) is None
