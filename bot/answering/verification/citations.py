"""Decides which citations of an answer hold: `[n]` with n among the passages given. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from knowledge.core.passages import Citation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from knowledge.core.passages import FoundPassage

_NUMBER_SEPARATOR = r"\s*+(?:[,;&\-–]|\b(?:et|and)\b)\s*+"
_NUMBER_LIST = rf"\d{{1,3}}(?:{_NUMBER_SEPARATOR}\d{{1,9}})*"
_CITATION = re.compile(rf"((?:\[{_NUMBER_LIST}\])+)(?!\()")
_MAX_RANGE = 1_000  # a range of more passages than any prompt holds need not be counted out
_ITEM = re.compile(r"(\d+)(?:\s*[\-–]\s*(\d+))?")
_ENDS_A_WORD = re.compile(r"[.,;:!?…)»]*(?:\s|$)")
_WITH_SPACE = re.compile(rf"(?<! ) *+{_CITATION.pattern}")  # from where a run of spaces begins: see claims
# What models write for `[n]`: 【1†source】, ［1］, [^1], \[1\], [Passage 1], [1, p. 2]. Each is read in one way only.
_LABEL = (
    r"(?:#|n[°o]\s*+|(?:passages?|sources?|documents?|doc|extraits?|excerpts?|réf(?:érence)?s?|refs?)"
    r"\.?\s*+(?::\s*+)?(?:n[°o]\s*+)?)"
)
_PAGE = r"(?:\s*+(?:,\s*+)?(?:p|pp|pages?)\.?\s*+\d{1,9}(?:\s*+[\-–]\s*+\d{1,9})?)"
_CITATION_VARIANTS = re.compile(
    rf"【\s*+{_LABEL}?({_NUMBER_LIST})(?::\d+)?\s*+(?:†[^【】\n]*+)?】|［\s*+({_NUMBER_LIST})\s*+］|\[\^({_NUMBER_LIST})\]|\\\[({_NUMBER_LIST})\\\]"
    rf"|\[\s*+{_LABEL}?({_NUMBER_LIST}){_PAGE}?\s*+\](?!\()",
    re.IGNORECASE,
)
# Parentheses hold years and list's items too: they cite only where a sentence or a line ends after them.
_IN_PARENTHESES = rf"(?<=[\w»”\"'*_)%€$] )\(({_NUMBER_LIST})\)(?=[.;!?…]|[ \t]*$)"
_MENTION = rf"\(?\b(?:passages?|extraits?|excerpts?|sources?)\s+(?:n[°o]\s*)?({_NUMBER_LIST})\b\)?"
_IN_WORDS = re.compile(rf"{_IN_PARENTHESES}|{_MENTION}", re.MULTILINE | re.IGNORECASE)


def normalize_citations(prose: str, passages: int) -> str:
    """`prose` with each citation written as `[n]`, without those that point outside 1..`passages`.

    `[1, 3]`, `[1 et 3]` and `[1-3]` are several; `【1】`, `[^1]` and `[Passage 1, p. 2]` mean the same as `[1]`;
    `args[0]` is none.
    """
    prose = _CITATION_VARIANTS.sub(lambda match: f"[{next(filter(None, match.groups()))}]", prose)

    def valid(match: re.Match[str]) -> str:
        if _is_array_index(match):
            return match[0]
        kept = "".join(f"[{n}]" for n in dict.fromkeys(_numbers_in_brackets(match[1])) if 1 <= n <= passages)
        if kept:
            return match[0].replace(match[1], kept)
        return "" if _ENDS_A_WORD.match(prose, match.end()) else " "  # what stands around it must not become one word

    return _WITH_SPACE.sub(valid, prose)


def extract_citations(prose: str, found: Sequence[FoundPassage]) -> tuple[Citation, ...]:
    """The citations that `prose` uses, by number; `found[0]` is number 1."""
    return tuple(
        citation_from_passage(n, found[n - 1]) for n in sorted(extract_cited_numbers(prose)) if 1 <= n <= len(found)
    )


def extract_cited_numbers(prose: str) -> tuple[int, ...]:
    """The numbers that `prose` cites, in order, each once."""
    matches = (match for match in _CITATION.finditer(prose) if not _is_array_index(match))
    return tuple(dict.fromkeys(n for match in matches for n in _numbers_in_brackets(match[1])))


def remove_citations(prose: str) -> str:
    """`prose` as it reads without its citations."""
    return _WITH_SPACE.sub(lambda match: match[0] if _is_array_index(match) else "", prose)


def remove_passage_mentions(prose: str) -> str:
    """`prose` without the numbers of passages that it names in words: they are none that it states."""
    return re.sub(_MENTION, "", prose, flags=re.IGNORECASE)


def bracket_citations(prose: str, passages: int) -> str:
    """`prose` with citations where a model wrote `(1)` or "passage 1": only where it has no bracket at all."""
    if extract_cited_numbers(prose):
        return prose

    def as_citation(match: re.Match[str]) -> str:
        numbers = list(dict.fromkeys(_numbers_in_brackets(match[1] or match[2])))
        held = numbers and all(1 <= n <= passages for n in numbers)
        return "".join(f"[{n}]" for n in numbers) if held else match[0]

    return _IN_WORDS.sub(as_citation, prose)


def citation_from_passage(n: int, found: FoundPassage) -> Citation:
    """A citation of a passage as number `n`."""
    passage, excerpt = found.passage, found.passage.excerpt
    copies = tuple(dict.fromkeys(copy.path for copy in found.copies))
    return Citation(
        n, passage.title, passage.path, excerpt.page, excerpt.section, passage.id, excerpt.last_page, copies
    )


def _is_array_index(match: re.Match[str]) -> bool:
    """Whether the brackets belong to the word before them: passages count from 1, arrays from 0."""
    start = match.start(1)
    before = match.string[max(start - 1, 0) : start]
    return (before.isalnum() or before == "_") and 0 in _numbers_in_brackets(match[1])


def _numbers_in_brackets(brackets: str) -> Iterator[int]:
    for first, last in _ITEM.findall(brackets):
        yield from range(int(first), min(int(last or first), int(first) + _MAX_RANGE) + 1)
