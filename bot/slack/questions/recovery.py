"""Keeps the journal true while the bot runs: claims that live on, claims that were lost, questions left by the dead."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING

from bot.slack.questions.dispatch import carrier
from bot.slack.questions.job import MOST_TRIES
from knowledge.core.failures import IndexUnavailable
from knowledge.storage.question_log import LEASE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.slack.dependencies import Parts
    from knowledge.storage.question_log import Entry

log = logging.getLogger(__name__)
EVERY_SECONDS = 2.0
_SWEEPS_EVERY_SECONDS = 3600.0
_HOUR = 3600.0
_ADDRESS_SECONDS = 25 * 60.0  # Slack's address for one person lives 30 minutes


def _uptime() -> float:
    """Seconds that go on also while the machine sleeps, where it tells: leases run out meanwhile."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class Keeper:
    """Looks after the journal, again and again. `hours` is how old a question may be that is still taken up.

    Whoever could not renew claims for long, or is new here, takes the living for dead: nothing of theirs is taken over
    until they had the time of a lease to show themselves. `clock` is monotonic, in seconds.
    """

    def __init__(self, parts: Parts, hours: float, clock: Callable[[], float] = _uptime) -> None:
        self._parts = parts
        self._hours = hours
        self._clock = clock
        self._swept_at = float("-inf")
        self._renewed_at = float("-inf")
        self._trusts_leases_from = 0.0

    async def keep(self, every: float = EVERY_SECONDS) -> None:
        """Look, until cancelled."""
        while True:
            try:
                await self.look()
            except IndexUnavailable as error:
                log.warning("journal unread error=%s", error)
            except Exception as error:  # one look that fails does not end the keeping
                log.exception("journal not kept error=%s", type(error).__name__)
            await asyncio.sleep(every)

    async def look(self) -> None:
        """One look at everything."""
        parts = self._parts
        for entry in await parts.intake.overdue():
            await self._begin(entry)
        await self._renew()
        await self._let_go()
        await parts.intake.settle()
        at_work = [*parts.flights.named, *parts.intake.owed]
        for entry in await parts.intake.run(parts.journal.abandoned, at_work):
            if entry.holder in ("", parts.journal.holder) or self._trusts_leases():
                await self._take_over(entry)
        if self._clock() - self._swept_at > _SWEEPS_EVERY_SECONDS:
            forgotten = await parts.intake.run(parts.journal.forget_old)
            await asyncio.to_thread(parts.doorkeeper.audit.forget_old)
            self._swept_at = self._clock()
            votes = await parts.intake.run(parts.votes.forget_old)
            await parts.intake.run(parts.shelf.forget_old)
            log.info("questions forgotten count=%d votes=%d", forgotten, votes)

    async def _renew(self) -> None:
        await self._parts.intake.run(self._parts.journal.renew)
        now = self._clock()
        if now - self._renewed_at > LEASE_SECONDS / 2:
            self._trusts_leases_from = now + LEASE_SECONDS
        self._renewed_at = now

    def _trusts_leases(self) -> bool:
        """Whether whoever has not renewed a claim is dead; where this process is alone, everybody else is."""
        now = self._clock()
        lately = now - self._renewed_at <= LEASE_SECONDS / 2
        return self._parts.journal.alone or (lately and now >= self._trusts_leases_from)

    async def _let_go(self) -> None:
        """End what somebody stopped or took over elsewhere."""
        flights, journal = self._parts.flights, self._parts.journal
        names = flights.named
        ends: list[Awaitable[None]] = []
        for name, entry in (await self._parts.intake.run(journal.read, names)).items():
            if entry.state == "stopped":
                ends.append(flights.end(name, "deleted" if entry.outcome == "deleted" else "stopped"))
            elif entry.open and entry.holder != journal.holder:
                ends.append(flights.end(name, "superseded"))
        await asyncio.gather(*ends)  # at once: the claims of the others want to be renewed

    async def _take_over(self, entry: Entry) -> None:
        """Answer what was left, by another process or by this one, unless nobody waits for it any more."""
        taken = await self._parts.intake.run(self._parts.journal.take, entry)
        if taken is None:
            return
        log.info("question taken over channel=%s try=%d", entry.channel, taken.tries)
        await self._begin(taken)

    async def _begin(self, entry: Entry) -> None:
        """Answer a question of this process's own that has waited, or end it."""
        age = time.time() - (entry.asked_at if entry.whispered else float(entry.ts))
        unreachable = entry.whispered and age > _ADDRESS_SECONDS
        if self._parts.intake.dropped(entry.id):
            await self._parts.intake.run(self._parts.journal.stop, entry, "deleted")
        elif age > max(self._hours, 1.0) * _HOUR:  # nobody waits any more
            await self._parts.intake.close(entry, "failed", outcome="stale")
        elif unreachable or entry.tries > MOST_TRIES:
            outcome = "stale" if unreachable else "tries"
            self._parts.flights.start(carrier(self._parts, entry).give_up(entry, outcome), entry.id)
        else:
            carrier(self._parts, entry).begin(entry)
