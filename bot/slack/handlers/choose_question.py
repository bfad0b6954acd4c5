"""Asks the question that a person chose from those that their vague one may mean.

The button holds the whole choice. It is written to the question log before it is acknowledged.
"""

from __future__ import annotations

import asyncio
import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.slack.events.parse import ThreadPlace
from bot.slack.replies.ephemeral import ReplyAddress
from bot.slack.views.sources import CHOOSE_ACTION, ChoiceButton
from knowledge.core.failures import IndexUnavailable

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.slack.events.parse import Json
    from bot.slack.people.users import Users
    from bot.slack.questions.edits_and_stops import QuestionEdits
    from bot.slack.questions.private_answer import PrivateQuestions

log = logging.getLogger(__name__)
_ACKNOWLEDGE_SECONDS = 2.0  # Slack waits three


def register(app: AsyncApp, handler: ChoiceHandler) -> None:
    """Listens for the buttons below a question back."""

    async def on_choose(ack: AsyncAck, body: Json, action: Json) -> None:
        try:
            if button := ChoiceButton.button_from_value(action.get("value") or ""):
                async with asyncio.timeout(_ACKNOWLEDGE_SECONDS):
                    await handler.ask_chosen(button, body)
        except TimeoutError:
            log.warning("choice not written down in time")
        finally:
            await ack()

    app.action(re.compile(f"^{CHOOSE_ACTION}"))(on_choose)


@dataclass(frozen=True, slots=True)
class ChoiceHandler:
    """Asks a chosen question where the vague one was asked: in its thread, or for one person's eyes."""

    client: AsyncWebClient
    users: Users
    private: PrivateQuestions
    edits: QuestionEdits

    async def ask_chosen(self, button: ChoiceButton, body: Json) -> None:
        """Asks the question, for the person who pressed; pressed again, it is asked once."""
        address = ReplyAddress.address_from_press(body)
        if address.may_replace:
            await self.private.ask_privately(button.question, address, instead_of=button.question_id)
            return
        team = str((body.get("user") or {}).get("team_id") or "")
        chooser = ThreadPlace(team, address.channel, "", address.user)
        try:
            await self.edits.ask_chosen_question(button.question_id, button.question, chooser)
        except IndexUnavailable:
            texts = await self.users.get_question_texts(button.question, address.user)
            await address.open_notice(self.client).show_sentence(texts.index_away)
