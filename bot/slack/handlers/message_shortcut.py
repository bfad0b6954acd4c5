"""The door of the message shortcut: asks about any message, privately, after its reader has put it as a question."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.slack.questions.private_answer import PrivateAnswers, ReplyAddress
from bot.slack.views.block_kit import Block, build_modal, build_plain_text, build_section_block
from bot.slack.views.markup import to_plain_text

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

    from bot.slack.dependencies import Dependencies
    from bot.slack.events.parse import Json
    from bot.slack.i18n.texts import InterfaceTexts

EVENTS: tuple[str, ...] = ()
ASK_ABOUT_THIS = "ask_about_this"
_QUESTION, _TEXT = "question", "text"
_MAX_LENGTH = 3_000  # characters that Slack takes in a field


def register(app: AsyncApp, deps: Dependencies) -> None:
    """Listen for the shortcut, and for the modal that it opens."""

    async def on_shortcut(ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        await ack()
        deps.running_tasks.start_task(_open_modal(deps, body, context.bot_user_id or ""))

    async def on_submission(ack: AsyncAck, body: Json, view: Json) -> None:
        question = (view["state"]["values"][_QUESTION][_TEXT].get("value") or "").strip()
        try:
            if question:
                place = json.loads(view["private_metadata"])
                spot = ReplyAddress(body["user"]["id"], place["channel"], place["response_url"])
                await PrivateAnswers(deps).ask_privately(question, spot)
        finally:
            await ack()

    app.shortcut({"type": "message_action", "callback_id": ASK_ABOUT_THIS})(on_shortcut)
    app.view_submission(ASK_ABOUT_THIS)(on_submission)


async def _open_modal(deps: Dependencies, body: Json, bot_user: str) -> None:
    texts = await deps.users.get_user_texts(body["user"]["id"])
    place = {"channel": body["channel"]["id"], "response_url": body["response_url"]}
    said = to_plain_text(body["message"].get("text") or "", bot_user)
    await deps.client.views_open(trigger_id=body["trigger_id"], view=render_shortcut_modal(said, place, texts))


def render_shortcut_modal(message_text: str, place: dict[str, str], texts: InterfaceTexts) -> Block:
    """The modal: the message's words as a question that may be changed before it is asked."""
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
