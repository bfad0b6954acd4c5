"""Shows a cited passage between its neighbours, or the next passages below a quote, in a modal.

A button holds ids only: the texts are fetched again, with the rights of the person who presses.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from functools import partial

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.answering.languages.all_languages import PROMPT_TEXTS
from bot.answering.quoting.quote import choose_other_quotes
from bot.slack.events.parse import Json
from bot.slack.i18n.texts import InterfaceTexts
from bot.slack.people.access import AccessDirectory
from bot.slack.people.users import Users
from bot.slack.replies.ephemeral import open_and_fill_modal
from bot.slack.running_tasks import RunningTasks
from bot.slack.views.block_kit import (
    Block,
    DocumentLinks,
    build_actions_block,
    build_button,
    build_context_block,
)
from bot.slack.views.passages import (
    render_more_passages,
    render_passage_modal,
    render_sentence_modal,
)
from bot.slack.views.sources import (
    MORE_PASSAGES_ACTION,
    SHOW_PAGE_ACTION,
    SHOW_PASSAGE_ACTION,
    MorePassagesButton,
    PassageButton,
)
from knowledge.core.failures import IndexUnavailable
from knowledge.core.passages import FoundPassage, Passage
from knowledge.retrieval.passage_lookup import PassageLookup, PassageNeighbours
from knowledge.storage.index_versions import ServedDocuments


def register(app: AsyncApp, handler: PassageViewHandler, running_tasks: RunningTasks) -> None:
    """Listens for the buttons and the menu under an answer."""

    async def on_press(ack: AsyncAck, body: Json, action: Json) -> None:
        await ack()
        value = action.get("value") or (action.get("selected_option") or {}).get("value") or ""
        if button := PassageButton.button_from_value(value):
            origin = ThreadOrigin.origin_from_press(body)
            running_tasks.start_task(handler.show_passage_modal(button, body["user"]["id"], body["trigger_id"], origin))

    async def on_more(ack: AsyncAck, body: Json, action: Json) -> None:
        await ack()
        if button := MorePassagesButton.button_from_value(action.get("value") or ""):
            running_tasks.start_task(handler.show_more_passages(button, body["user"]["id"], body["trigger_id"]))

    app.action(re.compile(f"^{SHOW_PASSAGE_ACTION}"))(on_press)
    app.action(MORE_PASSAGES_ACTION)(on_more)


@dataclass(frozen=True, slots=True)
class ThreadOrigin:
    """The conversation, and its thread, in which a button was pressed; a modal carries it, as it has none itself."""

    channel: str = ""
    thread_ts: str = ""

    @classmethod
    def origin_from_press(cls, body: Json) -> ThreadOrigin:
        """The place in the payload of a button in a message; empty where there is none."""
        container, channel = body.get("container") or {}, body.get("channel") or {}
        return cls(str(channel.get("id") or ""), str(container.get("thread_ts") or ""))

    @property
    def value(self) -> str:
        """What a modal carries."""
        return f"{self.channel} {self.thread_ts}".strip()

    @classmethod
    def origin_from_value(cls, value: str) -> ThreadOrigin:
        """Parses what a modal carries; it came from outside, so it may be anything."""
        channel, _, thread_ts = value.partition(" ")
        return cls(channel, thread_ts)


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """A passage with its neighbours, and when its document was last changed."""

    neighbours: PassageNeighbours
    changed_at: float | None


@dataclass(frozen=True, slots=True)
class PassageViewHandler:
    """Shows a passage, or the next passages, in a modal."""

    client: AsyncWebClient
    users: Users
    access_directory: AccessDirectory
    passage_lookup: PassageLookup
    served_documents: ServedDocuments
    document_links: DocumentLinks
    has_page_pictures: bool = False

    async def show_more_passages(self, button: MorePassagesButton, user: str, trigger: str) -> None:
        """Shows those of the passages that the person who pressed may know."""
        texts = await self.users.get_answer_texts(button.language, user)
        fetching = render_sentence_modal(texts.more_passages, texts.passage_fetched, texts)
        await open_and_fill_modal(self.client, trigger, fetching, partial(self._load_passages, button, user, texts))

    async def _load_passages(self, button: MorePassagesButton, user: str, texts: InterfaceTexts) -> Block:
        try:
            granted = await self.access_directory.find_user_audience(user)  # nobody else sees the modal
            known = await asyncio.to_thread(
                self.passage_lookup.get_known_passages, button.passage_ids, granted.audience
            )
        except IndexUnavailable:
            return render_sentence_modal(texts.more_passages, texts.index_away, texts)
        found = [FoundPassage(known[one], 0.0) for one in button.passage_ids if one in known]
        colon = PROMPT_TEXTS[texts.code].answer.colon
        quotes = await asyncio.to_thread(choose_other_quotes, button.question, found, colon)
        return render_more_passages(quotes, self.document_links, texts)

    async def show_passage_modal(
        self, passage_button: PassageButton, user: str, trigger: str, origin: ThreadOrigin
    ) -> None:
        """Shows a passage to the person who pressed its button."""
        texts = await self.users.get_answer_texts(passage_button.language, user)
        fetching = render_sentence_modal(texts.passage_title.format(n=passage_button.n), texts.passage_fetched, texts)
        load = partial(self._load_first_modal, passage_button, user, texts, origin)
        await open_and_fill_modal(self.client, trigger, fetching, load)

    async def _load_first_modal(
        self, button: PassageButton, user: str, texts: InterfaceTexts, origin: ThreadOrigin
    ) -> Block:
        """The modal as it is shown first; it carries where the button was pressed."""
        return {**await self.load_modal(button, user, texts), "private_metadata": origin.value}

    async def load_modal(self, button: PassageButton, user: str, texts: InterfaceTexts, note: str = "") -> Block:
        """Fetches a passage and gives its modal, or one with the sentence that says why it cannot be shown."""
        try:
            found = await self.find_passage(button, user)
        except IndexUnavailable:
            return render_sentence_modal(texts.passage_title.format(n=button.n), texts.index_away, texts)
        if found is None:
            return render_sentence_modal(texts.passage_title.format(n=button.n), texts.passage_gone, texts)
        return self.render_modal(button, found, texts, note)

    async def find_passage(self, button: PassageButton, user: str) -> ShownPassage | None:
        """Fetches what a person may read of a passage; None where it is gone, or not for that person."""
        granted = await self.access_directory.find_user_audience(user)  # nobody else sees the modal
        audience = granted.audience
        found = await asyncio.to_thread(self.passage_lookup.get_passage_neighbours, button.passage_id, audience)
        if found is None:
            return None
        path = found.passage.path
        served = await asyncio.to_thread(self.served_documents.get_served_documents, [path], audience)
        document = served.get(path)
        return ShownPassage(found, document.changed_at if document else None)

    def render_modal(self, button: PassageButton, found: ShownPassage, texts: InterfaceTexts, note: str = "") -> Block:
        """Gives the modal of a passage, with a button for its page, or a note in the button's place."""
        extra: list[Block] = [build_context_block(note)] if note else []
        if not note and self.has_page_pictures and has_page_picture(found.neighbours.passage):
            extra = [build_actions_block(build_button(SHOW_PAGE_ACTION, texts.show_page, button.value))]
        return render_passage_modal(button, found.neighbours, found.changed_at, self.document_links, texts, extra)


def has_page_picture(passage: Passage) -> bool:
    """Whether a passage is of a PDF that lies in the folder by itself, on a page that is known."""
    excerpt = passage.excerpt
    return passage.path.lower().endswith(".pdf") and not excerpt.member and excerpt.page is not None
