"""Shows the next passages below a quote in a modal, each with its source, when *More passages* is pressed.

A button holds ids only: the texts are fetched again, with the rights of the person who presses.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bot.answering.languages.all_languages import PROMPT_TEXTS
from bot.answering.quoting.quote import choose_other_quotes
from bot.slack.replies.ephemeral import open_and_fill_modal
from bot.slack.views.quotes import render_more_passages, render_more_passages_sentence
from bot.slack.views.sources import MORE_PASSAGES_ACTION, MorePassagesButton
from knowledge.core.failures import IndexUnavailable
from knowledge.core.passages import FoundPassage

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.slack.events.parse import Json
    from bot.slack.i18n.texts import InterfaceTexts
    from bot.slack.people.access import AccessDirectory
    from bot.slack.people.users import Users
    from bot.slack.running_tasks import RunningTasks
    from bot.slack.views.block_kit import Block, DocumentLinks
    from knowledge.retrieval.passage_lookup import PassageLookup


def register(app: AsyncApp, handler: MorePassagesHandler, running_tasks: RunningTasks) -> None:
    """Listens for the button."""

    async def on_press(ack: AsyncAck, body: Json, action: Json) -> None:
        await ack()
        if button := MorePassagesButton.button_from_value(action.get("value") or ""):
            running_tasks.start_task(handler.show_more_passages(button, body["user"]["id"], body["trigger_id"]))

    app.action(MORE_PASSAGES_ACTION)(on_press)


@dataclass(frozen=True, slots=True)
class MorePassagesHandler:
    """Shows the next passages in a modal."""

    client: AsyncWebClient
    users: Users
    access_directory: AccessDirectory
    passage_lookup: PassageLookup
    document_links: DocumentLinks

    async def show_more_passages(self, button: MorePassagesButton, user: str, trigger: str) -> None:
        """Shows those of the passages that the person who pressed may know."""
        texts = await self.users.get_answer_texts(button.language, user)
        fetching = render_more_passages_sentence(texts.passage_fetched, texts)
        await open_and_fill_modal(self.client, trigger, fetching, partial(self._load_passages, button, user, texts))

    async def _load_passages(self, button: MorePassagesButton, user: str, texts: InterfaceTexts) -> Block:
        try:
            granted = await self.access_directory.find_user_audience(user)  # nobody else sees the modal
            known = await asyncio.to_thread(
                self.passage_lookup.get_known_passages, button.passage_ids, granted.audience
            )
        except IndexUnavailable:
            return render_more_passages_sentence(texts.index_away, texts)
        found = [FoundPassage(known[one], 0.0) for one in button.passage_ids if one in known]
        colon = PROMPT_TEXTS[texts.code].answer.colon
        quotes = await asyncio.to_thread(choose_other_quotes, button.question, found, colon)
        return render_more_passages(quotes, self.document_links, texts)
