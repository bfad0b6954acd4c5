"""Answers a claimed question from its start to its outcome, the same way in a thread and in private.

However an answer ends (finished, stopped, edited, taken over, interrupted), what is shown and what the log says agree.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Protocol

from bot.answering.answer import Answer
from bot.slack.api.errors import SLACK_ERRORS, get_error_code
from bot.slack.i18n.catalogue import get_question_texts, get_texts
from bot.slack.i18n.texts import InterfaceTexts
from bot.slack.metrics import QUESTIONS_IN_PROGRESS, count_question_end
from bot.slack.questions.answer_delivery import (
    AnswerDelivery,
    PreparedQuestion,
    ReplyTarget,
    choose_apology,
    list_used_passages,
)
from bot.slack.questions.claimed_question import ClaimedQuestion, ClaimLost, EndReason, RunningQuestions
from bot.slack.questions.intake import QuestionIntake
from bot.slack.replies.stream import StoppedByUser
from knowledge.core.failures import IndexUnavailable
from knowledge.storage.question_log import QuestionRecord

log = logging.getLogger(__name__)


class QuestionReply(ReplyTarget, Protocol):
    """A reply that can also end before its answer is finished."""

    @property
    def has_begun(self) -> bool:
        """Whether a message of the reply can be seen."""
        ...

    async def pause_reply(self, sentence: str) -> None:
        """Say that the answer comes later."""
        ...

    async def leave_reply(self) -> None:
        """Write no more, and say nothing of it."""
        ...


class AnswerStrategy(Protocol):
    """One way to reply: by messages in a thread, or to one person's eyes. What a strategy leaves out does nothing."""

    def begin_work(self, record: QuestionRecord) -> None:
        """Note that a question is in progress."""
        del record

    async def end_work(self, record: QuestionRecord) -> None:
        """Note that a question is no longer in progress."""
        del record

    async def recover_messages(self, claimed: ClaimedQuestion) -> None:
        """Find the messages of an earlier try, so that the new answer replaces them."""
        del claimed

    async def is_deleted(self, record: QuestionRecord) -> bool:
        """Whether the question's message is gone."""
        del record
        return False

    async def fetch_language(self, user: str) -> str | None:
        """The language for the first status."""
        ...

    def open_reply(self, claimed: ClaimedQuestion, texts: InterfaceTexts) -> QuestionReply:
        """Make the reply; nothing is shown yet."""
        ...

    async def prepare_question(
        self, record: QuestionRecord, reply: QuestionReply, language: str | None
    ) -> PreparedQuestion | None:
        """Show a first status and find the audience and history; None if there is no answer, but help or silence."""
        ...

    async def save_answer(self, claimed: ClaimedQuestion, answer: Answer) -> None:
        """Store what the reply's buttons need."""
        del claimed, answer

    async def is_private(self, record: QuestionRecord) -> bool:
        """Whether some people could not read the question."""
        ...


