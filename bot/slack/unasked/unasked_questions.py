"""Decides whether the bot answers a message that nobody put to it: only in some channels, and only where it is sure.

A message waits here until people had time to answer it. What waits is in no log: of messages between people, only
those that the bot begins to answer are kept. From then on, a question lives as a mention does.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bot.answering.understanding.open_questions import find_open_question
from bot.slack.api.client import SLACK_ERRORS
from bot.slack.api.refused_methods import get_error_code
from bot.slack.events.parse import RecentKeys, message_from_event
from bot.slack.questions.intake import record_from_message
from knowledge.core.failures import IndexUnavailable

if TYPE_CHECKING:
    from bot.slack.events.parse import IncomingMessage, Json
    from bot.slack.people.access import AccessDirectory
    from bot.slack.questions.answer_delivery import QuestionAnswerer
    from bot.slack.questions.answer_flow import AnswerFlow
    from bot.slack.questions.intake import QuestionIntake
    from bot.slack.questions.thread_context import ThreadContext
    from bot.slack.running_tasks import RunningTasks
    from bot.slack.unasked.channel_pauses import ChannelPauses, UnaskedActivity

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
        """Whether a message is surely answered; False where Slack does not say who reads along.

        Raises:
            IndexUnavailable: nothing can be searched.
        """
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
    answers: AnswerFlow
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

    async def list_activity(self) -> list[UnaskedActivity]:
        """What the bot did unasked in each channel where it may.

        Raises:
            IndexUnavailable: the log cannot be read.
        """
        return await self.pauses.list_activity(self.places.channels)

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
