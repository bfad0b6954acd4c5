"""Decides which other wordings of a question are searched beside it, from what the model wrote. Pure."""

from __future__ import annotations

import re

_MAX_QUERIES = 3  # each is two more searches
_MAX_QUERY_CHARACTERS = 200  # characters; what is longer is rather an answer than a search
_LIST_MARK = re.compile(r"^\s*(?:[-*•–]|\(?\d{1,2}[.):])\s*")
_QUOTES = "\"'«»“”` "


def parse_rewritten_queries(written: str, question: str) -> tuple[str, ...]:
    """The searches in what the model wrote, one a line, but for those that say the question again."""
    lines = (_LIST_MARK.sub("", line).strip(_QUOTES) for line in written.splitlines())
    found: dict[str, str] = {}
    for line in lines:
        if line and len(line) <= _MAX_QUERY_CHARACTERS and not line.endswith(":"):
            found.setdefault(line.casefold(), line)
    found.pop(question.strip().casefold(), None)
    return tuple(found.values())[:_MAX_QUERIES]


def has_enough_queries(written: str) -> bool:
    """Whether the model need not write on: it is there to name searches, and people wait."""
    lines = [line for line in written.splitlines() if line.strip()]
    ended = lines if written.endswith("\n") else lines[:-1]
    return len(ended) >= _MAX_QUERIES or len(written) > _MAX_QUERIES * _MAX_QUERY_CHARACTERS
