"""Adapts unstructured: keeps it offline, and turns its elements into ours (headings with depth, lists, code, tables).

unstructured tells titles by spaCy and a model that it downloads. Functions of ours take the place of its module
`unstructured.nlp.tokenize`, so that spaCy is not imported, and not installed (pyproject.toml).
"""

from __future__ import annotations

import os
import re
import sys
from types import ModuleType
from typing import TYPE_CHECKING

from ingestion.readers.elements import Element, Rows, collapse_whitespace, normalize_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from unstructured.documents import elements as unstructured

_REPLACED_MODULE = "unstructured.nlp.tokenize"
_ENVIRONMENT = {
    "DO_NOT_TRACK": "1",
    "SCARF_NO_ANALYTICS": "true",
    "UNSTRUCTURED_DISABLE_NOTICE": "1",
}
_WORD = re.compile(r"\w+(?:['’-]\w+)*+|[^\w\s]")
_SENTENCE_END = re.compile(r"(?<=[.!?…。！？])\s+")
_DROPPED = frozenset({"PageBreak", "PageNumber", "Header", "Footer", "Image"})
_MIDNIGHT = re.compile(r"(\d{4}-\d\d-\d\d) 00:00:00")
_LINE_SPACE = re.compile(r"[ \t\xa0]+")


def stay_offline() -> None:
    """Call before any import of unstructured; more calls change nothing."""
    os.environ.update(_ENVIRONMENT)
    if _REPLACED_MODULE not in sys.modules:
        module = ModuleType(_REPLACED_MODULE, "Splits text into words and sentences without a model.")
        module.__dict__.update(word_tokenize=split_words, sent_tokenize=split_sentences, pos_tag=name_no_parts)
        sys.modules[_REPLACED_MODULE] = module


def split_words(text: str) -> list[str]:
    """The words of a text, and each other sign as a word of its own."""
    return _WORD.findall(text)


def split_sentences(text: str) -> list[str]:
    """The sentences of a text: each ends with a sign that ends sentences, before a blank."""
    return _SENTENCE_END.split(text)


def name_no_parts(text: str) -> list[tuple[str, str]]:
    """Each word with an empty part of speech."""
    return [(word, "") for word in split_words(text)]


def elements_from_unstructured(elements: Iterable[unstructured.Element], *, titles: bool = True) -> Iterator[Element]:
    """Our elements for unstructured's, in order; `titles` is false if unstructured only guesses titles."""
    for element in elements:
        category = element.category
        if category in _DROPPED:
            continue
        page = element.metadata.page_number
        depth = element.metadata.category_depth or 0
        if category == "Table":
            rows = rows_from_html_table(element.metadata.text_as_html or "")
            if rows:
                yield Element("", "table", page=page, last_page=page, rows=rows)
        elif category == "CodeSnippet":
            yield Element(element.text.strip("\n"), "code", page=page, last_page=page)
        elif not (text := _tidy_lines(element.text)):
            continue
        elif category == "Title" and titles:
            yield Element(collapse_whitespace(text), "heading", depth + 1, page, page)
        elif category == "ListItem":
            yield Element(text, "list", max(depth, 1), page, page)
        else:
            yield Element(text, "text", 0, page, page)


def rows_from_html_table(html: str) -> Rows:
    """The cells of an HTML table, without empty rows, all rows of the same width."""
    from lxml import html as parser

    if not html:
        return ()
    rows = [
        [collapse_whitespace("".join(cell.itertext())) for cell in row.iterfind("./*")]
        for row in parser.fragment_fromstring(_MIDNIGHT.sub(r"\1", html)).iter("tr")
    ]
    return normalize_rows(rows)


def _tidy_lines(text: str) -> str:
    """The text with its line breaks, without other surplus white space."""
    return "\n".join(line for raw in text.splitlines() if (line := _LINE_SPACE.sub(" ", raw).strip()))
