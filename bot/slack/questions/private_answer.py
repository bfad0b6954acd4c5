"""Replies to a question for one person's eyes, and takes in such questions.

Below an answer in a channel, the asker is offered such an answer, too, where they may read more than everybody there.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from dataclasses import dataclass, replace

from slack_sdk.web.async_client import AsyncWebClient

from bot.answering.answer import Answer
from bot.answering.question import Question
from bot.slack.api.client import BotIdentity
from bot.slack.api.errors import SLACK_ERRORS, get_error_code
from bot.slack.api.rate_limits import RateLimiter
from bot.slack.i18n.catalogue import get_question_texts, get_texts
from bot.slack.i18n.texts import InterfaceTexts
from bot.slack.people.access import AccessDirectory
from bot.slack.people.users import Users
from bot.slack.questions.answer_delivery import PreparedQuestion, choose_apology
from bot.slack.questions.claimed_question import ClaimedQuestion
from bot.slack.questions.intake import QuestionIntake
from bot.slack.questions.question_job import AnswerStrategy, QuestionJobs, QuestionReply, send_last_message
from bot.slack.replies.answer_footer import NoticeName
from bot.slack.replies.ephemeral import EphemeralReply, ReplyAddress
from bot.slack.replies.sharing import PrivateAnswer, SharedAnswerStore
from bot.slack.replies.steps import ReplyStep
from bot.slack.running_tasks import RunningTasks
from bot.slack.views.block_kit import Block, build_actions_block, build_button, build_context_block, shorten_text
from bot.slack.views.markup import escape_label
from knowledge.core.access import Audience
from knowledge.core.failures import IndexUnavailable
from knowledge.retrieval.passage_lookup import PassageLookup
from knowledge.storage.question_log import QuestionRecord

log = logging.getLogger(__name__)
SHARE_BUTTON = "share_answer"
ASK_AGAIN_BUTTON = "ask_again"
LOOK_FURTHER_BUTTON = "look_further"
_ID_NAMESPACE = uuid.UUID("5d0c3c52-6f0b-4c56-9f0a-6a7f2f6f6b51")
_PRESSED_TWICE_SECONDS = 3.0
_BUTTON_VALUE_LENGTH = 2_000
_QUESTION_LENGTH = 300
_ACKNOWLEDGE_SECONDS = 2.0  # Slack waits three for the acknowledgement of a command or a button
_TIMEOUT_SECONDS = 1.0  # the answer is there, and waits for this
_RATE_SHARE = 0.5  # of Slack's rate; the rest is for the questions themselves
_MOST_CHARACTERS = 1_900  # of a button's value


@dataclass(frozen=True, slots=True)
class PrivateAnswers(AnswerStrategy):
    """Replies to one person, with buttons to share the answer and to ask again.

    Slack replaces what was shown at the same address: there is no message to recover or to delete, and no session.
    """

    client: AsyncWebClient
    users: Users
    access_directory: AccessDirectory
    store: SharedAnswerStore
    intake: QuestionIntake

    async def fetch_language(self, user: str) -> str | None:
        """The asker's language."""
        return await self.users.get_user_language(user)

    def open_reply(self, claimed: ClaimedQuestion, texts: InterfaceTexts) -> EphemeralReply:
        """Make a reply with its heading and buttons."""
        record = claimed.record
        has_room = len(record.text) <= _BUTTON_VALUE_LENGTH
        again = [build_button(ASK_AGAIN_BUTTON, texts.ask_again, record.text)] if has_room else []
        share = build_button(SHARE_BUTTON, texts.share, f"{record.ts} {texts.code}")
        question = escape_label(shorten_text(record.text, _QUESTION_LENGTH))
        block_id = {"block_id": record.ts}
        return EphemeralReply(
            self.client,
            ReplyAddress(record.user, record.channel, record.response_url, record.may_replace, record.shown_in),
            finished=[build_actions_block(share, *again) | block_id],
            broken_off=[build_actions_block(*again) | block_id] if again else [],
            announced=record.tries > 1,
            heading=[build_context_block(texts.asked_privately.format(question=question))],
        )

    async def prepare_question(
        self, record: QuestionRecord, reply: QuestionReply, language: str | None
    ) -> PreparedQuestion:
        """Show a first status, and find out what the asker may know."""
        texts = get_question_texts(record.text, language)
        await reply.show_progress(ReplyStep(texts.searching, gives_way=True), texts.looking)
        granted = await self.access_directory.find_user_audience(record.user)
        notices: tuple[NoticeName, ...] = () if granted.is_certain else ("audience_uncertain",)
        known = await self._find_known_passages(record)
        question = Question(record.text, granted.audience, locale=language, known_passages=known)
        return PreparedQuestion(question, texts, notices)

    async def _find_known_passages(self, record: QuestionRecord) -> frozenset[str] | None:
        """The passages behind the answer below which a question was asked again; None where no answer is known."""
        if not record.origin:
            return None
        above = await self.intake.fetch_question(record.origin)
        is_answered = above and above.state == "answered" and above.has_content and above.channel == record.channel
        return frozenset(above.passage_ids) if above and is_answered else None

    async def save_answer(self, claimed: ClaimedQuestion, answer: Answer) -> None:
        """Store the answer for its Share button; the answer is shown even if that fails."""
        await claimed.check_claim()
        record = claimed.record
        private = PrivateAnswer.private_from_answer(record.user, record.text, answer, record.id)
        try:
            await self.intake.run_in_log_thread(self.store.save_private_answer, record.ts, private, record.origin)
        except IndexUnavailable as error:
            log.warning("private answer not kept error=%s", error)

    async def is_private(self, record: QuestionRecord) -> bool:
        """Always: only the asker saw the question."""
        del record
        return True


