"""Rounds of torture: a folder changes, workers live and die; then the index is held against a clean one."""

from __future__ import annotations

import logging
from contextlib import closing
from typing import TYPE_CHECKING

from qdrant_client import QdrantClient

from knowledge.storage.client import open_qdrant
from tests.torture.answers import Answers
from tests.torture.disturbances import FAULTS, children_killed
from tests.torture.lives import LATER, Life, parts
from tests.torture.stage import Stage
from tests.torture.verdict import Held, differences, held

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.torture.world import World

log = logging.getLogger(__name__)

_LIVES_A_ROUND = 5
_ROUNDS_A_COLLECTION = 15  # then the next starts from nothing: the engine never takes up the room of what was deleted
_FAULTS_EVERY = 6  # rounds
_CHILDREN_EVERY = 25


class Torture:
    """Round after round on one stage."""

    def __init__(self, world: World, scratch: Path, seed: int) -> None:
        self.stage = Stage(world, scratch, seed)
        self._answers = Answers(self.stage.root)
        self._rounds = 0

    def run(self, kills: int) -> None:
        """Go on until so many were killed."""
        faults = list(FAULTS)
        while self.stage.kills < kills:
            number = self._rounds + 1
            if number % _CHILDREN_EVERY == 0:
                self.round("readers in children", children_killed)
            elif number % _FAULTS_EVERY == 0:
                name = faults[number // _FAULTS_EVERY % len(faults)]
                self.round(name, FAULTS[name])
            else:
                self.round("killed", self._killed)

    def each_fault(self) -> None:
        """One round of each fault."""
        for name, fault in FAULTS.items():
            self.round(name, fault)

    def round(self, kind: str, disturb: Callable[[Stage], None]) -> None:
        """One round: disturb, let everything come to rest, then compare."""
        prefix = f"round-{self._rounds // _ROUNDS_A_COLLECTION}"
        self._rounds += 1
        self.stage.begin(self._rounds, kind, prefix)
        disturb(self.stage)
        self.stage.world.calm()
        self._judge()
        if self._rounds % _ROUNDS_A_COLLECTION == 0:
            self._forget_collections()

    def _killed(self, stage: Stage) -> None:
        """Workers that read in their own process die between their writes; readers see whole documents always."""
        for _ in range(_LIVES_A_ROUND):
            stage.change(4)
            self._answers.look()
            if stage.life_and_death(Life(stage.prefix)):
                self._answers.nothing_is_due()
            stage.world.settle()
            with closing(open_qdrant(stage.settings)) as client:
                for sentence in self._answers.wrong(held(client, stage.prefix)):
                    stage.say(sentence)

    def _judge(self) -> None:
        """One undisturbed pass over the folder at rest, then compare."""
        stage = self.stage
        stage.changes.open_all()
        if stage.dice.random() < 0.5:
            stage.changes.unlock_all()
        with closing(open_qdrant(stage.settings)) as client:
            found = self._undisturbed(client, Life(stage.prefix, clock_offset=LATER))
        with closing(QdrantClient(":memory:")) as memory:
            clean = self._undisturbed(memory, Life("clean", clock_offset=LATER))
        self._answers.begin(found)
        for sentence in differences(found, clean):
            stage.say(sentence)
        log.info("round %s: kills=%d documents=%d", stage.name, stage.kills, len(clean.ledger))

    def _undisturbed(self, client: QdrantClient, life: Life) -> Held:
        with parts(client, self.stage.settings, life) as (worker, enricher):
            worker.run_pass()
            if not enricher.fill_embeddings():
                self.stage.say(f"meaning is not complete after an undisturbed pass: {enricher.model_problem}")
            again = worker.run_pass()
            if again.has_changes:
                self.stage.say(f"{life.prefix}: a second pass still found work")
        return held(client, life.prefix)

    def _forget_collections(self) -> None:
        self._answers.nothing_is_due()
        with closing(open_qdrant(self.stage.settings)) as client:
            for collection in client.get_collections().collections:
                client.delete_collection(collection.name)
