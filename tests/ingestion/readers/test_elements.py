from __future__ import annotations

from pathlib import PurePath

import pytest

from ingestion.readers.elements import Element, choose_document_title, clean_declared_title

_FILE = PurePath("Guide du te\u0301le\u0301travail.pdf")


@pytest.mark.parametrize(
    ("declared", "title"),
    [
        ("  Guide \n 2026 ", "Guide 2026"),
        ("Microsoft Word - Règlement intérieur", "Règlement intérieur"),
        ("Microsoft Word - notes.docx", ""),
        ("Untitled", ""),
        ("Présentation PowerPoint", ""),
        ("Document 12", ""),
        ("2026", ""),
        ("", ""),
    ],
)
def test_a_title_that_a_program_filled_in_is_none(declared: str, title: str) -> None:
    assert clean_declared_title(declared) == title


def test_the_title_is_declared_else_the_first_top_heading_else_the_files_name() -> None:
    headings = [Element("Deep", "heading", 2), Element("Top", "heading", 1), Element("Second", "heading", 1)]
    assert choose_document_title(_FILE, headings, "Declared") == "Declared"
    assert choose_document_title(_FILE, headings) == "Top"
    assert choose_document_title(_FILE, [Element("words")]) == "Guide du télétravail"