@dataclass(frozen=True, slots=True)
class PrivateQuestions:
    """Takes in questions from commands and buttons."""

    client: AsyncWebClient
    identity: BotIdentity
    users: Users
    intake: QuestionIntake
    answers: QuestionJobs
    tasks: RunningTasks

    async def ask_privately(self, text: str, address: ReplyAddress, *, instead_of: str = "", origin: str = "") -> None:
        """Write a question to the log and start its answer, in time for the acknowledgement.

        `instead_of` names the answer that is asked for again; `origin` is the id of the question whose words these are.
        Pressed several times at once, it is asked once; with `JOURNAL_DAYS=0` only until it is answered. What takes
        longer than the acknowledgement goes on as a task.
        """
        recording = self._record_question(text, address, instead_of, origin)
        await self.tasks.wait_for_task(recording, seconds=_ACKNOWLEDGE_SECONDS)

    async def announce_answer(self, language: str, address: ReplyAddress) -> None:
        """Say, beside what is shown, that the answer follows; only the person sees it."""
        texts = await self.users.get_answer_texts(language, address.user)
        await send_last_message(address.open_notice(self.client).show_sentence(texts.answer_follows))

    async def _record_question(self, text: str, address: ReplyAddress, instead_of: str, origin: str) -> None:
        name = str(uuid.uuid5(_ID_NAMESPACE, instead_of) if instead_of else uuid.uuid4())
        try:
            workspace = await self.identity.get_workspace_id()
            record = QuestionRecord(
                workspace,
                address.channel,
                name,
                "",
                user=address.user,
                text=text,
                response_url=address.response_url,
                may_replace=address.may_replace,
                shown_in=address.thread_ts,
                origin=origin or await self._find_origin(workspace, address.channel, instead_of),
            )
            claimed = await self.intake.accept_question(record)
            while claimed is None and (closed := await self._find_answered(record)):
                record = replace(record, ts=str(uuid.uuid5(_ID_NAMESPACE, closed.claim)))
                claimed = await self.intake.accept_question(record)
        except (*SLACK_ERRORS, IndexUnavailable) as error:
            log.warning("private question not written down error=%s", get_error_code(error))
            self.tasks.start_task(self._apologize(address, error))
        else:
            if claimed:
                self.answers.start_answer(claimed)

    async def _find_origin(self, workspace: str, channel: str, asked_before: str) -> str:
        """The origin of a private question that is asked again, by its name; "" if it has none."""
        if not asked_before:
            return ""
        get_question = self.intake.question_log.get_question
        known = await self.intake.run_in_log_thread(get_question, workspace, channel, asked_before)
        return known.origin if known else ""

    async def _find_answered(self, record: QuestionRecord) -> QuestionRecord | None:
        """The question under the same name, if it was closed, and not within the last seconds."""
        known = await self.intake.fetch_question(record.id)
        just_now = self.intake.question_log.clock() - _PRESSED_TWICE_SECONDS
        return known if known and not known.is_open and known.changed_at < just_now else None

    async def _apologize(self, address: ReplyAddress, error: Exception) -> None:
        texts = await self.users.get_user_texts(address.user)
        notice = address.open_notice(self.client)
        await send_last_message(notice.break_off_reply(choose_apology(error, texts, later=True)))


@dataclass(frozen=True, slots=True)
class WiderSearch:
    """Builds the button where the asker may read more than the channel."""

    rate_limiter: RateLimiter
    access_directory: AccessDirectory
    passage_lookup: PassageLookup

    async def offer_wider_search(self, record: QuestionRecord, question: Question, answer: Answer) -> list[Block]:
        """The button below an answer; none where it would show nothing more, or that is not known soon."""
        asked = answer.searched if question.history and answer.searched else record.text
        if record.channel.startswith("D") or len(asked) > _MOST_CHARACTERS:
            return []
        try:
            async with asyncio.timeout(_TIMEOUT_SECONDS):
                if not await self._may_read_more(record.user, question.audience):
                    return []
        except (IndexUnavailable, TimeoutError) as error:
            log.info("no wider search offered error=%s", type(error).__name__)
            return []
        texts = get_texts(answer.language)
        value = f"{texts.code} {record.id}\n{asked}"
        return [build_actions_block(build_button(LOOK_FURTHER_BUTTON, texts.look_further, value))]

    async def _may_read_more(self, user: str, channel: Audience) -> bool:
        """Whether there is a passage that a person may read, and the channel may not."""
        if not self.rate_limiter.has_room("users.conversations", share=_RATE_SHARE):
            return False
        mine = (await self.access_directory.find_user_audience(user)).audience
        return await asyncio.to_thread(self.passage_lookup.knows_more, mine, channel)
