"""Takes an answer apart into what it states, each with the passages that it cites. Pure; checks nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.answering.prompt.templates import MISSING
from bot.answering.verification.citations import cited, without_citations
from bot.answering.verification.refusals import refuses
from knowledge.core.lexical import content_stems

if TYPE_CHECKING:
    from collections.abc import Iterator

# A citation after the full stop belongs to the sentence before it. Looked for where a run of marks begins only: from
# each of its marks, a long run would cost the square of its length.
_AFTER = re.compile(r"(?<![.!?…:])([.!?…:]++[»”\"')*_]*+)((?:[ \t]*+\[\d{1,3}\])+)")
_ENDS = re.compile(r"(?<=[.!?…])[»”\"')*_]*[ \t]+(?=[A-ZÀ-Ý«“\"*_(])")
_ABBREVIATED = re.compile(
    r"(?:\b[A-ZÀ-Ý]|\b(?:art|cf|ex|env|etc|max|min|mr|mrs|mme|no|p|pp|tél|e\.g|i\.e))\.$", re.IGNORECASE
)
_MARKS = re.compile(r"^[ \t>]*(?:[-*+•–][ \t]+|\d{1,3}[.)][ \t]+)?")
_HEADING = re.compile(r"^[ \t]*(?:#{1,6}[ \t]|(\*\*|__).{1,90}\1[ \t]*+(?::[ \t]*+)?$)")
_RULE = re.compile(r"^[\s|:*_=-]*$")
_FEWEST = 2  # content words; what has fewer states nothing
_MISSING = re.compile(rf"^[\s*_>#-]*(?:{'|'.join(MISSING)})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence, an item or a table's row, without its citations, and the numbers that it cites."""

    text: str
    cites: tuple[int, ...]


def statements(prose: str) -> Iterator[Statement]:
    """What an answer states. Headings, questions, refusals and sentences that lead to a list state nothing."""
    for sentence in _every(prose):
        text, cites = without_citations(sentence).strip(" |*_"), cited(sentence)
        if _states(text) and not refuses(text):
            yield Statement(text, cites)


def refusals(prose: str) -> Iterator[str]:
    """The sentences of an answer which say that the passages do not tell."""
    return filter(refuses, _every(prose))


def _every(prose: str) -> Iterator[str]:
    for line in _AFTER.sub(r"\2\1", prose).splitlines():
        if not (_HEADING.match(line) or _RULE.match(line) or _MISSING.match(line)):
            yield from _sentences(_MARKS.sub("", line).strip())


def _sentences(line: str) -> Iterator[str]:
    """A table's row is one; "p. 3" and "M. Dupont" end none."""
    if line.startswith("|"):
        yield line
        return
    begun: list[str] = []
    for part in _ENDS.split(line):
        begun.append(part)
        if not _ABBREVIATED.search(part):
            yield " ".join(begun)
            begun = []
    if begun:
        yield " ".join(begun)


def _states(text: str) -> bool:
    return not text.endswith((":", "?")) and len(content_stems(text)) >= _FEWEST
