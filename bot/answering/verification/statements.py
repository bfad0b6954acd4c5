"""Splits an answer into statements with their citations, and recognises refusals."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.answering.languages.all_languages import LANGUAGES, MISSING_LABELS
from bot.answering.verification.citations import extract_cited_numbers, remove_citations
from knowledge.core.lexical import extract_content_stems

if TYPE_CHECKING:
    from collections.abc import Iterator

_REFUSALS = tuple(language.CHECKING.refusal_pattern for language in LANGUAGES.values())


def is_refusal(sentence: str) -> bool:
    """Whether `sentence` says that the passages contain no answer."""
    return any(pattern.search(sentence) for pattern in _REFUSALS)


# A citation after the full stop belongs to the sentence before it. The pattern matches only at the start of a run of
# marks, to stay linear in the length of the run.
_CITATION_AFTER_SENTENCE = re.compile(r"(?<![.!?…:])([.!?…:]++[»”\"')*_]*+)((?:[ \t]*+\[\d{1,3}\])+)")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[»”\"')*_]*[ \t]+(?=[A-ZÀ-Ý«“\"*_(])")
_ABBREVIATED = re.compile(
    r"(?:\b[A-ZÀ-Ý]|\b(?:art|cf|ex|env|etc|max|min|mr|mrs|mme|no|p|pp|tél|e\.g|i\.e))\.$", re.IGNORECASE
)
_LINE_MARKS = re.compile(r"^[ \t>]*(?:[-*+•–][ \t]+|\d{1,3}[.)][ \t]+)?")
_HEADING = re.compile(r"^[ \t]*(?:#{1,6}[ \t]|(\*\*|__).{1,90}\1[ \t]*+(?::[ \t]*+)?$)")
_RULE = re.compile(r"^[\s|:*_=-]*$")
_MIN_CONTENT_WORDS = 2  # a sentence with fewer content words is no statement
_MISSING_LINE = re.compile(rf"^[\s*_>#-]*(?:{'|'.join(MISSING_LABELS)})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence, a list item or a table's row, without its citations, and the numbers that it cites."""

    text: str
    cites: tuple[int, ...]


def extract_statements(prose: str) -> Iterator[Statement]:
    """Yields the statements of an answer, without headings, questions, refusals and introductions of lists."""
    for sentence in _split_sentences(prose):
        text, cites = remove_citations(sentence).strip(" |*_"), extract_cited_numbers(sentence)
        if _is_statement(text) and not is_refusal(text):
            yield Statement(text, cites)


def extract_refusals(prose: str) -> Iterator[str]:
    """Yields the sentences which say that the passages contain no answer."""
    return filter(is_refusal, _split_sentences(prose))


def _split_sentences(prose: str) -> Iterator[str]:
    for line in _CITATION_AFTER_SENTENCE.sub(r"\2\1", prose).splitlines():
        if not (_HEADING.match(line) or _RULE.match(line) or _MISSING_LINE.match(line)):
            yield from _split_line(_LINE_MARKS.sub("", line).strip())


def _split_line(line: str) -> Iterator[str]:
    """Splits a line into sentences; keeps a table's row whole, and splits no abbreviation ("p. 3")."""
    if line.startswith("|"):
        yield line
        return
    parts: list[str] = []
    for part in _SENTENCE_END.split(line):
        parts.append(part)
        if not _ABBREVIATED.search(part):
            yield " ".join(parts)
            parts = []
    if parts:
        yield " ".join(parts)


def _is_statement(text: str) -> bool:
    return not text.endswith((":", "?")) and len(extract_content_stems(text)) >= _MIN_CONTENT_WORDS
