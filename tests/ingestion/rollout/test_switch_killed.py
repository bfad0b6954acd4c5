"""The worker's process is killed while it makes another index; the next one ends what it left."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random

from ingestion.reader_processes.pool import ReaderPool
from ingestion.rollout.rollout import IndexPlace, Rollout
from ingestion.settings import IngestionSettings
from knowledge.runtime.settings import Settings
from knowledge.storage.client import open_qdrant
from knowledge.storage.index_versions import IndexVersions
from playground.qdrant.faults import FaultKind, QdrantFault
from playground.qdrant.server import QdrantServer, serve_qdrant
from tests.doubles.in_thread import in_thread
from tests.doubles.ollama import ollama_in_thread
from tests.ingestion.worker_setup import until
from tests.torture.index_comparison import find_differences, read_index

ROOT = Path(__file__).parents[3]
OLD, NEW = "old-embed", "new-embed"
KILLS = 3
SEED = 20  # another seed is another story


@contextmanager
def worker(home: Path, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run one pass for both indexes in a process of its own."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    with (
        (home / "worker.log").open("ab") as log,
        subprocess.Popen(
            [sys.executable, "-m", "ingestion", "scan"],
            cwd=home,
            env={**kept, "PYTHONPATH": str(ROOT), "HEARTBEAT_DIR": str(home), "READERS": "1", **settings},
            stdout=log,
            stderr=log,
        ) as process,
    ):
        yield process


def lives(reader_pool: ReaderPool, **settings: object) -> None:
    """Run a worker to its end, as `scan` does."""
    given = IngestionSettings.load(quiet_seconds=0, **settings)
    with closing(open_qdrant(given)) as client:
        rollout = Rollout(given, IndexPlace.from_settings(given, client), reader_pool, threading.Event())
        rollout.review_versions()
        rollout.serving_worker.reconciler.run_pass()
        rollout.serving_worker.backfill.fill_embeddings()
        while rollout.advance_rollout(lambda: False):
            pass


def dies(home: Path, server: QdrantServer, at: int, **settings: str) -> bool:
    """Kill the worker at about its call number `at`; say whether it ran so long."""
    begun = server.faults.taken
    with worker(home, **settings) as process:
        until(lambda: process.poll() is not None or server.faults.taken >= begun + at, limit=60)
        process.kill()
        return process.wait() == -9


def test_a_worker_that_is_killed_during_a_switch_leaves_an_index_like_a_clean_one(
    tmp_path: Path, reader_pool: ReaderPool
) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    for n in range(6):
        (folder / f"{n}.md").write_text(f"# Chapitre {n}\n\nLe texte numéro {n} parle du bureau.", encoding="utf-8")
    dice = Random(SEED)  # noqa: S311  # repeatable on purpose
    with in_thread(lambda: serve_qdrant(tmp_path / "q")) as server, ollama_in_thread((OLD, NEW)) as ollama:
        here = {"qdrant_url": server.url, "ollama_url": ollama.url, "documents_dir": folder}
        there = {"QDRANT_URL": server.url, "OLLAMA_URL": ollama.url, "QUIET_SECONDS": "0"}
        lives(reader_pool, collection="t", embedding_model=OLD, **here)
        # Nothing fails of it: calls take long enough to die between them, and are counted.
        server.faults.add_fault(QdrantFault(FaultKind.SLOW, times=None, delay_ms=5))
        died = [
            dies(tmp_path, server, dice.randint(15, 60), COLLECTION="t", EMBEDDING_MODEL=NEW, **there)
            for _ in range(KILLS)
        ]
        server.faults.clear_faults()
        lives(reader_pool, collection="t", embedding_model=NEW, **here)
        lives(reader_pool, collection="clean", embedding_model=NEW, **here)
        with closing(open_qdrant(Settings(qdrant_url=server.url))) as client:
            serving = IndexVersions(client, "t").get_serving_version()
            assert serving is not None
            assert serving.recipe is not None
            assert serving.recipe.model == NEW
            assert find_differences(read_index(client, "t", serving.number), read_index(client, "clean")) == [], (
                f"seed {SEED}"
            )
    assert sum(died) >= 2, died
