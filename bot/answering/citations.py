"""Decides which citations of an answer hold: `[n]` with n among the passages given. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from knowledge.passages import Citation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from knowledge.passages import Found

_CITATION = re.compile(r"(?<!\])((?:\[\d{1,3}(?:\s*[,;\-–]\s*\d{1,9})*\])+)(?!\()")
_WIDEST = 1_000  # a range of more passages than any prompt holds need not be counted out
_ITEM = re.compile(r"(\d+)(?:\s*[\-–]\s*(\d+))?")
_WITH_SPACE = re.compile(rf" *{_CITATION.pattern}")


def keep_valid(prose: str, passages: int) -> str:
    """`prose` with each citation written as `[n]`, without those that point outside 1..`passages`.

    `[1, 3]` and `[1-3]` are several; `args[0]` is none.
    """

    def valid(match: re.Match[str]) -> str:
        if _is_index(match):
            return match[0]
        kept = "".join(f"[{n}]" for n in dict.fromkeys(_numbers(match[1])) if 1 <= n <= passages)
        return match[0].replace(match[1], kept) if kept else ""

    return _WITH_SPACE.sub(valid, prose)


def citations(prose: str, found: Sequence[Found]) -> tuple[Citation, ...]:
    """The citations that `prose` uses, by number; `found[0]` is number 1."""
    used = {n for match in _CITATION.finditer(prose) if not _is_index(match) for n in _numbers(match[1])}
    return tuple(citation(n, found[n - 1]) for n in sorted(used) if 1 <= n <= len(found))


def citation(n: int, found: Found) -> Citation:
    """A citation of a passage as number `n`."""
    passage, excerpt = found.passage, found.passage.excerpt
    return Citation(n, passage.title, passage.path, excerpt.page, excerpt.section, passage.id, excerpt.last_page)


def _is_index(match: re.Match[str]) -> bool:
    """Whether the brackets belong to the word before them: passages count from 1, arrays from 0."""
    before = match.string[: match.start(1)][-1:]
    return (before.isalnum() or before == "_") and 0 in _numbers(match[1])


def _numbers(brackets: str) -> Iterator[int]:
    for first, last in _ITEM.findall(brackets):
        yield from range(int(first), min(int(last or first), int(first) + _WIDEST) + 1)
