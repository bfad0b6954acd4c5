"""Decides what becomes of a question that is edited, deleted or stopped after it was asked.

Edits and deletions hold in the order in which people did them. Stop waits for nobody: what is done here ends at once.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.slack.events.parse import IncomingMessage, Json, MessageEdit, edit_from_event
from bot.slack.questions.thread_answer import ThreadAnswers
from knowledge.core.failures import IndexUnavailable
from knowledge.storage.question_log import QuestionRecord, make_question_id

if TYPE_CHECKING:
    from bot.slack.dependencies import Dependencies
    from bot.slack.questions.running_tasks import TaskEndReason

_MAX_TRIES = 3  # other bots write to the same journal


@dataclass(frozen=True, slots=True)
class QuestionEdits:
    """Carries out what people do to their questions."""

    deps: Dependencies

    async def apply_edit(self, event: Json) -> None:
        """Ask again what was edited within a minute, in the place of the first answer; nothing, if no word is left.

        Raises:
            IndexUnavailable: the journal does not know of it.
        """
        identity = self.deps.identity
        edit = edit_from_event(event, await identity.get_workspace_id(), await identity.get_bot_user())
        if edit is None:
            return
        entry = replace(record_from_message(edit.message), edited=edit.edited_at)
        try:
            async with self.deps.question_intake.lock_question(entry.id):
                if self.deps.question_intake.is_dropped(entry.id):
                    return
                if entry.text:
                    await self._ask_again(edit, entry)
                else:
                    await self._end_question(entry.id, "deleted", edited=edit.edited_at)
        except IndexUnavailable:
            self.deps.question_intake.reword_question(entry)
            raise

    async def apply_deletion(self, channel: str, ts: str) -> None:
        """Stop the work on a question that was deleted, and forget what was kept of it.

        Raises:
            IndexUnavailable: the journal does not know of it.
        """
        id_ = make_question_id(await self.deps.identity.get_workspace_id(), channel, ts)
        self.deps.question_intake.drop_question(id_)
        async with self.deps.question_intake.lock_question(id_):
            await self._end_question(id_, "deleted")

    async def stop_thread(self, channel: str, thread_ts: str) -> None:
        """Stop the work on every question of a thread.

        Raises:
            IndexUnavailable: the journal does not know of it; what is done here is stopped all the same.
        """
        at_work = self.deps.agent_sessions.list_session_questions(channel, thread_ts)
        here = [self.deps.running_tasks.end_task(one, "stopped") for one in at_work]
        await asyncio.gather(self._stop_recorded_questions(channel, thread_ts), *here)

    async def _stop_recorded_questions(self, channel: str, thread_ts: str) -> None:
        intake, journal = self.deps.question_intake, self.deps.question_log
        known = await intake.run_in_log_thread(journal.list_thread_questions, channel, thread_ts)
        await asyncio.gather(*(self._end_question(one.id, "stopped") for one in known if one.is_open))

    async def _ask_again(self, edit: MessageEdit, entry: QuestionRecord) -> None:
        intake, journal = self.deps.question_intake, self.deps.question_log
        for _ in range(_MAX_TRIES):
            known = (await intake.run_in_log_thread(journal.get_questions, [entry.id])).get(entry.id)
            if known is None:
                taken = await intake.accept_question(entry) if edit.is_addressed else None
            elif known.text == entry.text or known.edited >= entry.edited:
                return
            else:
                # What was answered may have been kept without its words and its asker.
                said = {"text": entry.text, "files": entry.files, "user": entry.user, "team": entry.team}
                taken = await intake.run_in_log_thread(
                    journal.claim_question, known, **said, edited=entry.edited, tries=1
                )
            if taken:
                await self.deps.running_tasks.end_task(taken.id, "superseded")
                ThreadAnswers(self.deps).start_answer(taken)
            if taken or not (known or edit.is_addressed):
                return

    async def _end_question(self, id_: str, reason: TaskEndReason, edited: float = 0.0) -> None:
        """End the work on a question here, while the journal is told; `edited` says that an edit ends it."""
        await asyncio.gather(self.deps.running_tasks.end_task(id_, reason), self._record_end(id_, reason, edited))

    async def _record_end(self, id_: str, reason: TaskEndReason, edited: float) -> None:
        intake, journal = self.deps.question_intake, self.deps.question_log
        for _ in range(_MAX_TRIES):
            known = (await intake.run_in_log_thread(journal.get_questions, [id_])).get(id_)
            if known is None or (edited and known.edited >= edited) or not (known.is_open or known.has_content):
                return
            if await intake.run_in_log_thread(journal.stop_question, known, reason, edited=max(known.edited, edited)):
                return


def record_from_message(message: IncomingMessage) -> QuestionRecord:
    """A question as the journal keeps it."""
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
