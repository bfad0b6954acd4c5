"""Decides when a failed document is read again: after a pause, or once a limit was raised or a program installed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import Failure

if TYPE_CHECKING:
    from ingestion.settings import IngestionSettings
    from knowledge.core.documents import Document

MAX_RETRY_SECONDS = 3600.0  # the longest wait before a temporary failure is tried again
_RETRY_SECONDS = 5.0  # after the first temporary failure; doubled each time
_MAX_DOUBLINGS = 10  # after so many a wait has its maximal length
# For each limit: the failure that it causes, and the parameter in which that failure says how high it was.
_LIMITS = {
    FailureCode.TOO_LARGE: ("file_mb", "most"),
    FailureCode.TOO_SLOW: ("seconds", "seconds"),
    FailureCode.TOO_MUCH_MEMORY: ("memory_mb", "mb"),
}


def choose_retry_pause(attempts: int, max_seconds: float = MAX_RETRY_SECONDS) -> float:
    """Choose the seconds before a document is tried again that was tried so often."""
    doubled = math.ldexp(_RETRY_SECONDS, min(attempts, _MAX_DOUBLINGS))
    return min(doubled, max_seconds)


def choose_wait_pause(document: Document, now: float, copy_seconds: float) -> float:
    """Choose the seconds before a file that changes is tried again: no longer than a slow copy may stand still."""
    pause = choose_retry_pause(document.attempts)
    left = document.fingerprint.ctime_ns / 1e9 + copy_seconds - now
    return min(pause, left) if left > 0 else pause


@dataclass(frozen=True, slots=True)
class ReadingMeans:
    """What reading a document may take; `find_packages` says which packages readers have the programs of."""

    seconds: int
    memory_mb: int
    file_mb: int
    find_packages: Callable[[], frozenset[str]] = frozenset

    @classmethod
    def from_settings(cls, settings: IngestionSettings, find_packages: Callable[[], frozenset[str]]) -> ReadingMeans:
        """Take the limits from the settings; which programs are there is asked once, where a failure names one."""
        return cls(settings.read_seconds, settings.read_memory_mb, settings.max_file_mb, cache(find_packages))

    def can_remedy(self, failure: Failure | None) -> bool:
        """Say whether what failed for this reason may succeed now."""
        if failure is None:
            return False
        if failure.code is FailureCode.MEMBERS_UNREAD:
            first = failure.params.get("first")
            return isinstance(first, Failure) and self.can_remedy(first)
        if failure.code is FailureCode.TOO_MUCH_TEXT:
            needed = failure.params.get("needed")
            return isinstance(needed, int) and needed <= self.memory_mb
        if failure.code in _LIMITS:
            limit, param = _LIMITS[failure.code]
            was = failure.params.get(param)
            return isinstance(was, int) and was < getattr(self, limit)
        packages = failure.params.get("packages")
        return packages is not None and packages in self.find_packages()
