"""Writes questions down in the journal before their events are acknowledged, those of one moment together.

Decides nothing about answers but that they wait for the end of a rush. The journal blocks, so it is written from two
threads of its own: one for what comes in, so that no acknowledgement waits behind the rest. What cannot be written
while Qdrant is away is remembered here, and written later.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ParamSpec, TypeAlias, TypeVar
from weakref import WeakValueDictionary

from bot.slack.events.parse import RecentKeys
from knowledge.core.failures import IndexUnavailable
from knowledge.storage.question_log import QuestionRecord

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bot.slack.events.parse import IncomingMessage
    from knowledge.storage.question_log import QuestionLog, QuestionState

log = logging.getLogger(__name__)
_MAX_UNWRITTEN = 1_000
# A rush: so many questions within so many seconds. Nobody's answer waits longer than that for its end.
_RUSH_QUESTIONS, _RUSH_SECONDS, _RUSH_WAIT_SECONDS = 5, 0.05, 0.25
P = ParamSpec("P")
T = TypeVar("T")
_Batch: TypeAlias = "list[tuple[QuestionRecord, asyncio.Future[QuestionRecord | None]]]"


@dataclass(frozen=True, slots=True)
class QuestionOutcome:
    """What became of a question."""

    entry: QuestionRecord
    state: QuestionState
    changes: dict[str, Any]


class QuestionIntake:
    """The way of every question into the journal."""

    def __init__(self, question_log: QuestionLog, clock: Callable[[], float] = time.monotonic) -> None:
        self.question_log = question_log
        self._clock = clock
        self._incoming = ThreadPoolExecutor(1, "journal-in")
        self._upkeep = ThreadPoolExecutor(1, "journal")
        self._batch: _Batch = []
        self._writing: asyncio.Task[None] | None = None
        self._unwritten: dict[str, QuestionRecord] = {}
        self._latest: deque[float] = deque(maxlen=_RUSH_QUESTIONS)
        self._coming: dict[str, set[asyncio.Future[QuestionRecord | None]]] = {}
        self._dropped = RecentKeys()
        self._orders: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._owed: dict[str, QuestionOutcome] = {}

    async def accept_question(self, entry: QuestionRecord) -> QuestionRecord | None:
        """Write a question down; the claimed entry, or None if it is known already, or was deleted meanwhile.

        Raises:
            IndexUnavailable: it is not written down. It is remembered here, and `overdue` tries again.
        """
        if self.is_dropped(entry.id):
            return None
        entry = replace(entry, asked_at=entry.asked_at or self.question_log.clock())
        self._latest.append(self._clock())
        written: asyncio.Future[QuestionRecord | None] = asyncio.get_running_loop().create_future()
        self._batch.append((self.question_log.with_new_claim(entry), written))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_batches())
        self._coming.setdefault(entry.id, set()).add(written)
        try:
            taken = await written
        except IndexUnavailable:
            if len(self._unwritten) < _MAX_UNWRITTEN and not self.is_dropped(entry.id):
                self._unwritten[entry.id] = entry
            raise
        finally:
            self._coming[entry.id].discard(written)
            if not self._coming[entry.id]:
                del self._coming[entry.id]
        if taken and self.is_dropped(taken.id):
            await self.run_in_log_thread(self.question_log.stop_question, taken, "deleted")
            return None
        return taken

    def drop_question(self, question: str) -> None:
        """Take nothing more of a question (by its id) that was deleted, whatever of it is still on its way."""
        self._unwritten.pop(question, None)
        self._dropped.add_if_new(question)

    def reword_question(self, entry: QuestionRecord) -> None:
        """Write a question down as it reads after an edit, if it is not written down yet; not at all without words."""
        if (known := self._unwritten.get(entry.id)) and known.edited < entry.edited:
            if entry.text:
                self._unwritten[entry.id] = replace(known, text=entry.text, files=entry.files, edited=entry.edited)
            else:
                del self._unwritten[entry.id]

    def is_dropped(self, question: str) -> bool:
        """Whether a question was deleted."""
        return question in self._dropped

    @asynccontextmanager
    async def lock_question(self, question: str) -> AsyncIterator[None]:
        """Change a question (by its id) once it is written down, and after every change that came before."""
        if coming := self._coming.get(question):
            await asyncio.wait(coming)
        async with self._orders.setdefault(question, asyncio.Lock()):
            yield

    async def record_question_outcome(self, entry: QuestionRecord, state: QuestionState, **changes: object) -> None:
        """Write down what became of a question; as soon as Qdrant is back, if it is away."""
        try:
            await self.run_in_log_thread(self.question_log.close_question, entry, state, **changes)
        except (IndexUnavailable, asyncio.CancelledError) as error:
            log.warning("question not closed yet id=%s", entry.id)
            if len(self._owed) < _MAX_UNWRITTEN:
                self._owed[entry.id] = QuestionOutcome(entry, state, changes)
            if isinstance(error, asyncio.CancelledError):
                raise

    @property
    def pending_outcomes(self) -> list[str]:
        """The ids of the questions that are answered, of which that is not yet written down."""
        return list(self._owed)

    async def record_pending_outcomes(self) -> None:
        """Write down what is owed.

        Raises:
            IndexUnavailable: Qdrant is still away.
        """
        for name, closing in list(self._owed.items()):
            try:
                await self.run_in_log_thread(
                    self.question_log.close_question, closing.entry, closing.state, **closing.changes
                )
            except IndexUnavailable:
                raise
            except Exception:  # one that cannot be written must not keep the others back
                log.exception("question never closed id=%s", name)
            if self._owed.get(name) is closing:
                del self._owed[name]

    async def wait_out_rush(self) -> None:
        """Wait for the end of a rush, so that no acknowledgement waits behind the answers to those who came first."""
        until = self._clock() + _RUSH_WAIT_SECONDS
        while (now := self._clock()) < until and self._is_rush(now):  # noqa: ASYNC110 (only time ends it)
            await asyncio.sleep(_RUSH_SECONDS)

    def _is_rush(self, now: float) -> bool:
        return len(self._latest) == _RUSH_QUESTIONS and now - self._latest[0] < _RUSH_SECONDS

    async def accept_overdue_questions(self) -> list[QuestionRecord]:
        """Write down what could not be written when it came; those that are ours to answer."""
        taken = []
        for entry in list(self._unwritten.values()):
            if claimed := await self.accept_question(entry):
                taken.append(claimed)
            self._unwritten.pop(entry.id, None)
        return taken

    async def run_in_log_thread(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do something else with the journal, in its thread."""
        return await asyncio.get_running_loop().run_in_executor(self._upkeep, lambda: work(*args, **kwargs))

    async def _write_batches(self) -> None:
        """Write what has come, and what comes meanwhile, until nothing is left."""
        while self._batch:
            batch, self._batch = self._batch, []
            entries = [entry for entry, _ in batch]
            try:
                loop = asyncio.get_running_loop()
                held = {entry.claim for entry in await loop.run_in_executor(self._incoming, self._store_batch, entries)}
            except IndexUnavailable as error:
                log.warning("questions not written down count=%d", len(batch))
                _fail_batch(batch, error)
            except Exception as error:  # whatever it is, each of those who wait must hear of it
                log.exception("questions not written down count=%d", len(batch))
                _fail_batch(batch, error)
            else:
                for entry, written in batch:
                    if not written.done():
                        written.set_result(entry if entry.claim in held else None)
        self._writing = None

    def _store_batch(self, entries: list[QuestionRecord]) -> list[QuestionRecord]:
        first = {entry.id: entry for entry in reversed(entries)}  # of the events about one message, the first
        self.question_log.add_questions(first.values())
        return self.question_log.list_claimed_questions(list(first.values()))


def record_from_message(message: IncomingMessage) -> QuestionRecord:
    """A message as the log's record of a question."""
    return QuestionRecord(
        workspace=message.workspace or message.team,
        channel=message.channel,
        ts=message.ts,
        thread_ts=message.thread_ts,
        team=message.team,
        user=message.user,
        text=message.text,
        files=message.has_files,
    )


def _fail_batch(batch: _Batch, error: Exception) -> None:
    for _, written in batch:
        if not written.done():
            written.set_exception(error)
