"""A round in which the embedding model changes: the worker dies while it makes another index beside the one in use.

Judges by itself what comes of it: the collections are this round's alone.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from qdrant_client import QdrantClient

from knowledge.storage.client import open_qdrant
from knowledge.storage.index_versions import IndexVersions
from tests.torture.lives import LATER, Life, switched
from tests.torture.outside import FIRST_MODEL, SECOND_MODEL
from tests.torture.verdict import Held, differences, held

if TYPE_CHECKING:
    from tests.torture.stage import Stage

_LIVES = 6


def index_switches(stage: Stage) -> None:
    """Workers die between the first model's index and the second's; the last one lives, and is judged."""
    prefix = f"{stage.prefix}-switch"
    stage.live(Life(prefix, model=FIRST_MODEL))
    for _ in range(_LIVES):
        stage.change(2)
        stage.life_and_death(Life(prefix, model=SECOND_MODEL))
        stage.world.settle()
        with closing(open_qdrant(stage.settings)) as client:
            stage.fired["indexes left half made"] += IndexVersions(client, prefix).fetch_rollout_state() is not None
    stage.world.calm()
    stage.changes.open_all()
    stage.changes.unlock_all()
    with closing(open_qdrant(stage.settings)) as client:
        found = _answering(client, stage, prefix)
        for collection in client.get_collections().collections:
            if collection.name.startswith(prefix):
                client.delete_collection(collection.name)
    with closing(QdrantClient(":memory:")) as memory:
        clean = _answering(memory, stage, "clean")
    for sentence in differences(found, clean):
        stage.say(f"after a switch, {sentence}")


def _answering(client: QdrantClient, stage: Stage, prefix: str) -> Held:
    """What answers after a life that nobody disturbs."""
    switched(client, stage.settings, Life(prefix, clock_offset=LATER, model=SECOND_MODEL))
    serving = IndexVersions(client, prefix).get_serving_version()
    if serving is None or serving.recipe is None or serving.recipe.model != SECOND_MODEL:
        stage.say(f"{prefix}: the index of {FIRST_MODEL} goes on answering after an undisturbed life")
    return held(client, prefix, serving.number if serving else 1)
