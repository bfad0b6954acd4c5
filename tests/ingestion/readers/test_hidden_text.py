"""Real files, one for each way to hide text and each honest use that looks like one; random ones; known exceptions.

More random files: `HIDING_FILES=500 .venv/bin/python -m pytest <this file> --timeout 0`.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from ingestion.readers.chunking import split_into_excerpts
from ingestion.readers.elements import DOUBT_MARK, Element, ParsedDocument
from ingestion.readers.format_detection import read_document_file
from knowledge.core.failures import UnreadableDocument
from knowledge.core.text import strip_invisible
from tests.ingestion.readers import hiding_office, hiding_pages, hiding_pdf
from tests.ingestion.readers.hiding_exceptions import EXCEPTIONS
from tests.ingestion.readers.hiding_generators import FORMATS

if TYPE_CHECKING:
    from tests.ingestion.readers.hiding_pages import Maker

    Case = tuple[str, Maker]

_FILES = (hiding_pages, hiding_office, hiding_pdf)
HIDDEN = {f"{case[0]} {name}": case for each in _FILES for name, case in each.HIDDEN.items()}
SHOWN = {f"{case[0]} {name}": case for each in _FILES for name, case in each.SHOWN.items()}
DOUBTFUL = {f"{case[0]} {name}": case for each in _FILES for name, case in getattr(each, "DOUBTFUL", {}).items()}
_RANDOM_FILES = int(os.environ.get("HIDING_FILES", "8"))
SECURITY = Path(__file__).parents[3] / "SECURITY.md"
_LINE = re.compile(r"^- (In [^:]+): (.+)\.$")


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


def _says(element: Element, word: str) -> bool:
    return word in element.text or any(word in cell for row in element.rows for cell in row)


@pytest.mark.parametrize("suffix", FORMATS)
def test_hidden_words_are_removed_or_marked(tmp_path: Path, suffix: str) -> None:
    for seed in range(_RANDOM_FILES):
        path = tmp_path / f"{seed}{suffix}"
        FORMATS[suffix](Random(seed), path, True)  # noqa: S311  # reproducible, not secret
        reading = read_document_file(path)
        assert any(_says(element, "Seen") for element in reading.elements), seed
        unmarked = [element for element in reading.elements if _says(element, "Secret") and not element.doubtful]
        assert not unmarked, f"seed {seed}"
        # pdfium itself gives no text of no size: what it does not give is not counted.
        assert reading.hidden + reading.doubtful >= 1 or suffix == ".pdf", f"seed {seed}"


@pytest.mark.parametrize("suffix", FORMATS)
def test_seen_words_stay_without_a_mark(tmp_path: Path, suffix: str) -> None:
    for seed in range(_RANDOM_FILES):
        path = tmp_path / f"{seed}{suffix}"
        FORMATS[suffix](Random(seed), path, False)  # noqa: S311  # reproducible, not secret
        reading = read_document_file(path)
        assert any(_says(element, "Kept") for element in reading.elements), f"seed {seed}"
        assert (reading.hidden, reading.doubtful) == (0, 0), f"seed {seed}"


def _list_told_exceptions() -> set[tuple[str, str]]:
    """The ways that SECURITY.md lists below "What remains", by format."""
    hidden = SECURITY.read_text().partition("\n## Text that documents hide\n")[2]
    lines = re.sub(r"\n  ", " ", hidden.partition("What remains")[2]).splitlines()
    matches = [match for line in lines if (match := _LINE.match(line))]
    return {(match[1], one) for match in matches for one in match[2].split("; ")}


def test_each_exception_of_the_page_has_a_file_and_each_file_is_told() -> None:
    assert _list_told_exceptions() == set(EXCEPTIONS)


@pytest.mark.parametrize("told", EXCEPTIONS, ids=": ".join)
def test_what_remains_hidden_is_read_as_if_it_were_seen(told: tuple[str, str], tmp_path: Path) -> None:
    suffix, make = EXCEPTIONS[told]
    make(tmp_path / f"a{suffix}")
    reading = read_document_file(tmp_path / f"a{suffix}")
    cells = " ".join(word for each in reading.elements for row in each.rows for word in row)
    words = " ".join((reading.title, cells, *(each.text for each in reading.elements)))
    assert "Seen" in words
    assert "Secret" in words
    assert (reading.hidden, reading.doubtful) == (0, 0)
