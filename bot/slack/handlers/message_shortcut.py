"""The door of the message shortcut: asks about any message, privately, after its reader has put it as a question."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.slack.questions.private_answer import PrivateAnswers, Spot
from bot.slack.views.block_kit import Block, modal, plain_text, section
from bot.slack.views.markup import plain

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

    from bot.slack.dependencies import Parts
    from bot.slack.events.parse import Json
    from bot.slack.i18n.texts import Texts

EVENTS: tuple[str, ...] = ()
ASK_ABOUT_THIS = "ask_about_this"
_QUESTION, _TEXT = "question", "text"
_LONGEST = 3_000  # characters that Slack takes in a field


def register(app: AsyncApp, parts: Parts) -> None:
    """Listen for the shortcut, and for the modal that it opens."""

    async def on_shortcut(ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        await ack()
        parts.flights.start(_open(parts, body, context.bot_user_id or ""))

    async def on_submission(ack: AsyncAck, body: Json, view: Json) -> None:
        question = (view["state"]["values"][_QUESTION][_TEXT].get("value") or "").strip()
        try:
            if question:
                place = json.loads(view["private_metadata"])
                spot = Spot(body["user"]["id"], place["channel"], place["response_url"])
                await PrivateAnswers(parts).take(question, spot)
        finally:
            await ack()

    app.shortcut({"type": "message_action", "callback_id": ASK_ABOUT_THIS})(on_shortcut)
    app.view_submission(ASK_ABOUT_THIS)(on_submission)


async def _open(parts: Parts, body: Json, bot_user: str) -> None:
    texts = await parts.people.texts(body["user"]["id"])
    place = {"channel": body["channel"]["id"], "response_url": body["response_url"]}
    said = plain(body["message"].get("text") or "", bot_user)
    await parts.client.views_open(trigger_id=body["trigger_id"], view=view(said, place, texts))


def view(said: str, place: dict[str, str], texts: Texts) -> Block:
    """The modal: the message's words as a question that may be changed before it is asked."""
    field: Block = {"type": "plain_text_input", "action_id": _TEXT, "multiline": True, "max_length": _LONGEST}
    field |= {"initial_value": said[:_LONGEST]} if said else {}
    asked: Block = {"type": "input", "block_id": _QUESTION, "label": plain_text(texts.question), "element": field}
    return modal(
        texts.shortcut_title,
        [section(texts.shortcut_hint), asked],
        close=texts.cancel,
        submit=texts.ask,
        callback_id=ASK_ABOUT_THIS,
        private_metadata=json.dumps(place),
    )
