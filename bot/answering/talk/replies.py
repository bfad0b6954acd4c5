"""Writes the replies to talk, from the documents that the asker may know of."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from bot.answering.languages.all_languages import LANGUAGES
from bot.answering.output_filter.titles import format_title
from bot.answering.quoting.rows import LIST_MARK
from knowledge.core.documents import SEARCHABLE_STATES
from knowledge.core.lexical import extract_content_stems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bot.answering.languages.small_talk import TalkTexts
    from bot.answering.talk.recognise import Talk
    from knowledge.core.documents import Document

ABOUT_DOCUMENTS = frozenset({"documents", "latest", "changed"})
_MAX_LISTED = 10
_MAX_NAMED = 3  # documents that a question of their last change may mean
_DAY_SECONDS = 86_400.0


def choose_talk_language(talk: Talk, locale: str | None, guessed: str) -> str:
    """Chooses the language of a reply: that of the words; among several the asker's, then the one guessed."""
    wanted = [
        code for code in (locale, guessed) if code in LANGUAGES and (code in talk.languages or not talk.languages)
    ]
    return next(iter((*wanted, *talk.languages)), "en")


def write_reply(talk: Talk, language: str, documents: Iterable[Document], now: float) -> str | None:
    """Writes the reply in Markdown; None if the message turns out to ask the documents.

    `documents` are those that the asker may know of; only talk about documents needs them. `now` is in seconds since
    the epoch.
    """
    texts = LANGUAGES[language].TALK_TEXTS
    known = sorted((one for one in documents if one.state in SEARCHABLE_STATES), key=lambda one: one.path)
    match talk.kind:
        case "documents":
            return _list_documents(known, texts)
        case "latest":
            return _list_latest(known, talk.days, now, texts)
        case "changed":
            return _tell_last_change(known, talk.document, texts)
        case kind:
            return str(getattr(texts, kind))


def _list_documents(known: Sequence[Document], texts: TalkTexts) -> str:
    if not known:
        return texts.no_documents
    return _format_list(texts.documents.format(count=len(known)), known, _name_document, texts)


def _list_latest(known: Sequence[Document], days: int, now: float, texts: TalkTexts) -> str:
    by_age = sorted((one for one in known if one.changed_at), key=lambda one: -(one.changed_at or 0.0))
    latest = [one for one in by_age if (one.changed_at or 0.0) >= now - days * _DAY_SECONDS]
    if latest:
        head = texts.latest.format(days=days, count=len(latest))
        return _format_list(head, latest, lambda one: f"{_name_document(one)}, {_format_change(one, texts)}", texts)
    last = [_fill(texts.last_change, one, texts) for one in by_age[:1]]
    return "\n".join((texts.nothing_latest.format(days=days), *last))


def _tell_last_change(known: Sequence[Document], name: str, texts: TalkTexts) -> str | None:
    """Tells when the documents of this name were last changed; None if no document, or too many, have the name."""
    wanted = extract_content_stems(name)
    named = [one for one in known if wanted and wanted <= extract_content_stems(f"{one.title} {one.path}")]
    if not 1 <= len(named) <= _MAX_NAMED:
        return None
    return "\n".join(_fill(texts.changed if one.changed_at else texts.unknown_change, one, texts) for one in named)


def _format_list(head: str, documents: Sequence[Document], name: Callable[[Document], str], texts: TalkTexts) -> str:
    lines = [f"{LIST_MARK}{name(one)}" for one in documents[:_MAX_LISTED]]
    left = len(documents) - len(lines)
    return "\n".join((head, *lines, *(["", texts.more.format(n=left)] if left else [])))


def _fill(sentence: str, document: Document, texts: TalkTexts) -> str:
    return sentence.format(title=_name_document(document), date=_format_change(document, texts))


def _format_change(document: Document, texts: TalkTexts) -> str:
    day = datetime.fromtimestamp(document.changed_at or 0.0).astimezone()
    return texts.date.format(day=day.day, month=texts.months.split()[day.month - 1], year=day.year)


def _name_document(document: Document) -> str:
    return format_title(document.title or document.path)
