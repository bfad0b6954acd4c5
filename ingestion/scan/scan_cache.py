"""Decides how long the last comparison of folder, ledger and index may be relied on. Knows clocks, nothing else."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from ingestion.sync.reconciler import Summary


class Trust:
    """Trust in what passes found, for `seconds` after a comparison with Qdrant. A pass that fails leaves none."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._until = 0.0
        self._sound = False
        self._settled: tuple[int, Summary] | None = None

    def unchanged(self, glanced: int | None) -> Summary | None:
        """What a pass would say, if the last one left nothing to do and the folder looks as it did before that."""
        if not self._trusted() or self._settled is None or self._settled[0] != glanced:
            return None
        last = self._settled[1]
        same = last.unchanged + last.indexed + last.moved
        return replace(last, unchanged=same, indexed=0, moved=0, deleted=0)

    def begin(self) -> bool:
        """A pass begins: whether it may take the ledger from memory instead of comparing everything."""
        trusted = self._trusted()
        if not trusted:
            self._until = self._clock() + self._seconds
        self._sound, self._settled = False, None
        return trusted

    def end(self, glanced: int | None, summary: Summary, *, settled: bool) -> None:
        """A pass ended well; `settled` says that it left nothing to do."""
        self._sound = True
        self._settled = (glanced, summary) if settled and glanced is not None else None

    def _trusted(self) -> bool:
        return self._sound and self._clock() < self._until
