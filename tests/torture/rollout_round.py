"""Runs a round in which the embedding model changes and workers are killed while they build the next index.

The round has its own collections and compares them itself.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from qdrant_client import QdrantClient

from knowledge.storage.client import open_qdrant
from knowledge.storage.index_versions import IndexVersions
from tests.doubles.temporary_qdrant import open_temporary_qdrant
from tests.torture.doubles_server import FIRST_MODEL, SECOND_MODEL
from tests.torture.index_comparison import IndexContents, find_differences, read_index
from tests.torture.worker_runs import LATER, WorkerRun, run_rollout

if TYPE_CHECKING:
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
