"""One question on its way from the journal to its answer: what this process may still write down of it.

Knows nothing of how an answer looks.
"""

from __future__ import annotations

import contextlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.slack.api.client import UNANSWERED, code_of
from knowledge.core.failures import IndexUnavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from bot.slack.dependencies import Parts
    from knowledge.storage.question_log import Entry, QuestionState

log = logging.getLogger(__name__)
MOST_TRIES = 3


class ClaimLost(Exception):
    """Another process, or another try, answers this question now."""


@dataclass(slots=True)
class Work:
    """One question on its way. `entry` is what the journal says, `ending` what it will, once the answer is shown."""

    parts: Parts
    entry: Entry
    ending: dict[str, object] | None = None

    async def note(self, **changes: object) -> None:
        """Write down how far it has come.

        Raises:
            ClaimLost: somebody else answers it.
        """
        noted = await self.parts.intake.run(self.parts.journal.note, self.entry, **changes)
        if noted is None:
            raise ClaimLost
        self.entry = noted

    async def check(self) -> None:
        """See that nobody else answers it now, as far as the journal can be asked.

        Raises:
            ClaimLost: somebody does.
        """
        if self.parts.journal.alone:
            return  # whoever takes it over ends this work first
        with contextlib.suppress(IndexUnavailable):
            if not await self.parts.intake.run(self.parts.journal.held, [self.entry]):
                raise ClaimLost

    async def close(self, state: QuestionState, **changes: object) -> None:
        """Write down what became of it, sooner or later."""
        await self.parts.intake.close(self.entry, state, **changes)

    def stays_open(self, error: Exception) -> bool:
        """Whether it is taken up again: what failed while the index was away is, once that is back."""
        return isinstance(error, IndexUnavailable) and self.entry.tries < MOST_TRIES

    async def fail(self, error: Exception) -> None:
        """Write down that it failed, unless it stays open."""
        if not self.stays_open(error):
            await self.close("failed", outcome=type(error).__name__)

    async def hand_back(self) -> None:
        """Leave it to whoever comes next."""
        await self.parts.intake.run(self.parts.journal.hand_back, self.entry)


class ThreadWork(Work):
    """A question that is answered by messages in its thread."""

    _over = False

    def over(self) -> None:
        """Its claim may be gone, since somebody stopped or deleted it: what is said now are its last words."""
        self._over = True

    async def begun(self, ts: str) -> None:
        """A message of the answer is there."""
        if self._over:
            return
        try:
            await self.note(state="answering", messages=(*self.entry.messages, ts))
        except ClaimLost:
            await self._withdraw(ts)
            raise

    async def _withdraw(self, ts: str) -> None:
        """Take a message back that was written too late, unless whoever answers now has made it theirs."""
        known = await self.parts.intake.run(self.parts.journal.read, [self.entry.id])
        if not any(ts in entry.messages for entry in known.values()):
            with contextlib.suppress(*UNANSWERED):
                await self.parts.client.chat_delete(channel=self.entry.channel, ts=ts)


async def last_words(saying: Awaitable[None]) -> None:
    """Let an answer end as well as it may: Slack may refuse even that, or somebody else may have gone on."""
    try:
        await saying
    except (*UNANSWERED, ClaimLost) as error:
        log.info("no last words error=%s", code_of(error))
