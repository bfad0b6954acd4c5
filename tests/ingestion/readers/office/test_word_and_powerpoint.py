from __future__ import annotations

from typing import TYPE_CHECKING

from docx import Document

from ingestion.readers.elements import Element
from ingestion.readers.office.word_and_powerpoint import read_docx, read_pptx
from tests.ingestion.readers import samples

if TYPE_CHECKING:
    from pathlib import Path


def test_a_word_document_keeps_headings_lists_and_tables_and_its_header_once(tmp_path: Path) -> None:
    reading = read_docx(samples.docx(tmp_path / "policy.docx"))
    assert reading.pages is None
    assert reading.elements == [
        Element("Expense policy", "heading", 1),
        Element("1. Hotels", "heading", 1),
        Element("A night costs at most 125 euros."),
        Element("1.1 Cities", "heading", 2),
        Element("Lyon", "list", 1),
        Element("", "table", rows=(("City", "Limit"), ("Paris", "165"))),
        Element("Confidential"),
    ]


def test_a_word_documents_title_is_its_property_else_its_first_heading(tmp_path: Path) -> None:
    assert read_docx(samples.docx(tmp_path / "a.docx", title="Notes & frais")).title == "Notes & frais"
    assert read_docx(samples.docx(tmp_path / "b.docx", title="Document1")).title == "Expense policy"


def test_a_bold_line_of_a_word_document_is_a_heading_and_a_bold_sentence_is_not(tmp_path: Path) -> None:
    made = Document()
    made.add_heading("Travel", 1)
    made.add_paragraph().add_run("Trains").bold = True
    made.add_paragraph("Second class is the rule.")
    made.add_paragraph().add_run("Book early.").bold = True
    made.save(str(tmp_path / "a.docx"))
    assert [(e.kind, e.text, e.level) for e in read_docx(tmp_path / "a.docx").elements] == [
        ("heading", "Travel", 1),
        ("heading", "Trains", 2),
        ("text", "Second class is the rule.", 0),
        ("text", "Book early.", 0),
    ]


def test_a_slide_gives_its_title_its_points_and_its_notes_in_that_order(tmp_path: Path) -> None:
    reading = read_pptx(samples.pptx(tmp_path / "plan.pptx"))
    assert reading.pages == 2
    assert [(e.kind, e.text or e.rows, e.page) for e in reading.elements] == [
        ("heading", "Strategy 2027", 1),
        ("list", "Open a shop in Lyon", 1),
        ("list", "Hire twelve people, and train them well before spring.", 1),
        ("text", "Notes: Say that the budget is voted.", 1),
        ("heading", "Budget", 2),
        ("table", (("Post", "Amount"), ("Rent", "120")), 2),
    ]
