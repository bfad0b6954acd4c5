"""Recognises talk: a message whose every word belongs to a known phrase. Anything else is a question.

A real question must never be taken for talk, so a single unknown word makes a message a question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.answering.languages.all_languages import LANGUAGES, fold_phrase

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.answering.languages.small_talk import TalkKind

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
    patterns = [(code, kind, pattern) for code in codes for kind, pattern in LANGUAGES[code].TALK.patterns]
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
