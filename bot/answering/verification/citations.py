"""Normalizes, extracts and removes citations `[n]` in an answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from knowledge.core.passages import Citation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from knowledge.core.passages import Excerpt, FoundPassage

_NUMBER_SEPARATOR = r"\s*+(?:[,;&\-–]|\b(?:et|and)\b)\s*+"
_NUMBER_LIST = rf"\d{{1,3}}(?:{_NUMBER_SEPARATOR}\d{{1,9}})*"
_CITATION = re.compile(rf"((?:\[{_NUMBER_LIST}\])+)(?!\()")
_MAX_RANGE = 1_000  # no prompt has more passages, so a longer range is cut
_ITEM = re.compile(r"(\d+)(?:\s*[\-–]\s*(\d+))?")
_ENDS_A_WORD = re.compile(r"[.,;:!?…)»]*(?:\s|$)")
_WITH_SPACE = re.compile(
    rf"(?<! ) *+{_CITATION.pattern}"
)  # matches only at the start of a run of spaces, to stay linear
# What models write for `[n]`: 【1†source】, ［1］, [^1], \[1\], [Passage 1], [1, p. 2]. Each matches in one way only.
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
# Parentheses may also have a year or a list number: they cite only at the end of a sentence or a line.
_IN_PARENTHESES = rf"(?<=[\w»”\"'*_)%€$] )\(({_NUMBER_LIST})\)(?=[.;!?…]|[ \t]*$)"
_MENTION = rf"\(?\b(?:passages?|extraits?|excerpts?|sources?)\s+(?:n[°o]\s*)?({_NUMBER_LIST})\b\)?"
_IN_WORDS = re.compile(rf"{_IN_PARENTHESES}|{_MENTION}", re.MULTILINE | re.IGNORECASE)


def normalize_citations(prose: str, passages: int) -> str:
    """Writes each citation as `[n]`, and removes those outside 1..`passages`.

    `[1, 3]`, `[1 et 3]` and `[1-3]` are several citations. `【1】`, `[^1]` and `[Passage 1, p. 2]` mean `[1]`.
    `args[0]` is no citation.
    """
    prose = _CITATION_VARIANTS.sub(lambda match: f"[{next(filter(None, match.groups()))}]", prose)

    def valid(match: re.Match[str]) -> str:
        if _is_array_index(match):
            return match[0]
        kept = "".join(f"[{n}]" for n in dict.fromkeys(_numbers_in_brackets(match[1])) if 1 <= n <= passages)
        if kept:
            return match[0].replace(match[1], kept)
        return "" if _ENDS_A_WORD.match(prose, match.end()) else " "  # keeps the words around it apart

    return _WITH_SPACE.sub(valid, prose)


def extract_citations(prose: str, found: Sequence[FoundPassage]) -> tuple[Citation, ...]:
    """Returns the citations in `prose`, by number; `found[0]` is number 1."""
    return tuple(
        citation_from_passage(n, found[n - 1]) for n in sorted(extract_cited_numbers(prose)) if 1 <= n <= len(found)
    )


def extract_cited_numbers(prose: str) -> tuple[int, ...]:
    """Returns the numbers that `prose` cites, in order, each once."""
    matches = (match for match in _CITATION.finditer(prose) if not _is_array_index(match))
    return tuple(dict.fromkeys(n for match in matches for n in _numbers_in_brackets(match[1])))


def remove_citations(prose: str) -> str:
    """Removes the citations from `prose`."""
    return _WITH_SPACE.sub(lambda match: match[0] if _is_array_index(match) else "", prose)


def remove_passage_mentions(prose: str) -> str:
    """Removes mentions such as "passage 1", whose numbers are no part of a statement."""
    return re.sub(_MENTION, "", prose, flags=re.IGNORECASE)


def bracket_citations(prose: str, passages: int) -> str:
    """Converts `(1)` and "passage 1" to citations if `prose` has no citation in brackets."""
    if extract_cited_numbers(prose):
        return prose

    def as_citation(match: re.Match[str]) -> str:
        numbers = list(dict.fromkeys(_numbers_in_brackets(match[1] or match[2])))
        is_valid = numbers and all(1 <= n <= passages for n in numbers)
        return "".join(f"[{n}]" for n in numbers) if is_valid else match[0]

    return _IN_WORDS.sub(as_citation, prose)


def citation_from_passage(n: int, found: FoundPassage, spans: tuple[tuple[int, int], ...] = ()) -> Citation:
    """Builds the citation of a passage as number `n`; `spans` are the places of what is quoted of it."""
    passage, excerpt = found.passage, found.passage.excerpt
    copies = tuple(dict.fromkeys(copy.path for copy in found.copies))
    return Citation(
        n,
        passage.title,
        passage.path,
        excerpt.page,
        _find_section(excerpt, spans),
        passage.id,
        excerpt.last_page,
        copies,
        spans,
        excerpt.link_page,
    )


def _find_section(excerpt: Excerpt, spans: tuple[tuple[int, int], ...]) -> tuple[str, ...]:
    """The headings above what is quoted: a short text before its first subheading is in one passage with that part."""
    heading = f"\n{excerpt.text}\n".find(f"\n{excerpt.section[-1]}\n") if excerpt.section else -1
    is_before = heading > 0 and spans and all(end <= heading for _, end in spans)
    return excerpt.section[:-1] if is_before else excerpt.section


def _is_array_index(match: re.Match[str]) -> bool:
    """Whether the brackets are an array index: after a word and with a 0, since passages count from 1."""
    start = match.start(1)
    before = match.string[max(start - 1, 0) : start]
    return (before.isalnum() or before == "_") and 0 in _numbers_in_brackets(match[1])


def _numbers_in_brackets(brackets: str) -> Iterator[int]:
    for first, last in _ITEM.findall(brackets):
        yield from range(int(first), min(int(last or first), int(first) + _MAX_RANGE) + 1)
