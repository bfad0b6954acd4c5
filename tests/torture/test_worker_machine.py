"""Whatever happens to a real folder, and at whichever write workers die: one undisturbed pass mends the index.

`TORTURE=10` makes ten times as many steps, and looks for the shortest that fail; `SEED=` repeats a run. The seed and
the steps made are printed, and by a failure the steps and a line that repeats them.
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
from ingestion.scan.planner import MAX_RETRY_SECONDS
from ingestion.settings import IngestionSettings
from knowledge.core.failures import TextRefused
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.storage import passage_writer
from tests.doubles.ollama_vectors import embed
from tests.knowledge.storage.crashing_client import Crash, crashing
from tests.torture.changes import Changes
from tests.torture.lives import Life, parts
from tests.torture.machines import Made, run, told
from tests.torture.outside import UNEMBEDDABLE
from tests.torture.powers import as_anyone
from tests.torture.verdict import Held, differences, held

DAYS = st.sampled_from([-86_400.0, 0.0, 0.0, 0.0, 60.0, 86_400.0])
MADE = Made()
DICE = st.integers(0, 2**32 - 1)


class MeaningHere(EmbeddingModel):
    """The double's vectors without its server, by whichever door they are asked for."""

    def _embed(self, texts: list[str], timeout: float, *, truncate: bool) -> list[list[float]]:
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
        self.client = QdrantClient(":memory:")
        self.latest = 0.0  # how far ahead any worker's clock was: by then no failure rests any more

    @initialize(dice=DICE, files=st.integers(0, 6))
    def fill(self, dice: int, files: int) -> None:
        self.change(dice, files)

    @rule(dice=DICE, times=st.integers(1, 4))
    def change(self, dice: int, times: int) -> None:
        MADE.steps += 1
        changes = Changes(self.root, Random(dice))  # noqa: S311 (hypothesis repeats it)
        with as_anyone():
            for _ in range(times):
                note(changes.change())

    @rule(dice=DICE, collection=st.sampled_from(["t_passages", "t_documents"]), everything=st.booleans())
    def lose(self, dice: int, collection: str, *, everything: bool) -> None:
        """Somebody restores an older disk, or drops what he should not."""
        MADE.steps += 1
        if not self.client.collection_exists(collection):
            return
        if everything:
            self.client.delete_collection(collection)
            return
        points = self.client.scroll(collection, limit=1000)[0]
        if dropped := Random(dice).sample(points, len(points) // 2):  # noqa: S311 (hypothesis repeats it)
            self.client.delete(collection, [point.id for point in dropped])

    @rule(at=st.integers(1, 40), applied=st.booleans(), offset=DAYS)
    def die(self, at: int, *, applied: bool, offset: float) -> None:
        MADE.steps += 1
        with suppress(Crash):
            self.lived(crashing(self.client, at, applied=applied), Life("t", clock_offset=offset))

    @rule(offset=DAYS)
    def live(self, offset: float) -> None:
        MADE.steps += 1
        self.lived(self.client, Life("t", clock_offset=offset))

    @rule()
    def judge(self) -> None:
        MADE.steps += 1
        with as_anyone():
            Changes(self.root, Random(0)).open_all()  # noqa: S311 (no dice are thrown)
        later = self.latest + MAX_RETRY_SECONDS + 1
        ours = self.lived(self.client, Life("t", clock_offset=later))
        with closing(QdrantClient(":memory:")) as memory:
            clean = self.lived(memory, Life("clean", clock_offset=later))
        assert differences(ours, clean) == []

    def lived(self, client: QdrantClient, life: Life) -> Held:
        self.latest = max(self.latest, life.clock_offset)
        with as_anyone(), parts(client, self.settings, life, MeaningHere(self.settings)) as (worker, enricher):
            worker.run_pass()
            enricher.fill_embeddings()
            assert enricher.model_problem is None  # else what it left depends on the order of the documents
        return held(client, life.prefix)

    def teardown(self) -> None:
        MADE.examples += 1
        try:
            self.judge()
        finally:
            self.client.close()
            self.scratch.cleanup()


def test_one_pass_brings_any_index_to_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)  # where no .env is
    monkeypatch.setattr(passage_writer, "_BATCH", 3)
    monkeypatch.setattr(backfill, "EMBEDDING_BATCH_SIZE", 4)
    with told(capsys, "worker's machine", MADE):
        run(WorkerMachine, examples=15, steps=20)
