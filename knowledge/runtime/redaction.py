"""Takes secrets out of a text before it is shown or logged. Knows their shapes, and the values that it was told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Callable

GONE = "[redacted]"
_SHORTEST = 4  # characters: taking out every "a" would leave no log to read

# Each keeps what says which secret it was. Slack's tokens first: the other rules would eat their beginnings.
_SHAPES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"(?i)\b(xox[a-z](?:\.xox[a-z])?|xapp)-[\w%.+=/-]+"), rf"\1-{GONE}"),
    (
        re.compile(
            r"(?i)((?:proxy-)?authorization|(?:x-)?api[-_]?key)"
            r"([\"']*\s*[:=,]\s*(?:b(?=[\"']))?[\"']*)((?:bearer|basic|token)\s+)?[^\s\"',;)}\]]+"
        ),
        rf"\1\2\3{GONE}",
    ),
    (re.compile(r"(?i)\b(bearer|basic)(\s+)[\w.~+/=-]{8,}"), rf"\1\2{GONE}"),
    (re.compile(r"\bsk-[\w-]{16,}"), f"sk-{GONE}"),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*"), GONE),  # a signed token, which Qdrant takes for a key
    (re.compile(r"(://)[^/\s@:]*:[^/\s@]*@"), rf"\1{GONE}@"),
    (re.compile(r"(?i)([?&](?:ticket|token|key)=)[^&\s\"']+"), rf"\1{GONE}"),
    (re.compile(r"(hooks\.slack\.com/)[\w/.%-]+"), rf"\1{GONE}"),  # whoever has it may write into a channel
    # What a value that does not fit was, as pydantic tells it: it may be a question, or a document's words.
    (re.compile(r"\b(input_value=)(?:.*(, input_type=)|.*)"), rf"\1{GONE}\2"),
)
_known: set[str] = set()


def keep_secret(value: str) -> None:
    """Take this value out from now on, however it is written in an address or in Python's own words for it."""
    if len(value) >= _SHORTEST:
        _known.update((value, quote(value, safe=""), quote_plus(value), repr(value)[1:-1]))


def redacted(text: str) -> str:
    """The text without any secret."""
    for value in sorted(_known, key=len, reverse=True):
        text = text.replace(value, GONE)
    for shape, instead in _SHAPES:
        text = shape.sub(instead, text)
    return text
