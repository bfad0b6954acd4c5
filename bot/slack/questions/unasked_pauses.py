"""Keeps the bot quiet between two answers in a channel that nobody asked it for, and longer where they do not help.

Each answer with a press on *Not helpful here* makes the pause there four times as long, for as long as votes are kept;
a second press takes the first one back. One person makes it so once a day, and two make the bot silent. When an answer
was shown is kept with the votes.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.answering.answer import Answer
from bot.slack.api.rate_limits import RateLimitedClient
from bot.slack.events.parse import Json
from bot.slack.i18n.catalogue import get_texts
from bot.slack.people.users import Users
from bot.slack.questions.intake import QuestionIntake
from bot.slack.replies.ephemeral import ReplyAddress
from bot.slack.running_tasks import RunningTasks
from bot.slack.views.block_kit import Block, build_actions_block, build_button
from knowledge.core.failures import IndexUnavailable
from knowledge.storage.question_log import QuestionRecord
from knowledge.storage.votes import ChannelVotes, Vote, VoteStore

log = logging.getLogger(__name__)
_FIRST_PAUSE_SECONDS = 600.0
_GROWTH = 4.0
MOST_UNHELPFUL = 5  # with as many, the bot is silent there, if more than one person said so
_FEWEST_PEOPLE = 2
NOT_HELPFUL_ACTION = "not_helpful_here"
_VALUE = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) ([a-z]{2})")


@dataclass(frozen=True, slots=True)
class UnaskedActivity:
    """What the bot did unasked in a channel; `pause_seconds` is None where it is silent."""

    channel: str
    answers: int
    unhelpful: int
    pause_seconds: float | None


@dataclass(frozen=True, slots=True)
class ChannelPauses:
    """Tells how long the bot is quiet in each channel, from the votes."""

    intake: QuestionIntake
    vote_store: VoteStore

    async def is_over(self, channel: str) -> bool:
        """Whether the bot may answer unasked in a channel again."""
        votes = await self._read_votes(channel)
        pause = choose_pause(votes.unhelpful, votes.people)
        return pause is not None and votes.latest + pause <= self.vote_store.clock()

    async def note_answer(self, record: QuestionRecord) -> None:
        """Keep when an answer is shown: the pause begins."""
        shown = Vote(record.id, "", liked=True, channel=record.channel, at=self.vote_store.clock())
        await self.intake.run_in_log_thread(self.vote_store.cast_vote, shown)

    async def forget_answer(self, record: QuestionRecord) -> None:
        """Forget an answer that could not be shown."""
        shown = Vote(record.id, "", liked=True, channel=record.channel)
        await self.intake.run_in_log_thread(self.vote_store.retract_vote, shown)

    async def lift(self, channel: str) -> int:
        """Answer in a channel as at first; gives how many votes are forgotten."""
        return await self.intake.run_in_log_thread(self.vote_store.drop_unhelpful_votes, channel)

    async def list_activity(self, channels: Iterable[str]) -> list[UnaskedActivity]:
        """What the bot did unasked in each channel, for as long as votes are kept."""
        read = [(channel, await self._read_votes(channel)) for channel in sorted(channels)]
        return [
            UnaskedActivity(channel, votes.answers, votes.unhelpful, choose_pause(votes.unhelpful, votes.people))
            for channel, votes in read
        ]

    async def _read_votes(self, channel: str) -> ChannelVotes:
        return await self.intake.run_in_log_thread(self.vote_store.read_channel_votes, channel)


def choose_pause(unhelpful: int, people: int) -> float | None:
    """Seconds between two answers after as many were not helpful to so many people; None for silence."""
    if unhelpful >= MOST_UNHELPFUL and people >= _FEWEST_PEOPLE:
        return None
    return _FIRST_PAUSE_SECONDS * _GROWTH ** min(unhelpful, MOST_UNHELPFUL - 1)


def register(app: AsyncApp, handler: NotHelpfulHandler, running_tasks: RunningTasks) -> None:
    """Listens for the button."""

    async def on_press(ack: AsyncAck, body: Json, action: Json) -> None:
        await ack()
        if value := _VALUE.fullmatch(action.get("value") or ""):
            address = ReplyAddress.address_from_press(body)
            running_tasks.start_task(handler.record_press(value[1], value[2], address))

    app.action(NOT_HELPFUL_ACTION)(on_press)


async def offer_not_helpful(record: QuestionRecord, answer: Answer) -> list[Block]:
    """The button below the answer to a question that nobody put to the bot."""
    texts = get_texts(answer.language)
    return [build_actions_block(build_button(NOT_HELPFUL_ACTION, texts.not_helpful_here, f"{record.id} {texts.code}"))]


@dataclass(frozen=True, slots=True)
class NotHelpfulHandler:
    """Keeps a press with the votes, for the channel in which the answer stands."""

    client: RateLimitedClient
    users: Users
    intake: QuestionIntake
    vote_store: VoteStore

    async def record_press(self, question_id: str, language: str, address: ReplyAddress) -> None:
        """Keep a press, and tell whoever pressed; a button that came from another channel counts nothing."""
        texts = await self.users.get_answer_texts(language, address.user)
        try:
            stands = await self._switch_vote(question_id, address)
        except IndexUnavailable as error:
            log.warning("press not noted error=%s", error)
            stands = None
        sentence = {True: texts.quieter_here, False: texts.press_taken_back, None: texts.feedback_lost}[stands]
        await address.open_notice(self.client).show_sentence(sentence)

    async def _switch_vote(self, question_id: str, address: ReplyAddress) -> bool | None:
        """Whether a press stands now; None if it is of no such answer."""
        entry = await self.intake.fetch_question(question_id)
        if entry is None or not entry.unasked or entry.channel != address.channel:
            return None
        vote = Vote(question_id, address.user, liked=False, channel=entry.channel, at=time.time())
        stands = await self.intake.run_in_log_thread(self.vote_store.switch_vote, vote)
        log.info("answer not helpful channel=%s taken_back=%s", entry.channel, not stands)
        return stands
