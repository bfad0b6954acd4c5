"""Builds the suggested first questions from questions, headings and titles in the documents read last. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from bot.answering.output_filter.addresses import neutralize_addresses
from bot.answering.output_filter.titles import flatten_title
from bot.slack.i18n.catalogue import get_texts
from bot.slack.i18n.texts import InterfaceTexts
from bot.slack.views.block_kit import shorten_text
from knowledge.core.documents import SEARCHABLE_STATES, Document, Language
from knowledge.core.text import strip_invisible
from knowledge.retrieval.passage_lookup import DocumentOutline

MAX_PROMPTS = 4  # as many as Slack shows
_MAX_DOCUMENTS = 12  # the last ones, whose headings are looked at
_LEAST_QUESTIONS = 2  # in a list of questions with answers; a single one may be "Any questions?"
_TITLE_LENGTH = 60
_HEADING_LENGTHS = range(4, 61)  # characters of a heading that makes a good question
_MOST_QUESTIONS = 2  # of one document, so that others are suggested too
_NUMBERING = re.compile(
    r"^(?:(?:article|artikel|art[ií]culo|articolo|artigo|section|chapter|chapitre|kapitel)\s)?(?:\d[.)]?)+\s+"
    r"|^[A-Z][.)]\s+",
    re.IGNORECASE,
)


def choose_latest_documents(documents: Iterable[Document]) -> list[Document]:
    """Chooses the documents that were read last, one for each title."""
    readable = (document for document in documents if document.state in SEARCHABLE_STATES and document.title)
    by_age = sorted(readable, key=lambda document: document.read_at or 0.0, reverse=True)
    first: dict[str, Document] = {}
    for document in by_age:
        first.setdefault(document.title, document)
    return list(first.values())[:_MAX_DOCUMENTS]


def build_suggested_prompts(
    documents: Sequence[Document], texts: InterfaceTexts, outlines: Mapping[str, DocumentOutline]
) -> list[dict[str, str]]:
    """Builds a first question for some documents; `outlines` have their headings, by document id.

    What a document asks by itself comes first, since it answers that, too; a bare title comes last. All are in one
    language: the reader's if a document is in it, else that of most documents.
    """
    known = {one.id: outlines.get(one.id, DocumentOutline()) for one in documents}
    language = _choose_language(texts.code, (one.language for one in known.values()))
    spoken = texts if language == texts.code else get_texts(language)
    fitting = [one for one in documents if known[one.id].language in (language, None)]
    worded = [
        question
        for place, one in enumerate(fitting)
        for question in _word_questions(place, one, known[one.id].headings, spoken)
    ]
    best_first = sorted(worded, key=lambda question: question.kind)
    asked = list(dict.fromkeys(_make_safe(question.text) for question in best_first))[:MAX_PROMPTS]
    return [{"title": shorten_text(question, _TITLE_LENGTH), "message": question} for question in asked]


def _choose_language(own: Language, spoken: Iterable[Language | None]) -> Language:
    counts = Counter(language for language in spoken if language)
    return own if own in counts or not counts else counts.most_common(1)[0][0]


class _Kind(IntEnum):
    """What a question is made of, best first."""

    QUESTION = 0
    HEADING = 1
    TITLE = 2


@dataclass(frozen=True, slots=True)
class _WordedQuestion:
    """A question, not yet made safe."""

    text: str
    kind: _Kind


def _make_safe(question: str) -> str:
    """A question without the addresses and mentions of a document: it is posted in the person's name."""
    return neutralize_addresses(flatten_title(strip_invisible(question)), pipe_in_code=True)


def _word_questions(
    place: int, document: Document, headings: Sequence[str], texts: InterfaceTexts
) -> list[_WordedQuestion]:
    """Words what a document asks itself, else one question, by the document's place, so that no two are alike."""
    usable = [heading for heading in map(_strip_numbering, headings) if _is_askable_heading(heading, document.title)]
    if not usable:
        return [_WordedQuestion(texts.prompt.format(title=document.title), _Kind.TITLE)]
    turned = usable[place % len(usable) :] + usable[: place % len(usable)]
    questions = [heading for heading in turned if heading.endswith("?")]
    if len(questions) >= _LEAST_QUESTIONS:
        return [_WordedQuestion(question, _Kind.QUESTION) for question in questions[:_MOST_QUESTIONS]]
    form = (texts.prompt_section, texts.prompt_within)[place % 2]
    told = [heading for heading in turned if heading not in questions]
    if not told:
        return [_WordedQuestion(texts.prompt.format(title=document.title), _Kind.TITLE)]
    asked = [form.format(section=heading, title=document.title) for heading in told]
    fitting = next((question for question in asked if len(question) <= _TITLE_LENGTH), asked[0])
    return [_WordedQuestion(fitting, _Kind.HEADING)]


def _strip_numbering(heading: str) -> str:
    return _NUMBERING.sub("", " ".join(heading.split())).strip(" :.")


def _is_askable_heading(heading: str, title: str) -> bool:
    return (
        len(heading) in _HEADING_LENGTHS and heading.casefold() != title.casefold() and any(map(str.isalpha, heading))
    )
