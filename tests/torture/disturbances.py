"""Disturbs the workers of a round in one of several ways, a switch to another embedding model included."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from qdrant_client import QdrantClient

from ingestion.deletions import MARKER_FILE
from knowledge.storage.client import open_qdrant
from knowledge.storage.index_versions import IndexVersions
from playground.qdrant.faults import FaultKind, QdrantFault
from tests.doubles.ollama_state import Faults as OllamaFaults
from tests.doubles.temporary_qdrant import open_temporary_qdrant
from tests.torture.doubles import descendants_of, is_stopped, kill_process, kill_survivors, wait_until
from tests.torture.doubles_server import EMBEDDINGS, FIRST_MODEL, SECOND_MODEL, Trap, WriteOutcome
from tests.torture.index_comparison import IndexContents, find_differences, read_index
from tests.torture.worker_runs import LATER, WorkerRun, run_rollout

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.torture.context import TortureContext

_RUNS = 6


def rollout_is_killed(context: TortureContext) -> None:
    """Kill workers between the first model's index and the second's; compare what the last worker leaves."""
    prefix = f"{context.prefix}-switch"
    context.run_worker_to_end(WorkerRun(prefix, model=FIRST_MODEL))
    for _ in range(_RUNS):
        context.change(2)
        context.run_and_kill_worker(WorkerRun(prefix, model=SECOND_MODEL))
        context.doubles.wait_for_writes()
        with closing(open_qdrant(context.settings)) as client:
            context.fired["indexes left half made"] += IndexVersions(client, prefix).fetch_rollout_state() is not None
    context.doubles.clear_all()
    context.changes.open_all_folders()
    context.changes.make_all_readable()
    with closing(open_qdrant(context.settings)) as client:
        found = _read_served_index(client, context, prefix)
        for collection in client.get_collections().collections:
            if collection.name.startswith(prefix):
                client.delete_collection(collection.name)
    with closing(open_temporary_qdrant()) as memory:
        clean = _read_served_index(memory, context, "clean")
    for sentence in find_differences(found, clean):
        context.report_difference(f"after a switch, {sentence}")


def _read_served_index(client: QdrantClient, context: TortureContext, prefix: str) -> IndexContents:
    """Run an undisturbed worker and read the index that serves after it."""
    run_rollout(client, context.settings, WorkerRun(prefix, clock_offset=LATER, model=SECOND_MODEL))
    serving = IndexVersions(client, prefix).get_serving_version()
    if serving is None or serving.recipe is None or serving.recipe.model != SECOND_MODEL:
        context.report_difference(f"{prefix}: the index of {FIRST_MODEL} goes on answering after an undisturbed run")
    return read_index(client, prefix, serving.number if serving else 1)


_RUNS_A_ROUND = 5
_STOPPED_SECONDS = 30.0
_GONE_SECONDS = 15.0
_DAY = 86_400.0
_WRITES = r"^(PUT|DELETE|PATCH) |/(delete|payload|vectors|clear|batch)$"


def children_killed(context: TortureContext) -> None:
    """Kill workers with reading children; the children are killed too or must end by themselves."""
    for _ in range(2):
        context.change(4)
        child = context.start_worker(WorkerRun(context.prefix, reading_children=True))
        if not child.ended(context.rng.uniform(0.1, 4.0)):
            readers = descendants_of(child.pid)
            child.kill()
            struck = readers if context.rng.random() < 0.5 else []
            for reader in struck:
                kill_process(reader)
            context.fired["readers killed with their worker"] += len(struck)
            context.fired["readers orphaned"] += len(readers) - len(struck)
            if left := kill_survivors(readers, _GONE_SECONDS):
                context.report_difference(f"{len(left)} reading children outlived their worker")
        context.wait_for_end(child)


def qdrant_fails(context: TortureContext) -> None:
    """Refuse writes, cut them off or let them time out; some are applied nevertheless."""
    for _ in range(_RUNS_A_ROUND):
        context.change(4)
        at = context.rng.randint(1, max(2, int(context.run_writes)))
        fault = QdrantFault(
            context.rng.choice((FaultKind.ERROR, FaultKind.CUT, FaultKind.WAIT_TIMEOUT)),
            times=context.rng.randint(1, 3),
            route=_WRITES,
            applies=context.rng.random() < 0.5,
        )
        before = [QdrantFault(FaultKind.SLOW, times=at - 1, route=_WRITES)] if at > 1 else []
        context.doubles.set_qdrant_faults(*before, fault)
        context.run_worker_to_end(WorkerRun(context.prefix))


def qdrant_is_late(context: TortureContext) -> None:
    """Apply a write after the worker stopped waiting for it, when another may already read."""
    context.change(6)
    at = context.rng.randint(1, max(2, int(context.run_writes)))
    late = int(context.settings.qdrant_timeout * 1000 + context.rng.choice((10, 100, 300)))
    before = [QdrantFault(FaultKind.SLOW, times=at - 1, route=_WRITES)] if at > 1 else []
    context.doubles.set_qdrant_faults(*before, QdrantFault(FaultKind.SLOW, route=_WRITES, delay_ms=late))
    context.run_worker_to_end(WorkerRun(context.prefix))
    context.change(2)
    context.run_worker_to_end(WorkerRun(context.prefix))


def qdrant_is_slow(context: TortureContext) -> None:
    """Slow down every call, and kill a worker in the middle."""
    context.change(6)
    context.doubles.set_qdrant_faults(QdrantFault(FaultKind.SLOW, times=None, delay_ms=context.rng.choice((5, 20, 40))))
    context.run_and_kill_worker(WorkerRun(context.prefix))
    context.run_worker_to_end(WorkerRun(context.prefix))


def embedding_fails(context: TortureContext) -> None:
    """Let the embedding model fail, be slow, or return invalid vectors."""
    for name, faults in (
        ("fails", OllamaFaults(status=500)),
        ("gives no vectors", OllamaFaults(vectors=context.rng.choice(("nan", "zero")))),
        ("is slow", OllamaFaults(first_token=0.05)),
        ("hangs", OllamaFaults(first_token=2.2)),
        ("is missing", OllamaFaults(missing=("bge-m3",))),
    ):
        context.doubles.set_embedding_faults(faults)
        context.change(2)
        asked = context.doubles.count_faults()[EMBEDDINGS]
        context.run_worker_to_end(WorkerRun(context.prefix))
        context.fired[f"embedding {name}"] += context.doubles.count_faults()[EMBEDDINGS] - asked
    context.doubles.set_embedding_faults()


def clock_jumps(context: TortureContext) -> None:
    """Set the clock a day ahead and a day behind."""
    for offset in context.rng.sample((_DAY, -_DAY, 0.0, _DAY), 4):
        context.change(4)
        context.run_worker_to_end(WorkerRun(context.prefix, clock_offset=offset))
        context.fired["lives on another day"] += offset != 0


def two_workers(context: TortureContext) -> None:
    """Run two workers on one folder at once; sometimes kill one."""
    for _ in range(3):
        context.change(5)
        pair = [context.prepare_worker(WorkerRun(context.prefix)) for _ in range(2)]
        for child in pair:
            child.start()
        context.fired["pairs of workers at once"] += not any(child.ended(0) for child in pair)
        context.change(context.rng.randint(0, 2))
        if context.rng.random() < 0.5 and not pair[0].ended(context.rng.uniform(0, context.run_seconds)):
            pair[0].kill()
        for child in pair:
            context.wait_for_end(child)


def worker_sleeps(context: TortureContext) -> None:
    """Stop a worker at a write, let others do its work, and let it go on with its old plan."""
    for _ in range(3):
        context.change(5)
        sleeper = context.prepare_worker(WorkerRun(context.prefix))
        at, when = (
            context.rng.randint(1, int(context.run_writes)),
            context.rng.choice((WriteOutcome.APPLIED, WriteOutcome.LATE)),
        )
        context.note_step(f"a worker falls asleep at its write {at}, which is {when}")
        context.doubles.set_trap(Trap(sleeper.pid, at, when, context.rng.choice((5, 50, 150)), sleep=True))
        sleeper.start()
        wait_until(partial(is_stopped, sleeper.pid), _STOPPED_SECONDS)
        context.fired["workers put to sleep"] += not sleeper.ended(0)
        context.doubles.set_trap(None)
        context.change(3)
        context.run_worker_to_end(WorkerRun(context.prefix))
        context.change(context.rng.randint(0, 1))
        sleeper.wake()
        context.wait_for_end(sleeper)


def reader_killed(context: TortureContext) -> None:
    """Kill a reading child, as the kernel may do; its worker goes on."""
    context.change(5)
    child = context.start_worker(WorkerRun(context.prefix, reading_children=True))
    if not child.ended(context.rng.uniform(0.5, 4.0)) and (readers := descendants_of(child.pid)):
        kill_process(context.rng.choice(readers))
        context.kills += 1
        context.fired["readers killed alone"] += 1
    context.wait_for_end(child)


def disk_full(context: TortureContext) -> None:
    """Let no byte be written to the disk: neither the folder's lost marker file nor the log."""
    context.changes.open_all_folders()
    context.run_worker_to_end(WorkerRun(context.prefix))
    marker = context.root / MARKER_FILE
    marker.unlink(missing_ok=True)
    context.note_step("the marker is lost")
    context.changes.create()
    context.run_worker_to_end(WorkerRun(context.prefix, reading_children=True, disk_full=True))
    context.fired["markers not written on a full disk"] += marker.exists() and not marker.stat().st_size
    context.run_worker_to_end(WorkerRun(context.prefix))


FAULTS: dict[str, Callable[[TortureContext], None]] = {
    "Qdrant fails": qdrant_fails,
    "Qdrant is late": qdrant_is_late,
    "Qdrant is slow": qdrant_is_slow,
    "embedding fails": embedding_fails,
    "the clock jumps": clock_jumps,
    "two workers": two_workers,
    "a worker sleeps": worker_sleeps,
    "a reader is killed": reader_killed,
    "disk full": disk_full,
    "an index switches": rollout_is_killed,
}
