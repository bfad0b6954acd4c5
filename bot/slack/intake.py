"""Writes questions down in the journal before their events are acknowledged, those of one moment together.

Decides nothing about answers but that they wait for the end of a rush. The journal blocks, so it is written from two
threads of its own: one for what comes in, so that no acknowledgement waits behind the rest.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, ParamSpec, TypeAlias, TypeVar

from knowledge.errors import IndexUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from knowledge.journal import Entry, Journal

log = logging.getLogger(__name__)
_UNWRITTEN = 1_000
# A rush: so many questions within so many seconds. Nobody's answer waits longer than that for its end.
_RUSH, _RUSH_SECONDS, _PATIENCE_SECONDS = 5, 0.05, 0.25
P = ParamSpec("P")
T = TypeVar("T")
_Batch: TypeAlias = "list[tuple[Entry, asyncio.Future[Entry | None]]]"


class Intake:
    """The way of every question into the journal."""

    def __init__(self, journal: Journal, clock: Callable[[], float] = time.monotonic) -> None:
        self.journal = journal
        self._clock = clock
        self._incoming = ThreadPoolExecutor(1, "journal-in")
        self._upkeep = ThreadPoolExecutor(1, "journal")
        self._batch: _Batch = []
        self._writing: asyncio.Task[None] | None = None
        self._unwritten: dict[str, Entry] = {}
        self._latest: deque[float] = deque(maxlen=_RUSH)

    async def take(self, entry: Entry) -> Entry | None:
        """Write a question down; the claimed entry, or None if it is known already.

        Raises:
            IndexUnavailable: it is not written down. It is remembered here, and `overdue` tries again.
        """
        self._latest.append(self._clock())
        written: asyncio.Future[Entry | None] = asyncio.get_running_loop().create_future()
        self._batch.append((self.journal.ours(entry), written))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        try:
            return await written
        except IndexUnavailable:
            if len(self._unwritten) < _UNWRITTEN:
                self._unwritten[entry.id] = entry
            raise

    async def calm(self) -> None:
        """Wait for the end of a rush, so that no acknowledgement waits behind the answers to those who came first."""
        until = self._clock() + _PATIENCE_SECONDS
        while (now := self._clock()) < until and self._is_rush(now):  # noqa: ASYNC110 (only time ends it)
            await asyncio.sleep(_RUSH_SECONDS)

    def _is_rush(self, now: float) -> bool:
        return len(self._latest) == _RUSH and now - self._latest[0] < _RUSH_SECONDS

    async def overdue(self) -> list[Entry]:
        """Write down what could not be written when it came; those that are ours to answer."""
        taken = []
        for entry in list(self._unwritten.values()):
            if claimed := await self.take(entry):
                taken.append(claimed)
            self._unwritten.pop(entry.id, None)
        return taken

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do something else with the journal, in its thread."""
        return await asyncio.get_running_loop().run_in_executor(self._upkeep, lambda: work(*args, **kwargs))

    async def _write(self) -> None:
        """Write what has come, and what comes meanwhile, until nothing is left."""
        while self._batch:
            batch, self._batch = self._batch, []
            entries = [entry for entry, _ in batch]
            try:
                loop = asyncio.get_running_loop()
                held = {entry.claim for entry in await loop.run_in_executor(self._incoming, self._put, entries)}
            except IndexUnavailable as error:
                log.warning("questions not written down count=%d", len(batch))
                _fail(batch, error)
            except Exception as error:  # whatever it is, each of those who wait must hear of it
                log.exception("questions not written down count=%d", len(batch))
                _fail(batch, error)
            else:
                for entry, written in batch:
                    if not written.done():
                        written.set_result(entry if entry.claim in held else None)
        self._writing = None

    def _put(self, entries: list[Entry]) -> list[Entry]:
        first = {entry.id: entry for entry in reversed(entries)}  # of the events about one message, the first
        self.journal.write_down(first.values())
        return self.journal.held(list(first.values()))


def _fail(batch: _Batch, error: Exception) -> None:
    for _, written in batch:
        if not written.done():
            written.set_exception(error)
