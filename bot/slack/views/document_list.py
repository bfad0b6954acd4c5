"""`/docs`: which documents there are, narrowed by words. Pure; keeps within Slack's sizes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.slack.views import document_status
from bot.slack.views.block_kit import Block, Links, context, packed, section, shortened
from bot.slack.views.markup import label
from knowledge.core.documents import Document, State
from knowledge.core.lexical import folded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.slack.i18n.texts import Texts
    from knowledge.core.access import Audience
    from knowledge.storage.index_versions import Documents

_BLOCKS = 40
_LINES = 11_500  # of the 13,200 characters that all blocks of a message may hold
_ORDER = {State.FAILED: 0, State.READING: 1, State.WORDS: 2, State.MEANING: 2}


def listing(
    documents: Iterable[Document], words: str, links: Links, texts: Texts, *, admin: bool = False
) -> list[Block]:
    """The documents whose title or path holds all words, those in need of a person first."""
    known = list(documents)
    if not known:
        return [section(texts.home_no_documents)]
    shown = label(shortened(words, 100))
    found = matching(known, words)
    if not found:
        return [section(texts.docs_none.format(words=shown, total=len(known)))]
    found_line = texts.docs_found.format(words=shown, count=len(found), total=len(known))
    title = found_line if shown else texts.home_documents.format(total=len(known))
    lines = (document_status.whole(document, links, texts, admin=admin) for document in found)
    head = [section(f"*{title}*"), context(document_status.counts(found, texts))]
    return [*head, *packed(lines, texts.docs_more, _BLOCKS, _LINES)]


def stock_for(ledger: Documents, audience: Audience, *, admin: bool) -> dict[str, Document]:
    """The documents that a person may know of; an admin is told of each that could not be read, by its path."""
    known = ledger.all(audience)
    return {**{path: replace(one, title="") for path, one in ledger.failed().items()}, **known} if admin else known


def matching(documents: Iterable[Document], words: str) -> list[Document]:
    """The documents whose title or path holds all words, whatever their accents and capitals; in order."""
    wanted = folded(words).split()
    found = [d for d in documents if not wanted or _holds(folded(f"{d.title}\n{d.path}"), wanted)]
    return sorted(found, key=lambda document: (_ORDER[document.state], document.path))


def _holds(text: str, wanted: list[str]) -> bool:
    return all(word in text for word in wanted)
