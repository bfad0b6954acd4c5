from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ingestion.readers.elements import Element
from ingestion.readers.format_detection import read_document_file
from ingestion.readers.markup.html import elements_from_html, read_html, read_markdown
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
        Element("1. Look:", "list", 1),
        Element("lumen file --site lyon\n  | sort", "code"),
        Element("1. Wait", "list", 1),
        Element("", "table", rows=(("Week", "Who"), ("S02", "Ana"))),
    ]


def test_a_footnote_of_markdown_is_read_at_the_end(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("Costs[^1] are paid.\n\n[^1]: Up to 125 euros.\n\nThe end.\n")
    texts = [element.text for element in read_markdown(tmp_path / "a.md").elements]
    assert texts == ["Costs[1] are paid.", "The end.", "1. Up to 125 euros."]


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


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        ("<details><summary>Why</summary>Bare words<p>And more.</p></details>", ["Why", "Bare words", "And more."]),
        ("<figure><img src=a><figcaption>A lamp at night</figcaption></figure>", ["A lamp at night"]),
        ("<table><caption>Limits by city</caption><tr><td>Lyon</td><td>12</td></tr></table>", ["Limits by city", ""]),
        ("<dialog open>Please sign here</dialog>", ["Please sign here"]),
        (
            "<ol start=3><li>Third step<ol type=a><li>inner step</li></ol></li><li>Fourth step</li></ol>",
            ["3. Third step", "a. inner step", "4. Fourth step"],
        ),
        ("<ol reversed><li>Last one</li><li value=7>Seventh one</li></ol>", ["2. Last one", "7. Seventh one"]),
        ("<ol type=I><li><p>First part</p></li></ol>", ["I. First part"]),
    ],
)
def test_elements_that_a_parser_may_drop_are_read(html: str, wanted: list[str]) -> None:
    elements, hidden = elements_from_html(f"<!doctype html><h1>T</h1>{html}")
    assert [element.text for element in elements[1:]] == wanted
    assert hidden == 0


def test_words_on_two_lines_of_a_cell_stay_apart() -> None:
    (element,) = elements_from_html(
        "<table><tr><td>Stop\nhere</td><td><i>one</i>\ntwo <b>and\nthree</b></td></tr></table>"
    )[0]
    assert element.rows == (("Stop here", "one two and three"),)


def test_cells_outside_of_a_row_are_read_as_a_row() -> None:
    table = "<table><thead><th>City</th><th>Limit</th></thead><td>Lyon</td><td>12</td><tr><td>Oslo</td></tr></table>"
    (element,) = elements_from_html(table)[0]
    assert element.rows == (("City", "Limit"), ("Lyon", "12"), ("Oslo", ""))


def test_a_closed_dialog_and_a_hidden_caption_stay_out() -> None:
    page = "<p>Seen.</p><dialog>Secret</dialog><figure hidden><figcaption>Secret</figcaption></figure>"
    elements, hidden = elements_from_html(page)
    assert [element.text for element in elements] == ["Seen."]
    assert hidden == 2
