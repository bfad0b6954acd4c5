"""Answers a claimed question from its start to its outcome, the same way in a thread and in private.

However an answer ends (finished, stopped, edited, taken over, interrupted), what is shown and what the log says agree.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from typing import TYPE_CHECKING, Protocol

from bot.slack.api.client import SLACK_ERRORS
from bot.slack.api.refused_methods import get_error_code
from bot.slack.i18n.catalogue import get_question_texts, get_texts
from bot.slack.metrics import QUESTIONS_IN_PROGRESS, count_question_end
from bot.slack.questions.answer_delivery import ReplyTarget, choose_apology, list_used_passages
from bot.slack.questions.lifecycle import ClaimLost, EndReason, QuestionLife
from bot.slack.replies.stream import StoppedByUser
from knowledge.core.failures import IndexUnavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from bot.answering.answer import Answer
    from bot.slack.i18n.texts import InterfaceTexts
    from bot.slack.questions.answer_delivery import AnswerDelivery, PreparedQuestion
    from bot.slack.questions.intake import QuestionIntake
    from bot.slack.questions.lifecycle import RunningQuestions
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
    """One way to reply: by messages in a thread, or to one person's eyes."""

    def begin_work(self, record: QuestionRecord) -> None:
        """Note that a question is in progress."""
        ...

    async def end_work(self, record: QuestionRecord) -> None:
        """Note that a question is no longer in progress."""
        ...

    async def recover_messages(self, life: QuestionLife) -> None:
        """Find the messages of an earlier try, so that the new answer replaces them."""
        ...

    async def is_deleted(self, record: QuestionRecord) -> bool:
        """Whether the question's message is gone."""
        ...

    async def fetch_language(self, user: str) -> str | None:
        """The language for the first status."""
        ...

    def open_reply(self, life: QuestionLife, texts: InterfaceTexts) -> QuestionReply:
        """Make the reply; nothing is shown yet."""
        ...

    async def prepare_question(
        self, record: QuestionRecord, reply: QuestionReply, language: str | None
    ) -> PreparedQuestion | None:
        """Show a first status and find the audience and history; None if there is no answer, but help or silence."""
        ...

    async def save_answer(self, life: QuestionLife, answer: Answer) -> None:
        """Store what the reply's buttons need."""
        ...

    async def is_private(self, record: QuestionRecord) -> bool:
        """Whether some people could not read the question."""
        ...


