"""Finds a list of sources that the model wrote; the bot adds its own list, with pages and links."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_SOURCE_LIST_TITLE = (
    r"(?:sources?|r[ée]f[ée]rences?|citations?|bibliograph(?:ie|y)|passages? cit[ée]s?|cited passages?|works cited)"
)
# Each pattern matches in one way only: two ways at each citation would make the time grow exponentially.
_BEGINS = rf"^[\s*_#>-]*+{_SOURCE_LIST_TITLE}"
_HEADING = re.compile(rf"{_BEGINS}(?: \w++)?[\s*_]*+(?::[\s*_]*+)?$", re.IGNORECASE)
_CITATION_MARK = r"\[\^?\d{1,3}\]|【\d[^】\n]*】|\(\d{1,3}\)"
_NEXT = rf"(?:{_CITATION_MARK})[\s,;.&]*+(?:et|and)?\s*+"
_ON_ONE_LINE = re.compile(rf"{_BEGINS}[\s*_]*+:[\s*_]*+(?:{_NEXT})+[*_.]*+\s*+$", re.IGNORECASE)
_UNFINISHED_LINE = re.compile(rf"{_BEGINS}[\s*_]*+:[\s*_]*+(?:{_NEXT})*[\[(【]?[\d\s]*+$", re.IGNORECASE)
_ENTRY = re.compile(rf"^[\s*_>•–-]*(?:{_CITATION_MARK}|\d{{1,3}}[.)]|\[\d)")
_RULE = re.compile(r"^\s*(?:[-*_]\s*){3,200}$")
_PARTIAL_ENTRY = re.compile(r"[\s*_>•–-]{0,200}[\[【(]?\^?\d{0,3}")


def opens_source_list(line: str) -> bool:
    """Whether a whole line opens a list of sources."""
    return bool(_HEADING.match(line) or _ON_ONE_LINE.match(line))


def may_open_source_list(unfinished: str) -> bool:
    """Whether an unfinished line may open a list of sources."""
    return opens_source_list(unfinished) or _UNFINISHED_LINE.match(unfinished) is not None


def find_final_source_lines(lines: Sequence[str]) -> int:
    """Returns the index after which all lines are sources; the last line may be unfinished."""
    last = len(lines) - 1
    for n in range(last, -1, -1):
        if not (_is_source_list_line(lines[n]) or (n == last and _may_be_source_list_line(lines[n]))):
            return n + 1
    return 0


def _is_source_list_line(line: str) -> bool:
    return not line.strip() or bool(_ENTRY.match(line) or _RULE.match(line) or opens_source_list(line))


def _may_be_source_list_line(unfinished: str) -> bool:
    return _PARTIAL_ENTRY.fullmatch(unfinished) is not None
