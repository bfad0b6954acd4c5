"""One question while this process answers it: its claim, its task, why it ended, and its outcome.

Which state may follow which is decided by the table `TRANSITIONS` in `knowledge/storage/question_log`.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Literal

from bot.slack.questions.intake import QuestionIntake
from bot.slack.running_tasks import RunningTasks
from knowledge.core.failures import IndexUnavailable
from knowledge.storage.question_log import QuestionRecord, QuestionState

MAX_TRIES = 3
_CANCEL_TIMEOUT_SECONDS = 10.0
# Why an answer was interrupted: somebody pressed Stop or deleted the question, or another claim holds it now.
EndReason = Literal["stopped", "deleted", "superseded"]


class ClaimLost(Exception):
    """Another process, or another try, answers this question now."""


@dataclass(slots=True, eq=False)
class ClaimedQuestion:
    """A question that this process has claimed.

    `record` is what the log says of it; its `state` and `claim` are the question's. `outcome` is what the log will say
    once the answer is shown. `end_reason` is None while nobody has ended the question.
    """

    record: QuestionRecord
    intake: QuestionIntake
    task: asyncio.Task[None] | None = None
    end_reason: EndReason | None = None
    outcome: dict[str, object] | None = None

    @property
    def is_over(self) -> bool:
        """Whether somebody ended the question for good, so that its claim may be gone."""
        return self.end_reason in ("stopped", "deleted")

    async def save_progress(self, **changes: object) -> None:
        """Write to the log how far the answer has come; raise ClaimLost where another claim holds the question."""
        log = self.intake.question_log
        saved = await self.intake.run_in_log_thread(log.update_question, self.record, **changes)
        if saved is None:
            raise ClaimLost
        self.record = saved

    async def check_claim(self) -> None:
        """Raise ClaimLost where another claim holds the question; an unreachable log is taken for a yes."""
        log = self.intake.question_log
        if log.is_single_process:
            return  # a new claim in this process ends this task first
        with contextlib.suppress(IndexUnavailable):
            if not await self.intake.run_in_log_thread(log.list_claimed_questions, [self.record]):
                raise ClaimLost

    async def close(self, state: QuestionState, **changes: object) -> None:
        """Write the question's end state, as soon as the log can be written."""
        await self.intake.record_question_outcome(self.record, state, **changes)

    async def stop_as_deleted(self) -> None:
        """Stop a question whose message is gone, and forget its words."""
        self.end_reason = "deleted"
        await self.intake.run_in_log_thread(self.intake.question_log.stop_question, self.record, "deleted")

    async def hand_back(self) -> None:
        """Give the claim back, so that the next process answers the question."""
        await self.intake.run_in_log_thread(self.intake.question_log.release_question, self.record)

    def will_retry(self, error: Exception) -> bool:
        """Whether the question stays open after an error: it does while the index is away, a few times, if asked."""
        return isinstance(error, IndexUnavailable) and self.record.tries < MAX_TRIES and not self.record.unasked

    async def fail(self, error: Exception) -> None:
        """Close the question as failed, unless it is tried again."""
        if not self.will_retry(error):
            await self.close("failed", outcome=type(error).__name__)


class RunningQuestions:
    """The questions that this process answers now, by their id."""

    def __init__(self, tasks: RunningTasks) -> None:
        self._tasks = tasks
        self._running: dict[str, ClaimedQuestion] = {}

    @property
    def ids(self) -> list[str]:
        """The ids of the questions in progress."""
        return list(self._running)

    def start_question(self, claimed: ClaimedQuestion, work: Coroutine[None, None, None]) -> None:
        """Run the work on a question as a task of its own."""
        self._running[claimed.record.id] = claimed
        claimed.task = self._tasks.start_task(work)
        claimed.task.add_done_callback(lambda _: self._forget_question(claimed))

    async def end_question(self, question_id: str, reason: EndReason) -> None:
        """Interrupt the work on a question, if there is any, and wait for its last message."""
        await asyncio.sleep(0)  # a task that has not run yet would end without a last message
        claimed = self._running.get(question_id)
        if claimed is None or claimed.task is None or claimed.task.done():
            return
        if claimed.end_reason is None:  # else it writes its last message already
            claimed.end_reason = reason
            claimed.task.cancel()
        await asyncio.wait([claimed.task], timeout=_CANCEL_TIMEOUT_SECONDS)

    def _forget_question(self, claimed: ClaimedQuestion) -> None:
        if self._running.get(claimed.record.id) is claimed:
            del self._running[claimed.record.id]
