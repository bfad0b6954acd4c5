"""Decide which call to the stand-in for Qdrant fails, and how."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from pydantic import ConfigDict


class FaultKind(StrEnum):
    """The effect of a fault on a call."""

    SLOW = "slow"
    ERROR = "error"
    WAIT_TIMEOUT = "wait_timeout"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class QdrantFault:
    """One way to fail, for some calls.

    Attributes:
        kind: `slow` only delays; `error` answers `status`; `wait_timeout` answers an update with success and
            that status; `cut` closes the connection without an answer.
        times: for how many calls; None means until cleared.
        route: a regular expression searched in `"METHOD /path"`; empty matches every call.
        delay_ms: how long the call waits first, whatever its kind.
        applies: whether the call reaches the engine all the same before it fails.
        status: what `error` answers.
    """

    __pydantic_config__: ClassVar[ConfigDict] = {"extra": "forbid"}

    kind: FaultKind
    times: int | None = 1
    route: str = ""
    delay_ms: int = 0
    applies: bool = False
    status: int = 500

    def __post_init__(self) -> None:
        """Refuse a route that is no regular expression at once."""
        try:
            re.compile(self.route)
        except re.error as error:
            raise ValueError(f"The fault's route {self.route!r} is not a regular expression: {error}") from error

    def applies_to(self, route: str, *, updates: bool) -> bool:
        """Whether a call to `route` fails; only an update can time out while waiting."""
        return (updates or self.kind is not FaultKind.WAIT_TIMEOUT) and re.search(self.route, route) is not None


class QdrantFaults:
    """The faults that wait for a call, oldest first; a call gets one at most."""

    def __init__(self, *, by_http: bool = False) -> None:
        """Start without faults; `by_http` also opens the control route `/_faults`."""
        self.by_http = by_http
        self.taken = 0
        self._waiting: list[tuple[QdrantFault, int | None]] = []

    @property
    def waiting(self) -> tuple[QdrantFault, ...]:
        """The faults that still wait for calls."""
        return tuple(fault for fault, _ in self._waiting)

    def add_fault(self, fault: QdrantFault) -> None:
        """Add a fault for the next calls that match it."""
        self._waiting.append((fault, fault.times))

    def clear_faults(self) -> None:
        """Remove every fault."""
        self._waiting.clear()

    def take_fault(self, route: str, *, updates: bool) -> QdrantFault | None:
        """Return the fault for the call to `route`, and count it down."""
        for at, (fault, left) in enumerate(self._waiting):
            if fault.applies_to(route, updates=updates):
                self._count_down(at, fault, left)
                return fault
        return None

    def _count_down(self, at: int, fault: QdrantFault, left: int | None) -> None:
        self.taken += 1
        if left is not None and left <= 1:
            del self._waiting[at]
        elif left is not None:
            self._waiting[at] = (fault, left - 1)
