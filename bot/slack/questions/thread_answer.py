"""Answers the questions of the journal that are this process's own, and writes down what becomes of each.

However an answer ends (finished, stopped, edited, taken over, interrupted), what is shown and what the journal says
agree. Decides no word of an answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.answering.question import Question
from bot.answering.stopwatch import Stopwatch
from bot.slack.api.client import SLACK_ERRORS
from bot.slack.dependencies import ThreadPlace
from bot.slack.events.parse import IncomingMessage
from bot.slack.events.thread_history import ThreadHistory, list_bot_messages, message_exists, read_thread_history
from bot.slack.i18n.catalogue import get_texts
from bot.slack.people.access import GrantedAudience
from bot.slack.questions.deliver import choose_apology, deliver_answer, list_used_passages
from bot.slack.questions.job import ClaimLost, ThreadQuestionJob, send_last_message
from bot.slack.replies.stream import StoppedByUser, ThreadReply
from bot.slack.views.block_kit import shorten_text
from knowledge.core.access import Audience
from knowledge.core.failures import IndexUnavailable

if TYPE_CHECKING:
    from bot.slack.dependencies import Dependencies
    from bot.slack.i18n.texts import InterfaceTexts
    from knowledge.storage.question_log import QuestionRecord, UsedPassage

log = logging.getLogger(__name__)
_TITLE_LENGTH = 100
_LONG_WAIT_SECONDS = 5.0
_LOOKUP_TIMEOUT_SECONDS = 2.0  # nothing is shown meanwhile
_LANGUAGE_TIMEOUT_SECONDS = 0.15  # a status in the wrong language is better than a late one


@dataclass(frozen=True, slots=True)
class ThreadAnswers:
    """Carries questions from the journal to their answers in a thread."""

    deps: Dependencies

    def start_answer(self, entry: QuestionRecord) -> None:
        """Answer a question that this process has claimed."""
        self.deps.agent_sessions.enter_session(_place_from_record(entry), entry.id)
        self.deps.running_tasks.start_task(self._answer_question(ThreadQuestionJob(self.deps, entry)), entry.id)

    async def _answer_question(self, job: ThreadQuestionJob) -> None:
        place, texts, stopwatch = (
            _place_from_record(job.entry),
            get_texts(None),
            Stopwatch(_seconds_since_asked(job.entry)),
        )
        reply = self._new_reply(job)
        try:
            if job.entry.tries > 1 or job.entry.messages:
                await self._recover_messages(job)
                reply = self._new_reply(job)
            if await self._is_deleted(job.entry):
                await self.deps.question_intake.run_in_log_thread(
                    self.deps.question_log.stop_question, job.entry, "deleted"
                )
                await self._end_deleted(reply, texts)
                return
            await self.deps.question_intake.wait_out_rush()
            language = await self._fetch_language(job.entry.user)
            texts = get_texts(language)
            await self._write_answer(job, reply, language)
        except asyncio.CancelledError:
            await self._handle_interruption(job, reply, texts)
            raise
        except StoppedByUser:
            self.deps.running_tasks.mark_end_reason("stopped")
            job.mark_over()
            await self._end_stopped(job, reply, texts)
        except ClaimLost:
            await self._handle_lost_claim(job, reply, texts)
        except Exception as error:  # nobody is left without a word, whatever went wrong
            log.exception("answer failed error=%s", type(error).__name__)
            await send_last_message(reply.break_off_reply(choose_apology(error, texts, later=job.will_retry(error))))
            await job.fail_job(error)
        finally:
            log.info("question ended channel=%s own_ms=%.1f", place.channel, 1000 * stopwatch.busy_seconds)
            await self.deps.agent_sessions.end_session(
                place, job.entry.id, goes_on=await self._is_answered_elsewhere(job.entry)
            )

    def _new_reply(self, job: ThreadQuestionJob) -> ThreadReply:
        return ThreadReply(
            self.deps.client, _place_from_record(job.entry), job.entry.messages, job.record_message, job.check_claim
        )

    async def _is_deleted(self, entry: QuestionRecord) -> bool:
        """Whether a question that waited for long was deleted meanwhile: nobody may have heard of it."""
        waited = entry.tries > 1 or time.time() - float(entry.ts) > _LONG_WAIT_SECONDS
        if not (waited and self.deps.client.rate_limiter.has_room("conversations.replies", share=0.5)):
            return False
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LOOKUP_TIMEOUT_SECONDS):
                return not await message_exists(self.deps.client, _message_from_record(entry))
        return False

    async def _is_answered_elsewhere(self, entry: QuestionRecord) -> bool:
        """Whether another bot is at work in the thread."""
        journal = self.deps.question_log
        if journal.is_single_process:
            return False
        with contextlib.suppress(IndexUnavailable):
            known = await self.deps.question_intake.run_in_log_thread(
                journal.list_thread_questions, entry.channel, entry.thread_ts
            )
            return any(one.is_open and one.holder not in ("", journal.holder) for one in known)
        return False

    async def _fetch_language(self, user: str) -> str | None:
        """The asker's language, if Slack tells it soon enough for the first status."""
        asking = asyncio.ensure_future(self.deps.users.get_user_language(user))
        done, _ = await asyncio.wait([asking], timeout=_LANGUAGE_TIMEOUT_SECONDS)
        return asking.result() if done else None

    async def _write_answer(self, job: ThreadQuestionJob, reply: ThreadReply, language: str | None) -> None:
        entry, texts = job.entry, get_texts(language)
        bot_user = await self.deps.identity.get_bot_user()
        granted = GrantedAudience(Audience(frozenset()))
        if entry.text:
            _, granted = await asyncio.gather(
                self._announce_search(entry, reply, texts),
                self.deps.access_directory.find_place_audience(entry.user, entry.channel),
            )
        thread = await self._read_history(entry, bot_user, granted.audience)
        if not entry.text:
            files = entry.files or thread.has_files
            await reply.post_sentence(texts.only_attachments if files else texts.help.format(bot=f"<@{bot_user}>"))
            await job.close_job("answered", outcome="help")
            return
        language = await self.deps.users.get_user_language(entry.user)
        question = Question(
            entry.text,
            granted.audience,
            history=thread.turns,
            locale=language,
            thread=f"{entry.team}/{entry.channel}/{entry.thread_ts}",
        )
        texts = get_texts(language)
        notices = _build_notices(entry, thread, granted, texts)
        answer = await deliver_answer(
            self.deps, question, reply, texts, notices, asker=entry.user, rated_question_id=entry.id
        )
        job.ending = {"outcome": answer.state, "used": list_used_passages(answer, thread.used_passages)}
        private = not await self.deps.public_channels.is_public_channel(entry.channel)
        await job.close_job("answered", **job.ending, private=private)

    async def _announce_search(self, entry: QuestionRecord, reply: ThreadReply, texts: InterfaceTexts) -> None:
        """Say that a question is being worked on."""
        if entry.text:
            session = self.deps.agent_sessions.begin_session(_place_from_record(entry), entry.id, _session_title(entry))
            await asyncio.gather(reply.show_progress(texts.searching, texts.looking), session)

    async def _read_history(self, entry: QuestionRecord, bot_user: str, audience: Audience) -> ThreadHistory:
        """What was said before: nothing, if it opens the thread, but a mention may have come without its files."""
        asked = _message_from_record(entry)
        opens_quietly = entry.channel.startswith("D") or not self.deps.client.rate_limiter.has_room(
            "conversations.replies", share=0.5
        )
        if asked.opens_thread and opens_quietly:
            return ThreadHistory(has_files=entry.files)
        reading = read_thread_history(self.deps.client, asked, bot_user)
        if asked.opens_thread:
            return await reading
        thread, repeatable = await asyncio.gather(reading, self._find_repeatable_answers(entry, audience))
        return thread.keep_repeatable_turns(repeatable)

    async def _find_repeatable_answers(
        self, entry: QuestionRecord, audience: Audience
    ) -> dict[str, tuple[UsedPassage, ...]]:
        """The bot's answers in the thread whose every passage may still be known by those who read there.

        What each was written from, by the ts of its messages. Of one that did not come to its end, nobody knows.
        """
        before = await self.deps.question_intake.run_in_log_thread(
            self.deps.question_log.list_thread_questions, entry.channel, entry.thread_ts
        )
        ids = {passage for one in before for passage in one.passage_ids}
        known = await asyncio.to_thread(self.deps.passage_lookup.get_known_passages, ids, audience) if ids else {}
        ended = (one for one in before if one.state == "answered" and one.outcome)
        told = (one for one in ended if known.keys() >= set(one.passage_ids))
        return {ts: one.used for one in told for ts in one.messages}

    async def _recover_messages(self, job: ThreadQuestionJob) -> None:
        """Find what an earlier try has written, so that this one takes its place: the journal may not know it all."""
        entry = job.entry
        messages = entry.messages
        if not messages:
            with contextlib.suppress(*SLACK_ERRORS):
                messages = await self._find_orphan_messages(entry)
                await job.save_progress(messages=messages)
        for ts in messages:
            if self.deps.client.rate_limiter.has_room("chat.stopStream"):  # else it is stopped when it is written anew
                with contextlib.suppress(*SLACK_ERRORS):
                    await self.deps.client.chat_stopStream(channel=entry.channel, ts=ts)

    async def _find_orphan_messages(self, entry: QuestionRecord) -> tuple[str, ...]:
        """The bot's messages in the thread, later than the question, that belong to no other question."""
        bot_user = await self.deps.identity.get_bot_user()
        written = await list_bot_messages(self.deps.client, _message_from_record(entry), bot_user)
        others = await self.deps.question_intake.run_in_log_thread(
            self.deps.question_log.list_thread_questions, entry.channel, entry.thread_ts
        )
        known = {ts for other in others for ts in other.messages}
        return tuple(ts for ts in written if ts not in known)

    async def _handle_interruption(self, job: ThreadQuestionJob, reply: ThreadReply, texts: InterfaceTexts) -> None:
        if job.ending:  # the answer is shown, whatever comes now
            await job.close_job("answered", **job.ending)
            return
        reason = self.deps.running_tasks.get_end_reason()
        if reason in ("stopped", "deleted"):
            job.mark_over()
        match reason:
            case "stopped":
                await self._end_stopped(job, reply, texts)
            case "deleted":
                await self._end_deleted(reply, texts)
            case "superseded":
                await reply.leave_reply()
            case None:
                await send_last_message(reply.break_off_reply(texts.resumes))
                with contextlib.suppress(IndexUnavailable):
                    await job.hand_back_job()

    async def _handle_lost_claim(self, job: ThreadQuestionJob, reply: ThreadReply, texts: InterfaceTexts) -> None:
        """Say no more where somebody else goes on; where somebody stopped it, say so."""
        known: dict[str, QuestionRecord] = {}
        with contextlib.suppress(IndexUnavailable):
            known = await self.deps.question_intake.run_in_log_thread(
                self.deps.question_log.get_questions, [job.entry.id]
            )
        over = known.get(job.entry.id)
        if over is None or over.state != "stopped":
            await reply.leave_reply()
            return
        job.mark_over()
        if over.outcome == "deleted":
            await self._end_deleted(reply, texts)
        else:
            await send_last_message(reply.break_off_reply(texts.stopped))

    async def _end_deleted(self, reply: ThreadReply, texts: InterfaceTexts) -> None:
        if reply.has_begun:
            await send_last_message(reply.break_off_reply(texts.deleted))
        else:
            await reply.leave_reply()

    async def _end_stopped(self, job: ThreadQuestionJob, reply: ThreadReply, texts: InterfaceTexts) -> None:
        await send_last_message(reply.break_off_reply(texts.stopped))
        await job.close_job("stopped")

    async def give_up_question(self, entry: QuestionRecord, outcome: str) -> None:
        """End a question that could not be answered in several tries, or in time, and say so."""
        job = ThreadQuestionJob(self.deps, entry)
        await self._recover_messages(job)
        texts = get_texts(await self.deps.users.get_user_language(entry.user))
        await send_last_message(self._new_reply(job).break_off_reply(texts.failed))
        await job.close_job("failed", outcome=outcome)


