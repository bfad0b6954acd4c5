"""Limits what a document may take: processor time or time by the clock, the size of the answer, files that end readers.

A busy machine is not the document's fault. Where the system does not tell the processor time, the clock counts.
"""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from ingestion.readers.containers.member_progress import LostMember, Place
from ingestion.readers.reading_options import TEXT_SHARE
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import Failure, make_failure

if TYPE_CHECKING:
    from ingestion.reader_processes.sandbox_pool import DocumentContent

WALL_FACTOR = 10  # times its processor time that a reader may take by the clock
_MAX_WAIT_SECONDS = 1.0  # then the processor time is looked at again
_LEAST_WAIT_SECONDS = 0.05
_PROCESSES = Path("/proc")
_TIMES = slice(11, 15)  # in user and system mode, then the same of ended children; the fields behind the name
LEAST_LINE_BYTES = 256  # what a line costs in memory, however short it is
_MEMBER_BYTES = 4 << 10  # at most: the lines that tell a file inside, its name and failure
_MAX_LOST = 3  # files that one document may lose; then all that follow are left out
_OWN_SHARE = 0.5  # of the processor time: a file that took less is not the one that is too slow


class StarvedError(Exception):
    """A reader had the time of the clock, and got less processor time than it may use."""


class ReadingClock:
    """Counts from now on the time that `process` takes, which may use `seconds` of processor time."""

    def __init__(self, process: int, seconds: float) -> None:
        self._process = process
        self._seconds = seconds
        self._began_at = time.monotonic()
        self._used_before = measure_processor_seconds(process)

    def choose_wait(self) -> float:
        """Return for how many seconds the reader may be waited for before this is asked again.

        Raises:
            TimeoutError: it has used its processor time.
            StarvedError: it has used less, and the time by the clock is over.
        """
        passed = time.monotonic() - self._began_at
        used = self.measure_use()
        if used >= self._seconds:
            raise TimeoutError
        if passed >= self._seconds * WALL_FACTOR:
            raise StarvedError
        return min(max(self._seconds - used, _LEAST_WAIT_SECONDS), _MAX_WAIT_SECONDS)

    def measure_use(self) -> float:
        """Return the seconds that the process has used so far."""
        if self._used_before is None:
            return time.monotonic() - self._began_at
        now = measure_processor_seconds(self._process)
        return 0.0 if now is None else now - self._used_before  # None: it has ended, as its socket will tell


def measure_processor_seconds(process: int) -> float | None:
    """Return the processor time of a process and of its children that have ended; None if the system does not tell."""
    try:
        status = (_PROCESSES / str(process) / "stat").read_bytes()
    except OSError:
        return None
    fields = status.rpartition(b")")[2].split()  # the name before it may hold anything
    return sum(map(int, fields[_TIMES])) / os.sysconf("SC_CLK_TCK")


def count_answer_bytes(memory_mb: int) -> int:
    """How long an answer may be, in bytes."""
    return (memory_mb << 20) // TEXT_SHARE


def encode_line(value: object) -> bytes:
    """A line of an answer."""
    # Half a character is refused at the other end.
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


def leave_out_large_members(content: DocumentContent, memory_mb: int) -> DocumentContent:
    """The content without the largest files inside, as few as make the answer short enough; each says why."""
    if not content.members:
        return content
    sizes: Counter[str] = Counter()
    for excerpt in content.excerpts:
        sizes[excerpt.member] += max(len(encode_line(asdict(excerpt))), LEAST_LINE_BYTES)
    left = count_answer_bytes(memory_mb) - (len(content.members) + 1) * _MEMBER_BYTES - sizes.total()
    dropped: set[str] = set()
    for name, size in sizes.most_common():
        if left >= 0:
            break
        if name:
            dropped.add(name)
            left += size
    if not dropped:
        return content
    members = [
        replace(
            member,
            pages=None,
            passages=0,
            failure=make_failure(FailureCode.TOO_MUCH_MEMORY, name=PurePosixPath(member.name).name, mb=memory_mb),
        )
        if member.name in dropped
        else member
        for member in content.members
    ]
    excerpts = [excerpt for excerpt in content.excerpts if excerpt.member not in dropped]
    return replace(content, excerpts=excerpts, members=members)


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
