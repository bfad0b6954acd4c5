"""The ways in which a round of torture disturbs the workers. What comes of it is judged elsewhere."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ingestion.deletions.folder_marker import MARKER_FILE
from playground.qdrant.faults import FaultKind, QdrantFault
from tests.doubles.ollama_state import Faults as OllamaFaults
from tests.torture.lives import Life
from tests.torture.outside import EMBEDDINGS, Trap, When
from tests.torture.processes import children_of, outlived, sleeps, strike, until
from tests.torture.switching import index_switches

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.torture.stage import Stage

_LIVES_A_ROUND = 5
_ASLEEP_SECONDS = 30.0
_GONE_SECONDS = 15.0
_DAY = 86_400.0
_WRITES = r"^(PUT|DELETE|PATCH) |/(delete|payload|vectors|clear|batch)$"


def children_killed(stage: Stage) -> None:
    """Workers with reading children die, and their children with them or, orphaned, by themselves after them."""
    for _ in range(2):
        stage.change(4)
        child = stage.born(Life(stage.prefix, reading_children=True))
        if not child.ended(stage.dice.uniform(0.1, 4.0)):
            readers = children_of(child.pid)
            child.kill()
            struck = readers if stage.dice.random() < 0.5 else []
            for reader in struck:
                strike(reader)
            stage.fired["readers killed with their worker"] += len(struck)
            stage.fired["readers orphaned"] += len(readers) - len(struck)
            if left := outlived(readers, _GONE_SECONDS):
                stage.say(f"{len(left)} reading children outlived their worker")
        stage.buried(child)


def qdrant_fails(stage: Stage) -> None:
    """Writes are refused, cut off, or only promised; some are applied all the same."""
    for _ in range(_LIVES_A_ROUND):
        stage.change(4)
        at = stage.dice.randint(1, max(2, int(stage.life_writes)))
        fault = QdrantFault(
            stage.dice.choice((FaultKind.ERROR, FaultKind.CUT, FaultKind.WAIT_TIMEOUT)),
            times=stage.dice.randint(1, 3),
            route=_WRITES,
            applies=stage.dice.random() < 0.5,
        )
        before = [QdrantFault(FaultKind.SLOW, times=at - 1, route=_WRITES)] if at > 1 else []
        stage.world.spoil(*before, fault)
        stage.live(Life(stage.prefix))


def qdrant_is_late(stage: Stage) -> None:
    """A write is applied after the worker gave up waiting for it, when another may already look."""
    stage.change(6)
    at = stage.dice.randint(1, max(2, int(stage.life_writes)))
    late = int(stage.settings.qdrant_timeout * 1000 + stage.dice.choice((10, 100, 300)))
    before = [QdrantFault(FaultKind.SLOW, times=at - 1, route=_WRITES)] if at > 1 else []
    stage.world.spoil(*before, QdrantFault(FaultKind.SLOW, route=_WRITES, delay_ms=late))
    stage.live(Life(stage.prefix))
    stage.change(2)
    stage.live(Life(stage.prefix))


def qdrant_is_slow(stage: Stage) -> None:
    """Every call takes its time, and a worker dies in the middle."""
    stage.change(6)
    stage.world.spoil(QdrantFault(FaultKind.SLOW, times=None, delay_ms=stage.dice.choice((5, 20, 40))))
    stage.life_and_death(Life(stage.prefix))
    stage.live(Life(stage.prefix))


def embedding_fails(stage: Stage) -> None:
    """The model is away, slow, or gives vectors that are none."""
    for name, faults in (
        ("fails", OllamaFaults(status=500)),
        ("gives no vectors", OllamaFaults(vectors=stage.dice.choice(("nan", "zero")))),
        ("is slow", OllamaFaults(first_token=0.05)),
        ("hangs", OllamaFaults(first_token=2.2)),
        ("is missing", OllamaFaults(missing=("bge-m3",))),
    ):
        stage.world.spoil_meaning(faults)
        stage.change(2)
        asked = stage.world.met()[EMBEDDINGS]
        stage.live(Life(stage.prefix))
        stage.fired[f"embedding {name}"] += stage.world.met()[EMBEDDINGS] - asked
    stage.world.spoil_meaning()


def clock_jumps(stage: Stage) -> None:
    """The clock is a day ahead, then a day behind."""
    for offset in stage.dice.sample((_DAY, -_DAY, 0.0, _DAY), 4):
        stage.change(4)
        stage.live(Life(stage.prefix, clock_offset=offset))
        stage.fired["lives on another day"] += offset != 0


def two_workers(stage: Stage) -> None:
    """Two workers on one folder at once; at times one of them dies."""
    for _ in range(3):
        stage.change(5)
        pair = [stage.conceived(Life(stage.prefix)) for _ in range(2)]
        for child in pair:
            child.start()
        stage.fired["pairs of workers at once"] += not any(child.ended(0) for child in pair)
        stage.change(stage.dice.randint(0, 2))
        if stage.dice.random() < 0.5 and not pair[0].ended(stage.dice.uniform(0, stage.life_seconds)):
            pair[0].kill()
        for child in pair:
            stage.buried(child)


def worker_sleeps(stage: Stage) -> None:
    """A worker stops at a write, others do its work, and it wakes with its old plan in hand."""
    for _ in range(3):
        stage.change(5)
        sleeper = stage.conceived(Life(stage.prefix))
        at, when = stage.dice.randint(1, int(stage.life_writes)), stage.dice.choice((When.APPLIED, When.LATE))
        stage.tell(f"a worker falls asleep at its write {at}, which is {when}")
        stage.world.set_trap(Trap(sleeper.pid, at, when, stage.dice.choice((5, 50, 150)), sleep=True))
        sleeper.start()
        until(partial(sleeps, sleeper.pid), _ASLEEP_SECONDS)
        stage.fired["workers put to sleep"] += not sleeper.ended(0)
        stage.world.set_trap(None)
        stage.change(3)
        stage.live(Life(stage.prefix))
        stage.change(stage.dice.randint(0, 1))
        sleeper.wake()
        stage.buried(sleeper)


def reader_killed(stage: Stage) -> None:
    """A reading child is killed from outside, by the kernel for instance; the worker lives on."""
    stage.change(5)
    child = stage.born(Life(stage.prefix, reading_children=True))
    if not child.ended(stage.dice.uniform(0.5, 4.0)) and (readers := children_of(child.pid)):
        strike(stage.dice.choice(readers))
        stage.kills += 1
        stage.fired["readers killed alone"] += 1
    stage.buried(child)


def disk_full(stage: Stage) -> None:
    """Not a byte can be written to the disk: neither the marker of the folder, which was lost, nor the log."""
    stage.changes.open_all()
    stage.live(Life(stage.prefix))
    marker = stage.root / MARKER_FILE
    marker.unlink(missing_ok=True)
    stage.tell("the marker is lost")
    stage.changes.create()
    stage.live(Life(stage.prefix, reading_children=True, disk_full=True))
    stage.fired["markers not written on a full disk"] += marker.exists() and not marker.stat().st_size
    stage.live(Life(stage.prefix))


FAULTS: dict[str, Callable[[Stage], None]] = {
    "Qdrant fails": qdrant_fails,
    "Qdrant is late": qdrant_is_late,
    "Qdrant is slow": qdrant_is_slow,
    "embedding fails": embedding_fails,
    "the clock jumps": clock_jumps,
    "two workers": two_workers,
    "a worker sleeps": worker_sleeps,
    "a reader is killed": reader_killed,
    "disk full": disk_full,
    "an index switches": index_switches,
}
