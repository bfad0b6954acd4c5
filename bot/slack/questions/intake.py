"""Writes questions to the log before their events are acknowledged, many at once in one batch.

The log's calls block, so they run on two threads: one for new questions, one for everything else. An acknowledgement
therefore waits for new questions only. What cannot be written while Qdrant is away is kept here and written later.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, ParamSpec, TypeAlias, TypeVar
from weakref import WeakValueDictionary

from bot.slack.events.parse import IncomingMessage, RecentKeys
from knowledge.core.failures import IndexUnavailable
from knowledge.storage.question_log import QuestionLog, QuestionRecord, QuestionState

log = logging.getLogger(__name__)
_MAX_UNWRITTEN = 1_000
# A rush is 5 questions within 0.05 s; an answer waits at most 0.25 s for its end.
_RUSH_QUESTIONS, _RUSH_SECONDS, _RUSH_WAIT_SECONDS = 5, 0.05, 0.25
P = ParamSpec("P")
T = TypeVar("T")
_Batch: TypeAlias = "list[tuple[QuestionRecord, asyncio.Future[QuestionRecord | None]]]"


@dataclass(frozen=True, slots=True)
class QuestionOutcome:
    """The end of a question that is still to be written to the log."""

    record: QuestionRecord
    state: QuestionState
    changes: dict[str, Any]


class QuestionIntake:
    """Puts every question into the log, once."""

    def __init__(self, question_log: QuestionLog, clock: Callable[[], float] = time.monotonic) -> None:
        self.question_log = question_log
        self._clock = clock
        self._incoming = ThreadPoolExecutor(1, "questions-in")
        self._upkeep = ThreadPoolExecutor(1, "question-log")
        self._batch: _Batch = []
        self._writing: asyncio.Task[None] | None = None
        self._unwritten: dict[str, QuestionRecord] = {}
        self._latest_arrivals: deque[float] = deque(maxlen=_RUSH_QUESTIONS)
        self._arriving: dict[str, set[asyncio.Future[QuestionRecord | None]]] = {}
        self._dropped = RecentKeys()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._pending_outcomes: dict[str, QuestionOutcome] = {}

    async def accept_question(self, record: QuestionRecord) -> QuestionRecord | None:
        """Write a question to the log and claim it; None if the log knows it already, or it was deleted meanwhile.

        Raises:
            IndexUnavailable: it is not in the log. It is kept here, and `accept_overdue_questions` tries again.
        """
        if self.is_dropped(record.id):
            return None
        record = replace(record, asked_at=record.asked_at or self.question_log.clock())
        self._latest_arrivals.append(self._clock())
        written: asyncio.Future[QuestionRecord | None] = asyncio.get_running_loop().create_future()
        self._batch.append((self.question_log.with_new_claim(record), written))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_batches())
        self._arriving.setdefault(record.id, set()).add(written)
        try:
            claimed = await written
        except IndexUnavailable:
            if len(self._unwritten) < _MAX_UNWRITTEN and not self.is_dropped(record.id):
                self._unwritten[record.id] = record
            raise
        finally:
            self._arriving[record.id].discard(written)
            if not self._arriving[record.id]:
                del self._arriving[record.id]
        if claimed and self.is_dropped(claimed.id):
            await self.run_in_log_thread(self.question_log.stop_question, claimed, "deleted")
            return None
        return claimed

    def drop_question(self, question: str) -> None:
        """Refuse a deleted question (by its id) from now on, also if its event comes later."""
        self._unwritten.pop(question, None)
        self._dropped.add_if_new(question)

    def reword_question(self, record: QuestionRecord) -> None:
        """Change the words of a question that is not in the log yet; without words it is dropped."""
        if (known := self._unwritten.get(record.id)) and known.edited < record.edited:
            if record.text:
                self._unwritten[record.id] = replace(known, text=record.text, files=record.files, edited=record.edited)
            else:
                del self._unwritten[record.id]

    def is_dropped(self, question: str) -> bool:
        """Whether a question was deleted."""
        return question in self._dropped

    @asynccontextmanager
    async def lock_question(self, question: str) -> AsyncIterator[None]:
        """Hold a question (by its id) for one change: after it was written, and after every earlier change."""
        if arriving := self._arriving.get(question):
            await asyncio.wait(arriving)
        async with self._locks.setdefault(question, asyncio.Lock()):
            yield

    async def record_question_outcome(self, record: QuestionRecord, state: QuestionState, **changes: object) -> None:
        """Write the end of a question to the log; while Qdrant is away, keep it for later."""
        try:
            await self.run_in_log_thread(self.question_log.close_question, record, state, **changes)
        except (IndexUnavailable, asyncio.CancelledError) as error:
            log.warning("question not closed yet id=%s", record.id)
            if len(self._pending_outcomes) < _MAX_UNWRITTEN:
                self._pending_outcomes[record.id] = QuestionOutcome(record, state, changes)
            if isinstance(error, asyncio.CancelledError):
                raise

    @property
    def pending_outcomes(self) -> list[str]:
        """The ids of the questions whose end is not in the log yet."""
        return list(self._pending_outcomes)

    async def record_pending_outcomes(self) -> None:
        """Write the ends that are not in the log yet."""
        for name, pending in list(self._pending_outcomes.items()):
            try:
                await self.run_in_log_thread(
                    self.question_log.close_question, pending.record, pending.state, **pending.changes
                )
            except IndexUnavailable:
                raise
            except Exception:  # one end that cannot be written must not block the others
                log.exception("question never closed id=%s", name)
            if self._pending_outcomes.get(name) is pending:
                del self._pending_outcomes[name]

    async def wait_out_rush(self) -> None:
        """Wait for the end of a rush, so that the first answers delay no acknowledgement of it."""
        until = self._clock() + _RUSH_WAIT_SECONDS
        while (now := self._clock()) < until and self._is_rush(now):  # noqa: ASYNC110 (only time ends it)
            await asyncio.sleep(_RUSH_SECONDS)

    def _is_rush(self, now: float) -> bool:
        return len(self._latest_arrivals) == _RUSH_QUESTIONS and now - self._latest_arrivals[0] < _RUSH_SECONDS

    async def accept_overdue_questions(self) -> list[QuestionRecord]:
        """Write the questions that could not be written when they came; returns those claimed here."""
        ours = []
        for record in list(self._unwritten.values()):
            if claimed := await self.accept_question(record):
                ours.append(claimed)
            self._unwritten.pop(record.id, None)
        return ours

    async def fetch_question(self, question_id: str) -> QuestionRecord | None:
        """What the log says of a question."""
        return (await self.run_in_log_thread(self.question_log.get_questions, [question_id])).get(question_id)

    async def run_in_log_thread(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a blocking call of a store on the log's thread."""
        return await asyncio.get_running_loop().run_in_executor(self._upkeep, lambda: work(*args, **kwargs))

    async def _write_batches(self) -> None:
        """Write batch after batch until nothing is left."""
        while self._batch:
            batch, self._batch = self._batch, []
            records = [record for record, _ in batch]
            try:
                loop = asyncio.get_running_loop()
                ours = await loop.run_in_executor(self._incoming, self._store_batch, records)
            except IndexUnavailable as error:
                log.warning("questions not written down count=%d", len(batch))
                _fail_batch(batch, error)
            except Exception as error:  # everybody who waits must get the error, whatever it is
                log.exception("questions not written down count=%d", len(batch))
                _fail_batch(batch, error)
            else:
                claims = {record.claim for record in ours}
                for record, written in batch:
                    if not written.done():
                        written.set_result(record if record.claim in claims else None)
        self._writing = None

    def _store_batch(self, records: list[QuestionRecord]) -> list[QuestionRecord]:
        first = {record.id: record for record in reversed(records)}  # the first event of each message
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
        viewed=message.viewed,
    )


def _fail_batch(batch: _Batch, error: Exception) -> None:
    for _, written in batch:
        if not written.done():
            written.set_exception(error)