def _build_notices(
    entry: QuestionRecord, thread: ThreadHistory, granted: GrantedAudience, texts: InterfaceTexts
) -> list[str]:
    """What the asker must know of an answer besides its words."""
    told = {
        texts.attachments: entry.files or thread.has_files,
        texts.thread_unread: thread.is_unread and not _message_from_record(entry).opens_thread,
        texts.audience_uncertain: not granted.is_certain,
    }
    return [sentence for sentence, so in told.items() if so]


def _seconds_since_asked(entry: QuestionRecord) -> float:
    """Seconds since the question came, if this is the first try."""
    return max(time.time() - entry.asked_at, 0.0) if entry.tries == 1 else 0.0


def _session_title(entry: QuestionRecord) -> str | None:
    """The name of a conversation in the direct messages: its first question."""
    begins = entry.channel.startswith("D") and entry.ts == entry.thread_ts
    return shorten_text(entry.text, _TITLE_LENGTH) if begins else None


def _place_from_record(entry: QuestionRecord) -> ThreadPlace:
    return ThreadPlace(entry.team, entry.channel, entry.thread_ts, entry.user)


def _message_from_record(entry: QuestionRecord) -> IncomingMessage:
    return IncomingMessage(entry.team, entry.channel, entry.ts, entry.thread_ts, entry.user, entry.text, entry.files)
