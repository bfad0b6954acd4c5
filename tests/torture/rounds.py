"""Runs rounds: the folder changes and workers are killed; then the index is compared with a clean one."""

from __future__ import annotations

import logging
from contextlib import closing
from typing import TYPE_CHECKING

from qdrant_client import QdrantClient

from knowledge.storage.client import open_qdrant
from tests.doubles.temporary_qdrant import open_temporary_qdrant
from tests.torture.context import TortureContext
from tests.torture.disturbances import FAULTS, children_killed
from tests.torture.index_comparison import IndexContents, find_differences, read_index
from tests.torture.reader_view import ReaderView
from tests.torture.worker_runs import LATER, WorkerRun, open_worker

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.torture.doubles import Doubles

log = logging.getLogger(__name__)

_RUNS_A_ROUND = 5
_ROUNDS_A_COLLECTION = 15  # then the next starts empty: the engine never frees the space of deleted points
_FAULTS_EVERY = 6  # rounds
_CHILDREN_EVERY = 25


class TortureRun:
    """Runs round after round in one context."""

    def __init__(self, doubles: Doubles, scratch: Path, seed: int) -> None:
        self.context = TortureContext(doubles, scratch, seed)
        self._reader_view = ReaderView(self.context.root)
        self._rounds = 0

    def run(self, kills: int) -> None:
        """Run rounds until so many workers were killed."""
        faults = list(FAULTS)
        while self.context.kills < kills:
            number = self._rounds + 1
            if number % _CHILDREN_EVERY == 0:
                self.run_round("readers in children", children_killed)
            elif number % _FAULTS_EVERY == 0:
                name = faults[number // _FAULTS_EVERY % len(faults)]
                self.run_round(name, FAULTS[name])
            else:
                self.run_round("killed", self._killed)

    def run_each_fault(self) -> None:
        """Run one round of each fault."""
        for name, fault in FAULTS.items():
            self.run_round(name, fault)

    def run_round(self, kind: str, disturb: Callable[[TortureContext], None]) -> None:
        """Run one round: disturb the workers, remove every fault, then compare."""
        prefix = f"round-{self._rounds // _ROUNDS_A_COLLECTION}"
        self._rounds += 1
        self.context.begin_round(self._rounds, kind, prefix)
        disturb(self.context)
        self.context.doubles.clear_all()
        self._compare_with_clean_index()
        if self._rounds % _ROUNDS_A_COLLECTION == 0:
            self._delete_collections()

    def _killed(self, context: TortureContext) -> None:
        """Kill workers between their writes; check that searches always see whole documents."""
        for _ in range(_RUNS_A_ROUND):
            context.change(4)
            self._reader_view.note_folder()
            if context.run_and_kill_worker(WorkerRun(context.prefix)):
                self._reader_view.expect_nothing()
            context.doubles.wait_for_writes()
            with closing(open_qdrant(context.settings)) as client:
                for sentence in self._reader_view.find_faults(read_index(client, context.prefix)):
                    context.report_difference(sentence)

    def _compare_with_clean_index(self) -> None:
        """Run one undisturbed pass and compare its index with a clean one."""
        context = self.context
        context.changes.open_all_folders()
        if context.rng.random() < 0.5:
            context.changes.make_all_readable()
        with closing(open_qdrant(context.settings)) as client:
            found = self._run_undisturbed_pass(client, WorkerRun(context.prefix, clock_offset=LATER))
        with closing(open_temporary_qdrant()) as memory:
            clean = self._run_undisturbed_pass(memory, WorkerRun("clean", clock_offset=LATER))
        self._reader_view.expect_searchable(found)
        for sentence in find_differences(found, clean):
            context.report_difference(sentence)
        log.info("round %s: kills=%d documents=%d", context.name, context.kills, len(clean.ledger))

    def _run_undisturbed_pass(self, client: QdrantClient, run: WorkerRun) -> IndexContents:
        with open_worker(client, self.context.settings, run) as (worker, backfill):
            worker.run_pass()
            if not backfill.fill_embeddings():
                self.context.report_difference(
                    f"meaning is not complete after an undisturbed pass: {backfill.model_problem}"
                )
            again = worker.run_pass()
            if again.has_changes:
                self.context.report_difference(f"{run.prefix}: a second pass still found work")
        return read_index(client, run.prefix)

    def _delete_collections(self) -> None:
        self._reader_view.expect_nothing()
        with closing(open_qdrant(self.context.settings)) as client:
            for collection in client.get_collections().collections:
                client.delete_collection(collection.name)
