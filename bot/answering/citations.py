"""Decides which citations of an answer hold: `[n]` with n among the passages given. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from knowledge.passages import Citation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from knowledge.passages import Found

# `args[0]` is no citation; `[1, 3]` and `[1-3]` are several.
_CITATION = re.compile(r"(?<![\w\]])((?:\[\d{1,3}(?:\s*[,;\-–]\s*\d{1,3})*\])+)(?!\()")
_ITEM = re.compile(r"(\d+)(?:\s*[\-–]\s*(\d+))?")
_WITH_SPACE = re.compile(rf" *{_CITATION.pattern}")


def keep_valid(prose: str, passages: int) -> str:
    """`prose` with each citation written as `[n]`, without those that point outside 1..`passages`."""

    def valid(match: re.Match[str]) -> str:
        kept = "".join(f"[{n}]" for n in dict.fromkeys(_numbers(match[1])) if 1 <= n <= passages)
        return match[0].replace(match[1], kept) if kept else ""

    return _WITH_SPACE.sub(valid, prose)


def citations(prose: str, found: Sequence[Found]) -> tuple[Citation, ...]:
    """The citations that `prose` uses, by number; `found[0]` is number 1."""
    used = {n for match in _CITATION.findall(prose) for n in _numbers(match)}
    return tuple(citation(n, found[n - 1]) for n in sorted(used) if 1 <= n <= len(found))


def citation(n: int, found: Found) -> Citation:
    """A citation of a passage as number `n`."""
    passage = found.passage
    return Citation(n, passage.title, passage.path, passage.excerpt.page, passage.excerpt.section, passage.id)


def _numbers(brackets: str) -> list[int]:
    return [n for first, last in _ITEM.findall(brackets) for n in range(int(first), int(last or first) + 1)]
