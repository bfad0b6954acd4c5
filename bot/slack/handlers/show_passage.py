"""Shows a cited passage in a modal, in its own words, between its neighbours, when *Show passage* is pressed.

A button holds only a passage's id: the text is fetched again, with the rights of the person who presses.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bot.answering.languages.all_languages import PROMPT_TEXTS
from bot.slack.page_pictures.page_renderer import has_page_picture
from bot.slack.replies.ephemeral import open_and_fill_modal
from bot.slack.views.block_kit import (
    Block,
    DocumentLinks,
    build_actions_block,
    build_button,
    build_context_block,
    build_modal,
    build_section_block,
    format_date,
    shorten_text,
)
from bot.slack.views.markup import escape_label
from bot.slack.views.passage_text import lay_out_passage
from bot.slack.views.quotes import render_rich_text
from bot.slack.views.sources import SHOW_PAGE_ACTION, SHOW_PASSAGE_ACTION, PassageButton
from knowledge.core.failures import IndexUnavailable
from knowledge.core.passages import format_page_range

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slack_bolt.async_app import AsyncAck, AsyncApp
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.slack.events.parse import Json
    from bot.slack.i18n.texts import InterfaceTexts
    from bot.slack.people.access import AccessDirectory
    from bot.slack.people.users import Users
    from bot.slack.running_tasks import RunningTasks
    from knowledge.core.passages import Passage
    from knowledge.retrieval.passage_lookup import PassageLookup, PassageNeighbours
    from knowledge.storage.index_versions import ServedDocuments

_NEIGHBOUR_LENGTH = 400  # characters of each neighbour: the passage itself stays in sight
_PASSAGE_LENGTH = 20_000  # characters of one passage
_TRAIL_LENGTH = 200


def register(app: AsyncApp, handler: PassageViewHandler, running_tasks: RunningTasks) -> None:
    """Listens for the buttons and the menu under an answer."""

    async def on_press(ack: AsyncAck, body: Json, action: Json) -> None:
        await ack()
        value = action.get("value") or (action.get("selected_option") or {}).get("value") or ""
        if button := PassageButton.button_from_value(value):
            origin = ThreadOrigin.origin_from_press(body)
            running_tasks.start_task(handler.show_passage_modal(button, body["user"]["id"], body["trigger_id"], origin))

    app.action(re.compile(f"^{SHOW_PASSAGE_ACTION}"))(on_press)


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
    """Shows a passage in a modal."""

    client: AsyncWebClient
    users: Users
    access_directory: AccessDirectory
    passage_lookup: PassageLookup
    served_documents: ServedDocuments
    document_links: DocumentLinks
    has_page_pictures: bool = False

    async def show_passage_modal(
        self, passage_button: PassageButton, user: str, trigger: str, origin: ThreadOrigin
    ) -> None:
        """Shows a passage to the person who pressed its button."""
        texts = await self.users.get_answer_texts(passage_button.language, user)
        fetching = _render_sentence_modal(passage_button, texts.passage_fetched, texts)
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
            return _render_sentence_modal(button, texts.index_away, texts)
        if found is None:
            return _render_sentence_modal(button, texts.passage_gone, texts)
        return self.render_modal(button, found, texts, note)

    async def find_passage(self, button: PassageButton, user: str) -> ShownPassage | None:
        """Fetches what a person may read of a passage; None where it is gone, or not for that person.

        Raises:
            IndexUnavailable: Qdrant does not answer.
        """
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


def render_passage_modal(
    passage_button: PassageButton,
    found: PassageNeighbours,
    changed_at: float | None,
    links: DocumentLinks,
    texts: InterfaceTexts,
    extra: Sequence[Block] = (),
) -> Block:
    """Renders the modal: where the passage is, `extra`, what comes before it, its text, what comes after it."""
    colon = PROMPT_TEXTS[texts.code].answer.colon
    passage, excerpt = found.passage, found.passage.excerpt
    facts = [texts.page.format(page=pages)] if (pages := format_page_range(excerpt.page, excerpt.last_page)) else []
    trail = excerpt.section[1:] if excerpt.section[:1] == (passage.title,) else excerpt.section
    facts += [escape_label(shorten_text(" › ".join(trail), _TRAIL_LENGTH))] if trail else []
    facts += [texts.changed.format(moment=format_date(changed_at))] if changed_at else []
    title = links.format_document_link(passage.title or passage.path, passage.path, excerpt.link_page)
    blocks = [build_section_block(f"*{title}*"), *([build_context_block(" · ".join(facts))] if facts else [])]
    blocks += extra
    blocks += _render_neighbour(found.before, texts.passage_before, colon, from_end=True)
    blocks.append(_render_passage_text(passage, passage_button.spans, colon))
    blocks += _render_neighbour(found.after, texts.passage_after, colon, from_end=False)
    return build_modal(texts.passage_title.format(n=passage_button.n), blocks, close=texts.close)


def _render_passage_text(passage: Passage, spans: Sequence[tuple[int, int]], colon: str) -> Block:
    """Renders the passage's text as a quotation, what was quoted of it in bold; code keeps its columns."""
    if passage.excerpt.kind == "code":
        return render_rich_text([(passage.excerpt.text[:_PASSAGE_LENGTH], False)], kind="rich_text_preformatted")
    return render_rich_text(lay_out_passage(passage.excerpt, spans, colon, _PASSAGE_LENGTH))


def _render_neighbour(passage: Passage | None, title: str, colon: str, *, from_end: bool) -> list[Block]:
    if passage is None or not passage.excerpt.text.strip():
        return []
    return [
        build_context_block(f"*{title}*"),
        render_rich_text([(_cut_neighbour(passage, colon, from_end=from_end), False)]),
    ]


def _cut_neighbour(passage: Passage, colon: str, *, from_end: bool) -> str:
    laid_out = lay_out_passage(passage.excerpt, (), colon, _PASSAGE_LENGTH)
    text = "".join(text for text, _ in laid_out).strip()
    if len(text) <= _NEIGHBOUR_LENGTH:
        return text
    return (
        f"…{text[-_NEIGHBOUR_LENGTH:].partition(' ')[2]}"
        if from_end
        else f"{text[:_NEIGHBOUR_LENGTH].rpartition(' ')[0]}…"
    )


def _render_sentence_modal(passage_button: PassageButton, sentence: str, texts: InterfaceTexts) -> Block:
    return build_modal(
        texts.passage_title.format(n=passage_button.n), [build_section_block(sentence)], close=texts.close
    )
