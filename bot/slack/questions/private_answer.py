"""Replies to a question for one person's eyes, and takes in such questions."""

from __future__ import annotations

import logging
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.answering.question import Question
from bot.slack.api.client import SLACK_ERRORS
from bot.slack.api.refused_methods import get_error_code
from bot.slack.i18n.catalogue import get_question_texts
from bot.slack.questions.answer_delivery import PreparedQuestion, choose_apology
from bot.slack.questions.answer_flow import send_last_message
from bot.slack.replies.ephemeral import EphemeralReply, ReplyAddress
from bot.slack.replies.sharing import PrivateAnswer
from bot.slack.replies.steps import ReplyStep
from bot.slack.views.block_kit import build_actions_block, build_button, build_context_block, shorten_text
from bot.slack.views.markup import escape_label
from knowledge.core.failures import IndexUnavailable
from knowledge.storage.question_log import QuestionRecord

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.answering.answer import Answer
    from bot.slack.api.client import BotIdentity
    from bot.slack.i18n.texts import InterfaceTexts
    from bot.slack.people.access import AccessDirectory
    from bot.slack.people.users import Users
    from bot.slack.questions.answer_flow import AnswerFlow, QuestionReply
    from bot.slack.questions.intake import QuestionIntake
    from bot.slack.questions.lifecycle import QuestionLife
    from bot.slack.replies.answer_footer import NoticeName
    from bot.slack.replies.sharing import SharedAnswerStore
    from bot.slack.running_tasks import RunningTasks

log = logging.getLogger(__name__)
SHARE_BUTTON = "share_answer"
ASK_AGAIN_BUTTON = "ask_again"
LOOK_FURTHER_BUTTON = "look_further"
_ID_NAMESPACE = uuid.UUID("5d0c3c52-6f0b-4c56-9f0a-6a7f2f6f6b51")
_PRESSED_TWICE_SECONDS = 3.0
_BUTTON_VALUE_LENGTH = 2_000
_QUESTION_LENGTH = 300
_ACKNOWLEDGE_SECONDS = 2.0  # Slack waits three for the acknowledgement of a command or a button


