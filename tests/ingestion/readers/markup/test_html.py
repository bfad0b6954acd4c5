from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ingestion.readers.elements import Element
from ingestion.readers.markup.html import elements_from_html, read_html, read_markdown
from ingestion.readers.registry import read_document_file
from knowledge.core.failures import UnreadableDocument
from tests.ingestion.readers import samples

if TYPE_CHECKING:
    from pathlib import Path


def test_a_page_is_read_in_the_encoding_that_it_names(tmp_path: Path) -> None:
    reading = read_html(samples.html(tmp_path / "page.html"))
    assert reading.title == "Sécurité & accès"
    assert reading.elements == [
        Element("Sécurité", "heading", 1),
        Element("Verrouillez votre poste."),
        Element("Mots de passe", "heading", 2),
        Element("12 caractères", "list", 1),
        Element("Coût : 0 €", "list", 1),
        Element('ssh-keygen -t ed25519\n  -C "moi"', "code"),
        Element("", "table", rows=(("Rôle", "Accès"), ("Admin", "Tout"))),
    ]


def test_markdown_lists_right_under_a_paragraph_and_fences_inside_items_are_read(tmp_path: Path) -> None:
    reading = read_markdown(samples.markdown(tmp_path / "oncall.md"))
    assert reading.title == "On call"
    assert reading.elements == [
        Element("On call", "heading", 1),
        Element("Introduction:"),
        Element("one", "list", 1),
        Element("two", "list", 1),
        Element("Runbook", "heading", 2),
        Element("Look:", "list", 1),
        Element("lumen file --site lyon\n  | sort", "code"),
        Element("Wait", "list", 1),
        Element("", "table", rows=(("Week", "Who"), ("S02", "Ana"))),
    ]


def test_the_front_matter_of_markdown_gives_the_title_and_no_text(tmp_path: Path) -> None:
    path = tmp_path / "note.md"
    path.write_text('---\ntitle: "The note"\ntags: [a]\n---\n# Heading\n\nWords.\n', encoding="utf-8")
    reading = read_markdown(path)
    assert reading.title == "The note"
    assert [element.text for element in reading.elements] == ["Heading", "Words."]


def test_what_looks_like_a_list_inside_a_fence_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "note.md"
    path.write_text("```yaml\nsteps:\n- run: make\n```\n", encoding="utf-8")
    assert read_markdown(path).elements == [Element("steps:\n- run: make", "code")]


def test_no_html_gives_no_elements() -> None:
    assert elements_from_html(" \n") == ([], 0)


def test_html_that_its_parser_would_leave_out_in_part_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "deep.html"
    path.write_text("<p>before</p>" + "<div>" * 300 + "deep" + "</div>" * 300)
    with pytest.raises(UnreadableDocument, match=r"^deep\.html is nested too deeply to be read: drop a flatter copy"):
        read_document_file(path)
