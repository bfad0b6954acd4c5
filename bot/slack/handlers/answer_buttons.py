"""Handles the buttons below answers that ask a question, and *Share in channel*.

*Share in channel* and *Ask again* are below a private answer, *Look also in what I may read* below one in a channel.
Below a question back stands a button for each thing that a vague question may mean; it holds the whole choice.
"""

from __future__ import annotations

import asyncio
import logging
import re
from dataclasses import dataclass

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.api.client import create_webhook
from bot.slack.events.parse import Json, ThreadPlace
from bot.slack.i18n.catalogue import get_texts
from bot.slack.i18n.texts import InterfaceTexts
from bot.slack.people.users import Users
from bot.slack.questions.answer_delivery import apologize_on_error
from bot.slack.questions.edits_and_stops import QuestionEdits
from bot.slack.questions.intake import QuestionIntake
from bot.slack.questions.private_answer import ASK_AGAIN_BUTTON, LOOK_FURTHER_BUTTON, SHARE_BUTTON, PrivateQuestions
from bot.slack.replies.ephemeral import EphemeralReply, ReplyAddress
from bot.slack.replies.sharing import ChannelSharing, SharedAnswerStore
from bot.slack.running_tasks import RunningTasks
from bot.slack.views.sources import CHOOSE_ACTION, ChoiceButton
from knowledge.core.failures import IndexUnavailable

log = logging.getLogger(__name__)
_ACKNOWLEDGE_SECONDS = 2.0  # Slack waits three


def register(
    app: AsyncApp, private: PrivateQuestions, sharing: AnswerSharing, choices: ChoiceHandler, tasks: RunningTasks
) -> None:
    """Listen for the buttons. A question is recorded before its button is acknowledged."""

    async def on_share(ack: AsyncAck, body: Json, action: Json) -> None:
        await ack()
        name, _, language = (action.get("value") or "").partition(" ")
        tasks.start_task(sharing.share_private_answer(name, language, ReplyAddress.address_from_press(body)))

    async def on_ask_again(ack: AsyncAck, body: Json, action: Json) -> None:
        try:
            if text := action.get("value"):
                shown = action.get("block_id") or ""
                await private.ask_privately(text, ReplyAddress.address_from_press(body), instead_of=shown)
        finally:
            await ack()

    async def on_look_further(ack: AsyncAck, body: Json, action: Json) -> None:
        try:
            about, _, text = (action.get("value") or "").partition("\n")
            language, _, origin = about.partition(" ")
            if text.strip():
                address = ReplyAddress.address_from_press(body)
                shown = f"{(body.get('container') or {}).get('message_ts')} {address.user} {LOOK_FURTHER_BUTTON}"
                await private.ask_privately(text, address, instead_of=shown, origin=origin)
                tasks.start_task(private.announce_answer(language, address))
        finally:
            await ack()

    async def on_choose(ack: AsyncAck, body: Json, action: Json) -> None:
        try:
            if button := ChoiceButton.button_from_value(action.get("value") or ""):
                async with asyncio.timeout(_ACKNOWLEDGE_SECONDS):
                    await choices.ask_chosen(button, body)
        except TimeoutError:
            log.warning("choice not written down in time")
        finally:
            await ack()

    app.action(SHARE_BUTTON)(on_share)
    app.action(LOOK_FURTHER_BUTTON)(on_look_further)
    app.action(ASK_AGAIN_BUTTON)(on_ask_again)
    app.action(re.compile(f"^{CHOOSE_ACTION}"))(on_choose)


@dataclass(frozen=True, slots=True)
class AnswerSharing:
    """Shares a private answer in its channel, once."""

    client: AsyncWebClient
    users: Users
    store: SharedAnswerStore
    intake: QuestionIntake
    channels: ChannelSharing

    async def share_private_answer(self, name: str, language: str, address: ReplyAddress) -> None:
        """Show everybody in the channel what only one person has seen, or say why not."""
        notice, texts = address.open_notice(self.client), None
        async with apologize_on_error(notice, get_texts(None)):
            texts = await self.users.get_answer_texts(language, address.user)
        if texts:
            await self._share_if_allowed(name, address, notice, texts)

    async def _share_if_allowed(
        self, name: str, address: ReplyAddress, notice: EphemeralReply, texts: InterfaceTexts
    ) -> None:
        private, is_shared = None, False
        async with apologize_on_error(notice, texts):
            private = await self.intake.run_in_log_thread(self.store.claim_private_answer, name, address.user)
            if private is None:
                await notice.show_sentence(texts.share_gone if self.store.is_durable else texts.share_unkept)
            elif not await self.channels.may_share_answer(private, address.channel):
                await notice.show_sentence(texts.share_refused)
            else:
                is_shared = await self.channels.post_shared_answer(private, address.channel, address.response_url)
                if not is_shared:
                    await notice.show_sentence(texts.share_failed)
        if private:
            await self._release_claim(name, is_shared=is_shared)
        if is_shared and address.may_replace:
            await create_webhook(address.response_url).send(delete_original=True)

    async def _release_claim(self, name: str, *, is_shared: bool) -> None:
        """Delete an answer that was shared; let another one be shared later."""
        release = self.store.drop_private_answer if is_shared else self.store.release_private_answer
        try:
            await self.intake.run_in_log_thread(release, name)
        except IndexUnavailable as error:
            log.warning("private answer not released error=%s", error)


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
