"""Asks about any message by its shortcut: a modal lets the person change the question, and the answer is private."""

from __future__ import annotations

import json
from dataclasses import dataclass

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.events.parse import Json
from bot.slack.events.thread_context import read_message_text
from bot.slack.i18n.catalogue import get_question_texts
from bot.slack.i18n.texts import InterfaceTexts
from bot.slack.people.users import Users
from bot.slack.questions.private_answer import PrivateQuestions
from bot.slack.replies.ephemeral import ReplyAddress
from bot.slack.running_tasks import RunningTasks
from bot.slack.views.block_kit import Block, build_modal, build_plain_text, build_section_block

ASK_ABOUT_THIS = "ask_about_this"
_QUESTION, _TEXT = "question", "text"
_LANGUAGE_SECONDS = 0.5  # Slack waits three for the acknowledgement, and recording may take two
_MAX_LENGTH = 3_000  # characters that Slack takes in a field


def register(app: AsyncApp, handler: MessageShortcut, running_tasks: RunningTasks) -> None:
    """Listens for the shortcut, and for the modal that it opens."""

    async def on_shortcut(ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        await ack()
        running_tasks.start_task(handler.open_question_modal(body, context.bot_user_id or ""))

    async def on_submission(ack: AsyncAck, body: Json, view: Json) -> None:
        try:
            await handler.ask_submitted_question(body, view)
        finally:
            await ack()

    app.shortcut({"type": "message_action", "callback_id": ASK_ABOUT_THIS})(on_shortcut)
    app.view_submission(ASK_ABOUT_THIS)(on_submission)


@dataclass(frozen=True, slots=True)
class MessageShortcut:
    """Opens the modal with the message's text, and asks the question that comes back."""

    client: AsyncWebClient
    users: Users
    private_answers: PrivateQuestions
    running_tasks: RunningTasks

    async def open_question_modal(self, body: Json, bot_user: str) -> None:
        """Opens the modal for the person who used the shortcut."""
        texts = await self.users.get_user_texts(body["user"]["id"])
        place = {"channel": body["channel"]["id"], "response_url": body["response_url"]}
        message_text = read_message_text(body["message"], bot_user)
        view = render_shortcut_modal(message_text, place, texts)
        await self.client.views_open(trigger_id=body["trigger_id"], view=view)

    async def ask_submitted_question(self, body: Json, view: Json) -> None:
        """Records the question of a submitted modal before Slack is told that it arrived."""
        question = (view["state"]["values"][_QUESTION][_TEXT].get("value") or "").strip()
        if question:
            place = json.loads(view["private_metadata"])
            address = ReplyAddress(body["user"]["id"], place["channel"], place["response_url"])
            await self.private_answers.ask_privately(question, address)
            texts = get_question_texts(question, await self.users.get_language_soon(address.user, _LANGUAGE_SECONDS))
            self.running_tasks.start_task(address.open_notice(self.client).show_sentence(texts.answer_follows))


def render_shortcut_modal(message_text: str, place: dict[str, str], texts: InterfaceTexts) -> Block:
    """Renders the modal: the message's text as a question that the person may change first."""
    field: Block = {"type": "plain_text_input", "action_id": _TEXT, "multiline": True, "max_length": _MAX_LENGTH}
    field |= {"initial_value": message_text[:_MAX_LENGTH]} if message_text else {}
    asked: Block = {"type": "input", "block_id": _QUESTION, "label": build_plain_text(texts.question), "element": field}
    return build_modal(
        texts.shortcut_title,
        [build_section_block(texts.shortcut_hint), asked],
        close=texts.cancel,
        submit=texts.ask,
        callback_id=ASK_ABOUT_THIS,
        private_metadata=json.dumps(place),
    )
