"""The door of private answers: asks for them, and hears of *Share in channel* and *Ask again* under them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ParamSpec

from bot.answering.question import Question
from bot.slack.api.client import SLACK_ERRORS, create_webhook, get_error_code
from bot.slack.i18n.catalogue import get_texts
from bot.slack.questions.deliver import apologize_on_error, choose_apology, deliver_answer, list_used_passages
from bot.slack.questions.job import ClaimLost, QuestionJob, send_last_message
from bot.slack.replies.ephemeral import EphemeralReply
from bot.slack.replies.share import may_share_answer, post_shared_answer
from bot.slack.replies.shared_answers import PrivateAnswer
from bot.slack.views.block_kit import build_actions_block, build_button, build_context_block, shorten_text
from bot.slack.views.markup import escape_label
from knowledge.core.failures import IndexUnavailable
from knowledge.storage.question_log import QuestionRecord

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_bolt.async_app import AsyncAck, AsyncApp

    from bot.answering.answer import Answer
    from bot.slack.dependencies import Dependencies
    from bot.slack.events.parse import Json
    from bot.slack.i18n.texts import InterfaceTexts

EVENTS: tuple[str, ...] = ()
P = ParamSpec("P")
log = logging.getLogger(__name__)
SHARE_BUTTON = "share_answer"
ASK_AGAIN_BUTTON = "ask_again"
_ID_NAMESPACE = uuid.UUID("5d0c3c52-6f0b-4c56-9f0a-6a7f2f6f6b51")
_PRESSED_TWICE_SECONDS = 3.0
_BUTTON_VALUE_LENGTH = 2_000
_QUESTION_LENGTH = 300
_ACKNOWLEDGE_SECONDS = 2.0  # of the three within which Slack wants to hear that a command or a press has come


@dataclass(frozen=True, slots=True)
class ReplyAddress:
    """Where a person acted: what is said at its address, only they see."""

    user: str
    channel: str
    response_url: str


def register(app: AsyncApp, deps: Dependencies) -> None:
    """Listen for the two buttons under a private answer."""
    answers = PrivateAnswers(deps)

    async def on_share(ack: AsyncAck, body: Json, action: Json) -> None:
        await ack()
        deps.running_tasks.start_task(answers.share_private_answer(action.get("value") or "", _address_from_body(body)))

    async def on_again(ack: AsyncAck, body: Json, action: Json) -> None:
        try:
            if question := action.get("value"):
                await answers.ask_privately(question, _address_from_body(body), instead_of=action.get("block_id") or "")
        finally:
            await ack()

    app.action(SHARE_BUTTON)(on_share)
    app.action(ASK_AGAIN_BUTTON)(on_again)


@dataclass(frozen=True, slots=True)
class PrivateAnswers:
    """Answers a question so that only one person sees it, until they share it."""

    deps: Dependencies

    async def ask_privately(self, text: str, address: ReplyAddress, *, instead_of: str = "") -> None:
        """Write a question down, and begin to answer it in place of what was shown at its spot.

        `instead_of` names the answer that is asked for again: it is, once, however often that is pressed at a time, but
        with `JOURNAL_DAYS=0` only until it is answered. Returns in time for an acknowledgement; what takes longer goes
        on by itself.
        """
        await self.deps.running_tasks.wait_for_task(
            self._record_question(text, address, instead_of), seconds=_ACKNOWLEDGE_SECONDS
        )

    async def _record_question(self, text: str, address: ReplyAddress, instead_of: str) -> None:
        name = str(uuid.uuid5(_ID_NAMESPACE, instead_of) if instead_of else uuid.uuid4())
        try:
            workspace = await self.deps.identity.get_workspace_id()
            entry = QuestionRecord(
                workspace, address.channel, name, "", user=address.user, text=text, response_url=address.response_url
            )
            claimed = await self.deps.question_intake.accept_question(entry)
            while claimed is None and (over := await self._find_answered(entry)):
                entry = replace(entry, ts=str(uuid.uuid5(_ID_NAMESPACE, over.claim)))
                claimed = await self.deps.question_intake.accept_question(entry)
        except (*SLACK_ERRORS, IndexUnavailable) as error:
            log.warning("private question not written down error=%s", get_error_code(error))
            self.deps.running_tasks.start_task(self._apologise(address, error))
        else:
            if claimed:
                self.start_answer(claimed)

    async def _find_answered(self, entry: QuestionRecord) -> QuestionRecord | None:
        """The question that was asked under the same name, if it is answered, and not just now."""
        known = (
            await self.deps.question_intake.run_in_log_thread(self.deps.question_log.get_questions, [entry.id])
        ).get(entry.id)
        just_now = self.deps.question_log.clock() - _PRESSED_TWICE_SECONDS
        return known if known and not known.is_open and known.changed_at < just_now else None

    async def _apologise(self, address: ReplyAddress, error: Exception) -> None:
        texts = await self.deps.users.get_user_texts(address.user)
        await send_last_message(self._new_notice(address).break_off_reply(choose_apology(error, texts, later=True)))

    def start_answer(self, entry: QuestionRecord) -> None:
        """Answer a question that this process has claimed."""
        self.deps.running_tasks.start_task(self._answer_question(QuestionJob(self.deps, entry)), entry.id)

    async def _answer_question(self, job: QuestionJob) -> None:
        entry, texts = job.entry, get_texts(None)
        reply = self._new_reply(entry, texts)
        try:
            language = await self.deps.users.get_user_language(entry.user)
            texts = get_texts(language)
            reply = self._new_reply(entry, texts)
            await self._write_answer(job, reply, language)
        except ClaimLost:
            return  # whoever answers now shows it
        except asyncio.CancelledError:
            if self.deps.running_tasks.get_end_reason() is None and not job.ending:  # the bot is stopping
                await send_last_message(reply.show_sentence(texts.resumes))
                with contextlib.suppress(IndexUnavailable):
                    await job.hand_back_job()
            raise
        except Exception as error:  # nobody is left without a word, whatever went wrong
            log.exception("answer failed error=%s", type(error).__name__)
            later = job.will_retry(error)
            await send_last_message(reply.break_off_reply(choose_apology(error, texts, later=later), is_over=not later))
            await job.fail_job(error)

    async def give_up_question(self, entry: QuestionRecord, outcome: str) -> None:
        """End a question that could not be answered in several tries, or in time, and say so."""
        texts = await self.deps.users.get_user_texts(entry.user)
        await send_last_message(self._new_reply(entry, texts).break_off_reply(texts.failed))
        await QuestionJob(self.deps, entry).close_job("failed", outcome=outcome)

    def _new_reply(self, entry: QuestionRecord, texts: InterfaceTexts) -> EphemeralReply:
        again = (
            [build_button(ASK_AGAIN_BUTTON, texts.ask_again, entry.text)]
            if len(entry.text) <= _BUTTON_VALUE_LENGTH
            else []
        )
        here = {"block_id": entry.ts}
        return EphemeralReply(
            self.deps.client,
            entry.response_url,
            entry.channel,
            entry.user,
            finished=[build_actions_block(build_button(SHARE_BUTTON, texts.share, entry.ts), *again) | here],
            broken_off=[build_actions_block(*again) | here] if again else [],
            announced=entry.tries > 1,
            heading=[
                build_context_block(
                    texts.asked_privately.format(question=escape_label(shorten_text(entry.text, _QUESTION_LENGTH)))
                )
            ],
        )

    async def _write_answer(self, job: QuestionJob, reply: EphemeralReply, language: str | None) -> None:
        entry, texts = job.entry, get_texts(language)
        await reply.show_progress(texts.searching, texts.looking)
        granted = await self.deps.access_directory.find_user_audience(entry.user)
        notices = () if granted.is_certain else (texts.audience_uncertain,)
        question = Question(entry.text, granted.audience, locale=language)

        async def keep(answer: Answer) -> None:
            await job.check_claim()
            private = PrivateAnswer.private_from_answer(entry.user, entry.text, answer, entry.id)
            await self._update_store(self.deps.shared_answers.save_private_answer, entry.ts, private)

        answer = await deliver_answer(
            self.deps, question, reply, texts, notices, asker=entry.user, rated_question_id=entry.id, save=keep
        )
        job.ending = {"outcome": answer.state, "used": list_used_passages(answer)}
        await job.close_job("answered", **job.ending)

    async def share_private_answer(self, name: str, address: ReplyAddress) -> None:
        """Show everybody in the channel what only one person has seen; say so where that cannot be."""
        aside, texts = self._new_notice(address), None
        async with apologize_on_error(aside, get_texts(None)):
            texts = await self.deps.users.get_user_texts(address.user)
        if texts:
            await self._share_if_allowed(name, address, aside, texts)

    async def _share_if_allowed(
        self, name: str, address: ReplyAddress, notice: EphemeralReply, texts: InterfaceTexts
    ) -> None:
        private, done = None, False
        async with apologize_on_error(notice, texts):
            private = await self.deps.question_intake.run_in_log_thread(
                self.deps.shared_answers.claim_private_answer, name, address.user
            )
            if private is None:
                await notice.show_sentence(
                    texts.share_gone if self.deps.shared_answers.is_durable else texts.share_unkept
                )
            elif not await may_share_answer(self.deps, private, address.channel):
                await notice.show_sentence(texts.share_refused)
            elif not (done := await post_shared_answer(self.deps, private, address.channel, address.response_url)):
                await notice.show_sentence(texts.share_failed)
        if private:
            await self._update_store(
                self.deps.shared_answers.drop_private_answer
                if done
                else self.deps.shared_answers.release_private_answer,
                name,
            )
        if done:
            await create_webhook(address.response_url).send(delete_original=True)

    async def _update_store(self, work: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
        """Keep an answer for its button, or no more; it is there to be read without that."""
        try:
            await self.deps.question_intake.run_in_log_thread(work, *args, **kwargs)
        except IndexUnavailable as error:
            log.warning("private answer not kept error=%s", error)

    def _new_notice(self, address: ReplyAddress) -> EphemeralReply:
        return EphemeralReply(
            self.deps.client, address.response_url, address.channel, address.user, replaces_original=False
        )


def _address_from_body(body: Json) -> ReplyAddress:
    return ReplyAddress(body["user"]["id"], body["channel"]["id"], body["response_url"])
