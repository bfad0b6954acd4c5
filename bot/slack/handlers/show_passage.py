"""The door of *Show passage*: a modal with a cited passage, word for word, between its neighbours.

A button carries a passage's id and no word of it: what is shown is fetched anew, on behalf of whoever presses.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.slack.views.block_kit import (
    Block,
    DocumentLinks,
    build_context_block,
    build_modal,
    build_plain_text,
    build_section_block,
    format_date,
    shorten_text,
)
from bot.slack.views.markup import escape_label
from bot.slack.views.sources import SHOW_PASSAGE_ACTION, PassageButton
from knowledge.core.failures import IndexUnavailable
from knowledge.core.passages import format_page_range
from knowledge.core.text import strip_invisible

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from bot.slack.dependencies import Dependencies
    from bot.slack.events.parse import Json
    from bot.slack.i18n.texts import InterfaceTexts
    from knowledge.core.passages import Passage
    from knowledge.retrieval.passage_lookup import PassageNeighbours

EVENTS: tuple[str, ...] = ()
_NEIGHBOUR_LENGTH = 400  # characters of each neighbour: the passage itself stays in sight
_PASSAGE_LENGTH = 20_000  # characters of one passage
_TRAIL_LENGTH = 200


def register(app: AsyncApp, deps: Dependencies) -> None:
    """Listen for the buttons and the menu under an answer."""
    handler = PassageViewHandler(deps)

    async def on_press(ack: AsyncAck, body: Json, action: Json) -> None:
        await ack()
        value = action.get("value") or (action.get("selected_option") or {}).get("value") or ""
        if wanted := PassageButton.button_from_value(value):
            deps.running_tasks.start_task(handler.show_passage_modal(wanted, body["user"]["id"], body["trigger_id"]))

    app.action(re.compile(f"^{SHOW_PASSAGE_ACTION}"))(on_press)


@dataclass(frozen=True, slots=True)
class PassageViewHandler:
    """Opens the modal. Slack grants three seconds for that, so it opens before the passage is there."""

    deps: Dependencies

    async def show_passage_modal(self, passage_button: PassageButton, user: str, trigger: str) -> None:
        """Show a passage to a person who pressed its button."""
        client = self.deps.client
        texts = await self.deps.users.get_user_texts(user)
        opened = await client.views_open(
            trigger_id=trigger, view=_render_sentence_modal(passage_button, texts.passage_fetched, texts)
        )
        view = await self._load_passage_modal(passage_button, user, texts)
        await client.views_update(view_id=opened["view"]["id"], view=view)

    async def _load_passage_modal(self, passage_button: PassageButton, user: str, texts: InterfaceTexts) -> Block:
        try:
            audience = (
                await self.deps.access_directory.find_user_audience(user)
            ).audience  # nobody else sees the modal
            found = await asyncio.to_thread(
                self.deps.passage_lookup.get_passage_neighbours, passage_button.passage_id, audience
            )
            if found is None:
                return _render_sentence_modal(passage_button, texts.passage_gone, texts)
            path = found.passage.path
            document = (await asyncio.to_thread(self.deps.served_documents.get_served_documents, [path], audience)).get(
                path
            )
        except IndexUnavailable:
            return _render_sentence_modal(passage_button, texts.index_away, texts)
        return render_passage_modal(
            passage_button, found, document.changed_at if document else None, self.deps.document_links, texts
        )


def render_passage_modal(
    passage_button: PassageButton,
    found: PassageNeighbours,
    changed_at: float | None,
    links: DocumentLinks,
    texts: InterfaceTexts,
) -> Block:
    """The modal: where the passage stands, what comes before it, its words, what comes after it."""
    passage, excerpt = found.passage, found.passage.excerpt
    facts = [texts.page.format(page=pages)] if (pages := format_page_range(excerpt.page, excerpt.last_page)) else []
    trail = excerpt.section[1:] if excerpt.section[:1] == (passage.title,) else excerpt.section
    facts += [escape_label(shorten_text(" › ".join(trail), _TRAIL_LENGTH))] if trail else []
    facts += [texts.changed.format(moment=format_date(changed_at))] if changed_at else []
    title = links.format_document_link(passage.title or passage.path, passage.path, excerpt.page)
    blocks = [build_section_block(f"*{title}*"), *([build_context_block(" · ".join(facts))] if facts else [])]
    blocks += _render_neighbour(found.before, texts.passage_before, from_end=True)
    blocks.append(_render_passage_text(passage))
    blocks += _render_neighbour(found.after, texts.passage_after, from_end=False)
    return build_modal(texts.passage_title.format(n=passage_button.n), blocks, close=texts.close)


def _render_passage_text(passage: Passage) -> Block:
    """The words of the passage as they stand, set off as a quotation; code keeps its columns."""
    kind = "rich_text_preformatted" if passage.excerpt.kind == "code" else "rich_text_quote"
    text = {"type": "text", "text": strip_invisible(passage.excerpt.text[:_PASSAGE_LENGTH])}
    return {"type": "rich_text", "elements": [{"type": kind, "elements": [text]}]}


def _render_neighbour(passage: Passage | None, title: str, *, from_end: bool) -> list[Block]:
    if passage is None or not passage.excerpt.text.strip():
        return []
    return [
        build_context_block(f"*{title}*"),
        {"type": "context", "elements": [build_plain_text(_cut_neighbour(passage, from_end=from_end))]},
    ]


def _cut_neighbour(passage: Passage, *, from_end: bool) -> str:
    text = passage.excerpt.text.strip()
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
