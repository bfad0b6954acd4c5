"""Recognises talk, a message whose every word belongs to a known phrase, and replies to it.

A real question must never be taken for talk, so a single unknown word makes a message a question. The replies come from
the documents that the asker may know of.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.answering.languages.all_languages import LANGUAGES, fold_phrase
from bot.answering.output_filter.titles import format_title
from bot.answering.quoting.rows import LIST_MARK
from knowledge.core.documents import SEARCHABLE_STATES
from knowledge.core.lexical import extract_content_stems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bot.answering.languages.answer_texts import TalkTexts
    from bot.answering.languages.word_lists import TalkKind
    from knowledge.core.documents import Document

_MAX_CHARACTERS = 160  # of a message that may be talk
_EMOJI_NAME = re.compile(r":[a-z0-9_+'-]+:")
_MENTION = re.compile(r"@\w+")
_CLAUSE = re.compile(r"[^,;.!?…\n–—]+[,;.!?…\n–—]*\s*|[,;.!?…\n–—]+\s*")
# Where a message says several things, the first of these decides the reply.
_ORDER: tuple[TalkKind, ...] = (
    "changed",
    "latest",
    "documents",
    "identity",
    "help",
    "wellbeing",
    "thanks",
    "farewell",
    "greeting",
    "ok",
    "emoji",
)
_COURTESIES: frozenset[TalkKind] = frozenset({"greeting", "thanks", "farewell", "ok", "wellbeing", "emoji"})
_PERIOD_DAYS = {"day": 1, "month": 31}
_WEEK_DAYS = 7


@dataclass(frozen=True, slots=True)
class Talk:
    """What a message says. `languages` are those that its words belong to.

    `document` is the name in a question of when a document was changed; `days` is the time in one of what changed.
    """

    kind: TalkKind
    languages: tuple[str, ...] = ()
    document: str = ""
    days: int = _WEEK_DAYS


def recognise_talk(text: str) -> Talk | None:
    """Returns what a message says if it is talk; None if it asks something."""
    if len(text) > _MAX_CHARACTERS:
        return None
    folded = fold_phrase(_MENTION.sub(" ", _EMOJI_NAME.sub(" ", text)))
    if not folded:
        return Talk("emoji") if text.strip() else None
    matches = {code: found for code in LANGUAGES if (found := _match_phrases(folded, (code,)))}
    if matches:
        first = min(matches.values(), key=lambda talk: _ORDER.index(talk.kind))
        return replace(first, languages=tuple(code for code, talk in matches.items() if talk.kind == first.kind))
    return _match_phrases(folded, LANGUAGES)


def needs_no_model(text: str) -> bool:
    """Whether a message is talk for certain: which document "the handbook" is, only the index tells."""
    talk = recognise_talk(text)
    return talk is not None and talk.kind != "changed"


def strip_courtesies(text: str) -> str:
    """Removes greetings and thanks before and after a question; a message of nothing else stays as it is."""
    clauses = _CLAUSE.findall(text)
    first, last = 0, len(clauses)
    while first < last - 1 and _is_courtesy(clauses[first]):
        first += 1
    while last - 1 > first and _is_courtesy(clauses[last - 1]):
        last -= 1
    return "".join(clauses[first:last]).strip(" ,;–—\n")


def _is_courtesy(clause: str) -> bool:
    talk = recognise_talk(clause)
    return not fold_phrase(clause) or (talk is not None and talk.kind in _COURTESIES)


def _match_phrases(folded: str, codes: Iterable[str]) -> Talk | None:
    """Matches every word with a phrase of these languages, the longest first."""
    patterns = [(code, kind, pattern) for code in codes for kind, pattern in LANGUAGES[code].TALK.phrase_patterns]
    at = 0
    said: dict[TalkKind, Talk] = {}
    while at < len(folded):
        found = (
            (code, kind, match)
            for code, kind, pattern in patterns
            if (match := pattern.fullmatch(folded, at) if kind == "changed" else pattern.match(folded, at))
        )
        longest = max(found, key=lambda one: (one[2].end(), one[1] != "filler"), default=None)
        if longest is None:
            return None
        code, kind, match = longest
        if kind != "filler":
            said.setdefault(kind, Talk(kind, (code,), *_details(match)))
        at = match.end()
    return next((said[kind] for kind in _ORDER if kind in said), None)


def _details(match: re.Match[str]) -> tuple[str, int]:
    """The document that a phrase names, and the days that it means."""
    groups = {name: value for name, value in match.groupdict().items() if value}
    document = next((value for name, value in groups.items() if name.startswith("document")), "")
    days = next((_PERIOD_DAYS[name] for name in groups if name in _PERIOD_DAYS), _WEEK_DAYS)
    return document.strip(), days


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
