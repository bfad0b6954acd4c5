"""Removes secrets from a text before it is shown or logged: by their patterns, and by registered values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Callable

REDACTED = "[redacted]"
_MIN_SECRET_LENGTH = 4  # characters: shorter values would redact parts of ordinary words

# Each pattern keeps the part that names the secret. Slack's tokens come first: later patterns match their beginnings.
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
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*"), REDACTED),  # a signed token, which Qdrant accepts as a key
    (re.compile(r"(://)[^/\s@:]*:[^/\s@]*@"), rf"\1{REDACTED}@"),
    (re.compile(r"(?i)([?&](?:ticket|token|key)=)[^&\s\"']+"), rf"\1{REDACTED}"),
    (re.compile(r"(hooks\.slack\.com/)[\w/.%-]+"), rf"\1{REDACTED}"),  # it allows anybody to post in a channel
    # The rejected value in a pydantic error: it may be a question or a document's text.
    (re.compile(r"\b(input_value=)(?:.*(, input_type=)|.*)"), rf"\1{REDACTED}\2"),
)
_known_secrets: set[str] = set()


def register_secret(value: str) -> None:
    """Redact this value from now on, also as it is written in URLs and in Python's `repr`."""
    if len(value) >= _MIN_SECRET_LENGTH:
        _known_secrets.update((value, quote(value, safe=""), quote_plus(value), repr(value)[1:-1]))


def redact_secrets(text: str) -> str:
    """Replace every secret in the text."""
    for value in sorted(_known_secrets, key=len, reverse=True):
        text = text.replace(value, REDACTED)
    for pattern, replacement in _SECRET_PATTERNS:
        text = pattern.sub(replacement, text)
    return text