@dataclass(frozen=True, slots=True)
class QuestionJobs:
    """Starts the answers to claimed questions, and brings each to an end."""

    intake: QuestionIntake
    running: RunningQuestions
    delivery: AnswerDelivery
    in_thread: AnswerStrategy
    in_private: AnswerStrategy

    def start_answer(self, record: QuestionRecord) -> None:
        """Answer a question that this process has claimed, as a task of its own."""
        claimed, strategy = ClaimedQuestion(record, self.intake), self._choose_strategy(record)
        strategy.begin_work(record)
        self.running.start_question(claimed, self._answer_question(claimed, strategy))

    def start_giving_up(self, record: QuestionRecord, outcome: str) -> None:
        """Close a question that cannot be answered, and say so, as a task of its own."""
        claimed = ClaimedQuestion(record, self.intake)
        self.running.start_question(claimed, self._give_up_question(claimed, outcome))

    def _choose_strategy(self, record: QuestionRecord) -> AnswerStrategy:
        return self.in_private if record.is_ephemeral else self.in_thread

    async def _answer_question(self, claimed: ClaimedQuestion, strategy: AnswerStrategy) -> None:
        began, texts = time.monotonic(), get_texts(None)
        reply = strategy.open_reply(claimed, texts)
        QUESTIONS_IN_PROGRESS.inc()
        try:
            await strategy.recover_messages(claimed)
            reply = strategy.open_reply(claimed, texts)
            if claimed.record.tries > 1 and _is_unseen(claimed, reply):  # nobody waits for it
                await _forget_unseen(claimed, "silent")
                return
            if await strategy.is_deleted(claimed.record):
                await claimed.stop_as_deleted()
                count_question_end("deleted")
                await _show_end(reply, "deleted", texts)
                return
            await self.intake.wait_out_rush()
            language = await strategy.fetch_language(claimed.record.user)
            texts = get_question_texts(claimed.record.text, language)
            reply = strategy.open_reply(claimed, texts)
            await self._write_answer(claimed, strategy, reply, language)
        except asyncio.CancelledError:
            if not claimed.outcome:  # the whole answer is counted already
                count_question_end(claimed.end_reason or "interrupted")
            await _end_interrupted(claimed, reply, texts)
            raise
        except StoppedByUser:
            claimed.end_reason = "stopped"
            count_question_end("stopped")
            await _show_end(reply, "stopped", texts)
            await claimed.close("stopped")
        except ClaimLost:
            count_question_end("superseded")
            await self._end_without_claim(claimed, reply, texts)
        except Exception as error:  # whatever went wrong, the person is told
            log.exception("answer failed error=%s", type(error).__name__)
            if _is_unseen(claimed, reply):
                await _forget_unseen(claimed, "failed")
                return
            later = claimed.will_retry(error)
            count_question_end("postponed" if later else "failed")
            apology = choose_apology(error, texts, later=later)
            await send_last_message(reply.break_off_reply(apology, is_over=not later))
            await claimed.fail(error)
        finally:
            QUESTIONS_IN_PROGRESS.dec()
            log.info("question ended channel=%s seconds=%.1f", claimed.record.channel, time.monotonic() - began)
            await strategy.end_work(claimed.record)

    async def _write_answer(
        self, claimed: ClaimedQuestion, strategy: AnswerStrategy, reply: QuestionReply, language: str | None
    ) -> None:
        prepared = await strategy.prepare_question(claimed.record, reply, language)
        if prepared is None and _is_unseen(claimed, reply):
            await _forget_unseen(claimed, "silent")
            return
        if prepared is None:
            count_question_end("help")
            await claimed.close("answered", outcome="help")
            return

        async def save(answer: Answer) -> None:
            await strategy.save_answer(claimed, answer)

        answer = await self.delivery.deliver_answer(
            prepared, reply, asker=claimed.record.user, rated_question_id=claimed.record.id, save=save
        )
        if _is_unseen(claimed, reply):
            await _forget_unseen(claimed, "silent")
            return
        if claimed.record.unasked:
            count_question_end(answer.state, answer.language)
            log.info("answered unasked channel=%s", claimed.record.channel)
        claimed.outcome = {"outcome": answer.state, "used": list_used_passages(answer, prepared.used_passages)}
        await claimed.close("answered", **claimed.outcome, private=await strategy.is_private(claimed.record))

    async def _end_without_claim(self, claimed: ClaimedQuestion, reply: QuestionReply, texts: InterfaceTexts) -> None:
        """Say why a question was stopped in another process; say nothing where that process answers it."""
        now = None
        with contextlib.suppress(IndexUnavailable):
            now = await self.intake.fetch_question(claimed.record.id)
        if now and now.state == "stopped":
            claimed.end_reason = "deleted" if now.outcome == "deleted" else "stopped"
        await _show_end(reply, claimed.end_reason or "superseded", texts)

    async def _give_up_question(self, claimed: ClaimedQuestion, outcome: str) -> None:
        strategy = self._choose_strategy(claimed.record)
        try:
            await strategy.recover_messages(claimed)
            texts = get_question_texts(claimed.record.text, await strategy.fetch_language(claimed.record.user))
            reply = strategy.open_reply(claimed, texts)
            if _is_unseen(claimed, reply):
                await _forget_unseen(claimed, "failed")
                return
            await send_last_message(reply.break_off_reply(texts.failed))
            count_question_end("failed")
            await claimed.close("failed", outcome=outcome)
        finally:
            await strategy.end_work(claimed.record)


def _is_unseen(claimed: ClaimedQuestion, reply: QuestionReply) -> bool:
    """Whether nobody asked the bot, and nobody has seen that it answers."""
    return claimed.record.unasked and not reply.has_begun


async def _forget_unseen(claimed: ClaimedQuestion, state: str) -> None:
    """Forget a question that ends in silence; while the log is away, its recovery does so later."""
    count_question_end(state)
    with contextlib.suppress(IndexUnavailable):
        await claimed.stop_as_deleted()


async def _end_interrupted(claimed: ClaimedQuestion, reply: QuestionReply, texts: InterfaceTexts) -> None:
    """End an answer whose task was cancelled: by a person, by another claim, or because the bot stops."""
    if claimed.outcome:  # the whole answer is shown already
        await claimed.close("answered", **claimed.outcome)
    elif claimed.end_reason is None:
        await send_last_message(reply.pause_reply(texts.resumes))
        with contextlib.suppress(IndexUnavailable):
            await claimed.hand_back()
    else:
        await _show_end(reply, claimed.end_reason, texts)
        if claimed.end_reason == "stopped":
            await claimed.close("stopped")


async def _show_end(reply: QuestionReply, reason: EndReason, texts: InterfaceTexts) -> None:
    """Say why an answer ends before it is finished."""
    if reason == "stopped":
        await send_last_message(reply.break_off_reply(texts.stopped))
    elif reason == "deleted" and reply.has_begun:
        await send_last_message(reply.break_off_reply(texts.deleted))
    else:
        await reply.leave_reply()


async def send_last_message(sending: Awaitable[None]) -> None:
    """Send the last message of a reply; that Slack refuses it, or another process goes on, is only logged."""
    try:
        await sending
    except (*SLACK_ERRORS, ClaimLost) as error:
        log.info("no last message error=%s", get_error_code(error))