class AnswerFlow:
    """Starts the answers to claimed questions, and brings each to an end."""

    def __init__(
        self,
        intake: QuestionIntake,
        running: RunningQuestions,
        delivery: AnswerDelivery,
        in_thread: AnswerStrategy,
        in_private: AnswerStrategy,
    ) -> None:
        self._intake = intake
        self._running = running
        self._delivery = delivery
        self._in_thread = in_thread
        self._in_private = in_private

    def start_answer(self, record: QuestionRecord) -> None:
        """Answer a question that this process has claimed, as a task of its own."""
        life, strategy = QuestionLife(record, self._intake), self._choose_strategy(record)
        strategy.begin_work(record)
        self._running.start_question(life, self._answer_question(life, strategy))

    def start_giving_up(self, record: QuestionRecord, outcome: str) -> None:
        """Close a question that cannot be answered, and say so, as a task of its own."""
        life = QuestionLife(record, self._intake)
        self._running.start_question(life, self._give_up_question(life, outcome))

    def _choose_strategy(self, record: QuestionRecord) -> AnswerStrategy:
        return self._in_private if record.is_ephemeral else self._in_thread

    async def _answer_question(self, life: QuestionLife, strategy: AnswerStrategy) -> None:
        began, texts = time.monotonic(), get_texts(None)
        reply = strategy.open_reply(life, texts)
        QUESTIONS_IN_PROGRESS.inc()
        try:
            await strategy.recover_messages(life)
            reply = strategy.open_reply(life, texts)
            if life.record.tries > 1 and _is_unseen(life, reply):  # nobody waits for it
                await _forget_unseen(life, "silent")
                return
            if await strategy.is_deleted(life.record):
                await life.stop_as_deleted()
                count_question_end("deleted")
                await _show_end(reply, "deleted", texts)
                return
            await self._intake.wait_out_rush()
            language = await strategy.fetch_language(life.record.user)
            texts = get_question_texts(life.record.text, language)
            reply = strategy.open_reply(life, texts)
            await self._write_answer(life, strategy, reply, language)
        except asyncio.CancelledError:
            if not life.outcome:  # the whole answer is counted already
                count_question_end(life.end_reason or "interrupted")
            await _end_interrupted(life, reply, texts)
            raise
        except StoppedByUser:
            life.end_reason = "stopped"
            count_question_end("stopped")
            await _show_end(reply, "stopped", texts)
            await life.close("stopped")
        except ClaimLost:
            count_question_end("superseded")
            await self._end_without_claim(life, reply, texts)
        except Exception as error:  # whatever went wrong, the person is told
            log.exception("answer failed error=%s", type(error).__name__)
            if _is_unseen(life, reply):
                await _forget_unseen(life, "failed")
                return
            later = life.will_retry(error)
            count_question_end("postponed" if later else "failed")
            apology = choose_apology(error, texts, later=later)
            await send_last_message(reply.break_off_reply(apology, is_over=not later))
            await life.fail(error)
        finally:
            QUESTIONS_IN_PROGRESS.dec()
            log.info("question ended channel=%s seconds=%.1f", life.record.channel, time.monotonic() - began)
            await strategy.end_work(life.record)

    async def _write_answer(
        self, life: QuestionLife, strategy: AnswerStrategy, reply: QuestionReply, language: str | None
    ) -> None:
        prepared = await strategy.prepare_question(life.record, reply, language)
        if prepared is None and _is_unseen(life, reply):
            await _forget_unseen(life, "silent")
            return
        if prepared is None:
            count_question_end("help")
            await life.close("answered", outcome="help")
            return

        async def save(answer: Answer) -> None:
            await strategy.save_answer(life, answer)

        answer = await self._delivery.deliver_answer(
            prepared, reply, asker=life.record.user, rated_question_id=life.record.id, save=save
        )
        if _is_unseen(life, reply):
            await _forget_unseen(life, "silent")
            return
        if life.record.unasked:
            count_question_end(answer.state, answer.language)
            log.info("answered unasked channel=%s", life.record.channel)
        life.outcome = {"outcome": answer.state, "used": list_used_passages(answer, prepared.used_passages)}
        await life.close("answered", **life.outcome, private=await strategy.is_private(life.record))

    async def _end_without_claim(self, life: QuestionLife, reply: QuestionReply, texts: InterfaceTexts) -> None:
        """Say why a question was stopped in another process; say nothing where that process answers it."""
        known: dict[str, QuestionRecord] = {}
        with contextlib.suppress(IndexUnavailable):
            known = await self._intake.run_in_log_thread(self._intake.question_log.get_questions, [life.record.id])
        now = known.get(life.record.id)
        if now and now.state == "stopped":
            life.end_reason = "deleted" if now.outcome == "deleted" else "stopped"
        await _show_end(reply, life.end_reason or "superseded", texts)

    async def _give_up_question(self, life: QuestionLife, outcome: str) -> None:
        strategy = self._choose_strategy(life.record)
        try:
            await strategy.recover_messages(life)
            texts = get_question_texts(life.record.text, await strategy.fetch_language(life.record.user))
            reply = strategy.open_reply(life, texts)
            if _is_unseen(life, reply):
                await _forget_unseen(life, "failed")
                return
            await send_last_message(reply.break_off_reply(texts.failed))
            count_question_end("failed")
            await life.close("failed", outcome=outcome)
        finally:
            await strategy.end_work(life.record)


def _is_unseen(life: QuestionLife, reply: QuestionReply) -> bool:
    """Whether nobody asked the bot, and nobody has seen that it answers."""
    return life.record.unasked and not reply.has_begun


async def _forget_unseen(life: QuestionLife, state: str) -> None:
    """Forget a question that ends in silence; while the log is away, its recovery does so later."""
    count_question_end(state)
    with contextlib.suppress(IndexUnavailable):
        await life.stop_as_deleted()


async def _end_interrupted(life: QuestionLife, reply: QuestionReply, texts: InterfaceTexts) -> None:
    """End an answer whose task was cancelled: by a person, by another claim, or because the bot stops."""
    if life.outcome:  # the whole answer is shown already
        await life.close("answered", **life.outcome)
    elif life.end_reason is None:
        await send_last_message(reply.pause_reply(texts.resumes))
        with contextlib.suppress(IndexUnavailable):
            await life.hand_back()
    else:
        await _show_end(reply, life.end_reason, texts)
        if life.end_reason == "stopped":
            await life.close("stopped")


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
