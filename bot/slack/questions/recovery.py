"""Keeps the journal true while the bot runs: claims that live on, claims that were lost, questions left by the dead."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING

from bot.slack.questions.dispatch import choose_answer_handler
from bot.slack.questions.job import MAX_TRIES
from knowledge.core.failures import IndexUnavailable
from knowledge.storage.question_log import LEASE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.slack.dependencies import Dependencies
    from knowledge.storage.question_log import QuestionRecord

log = logging.getLogger(__name__)
RECOVERY_SECONDS = 2.0
_CLEANUP_SECONDS = 3600.0
_HOUR_SECONDS = 3600.0
_RESPONSE_URL_SECONDS = 25 * 60.0  # Slack's address for one person lives 30 minutes


def _uptime() -> float:
    """Seconds that go on also while the machine sleeps, where it tells: leases run out meanwhile."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class QuestionRecovery:
    """Looks after the journal, again and again. `hours` is how old a question may be that is still taken up.

    Whoever could not renew claims for long, or is new here, takes the living for dead: nothing of theirs is taken over
    until they had the time of a lease to show themselves. `clock` is monotonic, in seconds.
    """

    def __init__(self, deps: Dependencies, hours: float, clock: Callable[[], float] = _uptime) -> None:
        self._deps = deps
        self._hours = hours
        self._clock = clock
        self._swept_at = float("-inf")
        self._renewed_at = float("-inf")
        self._trusts_leases_from = 0.0

    async def run_recovery(self, every: float = RECOVERY_SECONDS) -> None:
        """Look, until cancelled."""
        while True:
            try:
                await self.recover_questions()
            except IndexUnavailable as error:
                log.warning("journal unread error=%s", error)
            except Exception as error:  # one look that fails does not end the keeping
                log.exception("journal not kept error=%s", type(error).__name__)
            await asyncio.sleep(every)

    async def recover_questions(self) -> None:
        """One look at everything."""
        deps = self._deps
        for entry in await deps.question_intake.accept_overdue_questions():
            await self._start_or_give_up(entry)
        await self._renew_leases()
        await self._end_lost_tasks()
        await deps.question_intake.record_pending_outcomes()
        at_work = [*deps.running_tasks.task_names, *deps.question_intake.pending_outcomes]
        for entry in await deps.question_intake.run_in_log_thread(deps.question_log.list_abandoned_questions, at_work):
            if entry.holder in ("", deps.question_log.holder) or self._trusts_leases():
                await self._take_over_question(entry)
        if self._clock() - self._swept_at > _CLEANUP_SECONDS:
            forgotten = await deps.question_intake.run_in_log_thread(deps.question_log.purge_questions)
            await asyncio.to_thread(deps.admin_gate.audit.purge_audit_entries)
            self._swept_at = self._clock()
            votes = await deps.question_intake.run_in_log_thread(deps.vote_store.purge_votes)
            await deps.question_intake.run_in_log_thread(deps.shared_answers.forget_old_answers)
            log.info("questions forgotten count=%d votes=%d", forgotten, votes)

    async def _renew_leases(self) -> None:
        await self._deps.question_intake.run_in_log_thread(self._deps.question_log.renew_leases)
        now = self._clock()
        if now - self._renewed_at > LEASE_SECONDS / 2:
            self._trusts_leases_from = now + LEASE_SECONDS
        self._renewed_at = now

    def _trusts_leases(self) -> bool:
        """Whether whoever has not renewed a claim is dead; where this process is alone, everybody else is."""
        now = self._clock()
        lately = now - self._renewed_at <= LEASE_SECONDS / 2
        return self._deps.question_log.is_single_process or (lately and now >= self._trusts_leases_from)

    async def _end_lost_tasks(self) -> None:
        """End what somebody stopped or took over elsewhere."""
        flights, journal = self._deps.running_tasks, self._deps.question_log
        names = flights.task_names
        ends: list[Awaitable[None]] = []
        for name, entry in (await self._deps.question_intake.run_in_log_thread(journal.get_questions, names)).items():
            if entry.state == "stopped":
                ends.append(flights.end_task(name, "deleted" if entry.outcome == "deleted" else "stopped"))
            elif entry.is_open and entry.holder != journal.holder:
                ends.append(flights.end_task(name, "superseded"))
        await asyncio.gather(*ends)  # at once: the claims of the others want to be renewed

    async def _take_over_question(self, entry: QuestionRecord) -> None:
        """Answer what was left, by another process or by this one, unless nobody waits for it any more."""
        taken = await self._deps.question_intake.run_in_log_thread(self._deps.question_log.claim_question, entry)
        if taken is None:
            return
        log.info("question taken over channel=%s try=%d", entry.channel, taken.tries)
        await self._start_or_give_up(taken)

    async def _start_or_give_up(self, entry: QuestionRecord) -> None:
        """Answer a question of this process's own that has waited, or end it."""
        age = time.time() - (entry.asked_at if entry.is_ephemeral else float(entry.ts))
        unreachable = entry.is_ephemeral and age > _RESPONSE_URL_SECONDS
        if self._deps.question_intake.is_dropped(entry.id):
            await self._deps.question_intake.run_in_log_thread(self._deps.question_log.stop_question, entry, "deleted")
        elif age > max(self._hours, 1.0) * _HOUR_SECONDS:  # nobody waits any more
            await self._deps.question_intake.record_question_outcome(entry, "failed", outcome="stale")
        elif unreachable or entry.tries > MAX_TRIES:
            outcome = "stale" if unreachable else "tries"
            self._deps.running_tasks.start_task(
                choose_answer_handler(self._deps, entry).give_up_question(entry, outcome), entry.id
            )
        else:
            choose_answer_handler(self._deps, entry).start_answer(entry)
