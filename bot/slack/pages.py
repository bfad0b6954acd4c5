"""Decides where a long Markdown text goes on in the next message, without breaking a code fence. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.answering.fences import closes, opening

# Slack refuses a message near 13,000 characters, blocks included; what is left is for the sources.
PAGE = 10_500
_COMFORTABLE = 9_500
_CITATION = re.compile(r"\[\d+(?:, *\d+)*\]")


@dataclass(frozen=True, slots=True)
class Piece:
    """The next words of the page at hand; `full` says that the words after it belong on the next."""

    text: str
    full: bool


def pieces(shown: str, words: str, page: int = PAGE, comfortable: int = _COMFORTABLE) -> list[Piece]:
    """Distribute `words` over the page that already shows `shown` and the pages after it.

    A page ends at a line's end once it is comfortably full, else where a word ends. A code fence that is
    open there is closed, and opened again on the next page.
    """
    result = []
    while len(shown) + len(words) > comfortable:
        cut = _cut(shown, words, page, comfortable)
        if cut is None:
            break
        head, tail = words[:cut].rstrip(), words[cut:].lstrip("\n")
        fence = open_fence(shown + head)
        result.append(Piece(head + (f"\n{_closing(fence)}" if fence else ""), full=True))
        shown, words = "", f"{fence}\n{tail}" if fence else tail
    return [*result, Piece(words, full=False)] if words else result


def open_fence(text: str) -> str | None:
    """The line that opened the code fence in which the text ends, or None."""
    opened: str | None = None
    for line in text.splitlines():
        if opened is None:
            opened = line.strip() if opening(line) else None
        elif closes(line, _closing(opened)):
            opened = None
    return opened


def closed(text: str) -> str:
    """What must follow the text so that no code fence stays open."""
    fence = open_fence(text)
    return f"\n{_closing(fence)}\n" if fence else ""


def _closing(fence: str) -> str:
    return fence[: len(fence) - len(fence.lstrip(fence[0]))]


def _cut(shown: str, words: str, page: int, comfortable: int) -> int | None:
    """Where in `words` the page ends; None while there is still room and no good place."""
    least, most = comfortable - len(shown), page - len(shown)
    line_end = words.find("\n", max(least, 0), max(most, 0))
    if line_end >= 0 and not open_fence(shown + words[:line_end]):
        return line_end
    if len(words) <= most:
        return None
    before = max(words.rfind("\n", 0, max(most, 0)), 0) or max(words.rfind(" ", 0, max(most, 0)), 0)
    return _outside_citations(words, before) or (0 if shown else most)


def _outside_citations(words: str, cut: int) -> int:
    """The cut, before the citation that it would break."""
    return next((match.start() for match in _CITATION.finditer(words) if match.start() < cut < match.end()), cut)
