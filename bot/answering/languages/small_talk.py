"""What people say to a bot without asking the documents, and its replies, for each language."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINE_BREAK = re.compile(r"(?:(?<![^\S\n])[^\S\n]++)?\n\s*+")
TalkKind = Literal[
    "greeting", "farewell", "thanks", "ok", "wellbeing", "identity", "help", "documents", "latest", "changed", "emoji"
]


@dataclass(frozen=True)
class TalkPhrases:
    """The phrases of one language as patterns over folded text: lower case, no accents, no signs.

    `latest` may have the groups `day` and `month`, else a week is meant. `changed` has the group `document`. `filler`
    may stand beside other phrases and says nothing alone.
    """

    greeting: str
    farewell: str
    thanks: str
    ok: str
    wellbeing: str
    identity: str
    help: str
    documents: str
    latest: str
    changed: str
    filler: str

    @cached_property
    def patterns(self) -> tuple[tuple[TalkKind | Literal["filler"], re.Pattern[str]], ...]:
        """A pattern for each phrase, with its kind. A line break in a phrase counts for nothing."""
        return tuple(
            (one.name, re.compile(rf"(?:{phrase})(?!\w)\s*"))  # type: ignore[misc] # the names are the kinds
            for one in fields(self)
            for phrase in _split_phrases(getattr(self, one.name))
        )


def _split_phrases(phrases: str) -> Iterator[str]:
    """Splits at each bar that is in no parentheses."""
    depth, begin, text = 0, 0, _LINE_BREAK.sub("", phrases)
    for at, sign in enumerate(text):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "|" and depth == 0:
            yield text[begin:at]
            begin = at + 1
    yield text[begin:]


@dataclass(frozen=True, slots=True)
class TalkTexts:
    """The replies in one language; braces name what is filled in. `months` are twelve names, `date` joins a day."""

    greeting: str
    farewell: str
    thanks: str
    ok: str
    emoji: str
    wellbeing: str
    identity: str
    help: str
    documents: str  # {count}
    no_documents: str
    more: str  # {n}
    latest: str  # {days} {count}
    nothing_latest: str  # {days}
    last_change: str  # {title} {date}
    changed: str  # {title} {date}
    unknown_change: str  # {title}
    months: str
    date: str  # {day} {month} {year}
