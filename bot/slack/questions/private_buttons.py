"""Handles the buttons that lead to private answers, or to others.

*Share in channel* and *Ask again* are below a private answer. *Look also in what I may read* is below an answer in
a channel.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bot.slack.api.client import create_webhook
from bot.slack.i18n.catalogue import get_texts
from bot.slack.questions.answer_delivery import apologize_on_error
from bot.slack.questions.private_answer import (
    ASK_AGAIN_BUTTON,
    LOOK_FURTHER_BUTTON,
    SHARE_BUTTON,
)
from bot.slack.replies.ephemeral import ReplyAddress
from knowledge.core.failures import IndexUnavailable

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.slack.events.parse import Json
    from bot.slack.i18n.texts import InterfaceTexts
    from bot.slack.people.users import Users
    from bot.slack.questions.intake import QuestionIntake
    from bot.slack.questions.private_answer import PrivateQuestions
    from bot.slack.replies.ephemeral import EphemeralReply
    from bot.slack.replies.sharing import ChannelSharing, SharedAnswerStore
    from bot.slack.running_tasks import RunningTasks

log = logging.getLogger(__name__)


def register(app: AsyncApp, private: PrivateQuestions, sharing: AnswerSharing, tasks: RunningTasks) -> None:
    """Listen for the three buttons."""

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

    app.action(SHARE_BUTTON)(on_share)
    app.action(LOOK_FURTHER_BUTTON)(on_look_further)
    app.action(ASK_AGAIN_BUTTON)(on_ask_again)


class AnswerSharing:
    """Shares a private answer in its channel, once."""

    def __init__(
        self,
        client: AsyncWebClient,
        users: Users,
        store: SharedAnswerStore,
        intake: QuestionIntake,
        channels: ChannelSharing,
    ) -> None:
        self._client = client
        self._users = users
        self._store = store
        self._intake = intake
        self._channels = channels

    async def share_private_answer(self, name: str, language: str, address: ReplyAddress) -> None:
        """Show everybody in the channel what only one person has seen, or say why not."""
        notice, texts = address.open_notice(self._client), None
        async with apologize_on_error(notice, get_texts(None)):
            texts = await self._users.get_answer_texts(language, address.user)
        if texts:
            await self._share_if_allowed(name, address, notice, texts)

    async def _share_if_allowed(
        self, name: str, address: ReplyAddress, notice: EphemeralReply, texts: InterfaceTexts
    ) -> None:
        private, is_shared = None, False
        async with apologize_on_error(notice, texts):
            private = await self._intake.run_in_log_thread(self._store.claim_private_answer, name, address.user)
            if private is None:
                await notice.show_sentence(texts.share_gone if self._store.is_durable else texts.share_unkept)
            elif not await self._channels.may_share_answer(private, address.channel):
                await notice.show_sentence(texts.share_refused)
            else:
                is_shared = await self._channels.post_shared_answer(private, address.channel, address.response_url)
                if not is_shared:
                    await notice.show_sentence(texts.share_failed)
        if private:
            await self._release_claim(name, is_shared=is_shared)
        if is_shared and address.may_replace:
            await create_webhook(address.response_url).send(delete_original=True)

    async def _release_claim(self, name: str, *, is_shared: bool) -> None:
        """Delete an answer that was shared; let another one be shared later."""
        release = self._store.drop_private_answer if is_shared else self._store.release_private_answer
        try:
            await self._intake.run_in_log_thread(release, name)
        except IndexUnavailable as error:
            log.warning("private answer not released error=%s", error)
