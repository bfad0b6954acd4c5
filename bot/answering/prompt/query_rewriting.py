"""Reads from the model's text which other wordings of a question to search."""

from __future__ import annotations

import re

_MAX_QUERIES = 3  # each costs two more searches
_MAX_QUERY_CHARACTERS = 200  # a longer line is probably an answer
_LIST_MARK = re.compile(r"^\s*(?:[-*•–]|\(?\d{1,2}[.):])\s*")
_QUOTES = "\"'«»“”` "


def parse_rewritten_queries(written: str, question: str) -> tuple[str, ...]:
    """Returns the queries that the model wrote, one per line, without the question itself."""
    lines = (_LIST_MARK.sub("", line).strip(_QUOTES) for line in written.splitlines())
    found: dict[str, str] = {}
    for line in lines:
        if line and len(line) <= _MAX_QUERY_CHARACTERS and not line.endswith(":"):
            found.setdefault(line.casefold(), line)
    found.pop(question.strip().casefold(), None)
    return tuple(found.values())[:_MAX_QUERIES]


def has_enough_queries(written: str) -> bool:
    """Whether the model has written enough queries and can be stopped."""
    lines = [line for line in written.splitlines() if line.strip()]
    complete = lines if written.endswith("\n") else lines[:-1]
    return len(complete) >= _MAX_QUERIES or len(written) > _MAX_QUERIES * _MAX_QUERY_CHARACTERS
