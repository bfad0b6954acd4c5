"""Decides whether the bot answers a message that nobody put to it: only in some channels, and only where it is sure.

A message waits here until people had time to answer it. What waits is in no log: of messages between people, only
those that the bot begins to answer are kept. From then on, a question lives as a mention does, but its reply is held
back until it is whole and sure; otherwise nothing is shown.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

from bot.answering.understanding.open_questions import find_open_question
from bot.slack.api.errors import SLACK_ERRORS, get_error_code
from bot.slack.events.parse import IncomingMessage, Json, RecentKeys, message_from_event
from bot.slack.events.thread_context import ThreadContext
from bot.slack.people.access import AccessDirectory
from bot.slack.questions.answer_delivery import QuestionAnswerer
from bot.slack.questions.intake import QuestionIntake, record_from_message
from bot.slack.questions.question_job import QuestionJobs
from bot.slack.questions.unasked_pauses import ChannelPauses
from bot.slack.replies.steps import ReplyStep
from bot.slack.replies.stream import ThreadReply
from bot.slack.running_tasks import RunningTasks
from bot.slack.views.block_kit import Block
from knowledge.core.failures import IndexUnavailable
from knowledge.storage.question_log import QuestionRecord

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class UnaskedPlaces:
    """The channels (by id) in which the bot may answer unasked, and how long people have before it."""

    channels: frozenset[str]
    wait_seconds: float


@dataclass(frozen=True, slots=True)
class SureSearch:
    """Judges a message by what the members of its channel may read."""

    access_directory: AccessDirectory
    answering: QuestionAnswerer

    async def is_surely_answered(self, message: IncomingMessage) -> bool:
        """Whether a message is surely answered; False where Slack does not say who reads along."""
        granted = await self.access_directory.find_place_audience(message.user, message.channel)
        return granted.is_certain and await self.answering.is_surely_answered(message.text, granted.audience)


@dataclass(frozen=True, slots=True)
class UnaskedQuestions:
    """Takes in the messages of these channels. Whatever is doubtful or fails ends in silence."""

    places: UnaskedPlaces
    search: SureSearch
    pauses: ChannelPauses
    context: ThreadContext
    intake: QuestionIntake
    answers: QuestionJobs
    tasks: RunningTasks
    _seen: RecentKeys = field(default_factory=RecentKeys)
    _deciding: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def notice_message(self, event: Json) -> None:
        """Look at a message that begins no thread yet; it is decided once people had time to answer."""
        message = await self._read_message(event) if event["channel"] in self.places.channels else None
        if message and self._seen.add_if_new(message.key):
            loop = asyncio.get_running_loop()  # a timer, so that the end of the bot waits for nothing
            loop.call_later(self.places.wait_seconds, lambda: self.tasks.start_task(self._decide(message)))

    def notice_follow_up(self, message: IncomingMessage) -> None:
        """Look at what the asker says below an answer that nobody asked for; no pause holds there."""
        if message.channel in self.places.channels and not message.has_files:
            self.tasks.start_task(self._decide(message, is_follow_up=True))

    async def _read_message(self, event: Json) -> IncomingMessage | None:
        """The message of an event, if it may be an open question: it mentions nobody."""
        bot_user = await self.context.identity.get_bot_user()
        message = message_from_event(event, await self.context.identity.get_workspace_id(), bot_user)
        written = event.get("text") or ""
        if message is None or message.has_files or "<@" in written or "<!" in written:
            return None
        return message if find_open_question(message.text) else None

    async def _decide(self, message: IncomingMessage, *, is_follow_up: bool = False) -> None:
        """Begin the answer to a message, unless a person has answered or something is doubtful."""
        try:
            async with self._deciding:  # so that two questions at once do not both find the channel free
                if is_follow_up:
                    await self._begin_answer(message)
                elif await self.pauses.is_over(message.channel) and (latest := await self._read_again(message)):
                    await self._begin_answer(latest)
        except (*SLACK_ERRORS, IndexUnavailable) as error:
            log.info("not answered unasked channel=%s error=%s", message.channel, get_error_code(error))

    async def _read_again(self, message: IncomingMessage) -> IncomingMessage | None:
        """A message that nobody has answered as it stands now: its author may have edited it."""
        now = await self.context.fetch_unanswered_message(message.channel, message.ts, message.thread_ts)
        return await self._read_message({**now, "channel": message.channel}) if now else None

    async def _begin_answer(self, message: IncomingMessage) -> None:
        """Begin the answer to a message if the documents surely give it."""
        if not await self.search.is_surely_answered(message):
            return
        if claimed := await self.intake.accept_question(replace(record_from_message(message), unasked=True)):
            self.answers.start_answer(claimed)


@dataclass(slots=True)
class HeldReply:
    """A reply that writes all at once. `is_unanswered` says whether no person has answered meanwhile."""

    reply: ThreadReply
    record: QuestionRecord
    pauses: ChannelPauses
    is_unanswered: Callable[[], Awaitable[bool]]
    _words: list[str] = field(default_factory=list)

    @property
    def has_begun(self) -> bool:
        """Whether a message of the reply can be seen."""
        return self.reply.has_begun

    async def show_progress(self, step: ReplyStep, sentence: str) -> None:
        """Show nothing: nobody waits."""

    async def show_sentence(self, mrkdwn: str) -> None:
        """Show nothing in place of an answer."""

    async def write_text(self, words: str) -> None:
        """Keep words for the end."""
        self._words.append(words)

    async def finish_reply(
        self, blocks: Sequence[Block] = (), *, is_answer: bool = True, asks_back: bool = False
    ) -> None:
        """Show the whole answer, unless a person has answered or it is none: then an earlier try is deleted."""
        if not is_answer:
            await self.reply.withdraw_reply()
        elif self.has_begun:
            await self._show_answer(blocks, asks_back=asks_back)
        elif await self._may_begin():
            await self.pauses.note_answer(self.record)
            try:
                await self._show_answer(blocks, asks_back=asks_back)
            finally:
                if not self.has_begun:
                    await self.pauses.forget_answer(self.record)

    async def _may_begin(self) -> bool:
        """Whether the channel had its pause, which does not hold below such an answer, and nobody has answered."""
        is_follow_up = self.record.ts != self.record.thread_ts
        return (is_follow_up or await self.pauses.is_over(self.record.channel)) and await self.is_unanswered()

    async def _show_answer(self, blocks: Sequence[Block], *, asks_back: bool) -> None:
        await self.reply.write_text("".join(self._words))
        await self.reply.finish_reply(blocks, asks_back=asks_back)

    async def break_off_reply(self, sentence: str, *, is_over: bool = True) -> None:
        """End an answer that can be seen; say nothing of another."""
        if self.has_begun:
            await self.reply.break_off_reply(sentence, is_over=is_over)

    async def pause_reply(self, sentence: str) -> None:
        """Say that the answer comes later, if it can be seen."""
        if self.has_begun:
            await self.reply.pause_reply(sentence)

    async def leave_reply(self) -> None:
        """Write no more."""
        await self.reply.leave_reply()
