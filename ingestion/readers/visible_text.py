"""Take out of a document, once read, the characters that nobody sees or can write. Pure.

What formats hide, readers leave out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from knowledge.core.text import count_invisible_runs, strip_invisible, valid

if TYPE_CHECKING:
    from ingestion.readers.elements import Element, ParsedDocument


def remove_invisible_text(reading: ParsedDocument) -> ParsedDocument:
    """The reading as people see it, in valid text; the places that lost characters are among its `hidden`."""
    parts = tuple(remove_invisible_text(part) for part in reading.parts)
    if parts:
        elements = [element for part in parts for element in part.elements]
        lost = sum(part.hidden for part in parts)
        return replace(reading, title=_shown(reading.title), elements=elements, parts=parts, hidden=lost)
    elements = list(map(_valid, reading.elements))  # first: halves of a character may make one that nobody sees
    lost = sum(count_invisible_runs(text) for element in elements for text in _element_texts(element))
    return replace(
        reading,
        title=_shown(reading.title),
        elements=[seen for element in elements if (seen := _visible_element(element))],
        above=tuple((level, _shown(title)) for level, title in reading.above),
        hidden=reading.hidden + lost,
    )


def _element_texts(element: Element) -> list[str]:
    return [element.text, *(cell for row in element.rows for cell in row)]


def _shown(text: str) -> str:
    return strip_invisible(valid(text))


def _valid(element: Element) -> Element:
    if all(map(str.isascii, _element_texts(element))):
        return element
    return replace(element, text=valid(element.text), rows=tuple(tuple(map(valid, row)) for row in element.rows))


def _visible_element(element: Element) -> Element | None:
    """An element as people see it; None where they see nothing."""
    if all(map(str.isascii, _element_texts(element))):
        return element
    text = strip_invisible(element.text)
    rows = tuple(tuple(map(strip_invisible, row)) for row in element.rows)
    return replace(element, text=text, rows=rows) if text.strip() or any(map(any, rows)) else None
