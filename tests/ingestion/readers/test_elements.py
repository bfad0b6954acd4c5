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
        ("about:blank", ""),
        ("https://intranet.example/page?id=3", ""),
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


@pytest.mark.parametrize(
    "heading", ["1. Purpose", "Chapter 2", "Sommaire", "Introduction", "1", "9f86d081884c7d65", "Inhalt"]
)
def test_a_heading_that_names_only_a_part_is_no_title(heading: str) -> None:
    top = [Element(heading, "heading", 1)]
    assert choose_document_title(_FILE, top) == "Guide du télétravail"
    assert choose_document_title(PurePath("20260104.pdf"), top) == heading, "a file name without words says less"


def test_a_heading_that_says_more_than_a_part_is_a_title() -> None:
    for heading in ("Introduction to leave", "1984 annual report", "Partners"):
        assert choose_document_title(_FILE, [Element(heading, "heading", 1)]) == heading


def test_a_heading_of_a_later_page_is_a_title_only_where_the_name_has_no_words() -> None:
    later = [Element("About the institute", "heading", 1, page=2)]
    assert choose_document_title(_FILE, later) == "Guide du télétravail"
    assert choose_document_title(PurePath("20260104.pdf"), later) == "About the institute"


def test_a_short_first_line_is_the_title_of_a_file_whose_name_has_no_words() -> None:
    words = [Element("Six hours that count", page=1), Element("More words follow here.", page=1)]
    for name in ("crisis-150403064828-gate.pdf", "20260104.pdf"):
        assert choose_document_title(PurePath(name), words) == "Six hours that count"
    assert choose_document_title(_FILE, words) == "Guide du télétravail"
    assert choose_document_title(PurePath("20260104.pdf"), words[1:]) == "20260104"


@pytest.mark.parametrize(
    ("name", "largest", "headings", "title"),
    [
        (
            "e639029d16094ea71d964e2fb953952b",
            "HEARING",
            ["HEARING", "Committee on Education"],
            "HEARING: Committee on Education",
        ),
        ("COSTCO_2021_10K", "UNITED STATES SECURITIES COMMISSION", [], "COSTCO_2021_10K"),
        ("Seniors-and-Tech-Use", "Main Findings", ["Main Findings"], "Seniors-and-Tech-Use"),
        ("owners-manual-2170416", "Owner's Manual", [], "Owner's Manual"),
        ("scan_2021", "Lease of the shop in Lyon", [], "Lease of the shop in Lyon"),
    ],
)
def test_a_title_that_is_guessed_by_its_size_says_more_than_the_files_name(
    name: str, largest: str, headings: list[str], title: str
) -> None:
    elements = [Element(heading, "heading", 1, 1) for heading in headings]
    assert choose_document_title(PurePath(f"{name}.pdf"), elements, "", largest) == title
