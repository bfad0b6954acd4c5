"""One question on its way from the journal to its answer: what this process may still write down of it.

Knows nothing of how an answer looks.
"""

from __future__ import annotations

import contextlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.slack.api.client import SLACK_ERRORS, get_error_code
from knowledge.core.failures import IndexUnavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from bot.slack.dependencies import Dependencies
    from knowledge.storage.question_log import QuestionRecord, QuestionState

log = logging.getLogger(__name__)
MAX_TRIES = 3


class ClaimLost(Exception):
    """Another process, or another try, answers this question now."""


@dataclass(slots=True)
class QuestionJob:
    """One question on its way. `entry` is what the journal says, `ending` what it will, once the answer is shown."""

    deps: Dependencies
    entry: QuestionRecord
    ending: dict[str, object] | None = None

    async def save_progress(self, **changes: object) -> None:
        """Write down how far it has come.

        Raises:
            ClaimLost: somebody else answers it.
        """
        noted = await self.deps.question_intake.run_in_log_thread(
            self.deps.question_log.update_question, self.entry, **changes
        )
        if noted is None:
            raise ClaimLost
        self.entry = noted

    async def check_claim(self) -> None:
        """See that nobody else answers it now, as far as the journal can be asked.

        Raises:
            ClaimLost: somebody does.
        """
        if self.deps.question_log.is_single_process:
            return  # whoever takes it over ends this work first
        with contextlib.suppress(IndexUnavailable):
            if not await self.deps.question_intake.run_in_log_thread(
                self.deps.question_log.list_claimed_questions, [self.entry]
            ):
                raise ClaimLost

    async def close_job(self, state: QuestionState, **changes: object) -> None:
        """Write down what became of it, sooner or later."""
        await self.deps.question_intake.record_question_outcome(self.entry, state, **changes)

    def will_retry(self, error: Exception) -> bool:
        """Whether it is taken up again: what failed while the index was away is, once that is back."""
        return isinstance(error, IndexUnavailable) and self.entry.tries < MAX_TRIES

    async def fail_job(self, error: Exception) -> None:
        """Write down that it failed, unless it stays open."""
        if not self.will_retry(error):
            await self.close_job("failed", outcome=type(error).__name__)

    async def hand_back_job(self) -> None:
        """Leave it to whoever comes next."""
        await self.deps.question_intake.run_in_log_thread(self.deps.question_log.release_question, self.entry)


class ThreadQuestionJob(QuestionJob):
    """A question that is answered by messages in its thread."""

    _is_over = False

    def mark_over(self) -> None:
        """Its claim may be gone, since somebody stopped or deleted it: what is said now are its last words."""
        self._is_over = True

    async def record_message(self, ts: str) -> None:
        """A message of the answer is there."""
        if self._is_over:
            return
        try:
            await self.save_progress(state="answering", messages=(*self.entry.messages, ts))
        except ClaimLost:
            await self._withdraw_message(ts)
            raise

    async def _withdraw_message(self, ts: str) -> None:
        """Take a message back that was written too late, unless whoever answers now has made it theirs."""
        known = await self.deps.question_intake.run_in_log_thread(self.deps.question_log.get_questions, [self.entry.id])
        if not any(ts in entry.messages for entry in known.values()):
            with contextlib.suppress(*SLACK_ERRORS):
                await self.deps.client.chat_delete(channel=self.entry.channel, ts=ts)


async def send_last_message(saying: Awaitable[None]) -> None:
    """Let an answer end as well as it may: Slack may refuse even that, or somebody else may have gone on."""
    try:
        await saying
    except (*SLACK_ERRORS, ClaimLost) as error:
        log.info("no last words error=%s", get_error_code(error))
