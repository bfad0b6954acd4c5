"""Takes secrets out of a text before it is shown or logged. Knows their shapes, and the values that it was told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Callable

REDACTED = "[redacted]"
_MIN_SECRET_LENGTH = 4  # characters: taking out every "a" would leave no log to read

# Each keeps what says which secret it was. Slack's tokens first: the other rules would eat their beginnings.
_SECRET_PATTERNS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"(?i)\b(xox[a-z](?:\.xox[a-z])?|xapp)-[\w%.+=/-]+"), rf"\1-{REDACTED}"),
    (
        re.compile(
            r"(?i)((?:proxy-)?authorization|(?:x-)?api[-_]?key)"
            r"([\"']*\s*[:=,]\s*(?:b(?=[\"']))?[\"']*)((?:bearer|basic|token)\s+)?[^\s\"',;)}\]]+"
        ),
        rf"\1\2\3{REDACTED}",
    ),
    (re.compile(r"(?i)\b(bearer|basic)(\s+)[\w.~+/=-]{8,}"), rf"\1\2{REDACTED}"),
    (re.compile(r"\bsk-[\w-]{16,}"), f"sk-{REDACTED}"),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*"), REDACTED),  # a signed token, which Qdrant takes for a key
    (re.compile(r"(://)[^/\s@:]*:[^/\s@]*@"), rf"\1{REDACTED}@"),
    (re.compile(r"(?i)([?&](?:ticket|token|key)=)[^&\s\"']+"), rf"\1{REDACTED}"),
    (re.compile(r"(hooks\.slack\.com/)[\w/.%-]+"), rf"\1{REDACTED}"),  # whoever has it may write into a channel
    # What a value that does not fit was, as pydantic tells it: it may be a question, or a document's words.
    (re.compile(r"\b(input_value=)(?:.*(, input_type=)|.*)"), rf"\1{REDACTED}\2"),
)
_known_secrets: set[str] = set()


def register_secret(value: str) -> None:
    """Take this value out from now on, however it is written in an address or in Python's own words for it."""
    if len(value) >= _MIN_SECRET_LENGTH:
        _known_secrets.update((value, quote(value, safe=""), quote_plus(value), repr(value)[1:-1]))


def redact_secrets(text: str) -> str:
    """The text without any secret."""
    for value in sorted(_known_secrets, key=len, reverse=True):
        text = text.replace(value, REDACTED)
    for shape, instead in _SECRET_PATTERNS:
        text = shape.sub(instead, text)
    return text
