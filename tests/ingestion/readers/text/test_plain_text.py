from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.readers.elements import Element, collapse_whitespace
from ingestion.readers.text.text_files import elements_from_text

_LONG = "This line goes all the way to the margin of the page, as the lines of a paragraph do"


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
