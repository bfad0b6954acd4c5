"""Changes a real folder and kills workers at random writes: one undisturbed pass must repair the index.

`TORTURE=10` makes ten times as many steps and searches for the shortest failure; `SEED=` repeats a run. The seed and
the number of steps are printed; a failure prints its steps and a line that repeats it.
"""

from __future__ import annotations

import tempfile
from contextlib import closing, suppress
from pathlib import Path
from random import Random

import pytest
from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from qdrant_client import QdrantClient

from ingestion.embedding import backfill
from ingestion.settings import IngestionSettings
from ingestion.sync.retries import MAX_RETRY_SECONDS
from knowledge.core.failures import TextRefused
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.storage import passage_writer
from tests.doubles.ollama_vectors import embed
from tests.doubles.temporary_qdrant import open_temporary_qdrant
from tests.knowledge.storage.crashing_client import Crash, crashing
from tests.torture.doubles_server import UNEMBEDDABLE
from tests.torture.folder_changes import FolderChanges
from tests.torture.index_comparison import IndexContents, find_differences, read_index
from tests.torture.permissions import without_root_privileges
from tests.torture.state_machines import StepCount, print_steps, run_machine
from tests.torture.worker_runs import WorkerRun, open_worker

DAYS = st.sampled_from([-86_400.0, 0.0, 0.0, 0.0, 60.0, 86_400.0])
MADE = StepCount()
SEEDS = st.integers(0, 2**32 - 1)


class LocalEmbeddingModel(EmbeddingModel):
    """Computes the vectors of the Ollama double without its server."""

    def _embed(self, texts: list[str], timeout: float, *, truncate: bool, is_urgent: bool = False) -> list[list[float]]:
        if any(UNEMBEDDABLE in text for text in texts):
            raise TextRefused("The double refuses a text.")
        return [embed(text, 16) for text in texts]


class WorkerMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.scratch = tempfile.TemporaryDirectory(prefix="torture-")
        self.root = Path(self.scratch.name) / "folder"
        self.root.mkdir()
        self.settings = IngestionSettings(documents_dir=self.root)
        self.client = open_temporary_qdrant()
        self.latest = 0.0  # how far ahead any worker's clock was: later, no failure waits any more

    @initialize(rng=SEEDS, files=st.integers(0, 6))
    def fill(self, rng: int, files: int) -> None:
        self.change(rng, files)

    @rule(rng=SEEDS, times=st.integers(1, 4))
    def change(self, rng: int, times: int) -> None:
        MADE.steps += 1
        changes = FolderChanges(self.root, Random(rng))  # noqa: S311 (hypothesis repeats it)
        with without_root_privileges():
            for _ in range(times):
                note(changes.change())

    @rule(rng=SEEDS, collection=st.sampled_from(["t_passages", "t_documents"]), everything=st.booleans())
    def lose(self, rng: int, collection: str, *, everything: bool) -> None:
        """Lose points or a whole collection, as after a restored backup."""
        MADE.steps += 1
        if not self.client.collection_exists(collection):
            return
        if everything:
            self.client.delete_collection(collection)
            return
        points = self.client.scroll(collection, limit=1000)[0]
        if dropped := Random(rng).sample(points, len(points) // 2):  # noqa: S311 (hypothesis repeats it)
            self.client.delete(collection, [point.id for point in dropped])

    @rule(at=st.integers(1, 40), applied=st.booleans(), offset=DAYS)
    def kill(self, at: int, *, applied: bool, offset: float) -> None:
        MADE.steps += 1
        with suppress(Crash):
            self.run_worker(crashing(self.client, at, applied=applied), WorkerRun("t", clock_offset=offset))

    @rule(offset=DAYS)
    def run_to_end(self, offset: float) -> None:
        MADE.steps += 1
        self.run_worker(self.client, WorkerRun("t", clock_offset=offset))

    @rule()
    def compare(self) -> None:
        MADE.steps += 1
        with without_root_privileges():
            FolderChanges(self.root, Random(0)).open_all_folders()  # noqa: S311 (no random number is drawn)
        later = self.latest + MAX_RETRY_SECONDS + 1
        ours = self.run_worker(self.client, WorkerRun("t", clock_offset=later))
        with closing(open_temporary_qdrant()) as memory:
            clean = self.run_worker(memory, WorkerRun("clean", clock_offset=later))
        assert find_differences(ours, clean) == []

    def run_worker(self, client: QdrantClient, run: WorkerRun) -> IndexContents:
        self.latest = max(self.latest, run.clock_offset)
        with (
            without_root_privileges(),
            open_worker(client, self.settings, run, LocalEmbeddingModel(self.settings)) as (worker, backfill),
        ):
            worker.run_pass()
            backfill.fill_embeddings()
            assert backfill.model_problem is None  # else what it left depends on the order of the documents
        return read_index(client, run.prefix)

    def teardown(self) -> None:
        MADE.examples += 1
        try:
            self.compare()
        finally:
            self.client.close()
            self.scratch.cleanup()


def test_one_pass_brings_any_index_to_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)  # where no .env is
    monkeypatch.setattr(passage_writer, "_BATCH", 3)
    monkeypatch.setattr(backfill, "EMBEDDING_BATCH_SIZE", 4)
    with print_steps(capsys, "worker's machine", MADE):
        run_machine(WorkerMachine, examples=15, steps=20)
