"""Rounds of torture: a folder changes, workers live and die; then the index is held against a clean one."""

from __future__ import annotations

import contextlib
import logging
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from qdrant_client import QdrantClient

from ingestion.plan import LONGEST_REST
from ingestion.settings import IngestionSettings
from knowledge.qdrant import open_qdrant
from playground.qdrant_faults import Fault, Kind
from tests.doubles.ollama_state import Faults as OllamaFaults
from tests.torture.answers import Answers
from tests.torture.changes import Changes
from tests.torture.lives import AWAY, DONE, Child, Life, lived, parts
from tests.torture.outside import Trap, When
from tests.torture.processes import outlived, readers_of, sleeps, until
from tests.torture.verdict import Held, differences, held

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.torture.world import World

log = logging.getLogger(__name__)

_LIVES_A_ROUND = 5
_ROUNDS_A_COLLECTION = 15  # then the next starts from nothing: the engine never takes up the room of what was deleted
_FAULTS_EVERY = 6  # rounds
_CHILDREN_EVERY = 25
_LIMIT_SECONDS = 60.0
_GONE_SECONDS = 15.0
_DAY = 86_400.0
_WRITES = r"^(PUT|DELETE|PATCH) |/(delete|payload|vectors|clear|batch)$"
_KILLED = -9
# Every rest of a failure is over by then: an undisturbed pass comes an hour later.
_LATER = LONGEST_REST + 1


@dataclass(slots=True)
class Diary:
    """What was done in one round."""

    number: int
    kind: str
    deeds: list[str] = field(default_factory=list)


