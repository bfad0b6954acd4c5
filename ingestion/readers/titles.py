"""Decide what a document is called: by its properties, else its first top heading, else its file's name. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from ingestion.readers.elements import collapse_whitespace

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import PurePath

    from ingestion.readers.elements import Element

_MAX_TITLE_CHARACTERS = 200
_PRINTED_BY = re.compile(r"^(?:Microsoft (?:Office )?(?:Word|PowerPoint|Excel)|LibreOffice|OpenOffice)\s*[-–]\s*", re.I)
_FILE_NAME = re.compile(r"\.(?:docx?|pptx?|xlsx?|pdf|od[tsp]|indd|tex|dvi|html?|qxd|md|txt)$", re.I)
_MEANINGLESS = re.compile(
    r"(?:untitled|sans titre|sans nom|document|presentation|présentation|powerpoint presentation|"
    r"présentation powerpoint|word document|classeur|workbook|book|title|titre|no title|unknown|none|null)"
    r"[\s_-]*\d*",
    re.I,
)


def choose_document_title(path: PurePath, elements: Iterable[Element], declared: str = "") -> str:
    """The document's title; `declared` is what its properties say."""
    return clean_declared_title(declared) or _top_heading(elements) or unicodedata.normalize("NFC", path.stem)


def clean_declared_title(declared: str) -> str:
    """A declared title, or nothing where a program filled it in."""
    title = _PRINTED_BY.sub("", collapse_whitespace(declared))
    if _FILE_NAME.search(title) or _MEANINGLESS.fullmatch(title) or not any(c.isalpha() for c in title):
        return ""
    return title[:_MAX_TITLE_CHARACTERS]


def _top_heading(elements: Iterable[Element]) -> str:
    headings = [element for element in elements if element.kind == "heading"]
    top = min((heading.level for heading in headings), default=0)
    return next((heading.text[:_MAX_TITLE_CHARACTERS] for heading in headings if heading.level == top), "")
