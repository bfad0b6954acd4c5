"""Decides which first questions are suggested: about the documents read last, by their titles and headings. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from bot.answering.output_filter.addresses import inert
from bot.slack.views.block_kit import shortened
from knowledge.core.documents import SEARCHABLE
from knowledge.core.text import visible

if TYPE_CHECKING:
    from bot.slack.i18n.texts import Texts
    from knowledge.core.documents import Document

PROMPTS = 4  # as many as Slack shows
_TITLE = 60
_HEADING = range(4, 61)  # characters of a heading that can be asked about
_NUMBER = re.compile(r"^(?:\d[.)]?)+\s+|^[A-Z][.)]\s+")


def latest(documents: Iterable[Document]) -> list[Document]:
    """The documents to ask about: those that were read last, one of each title."""
    readable = (document for document in documents if document.state in SEARCHABLE and document.title)
    by_age = sorted(readable, key=lambda document: document.read_at or 0.0, reverse=True)
    first: dict[str, Document] = {}
    for document in by_age:
        first.setdefault(document.title, document)
    return list(first.values())[:PROMPTS]


def prompts(
    documents: Sequence[Document], texts: Texts, headings: Mapping[str, Sequence[str]] | None = None
) -> list[dict[str, str]]:
    """A first question about each document; `headings` are those of its passages, by its id."""
    asked = dict.fromkeys(
        _question(place, document, (headings or {}).get(document.id, ()), texts)
        for place, document in enumerate(documents)
    )
    return [{"title": shortened(question, _TITLE), "message": question} for question in asked]


def _question(place: int, document: Document, headings: Sequence[str], texts: Texts) -> str:
    """What is asked of a document; whoever presses says it: no address or mention that a document holds is in it."""
    return inert(visible(_worded(place, document, headings, texts)), barred=True)


def _worded(place: int, document: Document, headings: Sequence[str], texts: Texts) -> str:
    """The question depends on the document's place, so that no two suggestions read alike; it is shown whole if it may.

    A heading that is cut off tells nothing of what it is about.
    """
    usable = [heading for heading in map(_plain, headings) if _can_be_asked(heading, document.title)]
    if not usable:
        return texts.prompt.format(title=document.title)
    forms = (texts.prompt_section, texts.prompt_within, texts.prompt_short, texts.prompt_section)
    turned = usable[place % len(usable) :] + usable[: place % len(usable)]
    asked = [_about(heading, forms[place % len(forms)], document.title) for heading in turned]
    return next((question for question in asked if len(question) <= _TITLE), asked[0])


def _about(heading: str, form: str, title: str) -> str:
    return heading if heading.endswith("?") else form.format(section=heading, title=title)


def _plain(heading: str) -> str:
    return _NUMBER.sub("", " ".join(heading.split())).strip(" :.")


def _can_be_asked(heading: str, title: str) -> bool:
    return len(heading) in _HEADING and heading.casefold() != title.casefold() and any(map(str.isalpha, heading))
