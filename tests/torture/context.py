"""One folder, one index, and the lives of workers between them: what every round of torture is made of."""

from __future__ import annotations

import logging
import time
from collections import Counter
from random import Random
from typing import TYPE_CHECKING

from ingestion.settings import IngestionSettings
from tests.torture.changes import Changes
from tests.torture.lives import AWAY, DONE, Child, Life, lived
from tests.torture.outside import Trap, When

if TYPE_CHECKING:
    from pathlib import Path

    from tests.torture.world import World

log = logging.getLogger(__name__)

_LIMIT_SECONDS = 60.0
_KILLED = -9


class Stage:
    """The folder changes, workers live and die; what was done is remembered until the next round."""

    def __init__(self, world: World, scratch: Path, seed: int) -> None:
        self.kills = 0
        self.differences = 0
        self.fired: Counter[str] = Counter()
        self.world = world
        self.root = scratch / "folder"
        self.root.mkdir()
        self.settings = IngestionSettings(
            documents_dir=self.root,
            qdrant_url=world.qdrant,
            qdrant_timeout=2,
            ollama_url=world.ollama,
            embedding_timeout=2,
            read_seconds=30,
        )
        self._seed = seed
        self._log_file = scratch / "worker.log"
        self.life_seconds = 0.3  # how long a worker lives, and how much it writes, where nobody kills it
        self.life_writes = 30.0
        self.begin(0, "", "")

    def begin(self, number: int, kind: str, prefix: str) -> None:
        """A round begins. Each has dice of its own; those of the changes are not thrown for anything else."""
        self.dice = Random(f"{self._seed}/{number}/kills")  # noqa: S311 (repeatable on purpose)
        self.changes = Changes(self.root, Random(f"{self._seed}/{number}/changes"))  # noqa: S311 (the same)
        self.prefix = prefix
        self.name = f"{number} ({kind})"
        self._deeds: list[str] = []

    def tell(self, deed: str) -> None:
        """Remember what is done, for whoever must understand a difference."""
        self._deeds.append(deed)

    def say(self, sentence: str) -> None:
        """Count a difference, and say what was done in this round."""
        self.differences += 1
        log.error("difference in round %s: %s", self.name, sentence)
        if self._deeds:
            log.error("what was done in this round:\n    %s", "\n    ".join(self._deeds))
            self._deeds.clear()

    def change(self, most: int) -> None:
        """Change the folder, once to `most` times."""
        for _ in range(self.dice.randint(1, most) if most else 0):
            self.tell(self.changes.change())

    def conceived(self, life: Life) -> Child:
        """A worker that waits for its start."""
        return Child(lambda: lived(self.settings, life), self._log_file)

    def born(self, life: Life) -> Child:
        """A worker that works."""
        child = self.conceived(life)
        child.start()
        return child

    def live(self, life: Life) -> None:
        """A life to its own end."""
        self.tell(f"a worker lives: {life}")
        self.buried(self.born(life))

    def life_and_death(self, life: Life) -> bool:
        """A life that ends at some write or moment, if it lasts so long; whether the folder changed meanwhile."""
        child = self.conceived(life)
        if self.dice.random() < 0.5:
            self._dies_at_a_write(child)
            return False
        return self._dies_at_a_moment(child)

    def _dies_at_a_write(self, child: Child) -> None:
        at = self.dice.randint(1, max(10, int(1.2 * self.life_writes)))
        when = self.dice.choice(tuple(When))
        self.tell(f"a worker dies at its write {at}, which is {when}")
        self.world.set_trap(Trap(child.pid, at, when, self.dice.choice((5, 50, 150))))
        child.start()
        if self.buried(child) == DONE:
            self.life_writes = 0.8 * self.life_writes + 0.2 * self.world.writes()
        self.world.set_trap(None)

    def _dies_at_a_moment(self, child: Child) -> bool:
        moment = self.dice.uniform(0, 1.2 * self.life_seconds)
        self.tell(f"a worker dies after {moment:.3f} s")
        started = time.monotonic()
        child.start()
        if changes := self.dice.random() < 0.3:
            self.change(1)
        if child.ended(max(0.0, started + moment - time.monotonic())):
            self.life_seconds = 0.8 * self.life_seconds + 0.2 * (time.monotonic() - started)
        else:
            child.kill()
        self.buried(child)
        return changes

    def buried(self, child: Child) -> int:
        """Wait for the end of a life; count it."""
        if not child.ended(_LIMIT_SECONDS):
            self.say(f"a worker hangs for {_LIMIT_SECONDS:g} s")
            child.kill()
        status = child.status()
        self.kills += status == _KILLED
        if status not in (DONE, AWAY, _KILLED):
            self.say(f"a worker died by itself with status {status}: {self._last_line()}")
        return status

    def _last_line(self) -> str:
        return self._log_file.read_text(encoding="utf-8").strip().rpartition("\n")[2]
