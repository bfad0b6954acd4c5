"""Decides which failed documents are read again because a limit was raised or a program was installed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import Failure

if TYPE_CHECKING:
    from ingestion.settings import IngestionSettings

# For each limit: the failure that it causes, and the parameter in which that failure says how high it was.
_LIMITS = {
    FailureCode.TOO_LARGE: ("file_mb", "most"),
    FailureCode.TOO_SLOW: ("seconds", "seconds"),
    FailureCode.TOO_MUCH_MEMORY: ("memory_mb", "mb"),
}


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