class Torture:
    """One world, one folder, one worker after another."""

    def __init__(self, world: World, scratch: Path, seed: int) -> None:
        self.kills = 0
        self.differences = 0
        self._world = world
        self._seed = seed
        self._log_file = scratch / "worker.log"
        self._root = scratch / "folder"
        self._root.mkdir()
        self._settings = IngestionSettings(
            documents_dir=self._root,
            qdrant_url=world.qdrant,
            qdrant_timeout=2,
            ollama_url=world.ollama,
            embedding_timeout=2,
            read_seconds=30,
        )
        self._answers = Answers(self._root)
        self._rounds = 0
        self._life_seconds = 0.3
        self._life_writes = 30.0
        self._begin(0)

    def _begin(self, number: int) -> None:
        # The changes have dice of their own: how many are thrown for the kills depends on the machine's pace.
        self._dice = Random(f"{self._seed}/{number}/kills")  # noqa: S311 (repeatable on purpose)
        self.changes = Changes(self._root, Random(f"{self._seed}/{number}/changes"))  # noqa: S311 (the same)
        self._prefix = f"round-{number // _ROUNDS_A_COLLECTION}"
        self._diary = Diary(number, "")

    # -- rounds ---------------------------------------------------------------------------------------------

    def run(self, kills: int) -> None:
        """Go on until so many workers were killed."""
        faults = [*self.faults]
        while self.kills < kills:
            self._rounds += 1
            if self._rounds % _CHILDREN_EVERY == 0:
                self.round("readers in children", self.children_killed)
            elif self._rounds % _FAULTS_EVERY == 0:
                name = faults[self._rounds // _FAULTS_EVERY % len(faults)]
                self.round(name, self.faults[name])
            else:
                self.round("killed", self.killed)

    def each_fault(self) -> None:
        """One round of each fault."""
        for name, fault in self.faults.items():
            self._rounds += 1
            self.round(name, fault)

    def round(self, kind: str, disturb: Callable[[], None]) -> None:
        """One round: disturb, then compare."""
        self._begin(self._rounds)
        self._diary.kind = kind
        disturb()
        self._world.set_trap(None)
        self._world.settle()
        self._world.spoil()
        self._world.spoil_meaning()
        self._judge()
        if (self._rounds + 1) % _ROUNDS_A_COLLECTION == 0:
            self._forget_collections()

    @property
    def faults(self) -> dict[str, Callable[[], None]]:
        """The rounds without kills, or with other ones, by name."""
        return {
            "Qdrant fails": self.qdrant_fails,
            "Qdrant is late": self.qdrant_is_late,
            "Qdrant is slow": self.qdrant_is_slow,
            "embedding fails": self.embedding_fails,
            "the clock jumps": self.clock_jumps,
            "two workers": self.two_workers,
            "a worker sleeps": self.worker_sleeps,
            "a reader is killed": self.reader_killed,
            "disk full": self.disk_full,
        }

    def killed(self) -> None:
        """Workers that read in their own process die between their writes."""
        for _ in range(_LIVES_A_ROUND):
            self._change(4)
            self._answers.look()
            self._life_and_death(Life(self._prefix))
            self._world.settle()
            with contextlib.closing(open_qdrant(self._settings)) as client:
                for sentence in self._answers.wrong(held(client, self._prefix)):
                    self._say_if(True, sentence)

    def children_killed(self) -> None:
        """Workers with reading children die, and their children with them, or by themselves after them."""
        for _ in range(2):
            self._change(4)
            child = self._born(Life(self._prefix, reading_children=True))
            if not child.ended(self._dice.uniform(0.1, 4.0)):
                child.kill() if self._dice.random() < 0.5 else child.kill_alone()
            self._buried(child)
            self._say_if(outlived(child.pid, _GONE_SECONDS), "a reading child outlived its worker")

    def qdrant_fails(self) -> None:
        """Writes are refused, cut off, or only promised; some are applied all the same."""
        for _ in range(_LIVES_A_ROUND):
            self._change(4)
            at = self._dice.randint(1, max(2, int(self._life_writes)))
            fault = Fault(
                self._dice.choice((Kind.ERROR, Kind.CUT, Kind.WAIT_TIMEOUT)),
                times=self._dice.randint(1, 3),
                route=_WRITES,
                applies=self._dice.random() < 0.5,
            )
            before = [Fault(Kind.SLOW, times=at - 1, route=_WRITES)] if at > 1 else []
            self._world.spoil(*before, fault)
            self._live(Life(self._prefix))

    def qdrant_is_late(self) -> None:
        """A write is applied after the worker gave up waiting for it, when another may already look."""
        self._change(6)
        at = self._dice.randint(1, max(2, int(self._life_writes)))
        late = int(self._settings.qdrant_timeout * 1000 + self._dice.choice((10, 100, 300)))
        before = [Fault(Kind.SLOW, times=at - 1, route=_WRITES)] if at > 1 else []
        self._world.spoil(*before, Fault(Kind.SLOW, route=_WRITES, delay_ms=late))
        self._live(Life(self._prefix))
        self._change(2)
        self._live(Life(self._prefix))

    def qdrant_is_slow(self) -> None:
        """Every call takes its time, and a worker dies in the middle."""
        self._change(6)
        self._world.spoil(Fault(Kind.SLOW, times=None, delay_ms=self._dice.choice((5, 20, 40))))
        self._life_and_death(Life(self._prefix))
        self._live(Life(self._prefix))

    def embedding_fails(self) -> None:
        """The model is away, slow, or gives vectors that are none."""
        for faults in (
            OllamaFaults(status=500),
            OllamaFaults(vectors=self._dice.choice(("nan", "zero"))),
            OllamaFaults(first_token=self._dice.choice((0.05, 2.2))),
            OllamaFaults(missing=("bge-m3",)),
        ):
            self._world.spoil_meaning(faults)
            self._change(2)
            self._live(Life(self._prefix))
        self._world.spoil_meaning()

    def clock_jumps(self) -> None:
        """The clock is a day ahead, then a day behind."""
        for offset in self._dice.sample((_DAY, -_DAY, 0.0, _DAY), 4):
            self._change(4)
            self._live(Life(self._prefix, clock_offset=offset))

    def two_workers(self) -> None:
        """Two workers on one folder at once; at times one of them dies."""
        for _ in range(3):
            self._change(5)
            pair = [self._conceived(Life(self._prefix)) for _ in range(2)]
            for child in pair:
                child.start()
            self._change(self._dice.randint(0, 2))
            if self._dice.random() < 0.5 and not pair[0].ended(self._dice.uniform(0, self._life_seconds)):
                pair[0].kill()
            for child in pair:
                self._buried(child)

    def worker_sleeps(self) -> None:
        """A worker stops at a write, others do its work, and it wakes with its old plan in hand."""
        for _ in range(3):
            self._change(5)
            sleeper = self._conceived(Life(self._prefix))
            at, when = self._dice.randint(1, int(self._life_writes)), self._dice.choice((When.APPLIED, When.LATE))
            self._diary.deeds.append(f"a worker falls asleep at its write {at}, which is {when}")
            self._world.set_trap(Trap(sleeper.pid, at, when, self._dice.choice((5, 50, 150)), sleep=True))
            sleeper.start()
            self._asleep(sleeper)
            self._world.set_trap(None)
            self._change(3)
            self._live(Life(self._prefix))
            self._change(self._dice.randint(0, 1))
            sleeper.wake()
            self._buried(sleeper)

    def _asleep(self, sleeper: Child) -> None:
        until(lambda: sleeps(sleeper.pid), _LIMIT_SECONDS)

    def reader_killed(self) -> None:
        """A reading child is killed from outside, by the kernel for instance; the worker lives on."""
        self._change(5)
        child = self._born(Life(self._prefix, reading_children=True))
        while not child.ended(self._dice.uniform(0.2, 1.5)):
            readers = readers_of(child.pid)
            if readers and self._dice.random() < 0.5:
                self._strike(self._dice.choice(readers))
        self._buried(child)

    def _strike(self, reader: int) -> None:
        self._diary.deeds.append("a reader is killed")
        with contextlib.suppress(ProcessLookupError):
            os.kill(reader, 9)
            self.kills += 1

    def disk_full(self) -> None:
        """Nothing larger than a few kilobytes can be written to the disk while documents are read."""
        self._change(5)
        self._live(Life(self._prefix, reading_children=True, disk_full=True))

    # -- lives ----------------------------------------------------------------------------------------------

    def _change(self, most: int) -> None:
        for _ in range(self._dice.randint(1, most) if most else 0):
            self._diary.deeds.append(self.changes.change())

    def _conceived(self, life: Life) -> Child:
        return Child(lambda: lived(self._settings, life), self._log_file)

    def _born(self, life: Life) -> Child:
        child = self._conceived(life)
        child.start()
        return child

    def _live(self, life: Life) -> None:
        """A life to its own end."""
        self._diary.deeds.append(f"a worker lives: {life}")
        self._buried(self._born(life))

    def _life_and_death(self, life: Life) -> None:
        child = self._conceived(life)
        if self._dice.random() < 0.5:
            self._dies_at_a_write(child)
        else:
            self._dies_at_a_moment(child)

    def _dies_at_a_write(self, child: Child) -> None:
        at = self._dice.randint(1, max(10, int(1.2 * self._life_writes)))
        when = self._dice.choice(tuple(When))
        self._diary.deeds.append(f"a worker dies at its write {at}, which is {when}")
        self._world.set_trap(Trap(child.pid, at, when, self._dice.choice((5, 50, 150))))
        child.start()
        if self._buried(child) == DONE:
            self._life_writes = 0.8 * self._life_writes + 0.2 * self._world.writes()
        self._world.set_trap(None)

    def _dies_at_a_moment(self, child: Child) -> None:
        moment = self._dice.uniform(0, 1.2 * self._life_seconds)
        self._diary.deeds.append(f"a worker dies after {moment:.3f} s")
        started = time.monotonic()
        child.start()
        if self._dice.random() < 0.3:
            self._answers.nothing_is_due()
            self._change(1)
        if child.ended(max(0.0, started + moment - time.monotonic())):
            self._life_seconds = 0.8 * self._life_seconds + 0.2 * (time.monotonic() - started)
        else:
            child.kill()
        self._buried(child)

    def _buried(self, child: Child) -> int:
        """Wait for the end of a life; count it."""
        if not child.ended(_LIMIT_SECONDS):
            self._say_if(True, f"a worker hangs for {_LIMIT_SECONDS:g} s")
            child.kill()
        status = child.status()
        self.kills += status == _KILLED
        self._say_if(status not in (DONE, AWAY, _KILLED), f"a worker died by itself with status {status}")
        return status

    # -- judgement ------------------------------------------------------------------------------------------

    def _judge(self) -> None:
        """One undisturbed pass over the folder at rest, then compare."""
        self.changes.open_all()
        if self._dice.random() < 0.5:
            self.changes.unlock_all()
        client = open_qdrant(self._settings)
        found = self._undisturbed(client, Life(self._prefix, clock_offset=_LATER))
        client.close()
        memory = QdrantClient(":memory:")
        clean = self._undisturbed(memory, Life("clean", clock_offset=_LATER))
        memory.close()
        self._answers.begin(found)
        for sentence in differences(found, clean):
            self._say_if(True, sentence)
        log.info(
            "round=%d kind=%s kills=%d documents=%d", self._rounds, self._diary.kind, self.kills, len(clean.ledger)
        )

    def _undisturbed(self, client: QdrantClient, life: Life) -> Held:
        with parts(client, self._settings, life) as (worker, enricher):
            worker.run_pass()
            self._say_if(not enricher.run(), f"meaning is not complete after an undisturbed pass: {enricher.trouble}")
            again = worker.run_pass()
            work = again.indexed + again.moved + again.deleted
            self._say_if(work > 0, f"{life.prefix}: a second pass still found work for {work} documents")
        return held(client, life.prefix)

    def _say_if(self, wrong: bool, sentence: str) -> None:
        if not wrong:
            return
        self.differences += 1
        log.error("difference in round %d (%s): %s", self._diary.number, self._diary.kind, sentence)
        if self._diary.deeds:
            log.error("what was done in this round:\n    %s", "\n    ".join(self._diary.deeds))
            self._diary.deeds.clear()

    def _forget_collections(self) -> None:
        self._answers.nothing_is_due()
        client = open_qdrant(self._settings)
        for collection in client.get_collections().collections:
            client.delete_collection(collection.name)
        client.close()
