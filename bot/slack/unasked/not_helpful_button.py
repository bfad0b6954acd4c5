"""The button *Not helpful here* under an answer that nobody asked for: it makes the bot quieter in that channel.

A second press takes the first one back.
"""

from __future__ import annotations

import logging
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.slack.i18n.catalogue import get_texts
from bot.slack.replies.ephemeral import ReplyAddress
from bot.slack.views.block_kit import build_actions_block, build_button
from knowledge.core.failures import IndexUnavailable
from knowledge.storage.votes import Vote

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from bot.answering.answer import Answer
    from bot.slack.api.rate_limits import RateLimitedClient
    from bot.slack.events.parse import Json
    from bot.slack.people.users import Users
    from bot.slack.questions.intake import QuestionIntake
    from bot.slack.running_tasks import RunningTasks
    from bot.slack.views.block_kit import Block
    from knowledge.storage.question_log import QuestionRecord
    from knowledge.storage.votes import VoteStore

log = logging.getLogger(__name__)
NOT_HELPFUL_ACTION = "not_helpful_here"
_VALUE = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) ([a-z]{2})")


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
        run = self.intake.run_in_log_thread
        entry = (await run(self.intake.question_log.get_questions, [question_id])).get(question_id)
        if entry is None or not entry.unasked or entry.channel != address.channel:
            return None
        vote = Vote(question_id, address.user, liked=False, channel=entry.channel, at=time.time())
        stands = await run(self.vote_store.switch_vote, vote)
        log.info("answer not helpful channel=%s taken_back=%s", entry.channel, not stands)
        return stands
