from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.readers.elements import Element, collapse_whitespace
from ingestion.readers.text.text_files import elements_from_text, read_csv, read_plain_text
from knowledge.core.failures import UnreadableDocument
from tests.ingestion.readers import samples

if TYPE_CHECKING:
    from pathlib import Path

_LONG = "This line goes all the way to the margin of the page, as the lines of a paragraph do"


def test_a_cell_of_a_csv_is_kept_as_it_is_written(tmp_path: Path) -> None:
    reading = read_csv(samples.csv(tmp_path / "annuaire.csv"))
    assert reading.title == "annuaire"
    assert reading.elements[0].rows == (
        ("Nom", "Poste", "Ville", ""),
        ("Ana", "0012", "Lyon", ""),
        ("Bob", "0345", "NA", "extra"),
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f'a{delimiter}b\n"x, y; z"{delimiter}1\n', encoding="utf-8")
    assert read_csv(path).elements[0].rows == (("a", "b"), ("x, y; z", "1"))


def test_a_quoted_cell_may_hold_a_line_break(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('a,b\r\n"two\r\nlines",1\r\n', encoding="utf-8")
    assert read_csv(path).elements[0].rows == (("a", "b"), ("two lines", "1"))


def test_a_tsv_is_cut_at_tabs_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    path.write_text("a,1\tb,2\nc,3\td,4\n", encoding="utf-8")
    assert read_csv(path).elements[0].rows == (("a,1", "b,2"), ("c,3", "d,4"))


def test_a_text_file_is_named_by_its_heading_else_by_its_file(tmp_path: Path) -> None:
    assert read_plain_text(samples.text(tmp_path / "a.txt")).title == "PROCÉDURE SINISTRE"
    plain = tmp_path / "liste.txt"
    plain.write_text("quelques mots", encoding="utf-8")
    assert read_plain_text(plain).title == "liste"


def test_data_that_only_looks_like_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Some words, then " + "x" * 200_000)
    with pytest.raises(UnreadableDocument, match=r"^a\.txt holds a word of 200,000 characters, it is data rather than"):
        read_plain_text(path)


def test_too_many_columns_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n" + ",".join("x" * 1_001) + "\n")
    with pytest.raises(UnreadableDocument, match=r"^a\.csv has 1,001 columns, more than 1,000: split it, or turn"):
        read_csv(path)


def test_stray_zero_bytes_cost_no_accents(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("Un café ".encode() * 1_000 + b"\0\0" + "et un thé".encode())
    (element,) = read_plain_text(path).elements
    assert element.text.endswith("café et un thé")


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        ("INCIDENT PROCEDURE\n\nWords.", [("INCIDENT PROCEDURE", 1)]),
        ("NOTICE\n\n2. FIRST STEPS\n\n2.1 AT NIGHT\n", [("NOTICE", 1), ("2. FIRST STEPS", 2), ("2.1 AT NIGHT", 3)]),
        ("Title\n=====\n\nPart\n----\nWords.", [("Title", 1), ("Part", 2)]),
        ("Words above\n\n--------\n\nwords below", []),
        ("SNCF\nParis", [("SNCF", 1)]),
        ("A1 B2", []),
    ],
)
def test_headings_are_capitals_or_underlined(text: str, headings: list[tuple[str, int]]) -> None:
    assert [(e.text, e.level) for e in elements_from_text(text) if e.kind == "heading"] == headings


def test_wrapped_lines_are_one_paragraph_and_short_lines_stay() -> None:
    address = "Maison Lumière\n8 rue des Voiliers"
    found = elements_from_text(f"{_LONG}\nand ends here.\n\n{address}")
    assert found == [Element(f"{_LONG} and ends here."), Element(address)]


def test_list_items_take_their_indented_lines_and_keep_their_numbers() -> None:
    found = elements_from_text("Do this:\na) Call the desk\n   at once.\nb) Wait.\n- Then go.")
    assert found == [
        Element("Do this:"),
        Element("a) Call the desk at once.", "list", 1),
        Element("b) Wait.", "list", 1),
        Element("Then go.", "list", 1),
    ]


def test_aligned_columns_are_a_table() -> None:
    rows = ("  Damage   Delay    Own share", "  ------   -----    ---------", "  Water    5 days   750")
    found = elements_from_text("\n".join(("The delays:", *rows)))
    assert found == [
        Element("The delays:"),
        Element("", "table", rows=(("Damage", "Delay", "Own share"), ("Water", "5 days", "750"))),
    ]


@given(st.text(st.sampled_from("aB1 .-=\t\n)•é"), max_size=200))
def test_no_letter_is_lost(text: str) -> None:
    told = "".join(element.text + "".join("".join(row) for row in element.rows) for element in elements_from_text(text))
    assert sorted(c for c in collapse_whitespace(told) if c.isalpha()) == sorted(c for c in text if c.isalpha())


@pytest.mark.parametrize("lines", ["A line of a log, as they come.", "A\n=", "a  b\nc  d  e", "- an item\ngoes on"])
@pytest.mark.timeout(20)
def test_many_lines_without_a_blank_one_cost_no_more_than_their_number(lines: str) -> None:
    assert elements_from_text(f"{lines}\n" * 50_000)
