"""Reads Jupyter notebooks: text cells as Markdown, code cells as code, and what they printed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from ingestion.readers.elements import Element, ParsedDocument, choose_document_title
from ingestion.readers.markup.html import elements_from_markdown
from ingestion.readers.text.encodings import decode_text
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import make_unreadable

_MAX_OUTPUT_CHARACTERS = 4_000  # of one cell: longer is data


def read_notebook(path: Path) -> ParsedDocument:
    """A notebook, in the order of its cells."""
    try:
        found = json.loads(decode_text(path.read_bytes()))
    except json.JSONDecodeError as error:
        raise make_unreadable(FailureCode.NOT_JSON, name=path.name, line=error.lineno, column=error.colno) from error
    cells = found.get("cells") if isinstance(found, dict) else None
    elements: list[Element] = []
    hidden = 0
    for cell in cells if isinstance(cells, list) else ():
        source = _joined(cell.get("source")) if isinstance(cell, dict) else ""
        if not source.strip():
            continue
        if cell.get("cell_type") == "markdown":
            own, places = elements_from_markdown(source)
            elements += own
            hidden += places
        else:
            elements.append(Element(source.strip("\n"), "code"))
            elements += [Element(text, "code") for text in _outputs(cell)]
    return ParsedDocument(choose_document_title(path, elements), None, elements, hidden=hidden)


def _outputs(cell: dict[str, object]) -> Iterator[str]:
    """The plain text that a cell gave."""
    outputs = cell.get("outputs")
    for output in outputs if isinstance(outputs, list) else ():
        if not isinstance(output, dict):
            continue
        data = output.get("data")
        text = _joined(output.get("text")) or (_joined(data.get("text/plain")) if isinstance(data, dict) else "")
        if text.strip():
            yield text.strip("\n")[:_MAX_OUTPUT_CHARACTERS]


def _joined(source: object) -> str:
    return "".join(map(str, source)) if isinstance(source, list) else source if isinstance(source, str) else ""
