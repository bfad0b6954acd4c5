"""Gives each round its folder, its random numbers and its workers, and counts kills and differences."""

from __future__ import annotations

import logging
import time
from collections import Counter
from random import Random
from typing import TYPE_CHECKING

from ingestion.settings import IngestionSettings
from tests.torture.doubles_server import Trap, WriteOutcome
from tests.torture.folder_changes import FolderChanges
from tests.torture.worker_runs import AWAY, DONE, WorkerProcess, WorkerRun, run_worker

if TYPE_CHECKING:
    from pathlib import Path

    from tests.torture.doubles import Doubles

log = logging.getLogger(__name__)

_LIMIT_SECONDS = 60.0
_KILLED = -9


class TortureContext:
    """Changes the folder, runs and kills workers, and notes every step until the next round."""

    def __init__(self, doubles: Doubles, scratch: Path, seed: int) -> None:
        self.kills = 0
        self.differences = 0
        self.fired: Counter[str] = Counter()
        self.doubles = doubles
        self.root = scratch / "folder"
        self.root.mkdir()
        self.settings = IngestionSettings(
            documents_dir=self.root,
            qdrant_url=doubles.qdrant,
            qdrant_timeout=2,
            ollama_url=doubles.ollama,
            embedding_timeout=2,
            read_seconds=30,
        )
        self._seed = seed
        self._log_file = scratch / "worker.log"
        self.run_seconds = 0.3  # the average length of a worker's run that nobody kills
        self.run_writes = 30.0
        self.begin_round(0, "", "")

    def begin_round(self, number: int, kind: str, prefix: str) -> None:
        """Begin a round with its own random numbers; the changes of the folder have a separate sequence."""
        self.rng = Random(f"{self._seed}/{number}/kills")  # noqa: S311 (repeatable on purpose)
        self.changes = FolderChanges(self.root, Random(f"{self._seed}/{number}/changes"))  # noqa: S311 (the same)
        self.prefix = prefix
        self.name = f"{number} ({kind})"
        self._actions: list[str] = []

    def note_step(self, step: str) -> None:
        """Note a step, to be logged with a difference."""
        self._actions.append(step)

    def report_difference(self, sentence: str) -> None:
        """Count a difference, and log it with the steps of this round."""
        self.differences += 1
        log.error("difference in round %s: %s", self.name, sentence)
        if self._actions:
            log.error("what was done in this round:\n    %s", "\n    ".join(self._actions))
            self._actions.clear()

    def change(self, most: int) -> None:
        """Change the folder, once to `most` times."""
        for _ in range(self.rng.randint(1, most) if most else 0):
            self.note_step(self.changes.change())

    def prepare_worker(self, run: WorkerRun) -> WorkerProcess:
        """Fork a worker that waits for its start."""
        return WorkerProcess(lambda: run_worker(self.settings, run), self._log_file)

    def start_worker(self, run: WorkerRun) -> WorkerProcess:
        """Fork a worker and start it."""
        child = self.prepare_worker(run)
        child.start()
        return child

    def run_worker_to_end(self, run: WorkerRun) -> None:
        """Run a worker until it ends by itself."""
        self.note_step(f"a worker lives: {run}")
        self.wait_for_end(self.start_worker(run))

    def run_and_kill_worker(self, run: WorkerRun) -> bool:
        """Kill a worker at a random write or moment; say whether the folder changed meanwhile."""
        child = self.prepare_worker(run)
        if self.rng.random() < 0.5:
            self._kill_at_write(child)
            return False
        return self._kill_at_moment(child)

    def _kill_at_write(self, child: WorkerProcess) -> None:
        at = self.rng.randint(1, max(10, int(1.2 * self.run_writes)))
        when = self.rng.choice(tuple(WriteOutcome))
        self.note_step(f"a worker dies at its write {at}, which is {when}")
        self.doubles.set_trap(Trap(child.pid, at, when, self.rng.choice((5, 50, 150))))
        child.start()
        if self.wait_for_end(child) == DONE:
            self.run_writes = 0.8 * self.run_writes + 0.2 * self.doubles.count_writes()
        self.doubles.set_trap(None)

    def _kill_at_moment(self, child: WorkerProcess) -> bool:
        moment = self.rng.uniform(0, 1.2 * self.run_seconds)
        self.note_step(f"a worker dies after {moment:.3f} s")
        started = time.monotonic()
        child.start()
        if changes := self.rng.random() < 0.3:
            self.change(1)
        if child.ended(max(0.0, started + moment - time.monotonic())):
            self.run_seconds = 0.8 * self.run_seconds + 0.2 * (time.monotonic() - started)
        else:
            child.kill()
        self.wait_for_end(child)
        return changes

    def wait_for_end(self, child: WorkerProcess) -> int:
        """Wait for the end of a worker, count a kill, and return the exit status."""
        if not child.ended(_LIMIT_SECONDS):
            self.report_difference(f"a worker hangs for {_LIMIT_SECONDS:g} s")
            child.kill()
        status = child.status()
        self.kills += status == _KILLED
        if status not in (DONE, AWAY, _KILLED):
            self.report_difference(f"a worker died by itself with status {status}: {self._last_line()}")
        return status

    def _last_line(self) -> str:
        return self._log_file.read_text(encoding="utf-8").strip().rpartition("\n")[2]
