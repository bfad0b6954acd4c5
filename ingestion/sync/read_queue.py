"""Decides which document is read next, so that no folder holds the readers, and keeps reads going between passes.

Readers are shared between the folders of the root. Time counts, and a file that held a reader to its limit counts
against its folder.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import SouffleurError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from ingestion.reader_processes.pool import DocumentContent, PageRange
    from knowledge.core.documents import Document

_HALF_LIFE_SECONDS = 300.0  # of the time that a folder has used: what was long ago does not count
_STRIKE_SECONDS = 3600.0
_LIMITS = frozenset({FailureCode.TOO_SLOW, FailureCode.TOO_MUCH_MEMORY})


def get_top_folder(path: str) -> str:
    """Return the folder of the root that a file lies below; "" for a file in the root itself."""
    return path.partition("/")[0] if "/" in path else ""


def take_turns(paths: Iterable[str]) -> list[str]:
    """Order files so that the folders of the root take turns."""
    seen: Counter[str] = Counter()
    turns = []
    for path in paths:
        folder = get_top_folder(path)
        turns.append((seen[folder], path))
        seen[folder] += 1
    return [path for _, path in sorted(turns, key=lambda one: one[0])]


class UnreadPaths:
    """The paths of documents that are to be read, in order, by the folder of the root that they lie below."""

    def __init__(self) -> None:
        self._by_folder: dict[str, dict[str, None]] = {}

    def add_path(self, path: str) -> None:
        """Add a path after the others of its folder."""
        self._by_folder.setdefault(get_top_folder(path), {})[path] = None

    def remove_path(self, path: str) -> None:
        """Remove a path."""
        folder = get_top_folder(path)
        del self._by_folder[folder][path]
        if not self._by_folder[folder]:
            del self._by_folder[folder]

    def list_paths(self) -> Iterator[str]:
        """Every path, folder by folder."""
        return (path for paths in self._by_folder.values() for path in paths)

    def list_folders(self) -> Collection[str]:
        """The folders that have a path."""
        return self._by_folder.keys()

    def get_first_path(self, folder: str) -> str:
        """The first path of a folder."""
        return next(iter(self._by_folder[folder]))


class FairShare:
    """Remembers how long each folder has used the readers, and which one has held a reader to its limit."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._used: dict[str, float] = {}
        self._used_at = clock()
        self._struck_until: dict[str, float] = {}

    def charge_folder(self, folder: str, seconds: float, *, reached_limit: bool) -> None:
        """Note that a folder has used a reader."""
        self._fade_use()
        self._used[folder] = self._used.get(folder, 0.0) + seconds
        if reached_limit:
            self._struck_until[folder] = self._clock() + _STRIKE_SECONDS

    def choose_folder(self, waiting: Iterable[str], running: Mapping[str, int], readers: int) -> str | None:
        """Choose the folder whose document is read next: that with the fewest readers, then with the least time.

        One document more than there are readers may be on its way. Folders that have held a reader to its limit may
        together hold all readers but one, and none where others wait for the last.
        """
        self._fade_use()
        total = sum(running.values())
        if total > readers:
            return None
        struck = {folder for folder, until in self._struck_until.items() if until > self._clock()}
        struck_room = max(1, readers - 1) - sum(running.get(folder, 0) for folder in struck)
        may_strain = struck_room > 0 and total < readers
        fitting = [folder for folder in waiting if folder not in struck or may_strain]
        return min(
            fitting,
            key=lambda folder: (running.get(folder, 0), folder in struck, self._used.get(folder, 0.0), folder),
            default=None,
        )

    def _fade_use(self) -> None:
        now = self._clock()
        if now - self._used_at >= 1.0:
            share = 0.5 ** ((now - self._used_at) / _HALF_LIFE_SECONDS)
            self._used = {folder: kept for folder, used in self._used.items() if (kept := used * share) > 0.1}
            self._used_at = now


