from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ingestion.readers.text.text_files import read_csv, read_plain_text
from knowledge.core.failures import UnreadableDocument
from tests.ingestion.readers import samples

if TYPE_CHECKING:
    from pathlib import Path


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
