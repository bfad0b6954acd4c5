"""Decides what happens to a question that is edited, deleted or stopped after it was asked.

Edits and deletions take effect in the order in which people made them. Stop waits for nothing: work here ends at once.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from bot.slack.api.client import BotIdentity
from bot.slack.events.parse import Json, MessageEdit, ThreadPlace, edit_from_event
from bot.slack.questions.claimed_question import EndReason, RunningQuestions
from bot.slack.questions.intake import QuestionIntake, record_from_message
from bot.slack.questions.question_job import QuestionJobs
from bot.slack.replies.sharing import SharedAnswerStore
from bot.slack.replies.working_status import AgentSessions
from knowledge.core.documents import TITLE_SEPARATOR
from knowledge.core.failures import IndexUnavailable
from knowledge.storage.question_log import QuestionRecord, make_question_id

_OPEN_TO_CHOICE = ("unclear", "")  # outcomes of a question that still may be chosen; with JOURNAL_DAYS=0 none is kept
_MAX_TRIES = 3  # other processes write to the same log


@dataclass(frozen=True, slots=True)
class QuestionEdits:
    """Applies what people do to their questions."""

    identity: BotIdentity
    intake: QuestionIntake
    running: RunningQuestions
    answers: QuestionJobs
    sessions: AgentSessions
    private_answers: SharedAnswerStore

    async def apply_edit(self, event: Json) -> None:
        """Ask a question again that was edited within a minute, in its answer's place; stop it if no word is left."""
        edit = edit_from_event(event, await self.identity.get_workspace_id(), await self.identity.get_bot_user())
        if edit is None:
            return
        record = replace(record_from_message(edit.message), edited=edit.edited_at)
        try:
            async with self.intake.lock_question(record.id):
                if self.intake.is_dropped(record.id):
                    return
                if record.text:
                    await self._ask_again(edit, record)
                else:
                    await self._end_question(record.id, "deleted", edited=edit.edited_at)
                    await self._forget_later_questions(record.id)
        except IndexUnavailable:
            self.intake.reword_question(record)
            raise

    async def ask_chosen_question(self, question_id: str, text: str, chooser: ThreadPlace) -> bool:
        """Ask a clearer question in place of a vague one, once; whether it is asked now.

        Its answer replaces the message with the choices, for the person who chose. `chooser` is who pressed, and in
        which channel; a button of another conversation asks nothing.
        """
        async with self.intake.lock_question(question_id):
            known = await self.intake.fetch_question(question_id)
            if known is None or not (_may_still_choose(known) and _is_chosen_in_place(known, chooser)):
                return False
            words = {"text": text, "user": chooser.user, "team": chooser.team or known.team}
            claim = self.intake.question_log.claim_question
            claimed = await self.intake.run_in_log_thread(claim, known, **words, outcome="", tries=1)
            if claimed:
                await self.running.end_question(claimed.id, "superseded")
                self.answers.start_answer(claimed)
            return claimed is not None

    async def apply_deletion(self, channel: str, ts: str) -> None:
        """Stop a question whose message was deleted, and forget what was kept of it."""
        question_id = make_question_id(await self.identity.get_workspace_id(), channel, ts)
        self.intake.drop_question(question_id)
        async with self.intake.lock_question(question_id):
            await self._end_question(question_id, "deleted")
            await self._forget_later_questions(question_id)

    async def stop_thread(self, channel: str, thread_ts: str) -> None:
        """Stop every question of a thread."""
        here = self.sessions.list_session_questions(channel, thread_ts)
        ends = [self.running.end_question(one, "stopped") for one in here]
        await asyncio.gather(self._stop_recorded_questions(channel, thread_ts), *ends)

    async def _stop_recorded_questions(self, channel: str, thread_ts: str) -> None:
        question_log = self.intake.question_log
        known = await self.intake.run_in_log_thread(question_log.list_thread_questions, channel, thread_ts)
        await asyncio.gather(*(self._end_question(one.id, "stopped") for one in known if one.is_open))

    async def _ask_again(self, edit: MessageEdit, record: QuestionRecord) -> None:
        for _ in range(_MAX_TRIES):
            known = await self.intake.fetch_question(record.id)
            if known is None:
                claimed = await self.intake.accept_question(record) if edit.is_addressed else None
            elif known.text == record.text or known.edited >= record.edited:
                return
            else:
                is_unasked = known.unasked and not edit.is_addressed
                claimed = await self._claim_edited(known, replace(record, unasked=is_unasked))
            if claimed:
                await self.running.end_question(claimed.id, "superseded")
                self.answers.start_answer(claimed)
            if claimed or not (known or edit.is_addressed):
                return

    async def _claim_edited(self, known: QuestionRecord, record: QuestionRecord) -> QuestionRecord | None:
        """Claim a known question with its new words; the log may have dropped its words and asker."""
        words = {"text": record.text, "files": record.files, "user": record.user, "team": record.team}
        more = {"unasked": record.unasked, "edited": record.edited, "tries": 1}
        return await self.intake.run_in_log_thread(self.intake.question_log.claim_question, known, **words, **more)

    async def _end_question(self, question_id: str, reason: EndReason, edited: float = 0.0) -> None:
        """End the work on a question and write it to the log, at the same time; `edited` is an edit's time."""
        await asyncio.gather(
            self.running.end_question(question_id, reason), self._record_end(question_id, reason, edited)
        )

    async def _forget_later_questions(self, question_id: str) -> None:
        """Forget what was asked with a question's words below its answer, and the private answers to that."""
        run = self.intake.run_in_log_thread
        later = await run(self.intake.question_log.list_later_questions, question_id)
        for one in later:
            await self._end_question(one.id, "deleted")
        await run(self.private_answers.drop_later_answers, question_id)

    async def _record_end(self, question_id: str, reason: EndReason, edited: float) -> None:
        for _ in range(_MAX_TRIES):
            known = await self.intake.fetch_question(question_id)
            if known is None or (edited and known.edited >= edited) or not (known.is_open or known.has_content):
                return
            stop = self.intake.question_log.stop_question
            if await self.intake.run_in_log_thread(stop, known, reason, edited=max(known.edited, edited)):
                return


def _is_chosen_in_place(known: QuestionRecord, chooser: ThreadPlace) -> bool:
    """Whether a choice was made where the question was asked: the answer is shown there, with the chooser's rights."""
    return chooser.user == known.user if known.is_ephemeral else chooser.channel == known.channel


def _may_still_choose(known: QuestionRecord) -> bool:
    """Whether nothing was chosen yet. People may press before the end of the question back is in the log."""
    if known.is_open:
        return TITLE_SEPARATOR not in known.text  # only a chosen question has one
    return known.state == "answered" and known.outcome in _OPEN_TO_CHOICE
