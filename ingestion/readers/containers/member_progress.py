"""Tells which file inside a mail or archive is being read, so that one that ends its reader is left out the next time.

A place says which file it is: its number inside the document, then, for a file inside that one, its number there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import Failure

Place = tuple[int, ...]  # numbers count from 1; empty: the document itself is being read


@dataclass(frozen=True, slots=True)
class LostMember:
    """A file inside that is left out, and why. `with_rest`: so are all after it, for a reason of the whole document."""

    place: Place
    failure: Failure
    with_rest: bool = False


@dataclass(slots=True)
class MemberProgress:
    """Tells where the reading of each file inside begins and ends, and which are left out."""

    _tell: Callable[[Place], None] = lambda _: None
    _lost: Sequence[LostMember] = ()
    _outer: Place = ()
    _last: dict[Place, int] = field(default_factory=dict)  # the number of the last file in each container

    def begin_document(self, tell: Callable[[Place], None], lost: Sequence[LostMember] = ()) -> None:
        """Begin to read a document: `tell` is told each place, the files in `lost` are left out."""
        self._tell, self._lost = tell, lost
        self._outer, self._last = (), {}

    def begin_member(self, name: str) -> Failure | None:
        """Count one more file inside; return why it is left out, or None: it is being read until `end_member`."""
        number = self._last[self._outer] = self._last.get(self._outer, 0) + 1
        place = (*self._outer, number)
        for one in self._lost:
            if one.with_rest and place >= one.place:
                return one.failure
            if place == one.place:
                return _name_member(one.failure, name)
        self._outer = place
        self._tell(place)
        return None

    def end_member(self) -> None:
        """Go back to the document that holds the file."""
        self._outer = self._outer[:-1]
        self._tell(self._outer)


def _name_member(failure: Failure, name: str) -> Failure:
    name = PurePosixPath(name).name
    is_pdf = failure.code is FailureCode.CRASHED and name.lower().endswith(".pdf")
    return Failure(FailureCode.CRASHED_PDF if is_pdf else failure.code, {**failure.params, "name": name})


MEMBER_PROGRESS = MemberProgress()  # of this process, which reads one document at a time
