"""Replies to a question by messages in its thread. Which words they hold is decided elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bot.answering.question import Question
from bot.slack.api.client import SLACK_ERRORS
from bot.slack.events.parse import ThreadPlace
from bot.slack.i18n.catalogue import get_question_texts
from bot.slack.people.access import GrantedAudience
from bot.slack.questions.agent_session import QuestionSession
from bot.slack.questions.answer_delivery import PreparedQuestion
from bot.slack.questions.lifecycle import ClaimLost
from bot.slack.replies.steps import ReplyStep
from bot.slack.replies.stream import ThreadReply
from bot.slack.unasked.held_reply import HeldReply
from bot.slack.unasked.not_helpful_button import offer_not_helpful
from bot.slack.views.block_kit import shorten_text
from knowledge.core.access import Audience

if TYPE_CHECKING:
    from bot.answering.answer import Answer
    from bot.slack.api.rate_limits import RateLimitedClient
    from bot.slack.events.thread_history import ThreadHistory
    from bot.slack.events.viewed_places import ViewedPlaces
    from bot.slack.i18n.texts import InterfaceTexts
    from bot.slack.people.access import AccessDirectory
    from bot.slack.people.directory import PublicChannels
    from bot.slack.people.users import Users
    from bot.slack.questions.agent_session import AgentSessions
    from bot.slack.questions.answer_flow import QuestionReply
    from bot.slack.questions.lifecycle import QuestionLife
    from bot.slack.questions.thread_context import ThreadContext
    from bot.slack.questions.waiting_mark import WaitingMark
    from bot.slack.questions.wider_search import WiderSearch
    from bot.slack.replies.answer_footer import NoticeName
    from bot.slack.replies.messages import EndStatus
    from bot.slack.unasked.channel_pauses import ChannelPauses
    from knowledge.storage.question_log import QuestionRecord

_TITLE_LENGTH = 100
_LANGUAGE_TIMEOUT_SECONDS = 0.15  # a status in the wrong language is better than a late one


@dataclass(frozen=True, slots=True)
class ThreadReaders:
    """Knows who reads an answer in a thread, what they may know, and where the asker may search further."""

    access_directory: AccessDirectory
    public_channels: PublicChannels
    wider_search: WiderSearch
    viewed_places: ViewedPlaces


class ThreadAnswers:
    """Replies in threads: streams messages, shows a status, and keeps Slack's session with its Stop button."""

    def __init__(
        self,
        client: RateLimitedClient,
        users: Users,
        readers: ThreadReaders,
        sessions: AgentSessions,
        context: ThreadContext,
        waiting_mark: WaitingMark,
        pauses: ChannelPauses,
    ) -> None:
        self._client = client
        self._users = users
        self._readers = readers
        self._sessions = sessions
        self._context = context
        self._waiting_mark = waiting_mark
        self._pauses = pauses
        self._question_sessions: dict[str, QuestionSession] = {}

    def begin_work(self, record: QuestionRecord) -> None:
        """Count the question into its thread's session."""
        self._sessions.enter_session(_place_from_record(record), record.id)

    async def end_work(self, record: QuestionRecord) -> None:
        """Take the question out of its thread's session."""
        self._waiting_mark.unmark_question(record)
        session = self._question_sessions.pop(record.id, None) or self._open_session(record)
        goes_on = await self._context.is_answered_elsewhere(record)
        status: EndStatus = "processing" if goes_on else session.end_status
        await self._sessions.end_session(session.place, record.id, status)

    async def recover_messages(self, life: QuestionLife) -> None:
        """Find what an earlier try wrote, and stop its streams; the log may not know all of it."""
        record = life.record
        if record.tries <= 1 and not record.messages:
            return
        messages = record.messages
        if not messages:
            with contextlib.suppress(*SLACK_ERRORS):
                messages = await self._context.find_orphan_messages(record)
                await life.save_progress(messages=messages)
        for ts in messages:
            if self._client.rate_limiter.has_room("chat.stopStream"):  # else it is stopped when it is written anew
                with contextlib.suppress(*SLACK_ERRORS):
                    await self._client.chat_stopStream(channel=record.channel, ts=ts, session_status="processing")

    async def is_deleted(self, record: QuestionRecord) -> bool:
        """Whether the question's message is gone."""
        return await self._context.is_deleted(record)

    async def fetch_language(self, user: str) -> str | None:
        """The asker's language, if Slack returns it soon enough for the first status."""
        return await self._users.get_language_soon(user, _LANGUAGE_TIMEOUT_SECONDS)

    def open_reply(self, life: QuestionLife, texts: InterfaceTexts) -> QuestionReply:
        """Make a reply that replaces the messages of an earlier try; an unasked one is held back until it is sure."""
        del texts
        on_message = partial(self.record_message, life)
        session = self._question_sessions.setdefault(life.record.id, self._open_session(life.record))
        place, messages = session.place, life.record.messages
        reply = ThreadReply(self._client, place, messages, on_message, life.check_claim, session)
        is_unanswered = partial(self._context.is_unanswered, life.record)
        return HeldReply(reply, life.record, self._pauses, is_unanswered) if life.record.unasked else reply

    def _open_session(self, record: QuestionRecord) -> QuestionSession:
        elsewhere = partial(self._context.is_answered_elsewhere, record)
        return QuestionSession(self._sessions, _place_from_record(record), record.id, elsewhere)

    async def prepare_question(
        self, record: QuestionRecord, reply: QuestionReply, language: str | None
    ) -> PreparedQuestion | None:
        """Show a first status, and read the thread and the audience; a question without words gets help.

        None also where nobody asked, and Slack does not say who reads along.
        """
        texts, granted = get_question_texts(record.text, language), GrantedAudience(Audience(frozenset()))
        if record.unasked:
            granted = await self._readers.access_directory.find_place_audience(record.user, record.channel)
            if not granted.is_certain and not reply.has_begun:
                return None
        elif record.text:
            self._waiting_mark.mark_question(record)
            granted = await self._find_audience_while_announcing(record, reply, texts)
        thread = await self._context.read_history(record, granted.audience)
        if not record.text:
            await self._post_help(record, reply, thread, texts)
            return None
        language = await self._users.get_user_language(record.user)
        texts = get_question_texts(record.text, language)
        question = Question(
            record.text,
            granted.audience,
            history=thread.turns,
            locale=language,
            thread=f"{record.team}/{record.channel}/{record.thread_ts}",
            preferred=await self._readers.viewed_places.find_preferred(record),
        )
        notices = _list_notices(record, thread, granted, is_first=await self._context.is_first_direct_question(record))
        offer = partial(self._readers.wider_search.offer_wider_search, record, question)
        if record.unasked:
            offer = partial(offer_not_helpful, record)
        return PreparedQuestion(question, texts, notices, thread.used_passages, offer, must_be_sure=record.unasked)

    async def save_answer(self, life: QuestionLife, answer: Answer) -> None:
        """Store nothing: the answer is in its thread."""

    async def is_private(self, record: QuestionRecord) -> bool:
        """Whether the question was asked outside the public channels."""
        return not await self._readers.public_channels.is_public_channel(record.channel)

    async def record_message(self, life: QuestionLife, ts: str) -> None:
        """Write to the log that the answer has a new message.

        Raises:
            ClaimLost: another claim holds the question; the message is deleted again.
        """
        if life.is_over:
            return
        try:
            await life.save_progress(state="answering", messages=(*life.record.messages, ts))
        except ClaimLost:
            if not await self._context.belongs_to_answer(life.record, ts):
                with contextlib.suppress(*SLACK_ERRORS):
                    await self._client.chat_delete(channel=life.record.channel, ts=ts)
            raise

    async def _find_audience_while_announcing(
        self, record: QuestionRecord, reply: QuestionReply, texts: InterfaceTexts
    ) -> GrantedAudience:
        """Find the audience of a question's place; where that fails, nothing is announced afterwards."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._announce_search(record, reply, texts))
                finding = group.create_task(
                    self._readers.access_directory.find_place_audience(record.user, record.channel)
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
        bot_user = await self._context.identity.get_bot_user()
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
