"""Decides which file inside a mail or archive is left out when the document is read again, for it ended its reader."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingestion.readers.containers.member_progress import LostMember
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import make_failure

if TYPE_CHECKING:
    from ingestion.readers.containers.member_progress import Place
    from knowledge.core.failures import Failure

_MAX_LOST = 3  # files that one document may lose; then all that follow are left out
_OWN_SHARE = 0.5  # of the processor time: a file that took less is not the one that is too slow


@dataclass(slots=True)
class LostMembers:
    """The files inside one document that ended its readers."""

    lost: list[LostMember] = field(default_factory=list)
    _killed_at: set[Place] = field(default_factory=set)

    def note_end(self, place: Place, failure: Failure, share: float = 1.0) -> bool:
        """Note where and why a reader ended; say whether the document can be read again without what ended it.

        `share` is the part of the processor time that went into the file at `place`. Killed by something else, only a
        reader that is killed twice at a place has lost that file.
        """
        if not place or len(self.lost) > _MAX_LOST or self._is_given_up(place):
            return False
        if failure.code is FailureCode.READER_KILLED:
            if place not in self._killed_at:
                self._killed_at.add(place)
                return len(self._killed_at) <= _MAX_LOST
            failure = make_failure(FailureCode.CRASHED, **failure.params)
        if failure.code is FailureCode.TOO_SLOW and share < _OWN_SHARE:
            self.lost.append(LostMember(place, failure, with_rest=True))
            return True
        self.lost.append(LostMember(place, failure))
        if len(self.lost) > _MAX_LOST:
            self.lost.append(LostMember(place, failure, with_rest=True))
        return True

    def _is_given_up(self, place: Place) -> bool:
        """Whether the reader was told to leave out the file at which it ended: reading again would not help."""
        return any(one.place == place or (one.with_rest and place > one.place) for one in self.lost)