@dataclass(slots=True)
class _Part:
    """A part of a document that is on its way; `since` is when a reader took it, as far as that was seen."""

    path: str
    number: int
    since: float
    is_running: bool = False


@dataclass(slots=True)
class _Read:
    """A document that is being read, and its parts that still wait for a reader: their numbers and page ranges."""

    document: Document
    waiting: deque[tuple[int, PageRange]] = field(default_factory=deque)


class ReadQueue:
    """The reads that are under way, kept from one pass to the next."""

    def __init__(self, share: FairShare | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._share = share or FairShare(clock)
        self._clock = clock
        self._reads: dict[str, _Read] = {}
        self._parts: dict[Future[DocumentContent], _Part] = {}
        self._last_taken_at = clock()

    @property
    def paths(self) -> Collection[str]:
        """The documents that are being read."""
        return self._reads.keys()

    def get_document(self, path: str) -> Document | None:
        """Return the document at `path` as it is being read; None if it is not."""
        read = self._reads.get(path)
        return read.document if read else None

    def choose_next(self, unread: UnreadPaths, readers: int) -> tuple[Document, int, PageRange] | str | None:
        """Choose what is read next: a part of a started document, or one of `unread`; None: the readers are busy."""
        started = {get_top_folder(path): path for path, read in self._reads.items() if read.waiting}
        running = Counter(get_top_folder(part.path) for part in self._parts.values())
        folder = self._share.choose_folder({*unread.list_folders(), *started}, running, readers)
        if folder is None:
            return None
        if folder not in started:
            return unread.get_first_path(folder)
        read = self._reads[started[folder]]
        part, pages = read.waiting.popleft()
        return read.document, part, pages

    def add_read(self, document: Document, part: int, future: Future[DocumentContent]) -> None:
        """Note that a part of a document is being read."""
        self._reads.setdefault(document.path, _Read(document))
        self._parts[future] = _Part(document.path, part, self._clock())

    def add_parts(self, path: str, ranges: Iterable[PageRange]) -> None:
        """Note the further parts of a document, from part 1 on; they are read when it is their folder's turn."""
        self._reads[path].waiting.extend(enumerate(ranges, 1))

    def update_audience(self, path: str, audience: frozenset[str]) -> None:
        """Change for whom a document is that is being read."""
        read = self._reads[path]
        read.document = replace(read.document, audience=audience)

    def take_finished(
        self, seconds: float, others: Collection[Future[Any]] = ()
    ) -> Iterator[tuple[Document, int, Future[DocumentContent]]]:
        """Wait for at most `seconds`, or until one of `others` is done, and give the parts that are read."""
        self._note_running()
        for future in wait([*self._parts, *others], seconds, return_when=FIRST_COMPLETED).done:
            if future not in self._parts:
                continue  # one of the others, or dropped meanwhile, with its document
            part, now = self._parts.pop(future), self._clock()
            # One that was never seen running has waited until the last one ended.
            used = now - (part.since if part.is_running else max(part.since, self._last_taken_at))
            self._last_taken_at = now
            self._share.charge_folder(get_top_folder(part.path), used, reached_limit=_has_reached_limit(future))
            yield self._reads[part.path].document, part.number, future

    def _note_running(self) -> None:
        for future, part in self._parts.items():
            if not part.is_running and future.running():
                part.since, part.is_running = max(part.since, self._last_taken_at), True

    def drop_document(self, path: str) -> None:
        """Stop reading a document, or forget one that is read."""
        self._reads.pop(path, None)
        for future in [future for future, part in self._parts.items() if part.path == path]:
            del self._parts[future]
            future.cancel()

    def drop_all(self) -> None:
        """Stop every read."""
        for path in [*self._reads]:
            self.drop_document(path)


def _has_reached_limit(future: Future[DocumentContent]) -> bool:
    error = None if future.cancelled() else future.exception()
    return isinstance(error, SouffleurError) and error.failure.code in _LIMITS
