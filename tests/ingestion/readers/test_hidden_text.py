"""Real files, one for each way to hide text and one for each honest use that looks like one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ingestion.readers.chunking import split_into_excerpts
from ingestion.readers.elements import DOUBT_MARK, Element, ParsedDocument
from ingestion.readers.format_detection import read_document_file
from knowledge.core.failures import UnreadableDocument
from knowledge.core.text import strip_invisible
from tests.ingestion.readers import hiding_office, hiding_pages, hiding_pdf

if TYPE_CHECKING:
    from pathlib import Path

    from tests.ingestion.readers.hiding_pages import Maker

    Case = tuple[str, Maker]

_FILES = (hiding_pages, hiding_office, hiding_pdf)
HIDDEN = {f"{case[0]} {name}": case for each in _FILES for name, case in each.HIDDEN.items()}
SHOWN = {f"{case[0]} {name}": case for each in _FILES for name, case in each.SHOWN.items()}

DOUBTFUL = {f"{case[0]} {name}": case for each in _FILES for name, case in getattr(each, "DOUBTFUL", {}).items()}


def _made(tmp_path: Path, case: Case) -> ParsedDocument:
    suffix, make = case
    make(tmp_path / f"a{suffix}")
    return read_document_file(tmp_path / f"a{suffix}")


def _words(reading: ParsedDocument) -> str:
    return "\n".join(
        [reading.title, *(" ".join([each.text, *(" ".join(row) for row in each.rows)]) for each in reading.elements)]
    )


@pytest.mark.parametrize("case", HIDDEN.values(), ids=HIDDEN.keys())
def test_what_nobody_sees_is_left_out_and_counted(tmp_path: Path, case: Case) -> None:
    reading = _made(tmp_path, case)
    words = _words(reading)
    assert "Seen" in words
    assert "Secret" not in words
    assert strip_invisible(words) == words
    assert reading.hidden >= 1


@pytest.mark.parametrize("case", SHOWN.values(), ids=SHOWN.keys())
def test_what_people_see_stays(tmp_path: Path, case: Case) -> None:
    reading = _made(tmp_path, case)
    assert "Kept" in _words(reading)
    assert (reading.hidden, reading.doubtful) == (0, 0)


@pytest.mark.parametrize("case", DOUBTFUL.values(), ids=DOUBTFUL.keys())
def test_what_may_be_hidden_stays_and_its_passage_is_marked(tmp_path: Path, case: Case) -> None:
    reading = _made(tmp_path, case)
    assert "Kept" in _words(reading)
    assert DOUBT_MARK not in _words(reading)
    assert reading.doubtful >= 1
    assert all(excerpt.doubtful for excerpt in split_into_excerpts(reading) if "Kept" in excerpt.text)


def test_a_passage_without_doubtful_text_is_not_marked() -> None:
    plain = [Element("Rules", "heading", 1), Element("x" * 1_600), Element("More", "heading", 1)]
    document = ParsedDocument("A", None, [*plain, Element("y" * 1_600, doubtful=True)])
    assert [excerpt.doubtful for excerpt in split_into_excerpts(document)] == [False, True]


def test_letters_keep_what_joins_and_parts_them(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    text = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \U0001f469\u200d\U0001f467 \u2764\ufe0f"
    path.write_text(f"{text} so\u00adft", encoding="utf-8")
    assert _words(read_document_file(path)).splitlines()[1] == f"{text} soft"


def test_a_document_of_hidden_text_alone_is_not_read(tmp_path: Path) -> None:
    hiding_pages.text('<p style="display:none">Secret</p>')(tmp_path / "a.html")
    with pytest.raises(UnreadableDocument, match=r"^a\.html holds no text that anybody sees \(1 places are hidden\)"):
        read_document_file(tmp_path / "a.html")


def test_a_hidden_stretch_is_one_place_however_many_runs_it_has(tmp_path: Path) -> None:
    def change(made: object) -> None:
        from docx.document import Document

        assert isinstance(made, Document)
        paragraph = made.add_paragraph("Seen ")
        for _ in range(3):
            paragraph.add_run("Secret").font.hidden = True

    hiding_office.docx(change)(tmp_path / "a.docx")
    assert read_document_file(tmp_path / "a.docx").hidden == 1
