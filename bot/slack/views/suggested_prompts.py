"""Builds the suggested first questions from titles and headings of the documents read last. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from bot.answering.output_filter.addresses import neutralize_addresses
from bot.answering.output_filter.titles import flatten_title
from bot.slack.views.block_kit import shorten_text
from knowledge.core.documents import SEARCHABLE_STATES
from knowledge.core.text import strip_invisible

if TYPE_CHECKING:
    from bot.slack.i18n.texts import InterfaceTexts
    from knowledge.core.documents import Document

MAX_PROMPTS = 4  # as many as Slack shows
_TITLE_LENGTH = 60
_HEADING_LENGTHS = range(4, 61)  # characters of a heading that makes a good question
_NUMBERING = re.compile(r"^(?:\d[.)]?)+\s+|^[A-Z][.)]\s+")


def choose_latest_documents(documents: Iterable[Document]) -> list[Document]:
    """Chooses the documents that were read last, one for each title."""
    readable = (document for document in documents if document.state in SEARCHABLE_STATES and document.title)
    by_age = sorted(readable, key=lambda document: document.read_at or 0.0, reverse=True)
    first: dict[str, Document] = {}
    for document in by_age:
        first.setdefault(document.title, document)
    return list(first.values())[:MAX_PROMPTS]


def build_suggested_prompts(
    documents: Sequence[Document], texts: InterfaceTexts, headings: Mapping[str, Sequence[str]] | None = None
) -> list[dict[str, str]]:
    """Builds a first question for each document; `headings` are those of its passages, by document id."""
    asked = dict.fromkeys(
        _build_safe_question(place, document, (headings or {}).get(document.id, ()), texts)
        for place, document in enumerate(documents)
    )
    return [{"title": shorten_text(question, _TITLE_LENGTH), "message": question} for question in asked]


def _build_safe_question(place: int, document: Document, headings: Sequence[str], texts: InterfaceTexts) -> str:
    """Builds the question without the addresses and mentions of a document: it is posted in the person's name."""
    question = flatten_title(strip_invisible(_word_question(place, document, headings, texts)))
    return neutralize_addresses(question, pipe_in_code=True)


def _word_question(place: int, document: Document, headings: Sequence[str], texts: InterfaceTexts) -> str:
    """Words the question by the document's place, so that no two suggestions are alike, and prefers one that fits.

    A heading that is cut off does not tell what it is about.
    """
    usable = [heading for heading in map(_strip_numbering, headings) if _is_askable_heading(heading, document.title)]
    if not usable:
        return texts.prompt.format(title=document.title)
    forms = (texts.prompt_section, texts.prompt_within, texts.prompt_short, texts.prompt_section)
    turned = usable[place % len(usable) :] + usable[: place % len(usable)]
    asked = [_fill_question_form(heading, forms[place % len(forms)], document.title) for heading in turned]
    return next((question for question in asked if len(question) <= _TITLE_LENGTH), asked[0])


def _fill_question_form(heading: str, form: str, title: str) -> str:
    return heading if heading.endswith("?") else form.format(section=heading, title=title)


def _strip_numbering(heading: str) -> str:
    return _NUMBERING.sub("", " ".join(heading.split())).strip(" :.")


def _is_askable_heading(heading: str, title: str) -> bool:
    return (
        len(heading) in _HEADING_LENGTHS and heading.casefold() != title.casefold() and any(map(str.isalpha, heading))
    )
