"""`/docs`: which documents there are, narrowed by words. Pure; keeps within Slack's sizes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.slack.views import document_status
from bot.slack.views.block_kit import (
    Block,
    DocumentLinks,
    build_context_block,
    build_section_block,
    pack_lines,
    shorten_text,
)
from bot.slack.views.markup import escape_label
from knowledge.core.documents import Document, DocumentState
from knowledge.core.lexical import fold_word

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.slack.i18n.texts import InterfaceTexts
    from knowledge.core.access import Audience
    from knowledge.storage.index_versions import ServedDocuments

_MAX_BLOCKS = 40
_MAX_CHARACTERS = 11_500  # of the 13,200 characters that all blocks of a message may hold
_STATE_ORDER = {DocumentState.FAILED: 0, DocumentState.READING: 1, DocumentState.WORDS: 2, DocumentState.MEANING: 2}


def render_document_list(
    documents: Iterable[Document], words: str, links: DocumentLinks, texts: InterfaceTexts, *, admin: bool = False
) -> list[Block]:
    """The documents whose title or path holds all words, those in need of a person first."""
    known = list(documents)
    if not known:
        return [build_section_block(texts.home_no_documents)]
    shown = escape_label(shorten_text(words, 100))
    found = filter_documents(known, words)
    if not found:
        return [build_section_block(texts.docs_none.format(words=shown, total=len(known)))]
    found_line = texts.docs_found.format(words=shown, count=len(found), total=len(known))
    title = found_line if shown else texts.home_documents.format(total=len(known))
    lines = (document_status.render_document_details(document, links, texts, admin=admin) for document in found)
    head = [build_section_block(f"*{title}*"), build_context_block(document_status.render_state_counts(found, texts))]
    return [*head, *pack_lines(lines, texts.docs_more, _MAX_BLOCKS, _MAX_CHARACTERS)]


def list_known_documents(served_documents: ServedDocuments, audience: Audience, *, admin: bool) -> dict[str, Document]:
    """The documents that a person may know of; an admin is told of each that could not be read, by its path."""
    known = served_documents.list_served_documents(audience)
    return (
        {**{path: replace(one, title="") for path, one in served_documents.list_failed_documents().items()}, **known}
        if admin
        else known
    )


def filter_documents(documents: Iterable[Document], words: str) -> list[Document]:
    """The documents whose title or path holds all words, whatever their accents and capitals; in order."""
    wanted = fold_word(words).split()
    found = [d for d in documents if not wanted or _contains_all_words(fold_word(f"{d.title}\n{d.path}"), wanted)]
    return sorted(found, key=lambda document: (_STATE_ORDER[document.state], document.path))


def _contains_all_words(text: str, wanted: list[str]) -> bool:
    return all(word in text for word in wanted)
