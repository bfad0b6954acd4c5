"""What a PDF draws with more than letters in a row: accents over letters, raised marks, bold without a bold font."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ingestion.readers.format_detection import read_document_file
from ingestion.readers.pdf.letter_repair import compose_accents, join_turned_lines
from ingestion.readers.pdf.line_repair import join_broken_lines
from tests.ingestion.readers.pdf.lines import line, row
from tests.ingestion.readers.raw_pdf import raw, stream

if TYPE_CHECKING:
    from pathlib import Path

_CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
_TREE = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
_PAGE = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R "
    b"/Resources << /Font << /F 5 0 R /H 6 0 R >> >> >>"
)
_PLAIN = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
_HEAVY = (
    b"<< /Type /Font /Subtype /TrueType /BaseFont /ABCDEF+Corporate /FirstChar 32 /LastChar 126 /Widths [%b] "
    b"/FontDescriptor << /Type /FontDescriptor /FontName /ABCDEF+Corporate /Flags 32 /StemV 160 >> >>"
) % b" ".join([b"500", b"400", b"600", b"250", b"700"] * 19)


def _pdf(drawn: bytes) -> bytes:
    return raw([_CATALOG, _TREE, _PAGE, stream(drawn), _PLAIN, _HEAVY])


def _text(x: float, y: float, text: str, *, before: str = "", font: str = "F", size: int = 10) -> bytes:
    return f"BT /{font} {size} Tf {before} {x} {y} Td ({text}) Tj ET\n".encode("cp1252")


def _body(y: int, x: int = 50) -> bytes:
    lines = ("These are words of the body, and there are", "many of them, so that their look is known.")
    return b"".join(_text(x, y - 12 * n, text) for n, text in enumerate(lines))


def test_an_accent_drawn_over_its_letter_is_joined_to_it(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    # The letters of "R" are 7.2 points wide, so the e begins at 57.2; the accent is drawn after all letters.
    path.write_bytes(_pdf(_text(50, 700, "Reunion generale") + _text(58.3, 700, "´") + _body(650)))
    assert read_document_file(path).elements[0].text == "Réunion generale"


def test_accents_far_from_their_letters_find_them_and_leave_no_gap() -> None:
    text = "Herve J ´ egou ´ ran `ls`"
    sides = {4: (40.0, 48.0), 6: (60.0, 65.0), 8: (42.0, 46.0), 10: (66.0, 74.0), 15: (68.0, 72.0)}
    found = compose_accents(text, lambda at: sides.get(at, (10.0 * at, 10.0 * at + 8)))
    assert " ".join("".join(found).split()) == "Hervé Jégou ran `ls`"


def test_a_hyphen_before_an_accent_at_a_lines_end_is_marked() -> None:
    found = compose_accents("verifi- ´", lambda at: (12.0, 16.0) if at == 8 else (10.0 * at, 10.0 * at + 8))
    assert "".join(found).strip() == "vérifi\ufffe"


def test_a_raised_mark_does_not_break_its_line() -> None:
    lines = [
        line("Ana Lopes", 700, x=50),
        line("1", 704, x=95, size=6),
        line(", Bob Meyer", 700, x=100),
        line("The next line.", 688, x=50),
        line("2", 664, x=50, size=6),
        line("A note below.", 660, x=55),
    ]
    assert [(each.text, each.size) for each in join_broken_lines(lines)] == [
        ("Ana Lopes1, Bob Meyer", 10.0),
        ("The next line.", 10.0),
        ("2 A note below.", 10.0),
    ]


def test_a_part_that_begins_with_a_raised_mark_goes_on_in_its_line() -> None:
    parts = [line("x", 700, x=50), line("2 = 9 means", 704, x=56), line("x is 3.", 688, x=50)]
    assert [each.text for each in join_broken_lines(parts)] == ["x2 = 9 means", "x is 3."]


def test_rows_of_a_table_and_columns_stay_apart() -> None:
    lines = [row({50: "Lyon", 200: "12"}, 700), row({50: "Oslo", 200: "9"}, 688), line("Beside", 688, x=300)]
    assert list(join_broken_lines(lines)) == lines


@pytest.mark.parametrize(
    "heading",
    [
        _text(50, 700, "Remote work", font="H"),
        _text(50, 700, "Remote work", before="2 Tr 0.4 w") + b"0 Tr\n",
        _text(50, 700, "Remote work") + _text(50.4, 700, "Remote work"),
    ],
    ids=["by the weight of its font", "with its outline", "drawn twice"],
)
def test_a_bold_line_without_a_bold_font_is_a_heading(tmp_path: Path, heading: bytes) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(_pdf(_body(760) + heading + _body(680) + _text(50, 640, "Remote pay") + _body(620)))
    headings = [element.text for element in read_document_file(path).elements if element.kind == "heading"]
    assert headings == ["Remote work"]


def test_a_bold_line_over_the_right_column_is_a_heading(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    left = _text(50, 730, "Left part", font="H") + _body(710) + _body(686) + _body(662)
    right = _text(320, 730, "Right part", font="H") + _body(710, 320) + _body(686, 320) + _body(662, 320)
    path.write_bytes(_pdf(left + right))
    headings = [element.text for element in read_document_file(path).elements if element.kind == "heading"]
    assert headings == ["Left part", "Right part"]


def test_letters_that_are_drawn_twice_are_read_once() -> None:
    twice, once = line("NNEEBBRRAASSKKAA HHIISSTTOORRIICC", 700), line("noon deed", 600)
    assert [(each.text, each.bold) for each in join_broken_lines([twice, once])] == [
        ("NEBRASKA HISTORIC", True),
        ("noon deed", False),
    ]


def test_a_line_that_runs_upwards_is_no_heading_and_its_font_no_code(tmp_path: Path) -> None:
    upwards = b"BT /F 20 Tf 0 1 -1 0 30 300 Tm (Revision of 30 Sep 2020, filmore) Tj ET\n"
    path = tmp_path / "a.pdf"
    path.write_bytes(_pdf(upwards + _text(50, 740, "Remote work", size=14) + _body(700) + _body(660)))
    reading = read_document_file(path)
    assert reading.title == "Remote work"
    assert {element.kind for element in reading.elements if element.text != "Remote work"} == {"text"}


def test_a_number_is_no_title(tmp_path: Path) -> None:
    path = tmp_path / "20260104.pdf"
    path.write_bytes(_pdf(_text(300, 780, "79", size=18) + _text(50, 740, "Remote work", size=18) + _body(700)))
    assert read_document_file(path).title == "Remote work"


@pytest.mark.parametrize("way", [1, -1], ids=["upwards", "downwards"])
def test_letters_that_run_up_or_down_a_page_are_joined_to_words(way: int) -> None:
    places = [("N", 0, 7), ("et", 7.2, 15), ("co", 18, 28), ("s", 29, 34), ("t", 34, 37), ("I", 90, 93), ("t", 93, 96)]
    pieces = [(replace(line(text, 400.0 + way * at), x=500.0), 400.0 + way * end) for text, at, end in places]
    joined = join_turned_lines([*pieces, (line("Beside", 300.0), None), pieces[0]])
    assert [each.text for each in joined] == ["Net cost", "It", "Beside", "N"]
