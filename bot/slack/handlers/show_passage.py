"""The door of *Show passage*: a modal with a cited passage, word for word, between its neighbours.

A button carries a passage's id and no word of it: what is shown is fetched anew, on behalf of whoever presses.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.slack.views.block_kit import Block, Links, context, day, modal, plain_text, section, shortened
from bot.slack.views.markup import label
from bot.slack.views.sources import SHOW_PASSAGE, Wanted
from knowledge.core.failures import IndexUnavailable
from knowledge.core.passages import span_of_pages
from knowledge.core.text import visible

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from bot.slack.dependencies import Parts
    from bot.slack.events.parse import Json
    from bot.slack.i18n.texts import Texts
    from knowledge.core.passages import Passage
    from knowledge.retrieval.passage_lookup import Surroundings

EVENTS: tuple[str, ...] = ()
_BESIDE = 400  # characters of each neighbour: the passage itself stays in sight
_WHOLE = 20_000  # characters of one passage
_TRAIL = 200


def register(app: AsyncApp, parts: Parts) -> None:
    """Listen for the buttons and the menu under an answer."""
    door = Shown(parts)

    async def on_press(ack: AsyncAck, body: Json, action: Json) -> None:
        await ack()
        value = action.get("value") or (action.get("selected_option") or {}).get("value") or ""
        if wanted := Wanted.of(value):
            parts.flights.start(door.show(wanted, body["user"]["id"], body["trigger_id"]))

    app.action(re.compile(f"^{SHOW_PASSAGE}"))(on_press)


@dataclass(frozen=True, slots=True)
class Shown:
    """Opens the modal. Slack grants three seconds for that, so it opens before the passage is there."""

    parts: Parts

    async def show(self, wanted: Wanted, user: str, trigger: str) -> None:
        """Show a passage to a person who pressed its button."""
        client = self.parts.client
        texts = await self.parts.people.texts(user)
        opened = await client.views_open(trigger_id=trigger, view=_told(wanted, texts.passage_fetched, texts))
        view = await self._view(wanted, user, texts)
        await client.views_update(view_id=opened["view"]["id"], view=view)

    async def _view(self, wanted: Wanted, user: str, texts: Texts) -> Block:
        try:
            audience = (await self.parts.audiences.of_person(user)).audience  # nobody else sees the modal
            found = await asyncio.to_thread(self.parts.lookup.around, wanted.passage, audience)
            if found is None:
                return _told(wanted, texts.passage_gone, texts)
            path = found.passage.path
            document = (await asyncio.to_thread(self.parts.ledger.some, [path], audience)).get(path)
        except IndexUnavailable:
            return _told(wanted, texts.index_away, texts)
        return view(wanted, found, document.changed_at if document else None, self.parts.links, texts)


def view(wanted: Wanted, found: Surroundings, changed: float | None, links: Links, texts: Texts) -> Block:
    """The modal: where the passage stands, what comes before it, its words, what comes after it."""
    passage, excerpt = found.passage, found.passage.excerpt
    facts = [texts.page.format(page=pages)] if (pages := span_of_pages(excerpt.page, excerpt.last_page)) else []
    trail = excerpt.section[1:] if excerpt.section[:1] == (passage.title,) else excerpt.section
    facts += [label(shortened(" › ".join(trail), _TRAIL))] if trail else []
    facts += [texts.changed.format(moment=day(changed))] if changed else []
    title = links.shown(passage.title or passage.path, passage.path, excerpt.page)
    blocks = [section(f"*{title}*"), *([context(" · ".join(facts))] if facts else [])]
    blocks += _beside(found.before, texts.passage_before, from_end=True)
    blocks.append(_words(passage))
    blocks += _beside(found.after, texts.passage_after, from_end=False)
    return modal(texts.passage_title.format(n=wanted.n), blocks, close=texts.close)


def _words(passage: Passage) -> Block:
    """The words of the passage as they stand, set off as a quotation; code keeps its columns."""
    kind = "rich_text_preformatted" if passage.excerpt.kind == "code" else "rich_text_quote"
    text = {"type": "text", "text": visible(passage.excerpt.text[:_WHOLE])}
    return {"type": "rich_text", "elements": [{"type": kind, "elements": [text]}]}


def _beside(passage: Passage | None, title: str, *, from_end: bool) -> list[Block]:
    if passage is None or not passage.excerpt.text.strip():
        return []
    return [context(f"*{title}*"), {"type": "context", "elements": [plain_text(_cut(passage, from_end=from_end))]}]


def _cut(passage: Passage, *, from_end: bool) -> str:
    text = passage.excerpt.text.strip()
    if len(text) <= _BESIDE:
        return text
    return f"…{text[-_BESIDE:].partition(' ')[2]}" if from_end else f"{text[:_BESIDE].rpartition(' ')[0]}…"


def _told(wanted: Wanted, sentence: str, texts: Texts) -> Block:
    return modal(texts.passage_title.format(n=wanted.n), [section(sentence)], close=texts.close)
