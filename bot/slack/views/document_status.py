"""How documents stand, in words: one line for each, and how many there are in each state. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bot.slack.views.block_kit import Links, moment, shortened, tail
from bot.slack.views.markup import label
from knowledge.core.documents import Document, State

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.slack.i18n.texts import Texts

_MARKS = {State.READING: "◌", State.WORDS: "◐", State.MEANING: "●", State.FAILED: "✕"}
_TITLE = 100
_PATH = 100
_REASON = 300


def counts(documents: Iterable[Document], texts: Texts) -> str:
    """How many documents are in each state."""
    counted = Counter(document.state for document in documents)
    return " · ".join(f"{in_words(state, texts)} ({counted[state]})" for state in State if counted[state])


def in_words(state: State, texts: Texts) -> str:
    """A state as people say it."""
    match state:
        case State.READING:
            return texts.reading
        case State.WORDS:
            return texts.words
        case State.MEANING:
            return texts.meaning
        case State.FAILED:
            return texts.failure


def short(document: Document, links: Links, texts: Texts) -> str:
    """A document's title, state and pages."""
    title = links.shown(shortened(document.title or document.path, _TITLE), document.path)
    return (
        f"{_MARKS[document.state]} {title} — {' · '.join((in_words(document.state, texts), *_pages(document, texts)))}"
    )


def failed(document: Document, links: Links, texts: Texts) -> str:
    """A document that could not be read, and why."""
    shown = links.shown(tail(document.path, _PATH), document.path)
    return f"• {with_reason(shown, document.path, document.reason or '', texts)}"


def with_reason(shown: str, path: str, reason: str, texts: Texts) -> str:
    """A file and why it could not be read; a reason that begins with the file's name does not say it again."""
    name = path.rpartition("/")[2]
    told = texts.reasons.told(reason)
    rest = told.removeprefix(f"{name} ")
    return f"{shown}{' ' if rest != told else ' — '}{label(shortened(rest, _REASON))}"


def whole(document: Document, links: Links, texts: Texts, *, admin: bool = False) -> str:
    """All that the ledger tells people about a document, on one line; an admin hears of hidden text, too."""
    path = links.shown(tail(document.path, _PATH), document.path)
    title = label(shortened(document.title, _TITLE))
    name = f"{title} ({path})" if title and document.title != document.path else path
    state = in_words(document.state, texts)
    facts = [state, *([_reason(document, texts)] if document.reason else ()), *_pages(document, texts)]
    if document.passages:
        facts.append(texts.passages.format(passages=document.passages))
    if admin and document.hidden:
        facts.append(texts.hidden.format(places=document.hidden))
    if document.changed_at:
        facts.append(texts.changed.format(moment=moment(document.changed_at)))
    return f"{_MARKS[document.state]} {name} — {' · '.join(facts)}"


def _pages(document: Document, texts: Texts) -> list[str]:
    if not document.pages:
        return []
    if document.state is State.READING:
        return [texts.pages_so_far.format(read=document.pages_read, pages=document.pages)]
    return [texts.pages.format(pages=document.pages)]


def _reason(document: Document, texts: Texts) -> str:
    return label(shortened(texts.reasons.told(document.reason or ""), _REASON))
