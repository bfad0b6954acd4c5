"""Decides how long the last comparison of folder, ledger and index may be relied on. Knows clocks, nothing else."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from ingestion.sync.reconciler import PassSummary


class ScanCache:
    """Trust in what passes found, for `seconds` after a comparison with Qdrant. A pass that fails leaves none."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._expires_at = 0.0
        self._last_pass_succeeded = False
        self._last_settled_pass: tuple[int, PassSummary] | None = None

    def get_unchanged_summary(self, checksum: int | None) -> PassSummary | None:
        """What a pass would say, if the last one left nothing to do and the folder looks as it did before that."""
        if not self._is_trusted() or self._last_settled_pass is None or self._last_settled_pass[0] != checksum:
            return None
        last = self._last_settled_pass[1]
        same = last.unchanged + last.indexed + last.moved
        return replace(last, unchanged=same, indexed=0, moved=0, deleted=0)

    def begin_pass(self) -> bool:
        """A pass begins: whether it may take the ledger from memory instead of comparing everything."""
        trusted = self._is_trusted()
        if not trusted:
            self._expires_at = self._clock() + self._seconds
        self._last_pass_succeeded, self._last_settled_pass = False, None
        return trusted

    def end_pass(self, checksum: int | None, summary: PassSummary, *, is_settled: bool) -> None:
        """A pass ended well; `settled` says that it left nothing to do."""
        self._last_pass_succeeded = True
        self._last_settled_pass = (checksum, summary) if is_settled and checksum is not None else None

    def _is_trusted(self) -> bool:
        return self._last_pass_succeeded and self._clock() < self._expires_at