class PrivateAnswers:
    """Replies to one person, with buttons to share the answer and to ask again."""

    def __init__(
        self,
        client: AsyncWebClient,
        users: Users,
        access_directory: AccessDirectory,
        store: SharedAnswerStore,
        intake: QuestionIntake,
    ) -> None:
        self._client = client
        self._users = users
        self._access_directory = access_directory
        self._store = store
        self._intake = intake

    def begin_work(self, record: QuestionRecord) -> None:
        """Show nothing: a private question has no session in a thread."""

    async def end_work(self, record: QuestionRecord) -> None:
        """Show nothing: a private question has no session in a thread."""

    async def recover_messages(self, life: QuestionLife) -> None:
        """Recover nothing: Slack replaces what was shown at the same address."""

    async def is_deleted(self, record: QuestionRecord) -> bool:
        """Never: a private question has no message that could be deleted."""
        del record
        return False

    async def fetch_language(self, user: str) -> str | None:
        """The asker's language."""
        return await self._users.get_user_language(user)

    def open_reply(self, life: QuestionLife, texts: InterfaceTexts) -> EphemeralReply:
        """Make a reply with its heading and buttons."""
        record = life.record
        has_room = len(record.text) <= _BUTTON_VALUE_LENGTH
        again = [build_button(ASK_AGAIN_BUTTON, texts.ask_again, record.text)] if has_room else []
        share = build_button(SHARE_BUTTON, texts.share, f"{record.ts} {texts.code}")
        question = escape_label(shorten_text(record.text, _QUESTION_LENGTH))
        block_id = {"block_id": record.ts}
        return EphemeralReply(
            self._client,
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
        granted = await self._access_directory.find_user_audience(record.user)
        notices: tuple[NoticeName, ...] = () if granted.is_certain else ("audience_uncertain",)
        known = await self._find_known_passages(record)
        question = Question(record.text, granted.audience, locale=language, known_passages=known)
        return PreparedQuestion(question, texts, notices)

    async def _find_known_passages(self, record: QuestionRecord) -> frozenset[str] | None:
        """The passages behind the answer below which a question was asked again; None where no answer is known."""
        if not record.origin:
            return None
        get_questions = self._intake.question_log.get_questions
        above = (await self._intake.run_in_log_thread(get_questions, [record.origin])).get(record.origin)
        is_answered = above and above.state == "answered" and above.has_content and above.channel == record.channel
        return frozenset(above.passage_ids) if above and is_answered else None

    async def save_answer(self, life: QuestionLife, answer: Answer) -> None:
        """Store the answer for its Share button; the answer is shown even if that fails.

        Raises:
            ClaimLost: another claim holds the question, and shows its own answer.
        """
        await life.check_claim()
        record = life.record
        private = PrivateAnswer.private_from_answer(record.user, record.text, answer, record.id)
        try:
            await self._intake.run_in_log_thread(self._store.save_private_answer, record.ts, private, record.origin)
        except IndexUnavailable as error:
            log.warning("private answer not kept error=%s", error)

    async def is_private(self, record: QuestionRecord) -> bool:
        """Always: only the asker saw the question."""
        del record
        return True


class PrivateQuestions:
    """Takes in questions from commands and buttons."""

    def __init__(
        self,
        client: AsyncWebClient,
        identity: BotIdentity,
        users: Users,
        intake: QuestionIntake,
        answers: AnswerFlow,
        tasks: RunningTasks,
    ) -> None:
        self._client = client
        self._identity = identity
        self._users = users
        self._intake = intake
        self._answers = answers
        self._tasks = tasks

    async def ask_privately(self, text: str, address: ReplyAddress, *, instead_of: str = "", origin: str = "") -> None:
        """Write a question to the log and start its answer, in time for the acknowledgement.

        `instead_of` names the answer that is asked for again; `origin` is the id of the question whose words these are.
        Pressed several times at once, it is asked once; with `JOURNAL_DAYS=0` only until it is answered. What takes
        longer than the acknowledgement goes on as a task.
        """
        recording = self._record_question(text, address, instead_of, origin)
        await self._tasks.wait_for_task(recording, seconds=_ACKNOWLEDGE_SECONDS)

    async def announce_answer(self, language: str, address: ReplyAddress) -> None:
        """Say, beside what is shown, that the answer follows; only the person sees it."""
        texts = await self._users.get_answer_texts(language, address.user)
        await send_last_message(address.open_notice(self._client).show_sentence(texts.answer_follows))

    async def _record_question(self, text: str, address: ReplyAddress, instead_of: str, origin: str) -> None:
        name = str(uuid.uuid5(_ID_NAMESPACE, instead_of) if instead_of else uuid.uuid4())
        try:
            workspace = await self._identity.get_workspace_id()
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
            claimed = await self._intake.accept_question(record)
            while claimed is None and (closed := await self._find_answered(record)):
                record = replace(record, ts=str(uuid.uuid5(_ID_NAMESPACE, closed.claim)))
                claimed = await self._intake.accept_question(record)
        except (*SLACK_ERRORS, IndexUnavailable) as error:
            log.warning("private question not written down error=%s", get_error_code(error))
            self._tasks.start_task(self._apologize(address, error))
        else:
            if claimed:
                self._answers.start_answer(claimed)

    async def _find_origin(self, workspace: str, channel: str, asked_before: str) -> str:
        """The origin of a private question that is asked again, by its name; "" if it has none."""
        if not asked_before:
            return ""
        get_question = self._intake.question_log.get_question
        known = await self._intake.run_in_log_thread(get_question, workspace, channel, asked_before)
        return known.origin if known else ""

    async def _find_answered(self, record: QuestionRecord) -> QuestionRecord | None:
        """The question under the same name, if it was closed, and not within the last seconds."""
        question_log = self._intake.question_log
        known = (await self._intake.run_in_log_thread(question_log.get_questions, [record.id])).get(record.id)
        just_now = question_log.clock() - _PRESSED_TWICE_SECONDS
        return known if known and not known.is_open and known.changed_at < just_now else None

    async def _apologize(self, address: ReplyAddress, error: Exception) -> None:
        texts = await self._users.get_user_texts(address.user)
        notice = address.open_notice(self._client)
        await send_last_message(notice.break_off_reply(choose_apology(error, texts, later=True)))
