"""How documents stand, in words: one line for each, and how many there are in each state. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bot.slack.views.block_kit import DocumentLinks, format_datetime, shorten_path, shorten_text
from bot.slack.views.markup import escape_label
from knowledge.core.documents import Document, DocumentState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.slack.i18n.texts import InterfaceTexts

_MARKS = {DocumentState.READING: "◌", DocumentState.WORDS: "◐", DocumentState.MEANING: "●", DocumentState.FAILED: "✕"}
_TITLE_LENGTH = 100
_PATH_LENGTH = 100
_REASON_LENGTH = 300


def render_state_counts(documents: Iterable[Document], texts: InterfaceTexts) -> str:
    """How many documents are in each state."""
    counted = Counter(document.state for document in documents)
    return " · ".join(f"{get_state_name(state, texts)} ({counted[state]})" for state in DocumentState if counted[state])


def get_state_name(state: DocumentState, texts: InterfaceTexts) -> str:
    """A state as people say it."""
    match state:
        case DocumentState.READING:
            return texts.reading
        case DocumentState.WORDS:
            return texts.words
        case DocumentState.MEANING:
            return texts.meaning
        case DocumentState.FAILED:
            return texts.failure


def render_document_line(document: Document, links: DocumentLinks, texts: InterfaceTexts) -> str:
    """A document's title, state and pages."""
    title = links.format_document_link(shorten_text(document.title or document.path, _TITLE_LENGTH), document.path)
    details = (get_state_name(document.state, texts), *_render_pages_read(document, texts))
    return f"{_MARKS[document.state]} {title} — {' · '.join(details)}"


def render_failed_document(document: Document, links: DocumentLinks, texts: InterfaceTexts) -> str:
    """A document that could not be read, and why."""
    shown = links.format_document_link(shorten_path(document.path, _PATH_LENGTH), document.path)
    return f"• {append_failure_reason(shown, document.path, document.reason or '', texts)}"


def append_failure_reason(shown: str, path: str, reason: str, texts: InterfaceTexts) -> str:
    """A file and why it could not be read; a reason that begins with the file's name does not say it again."""
    name = path.rpartition("/")[2]
    told = texts.reasons.translate_reason(reason)
    rest = told.removeprefix(f"{name} ")
    return f"{shown}{' ' if rest != told else ' — '}{escape_label(shorten_text(rest, _REASON_LENGTH))}"


def render_document_details(
    document: Document, links: DocumentLinks, texts: InterfaceTexts, *, admin: bool = False
) -> str:
    """All that the ledger tells people about a document, on one line; an admin hears of hidden text, too."""
    path = links.format_document_link(shorten_path(document.path, _PATH_LENGTH), document.path)
    title = escape_label(shorten_text(document.title, _TITLE_LENGTH))
    name = f"{title} ({path})" if title and document.title != document.path else path
    state = get_state_name(document.state, texts)
    facts = [
        state,
        *([_render_reason(document, texts)] if document.reason else ()),
        *_render_pages_read(document, texts),
    ]
    if document.passages:
        facts.append(texts.passages.format(passages=document.passages))
    if admin and document.hidden:
        facts.append(texts.hidden.format(places=document.hidden))
    if document.changed_at:
        facts.append(texts.changed.format(moment=format_datetime(document.changed_at)))
    return f"{_MARKS[document.state]} {name} — {' · '.join(facts)}"


def _render_pages_read(document: Document, texts: InterfaceTexts) -> list[str]:
    if not document.pages:
        return []
    if document.state is DocumentState.READING:
        return [texts.pages_so_far.format(read=document.pages_read, pages=document.pages)]
    return [texts.pages.format(pages=document.pages)]


def _render_reason(document: Document, texts: InterfaceTexts) -> str:
    return escape_label(shorten_text(texts.reasons.translate_reason(document.reason or ""), _REASON_LENGTH))
