"""The App Home: what the bot is, how to ask, and how the documents stand; and the prompts it suggests."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.slack.blocks import SECTION, Block, Links, context, section, shortened
from bot.slack.markup import label
from knowledge.documents import SEARCHABLE, Document, State
from knowledge.errors import IndexUnavailable

if TYPE_CHECKING:
    from bot.slack.parts import Parts
    from bot.slack.texts import Texts

log = logging.getLogger(__name__)
_BLOCKS = 90  # of the 100 that Slack takes
_FAILURE_BLOCKS = 20
_PROMPTS = 4
_PROMPT_TITLE = 60


@dataclass(frozen=True, slots=True)
class Home:
    """What a person sees when they open the bot."""

    parts: Parts

    async def show(self, user: str, bot_user: str) -> None:
        """Publish the Home tab."""
        texts = await self.parts.people.texts(user)
        blocks = view(await self._documents(), self.parts.links, texts, bot_user)
        await self.parts.client.views_publish(user_id=user, view={"type": "home", "blocks": blocks})

    async def suggest(self, user: str, channel: str) -> None:
        """Suggest first questions in the Messages tab."""
        texts = await self.parts.people.texts(user)
        suggested = prompts(await self._documents() or [], texts)
        if suggested:
            await self.parts.client.assistant_threads_setSuggestedPrompts(
                channel_id=channel, prompts=suggested, title=texts.prompts_title
            )

    async def _documents(self) -> list[Document] | None:
        """The documents by path; None while the index is away."""
        try:
            documents = await asyncio.to_thread(self.parts.ledger.all)
        except IndexUnavailable as error:
            log.warning("ledger unread error=%s", error)
            return None
        return [documents[path] for path in sorted(documents)]


def view(documents: list[Document] | None, links: Links, texts: Texts, bot_user: str) -> list[Block]:
    """The Home tab's blocks. `documents` is None while the index is away."""
    blocks = [section(texts.home_what), section(texts.home_how.format(bot=f"<@{bot_user}>"))]
    blocks.append({"type": "divider"})
    if documents is None:
        return [*blocks, section(texts.index_away)]
    blocks.append(_header(texts.home_documents.format(total=len(documents))))
    if not documents:
        return [*blocks, section(texts.home_no_documents)]
    blocks.append(context(_counts(documents, texts)))
    failed = [document for document in documents if document.state is State.FAILED]
    if failed:
        lines = (f"• {links.shown(d.path, d.path)}: {label(shortened(d.reason or '', 200))}" for d in failed)
        blocks += [section(f"*{texts.home_failures}*"), *packed(lines, texts, _FAILURE_BLOCKS)]
    lines = (_line(document, links, texts) for document in documents if document.state is not State.FAILED)
    return [*blocks, *packed(lines, texts, _BLOCKS - len(blocks))]


def prompts(documents: Iterable[Document], texts: Texts) -> list[dict[str, str]]:
    """Up to four first questions, about the documents that were read last."""
    readable = (document for document in documents if document.state in SEARCHABLE and document.title)
    latest = sorted(readable, key=lambda document: document.read_at or 0.0, reverse=True)
    titles = dict.fromkeys(document.title for document in latest)
    asked = ((title, texts.prompt.format(title=title)) for title in list(titles)[:_PROMPTS])
    return [
        {"title": texts.prompt.format(title=shortened(title, _PROMPT_TITLE)), "message": question}
        for title, question in asked
    ]


def packed(lines: Iterable[str], texts: Texts, most: int) -> list[Block]:
    """Lines in at most `most` sections, and how many lines more there are."""
    all_lines = list(lines)
    sections: list[Block] = []
    shown = 0
    for chunk in _chunks(all_lines):
        if len(sections) == most - 1:
            break
        sections.append(section("\n".join(chunk)))
        shown += len(chunk)
    left = len(all_lines) - shown
    return [*sections, context(texts.more.format(n=left))] if left else sections


def _chunks(lines: Iterable[str]) -> Iterator[list[str]]:
    chunk: list[str] = []
    room = SECTION
    for line in lines:
        if len(line) + 1 > room and chunk:
            yield chunk
            chunk, room = [], SECTION
        chunk.append(line)
        room -= len(line) + 1
    if chunk:
        yield chunk


def _header(text: str) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": text}}


def _counts(documents: Iterable[Document], texts: Texts) -> str:
    counted = Counter(document.state for document in documents)
    return " · ".join(f"{_state(state, texts)}: {counted[state]}" for state in State if counted[state])


def _state(state: State, texts: Texts) -> str:
    match state:
        case State.READING:
            return texts.reading
        case State.WORDS:
            return texts.words
        case State.MEANING:
            return texts.meaning
        case State.FAILED:
            return texts.failure


def _line(document: Document, links: Links, texts: Texts) -> str:
    mark = {State.READING: "◌", State.WORDS: "◐", State.MEANING: "●"}.get(document.state, "•")
    title = links.shown(shortened(document.title or document.path, 120), document.path)
    return f"{mark} {title} — {_state(document.state, texts)}"
