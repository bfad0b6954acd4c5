"""Replies to a question by messages in its thread. Which words they hold is decided elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass, field
from functools import partial

from bot.answering.prompt.passages_in_prompt import PreferredPlaces
from bot.answering.question import Question
from bot.slack.api.errors import SLACK_ERRORS
from bot.slack.api.rate_limits import RateLimitedClient
from bot.slack.events.parse import ThreadPlace
from bot.slack.events.thread_context import ThreadContext, ThreadHistory
from bot.slack.i18n.catalogue import get_question_texts
from bot.slack.i18n.texts import InterfaceTexts
from bot.slack.people.access import AccessDirectory, GrantedAudience
from bot.slack.people.users import Users
from bot.slack.questions.answer_delivery import PreparedQuestion
from bot.slack.questions.claimed_question import ClaimedQuestion, ClaimLost
from bot.slack.questions.intake import QuestionIntake
from bot.slack.questions.private_answer import WiderSearch
from bot.slack.questions.question_job import AnswerStrategy, QuestionReply
from bot.slack.questions.unasked_pauses import ChannelPauses, offer_not_helpful
from bot.slack.questions.unasked_questions import HeldReply
from bot.slack.replies.answer_footer import NoticeName
from bot.slack.replies.messages import EndStatus
from bot.slack.replies.steps import ReplyStep
from bot.slack.replies.stream import ThreadReply
from bot.slack.replies.working_status import AgentSessions, QuestionSession, WaitingMark
from bot.slack.views.block_kit import shorten_text
from knowledge.core.access import Audience
from knowledge.core.failures import IndexUnavailable
from knowledge.storage.question_log import QuestionRecord

log = logging.getLogger(__name__)
_TITLE_LENGTH = 100
_LANGUAGE_TIMEOUT_SECONDS = 0.15  # a status in the wrong language is better than a late one


@dataclass(frozen=True, slots=True)
class ThreadReaders:
    """Knows who reads an answer in a thread, what they may know, and where the asker may search further."""

    access_directory: AccessDirectory
    wider_search: WiderSearch


@dataclass(frozen=True, slots=True)
class ThreadAnswers(AnswerStrategy):
    """Replies in threads: streams messages, shows a status, and keeps Slack's session with its Stop button."""

    client: RateLimitedClient
    users: Users
    readers: ThreadReaders
    sessions: AgentSessions
    context: ThreadContext
    waiting_mark: WaitingMark
    pauses: ChannelPauses
    _question_sessions: dict[str, QuestionSession] = field(default_factory=dict)

    def begin_work(self, record: QuestionRecord) -> None:
        """Count the question into its thread's session."""
        self.sessions.enter_session(_place_from_record(record), record.id)

    async def end_work(self, record: QuestionRecord) -> None:
        """Take the question out of its thread's session."""
        self.waiting_mark.unmark_question(record)
        session = self._question_sessions.pop(record.id, None) or self._open_session(record)
        goes_on = await self.context.is_answered_elsewhere(record)
        status: EndStatus = "processing" if goes_on else session.end_status
        await self.sessions.end_session(session.place, record.id, status)

    async def recover_messages(self, claimed: ClaimedQuestion) -> None:
        """Find what an earlier try wrote, and stop its streams; the log may not know all of it."""
        record = claimed.record
        if record.tries <= 1 and not record.messages:
            return
        messages = record.messages
        if not messages:
            with contextlib.suppress(*SLACK_ERRORS):
                messages = await self.context.find_orphan_messages(record)
                await claimed.save_progress(messages=messages)
        for ts in messages:
            if self.client.rate_limiter.has_room("chat.stopStream"):  # else it is stopped when it is written anew
                with contextlib.suppress(*SLACK_ERRORS):
                    await self.client.chat_stopStream(channel=record.channel, ts=ts, session_status="processing")

    async def is_deleted(self, record: QuestionRecord) -> bool:
        """Whether the question's message is gone."""
        return await self.context.is_deleted(record)

    async def fetch_language(self, user: str) -> str | None:
        """The asker's language, if Slack returns it soon enough for the first status."""
        return await self.users.get_language_soon(user, _LANGUAGE_TIMEOUT_SECONDS)

    def open_reply(self, claimed: ClaimedQuestion, texts: InterfaceTexts) -> QuestionReply:
        """Make a reply that replaces the messages of an earlier try; an unasked one is held back until it is sure."""
        del texts
        on_message = partial(self.record_message, claimed)
        session = self._question_sessions.setdefault(claimed.record.id, self._open_session(claimed.record))
        place, messages = session.place, claimed.record.messages
        reply = ThreadReply(self.client, place, messages, on_message, claimed.check_claim, session)
        is_unanswered = partial(self.context.is_unanswered, claimed.record)
        return HeldReply(reply, claimed.record, self.pauses, is_unanswered) if claimed.record.unasked else reply

    def _open_session(self, record: QuestionRecord) -> QuestionSession:
        elsewhere = partial(self.context.is_answered_elsewhere, record)
        return QuestionSession(self.sessions, _place_from_record(record), record.id, elsewhere)

    async def prepare_question(
        self, record: QuestionRecord, reply: QuestionReply, language: str | None
    ) -> PreparedQuestion | None:
        """Show a first status, and read the thread and the audience; None after help, or for silence."""
        texts, granted = get_question_texts(record.text, language), GrantedAudience(Audience(frozenset()))
        if record.unasked:
            granted = await self.readers.access_directory.find_place_audience(record.user, record.channel)
            if not granted.is_certain and not reply.has_begun:
                return None
        elif record.text:
            self.waiting_mark.mark_question(record)
            granted = await self._find_audience_while_announcing(record, reply, texts)
        thread = await self.context.read_history(record, granted.audience)
        if not record.text:
            await self._post_help(record, reply, thread, texts)
            return None
        language = await self.users.get_user_language(record.user)
        texts = get_question_texts(record.text, language)
        question = Question(
            record.text,
            granted.audience,
            history=thread.turns,
            locale=language,
            thread=f"{record.team}/{record.channel}/{record.thread_ts}",
            preferred=await _find_preferred_places(record, self.readers.access_directory, self.context.intake),
        )
        notices = _list_notices(record, thread, granted, is_first=await self.context.is_first_direct_question(record))
        offer = partial(self.readers.wider_search.offer_wider_search, record, question)
        if record.unasked:
            offer = partial(offer_not_helpful, record)
        return PreparedQuestion(question, texts, notices, thread.used_passages, offer, must_be_sure=record.unasked)

    async def is_private(self, record: QuestionRecord) -> bool:
        """Whether the question was asked outside the public channels."""
        return not await self.readers.access_directory.directory.is_public_channel(record.channel)

    async def record_message(self, claimed: ClaimedQuestion, ts: str) -> None:
        """Write to the log that the answer has a new message; where the claim is lost, the message is deleted again."""
        if claimed.is_over:
            return
        try:
            await claimed.save_progress(state="answering", messages=(*claimed.record.messages, ts))
        except ClaimLost:
            if not await self.context.belongs_to_answer(claimed.record, ts):
                with contextlib.suppress(*SLACK_ERRORS):
                    await self.client.chat_delete(channel=claimed.record.channel, ts=ts)
            raise

    async def _find_audience_while_announcing(
        self, record: QuestionRecord, reply: QuestionReply, texts: InterfaceTexts
    ) -> GrantedAudience:
        """Find the audience of a question's place; where that fails, nothing is announced afterwards."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._announce_search(record, reply, texts))
                finding = group.create_task(
                    self.readers.access_directory.find_place_audience(record.user, record.channel)
                )
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None
        return finding.result()

    async def _announce_search(self, record: QuestionRecord, reply: QuestionReply, texts: InterfaceTexts) -> None:
        """Show that the bot works on a question, and make its session, which takes a title only now."""
        session = self._question_sessions.setdefault(record.id, self._open_session(record))
        await session.begin_session(_choose_session_title(record))
        await reply.show_progress(ReplyStep(texts.searching, gives_way=True), texts.looking)

    async def _post_help(
        self, record: QuestionRecord, reply: QuestionReply, thread: ThreadHistory, texts: InterfaceTexts
    ) -> None:
        """Say how to ask, or that files are not read."""
        bot_user = await self.context.identity.get_bot_user()
        only_files = record.files or thread.has_files
        help_text = f"{texts.help.format(bot=f'<@{bot_user}>')}\n{texts.is_ai}"
        sentence = texts.only_attachments if only_files else help_text
        await reply.show_sentence(sentence)


def _list_notices(
    record: QuestionRecord, thread: ThreadHistory, granted: GrantedAudience, *, is_first: bool
) -> list[NoticeName]:
    """What the asker must know of an answer besides its words."""
    notices: dict[NoticeName, object] = {
        "unasked": record.unasked,
        "is_ai": is_first,
        "attachments": record.files or thread.has_files,
        "thread_unread": thread.is_unread and record.ts != record.thread_ts,
        "audience_uncertain": not granted.is_certain,
    }
    return [name for name, applies in notices.items() if applies]


def _choose_session_title(record: QuestionRecord) -> str | None:
    """The title of a conversation in the direct messages: its first question."""
    is_first = record.channel.startswith("D") and record.ts == record.thread_ts
    return shorten_text(record.text, _TITLE_LENGTH) if is_first else None


def _place_from_record(record: QuestionRecord) -> ThreadPlace:
    return ThreadPlace(record.team, record.channel, record.thread_ts, record.user)


async def _find_preferred_places(
    record: QuestionRecord, access_directory: AccessDirectory, intake: QuestionIntake
) -> PreferredPlaces:
    """The folders of the channels that the asker looks at, and the documents behind the answers; they come first.

    What the asker may read is decided elsewhere, and stays as it is.
    """
    requirements: set[str] = set()
    paths: set[str] = set()
    try:
        for place in record.viewed:
            channel, _, ts = place.partition("/")
            if ts:
                answered = await intake.run_in_log_thread(intake.question_log.find_answered_question, channel, ts)
                paths |= {one.path for one in answered.used} if answered else set()
            elif not channel.startswith("D"):
                requirements |= await access_directory.list_place_requirements(channel)
    except (*SLACK_ERRORS, IndexUnavailable) as error:
        log.info("viewed places not looked up error=%s", type(error).__name__)
    return PreferredPlaces(frozenset(requirements), frozenset(paths))
