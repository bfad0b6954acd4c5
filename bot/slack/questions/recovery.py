"""Renews this process's claims, takes over questions whose owner stopped, and deletes old records.

Each runs as a task of its own, so that a slow scan delays no renewal.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from bot.slack.questions.claimed_question import MAX_TRIES, RunningQuestions
from bot.slack.questions.intake import QuestionIntake
from bot.slack.questions.question_job import QuestionJobs
from bot.slack.replies.sharing import SharedAnswerStore
from knowledge.core.failures import IndexUnavailable
from knowledge.storage.audit_log import AuditLog
from knowledge.storage.question_log import RENEWAL_SECONDS, QuestionLog, QuestionRecord
from knowledge.storage.votes import VoteStore

log = logging.getLogger(__name__)
RECOVERY_SECONDS = 2.0
_CLEANUP_SECONDS = 3600.0
_HOUR_SECONDS = 3600.0
_RESPONSE_URL_SECONDS = 25 * 60.0  # Slack's address for one person lives 30 minutes


def read_uptime() -> float:
    """Seconds since the machine started, with the time that it slept where the system counts it."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class ClaimRenewal:
    """Renews the claims of this process, on a thread of its own. `clock` counts seconds and also counts sleep.

    A process that is new, or could not renew for long, knows little of the others: it trusts that an expired lease
    means a stopped owner only after it renewed without a gap for the time of a lease.
    """

    def __init__(self, question_log: QuestionLog, clock: Callable[[], float] = read_uptime) -> None:
        self._question_log = question_log
        self._clock = clock
        self._thread = ThreadPoolExecutor(1, "claims")
        self._renewed_at = float("-inf")
        self._trusts_leases_from = 0.0

    async def run_renewal(self, every: float = RENEWAL_SECONDS) -> None:
        """Renew again and again until cancelled."""
        await _repeat(self.renew_claims, every)

    async def renew_claims(self) -> None:
        """Renew all claims once."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._question_log.renew_leases)
        now = self._clock()
        if now - self._renewed_at > self._question_log.lease_seconds / 2:
            self._trusts_leases_from = now + self._question_log.lease_seconds
        self._renewed_at = now

    def has_renewed_lately(self) -> bool:
        """Whether the question log could be written within the last half of a lease."""
        return self._clock() - self._renewed_at <= self._question_log.lease_seconds / 2

    def trusts_leases(self) -> bool:
        """Whether an expired lease means that its owner stopped; in a single process it always does."""
        is_trusted = self.has_renewed_lately() and self._clock() >= self._trusts_leases_from
        return self._question_log.is_single_process or is_trusted


@dataclass(frozen=True, slots=True)
class QuestionRecovery:
    """Finds questions that nobody works on. Questions older than `max_age_hours` are no longer answered."""

    intake: QuestionIntake
    running: RunningQuestions
    answers: QuestionJobs
    renewal: ClaimRenewal
    max_age_hours: float

    async def run_recovery(self, every: float = RECOVERY_SECONDS) -> None:
        """Scan again and again until cancelled."""
        await _repeat(self.recover_questions, every)

    async def recover_questions(self) -> None:
        """Write what could not be written before, end what was ended elsewhere, and take over what is abandoned."""
        question_log = self.intake.question_log
        for record in await self.intake.accept_overdue_questions():
            await self._start_or_give_up(record)
        await self._end_lost_questions()
        await self.intake.record_pending_outcomes()
        in_progress = [*self.running.ids, *self.intake.pending_outcomes]
        for record in await self.intake.run_in_log_thread(question_log.list_abandoned_questions, in_progress):
            if record.holder in ("", question_log.holder) or self.renewal.trusts_leases():
                await self._take_over_question(record)

    async def _end_lost_questions(self) -> None:
        """End the work here on questions that were stopped or claimed in another process."""
        question_log = self.intake.question_log
        known = await self.intake.run_in_log_thread(question_log.get_questions, self.running.ids)
        ends: list[Awaitable[None]] = []
        for question_id, record in known.items():
            if record.state == "stopped":
                is_deleted = record.outcome == "deleted"
                ends.append(self.running.end_question(question_id, "deleted" if is_deleted else "stopped"))
            elif record.is_open and record.holder != question_log.holder:
                ends.append(self.running.end_question(question_id, "superseded"))
        await asyncio.gather(*ends)

    async def _take_over_question(self, record: QuestionRecord) -> None:
        """Claim an abandoned question, and answer it or give it up."""
        claimed = await self.intake.run_in_log_thread(self.intake.question_log.claim_question, record)
        if claimed is None:
            return
        log.info("question taken over channel=%s try=%d", record.channel, claimed.tries)
        await self._start_or_give_up(claimed)

    async def _start_or_give_up(self, record: QuestionRecord) -> None:
        """Answer a claimed question that has waited, or close it."""
        age = time.time() - (record.asked_at if record.is_ephemeral else float(record.ts))
        is_unreachable = record.is_ephemeral and age > _RESPONSE_URL_SECONDS
        is_stale = age > max(self.max_age_hours, 1.0) * _HOUR_SECONDS  # nobody waits any more
        is_unseen = record.unasked and not record.messages  # as far as the log knows: a message may stand in Slack
        if self.intake.is_dropped(record.id) or (is_unseen and record.tries <= 1):
            await self.intake.run_in_log_thread(self.intake.question_log.stop_question, record, "deleted")
        elif is_stale and not is_unseen:
            await self.intake.record_question_outcome(record, "failed", outcome="stale")
        elif is_stale or is_unreachable or record.tries > MAX_TRIES:
            self.answers.start_giving_up(record, "stale" if is_stale or is_unreachable else "tries")
        else:
            self.answers.start_answer(record)


@dataclass(frozen=True, slots=True)
class RecordCleanup:
    """Deletes questions, votes, private answers and audit entries that were kept long enough."""

    question_log: QuestionLog
    vote_store: VoteStore
    shared_answers: SharedAnswerStore
    audit_log: AuditLog

    async def run_cleanup(self, every: float = _CLEANUP_SECONDS) -> None:
        """Delete old records again and again until cancelled."""
        await _repeat(self.delete_old_records, every, retry_after=RECOVERY_SECONDS)

    async def delete_old_records(self) -> None:
        """Delete old records once."""
        questions = await asyncio.to_thread(self.question_log.purge_questions)
        votes = await asyncio.to_thread(self.vote_store.purge_votes)
        await asyncio.to_thread(self.shared_answers.forget_old_answers)
        await asyncio.to_thread(self.audit_log.purge_audit_entries)
        log.info("questions forgotten count=%d votes=%d", questions, votes)


async def _repeat(work: Callable[[], Awaitable[None]], every: float, retry_after: float | None = None) -> None:
    """Do a work again and again until cancelled; one failure is logged and does not end it."""
    while True:
        pause = every
        try:
            await work()
        except IndexUnavailable as error:
            log.warning("question log unreachable work=%s error=%s", work.__name__, error)
            pause = retry_after or every
        except Exception as error:  # one failure does not end the loop
            log.exception("question log work failed work=%s error=%s", work.__name__, type(error).__name__)
            pause = retry_after or every
        await asyncio.sleep(pause)
