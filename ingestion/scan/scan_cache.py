"""Decides how long the last comparison of folder, ledger and index remains valid."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from ingestion.sync.reconciler import PassSummary


class ScanCache:
    """Keeps the result of the last pass for `seconds` after a comparison with Qdrant; a failed pass empties it."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._expires_at = 0.0
        self._last_pass_succeeded = False
        self._last_settled_pass: tuple[int, PassSummary] | None = None

    def get_unchanged_summary(self, checksum: int | None) -> PassSummary | None:
        """Return the summary of a pass over an unchanged folder; None if a pass must run."""
        if not self._is_valid() or self._last_settled_pass is None or self._last_settled_pass[0] != checksum:
            return None
        last = self._last_settled_pass[1]
        unchanged = last.unchanged + last.indexed + last.moved
        return replace(last, unchanged=unchanged, indexed=0, moved=0, deleted=0)

    def begin_pass(self) -> bool:
        """Start a pass; say whether it may use the ledger in memory in place of a full comparison."""
        valid = self._is_valid()
        if not valid:
            self._expires_at = self._clock() + self._seconds
        self._last_pass_succeeded, self._last_settled_pass = False, None
        return valid

    def end_pass(self, checksum: int | None, summary: PassSummary, *, is_settled: bool) -> None:
        """Note that a pass succeeded; `is_settled`: it left nothing to do."""
        self._last_pass_succeeded = True
        self._last_settled_pass = (checksum, summary) if is_settled and checksum is not None else None

    def _is_valid(self) -> bool:
        return self._last_pass_succeeded and self._clock() < self._expires_at
