"""A step of reading a PDF that fails costs its pages that step, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ingestion.reader_processes import reader_server
from ingestion.reader_processes.reader_process import _answer_from_lines
from ingestion.reader_processes.sandbox_pool import ReadLimits, content_from_answer
from ingestion.readers.format_detection import list_page_ranges, read_document_file, read_page_range
from ingestion.readers.images import ocr
from ingestion.readers.pdf import layout, reader
from ingestion.readers.pdf.headings import find_headings
from ingestion.readers.pdf.optional_steps import OptionalSteps
from ingestion.readers.pdf.tables import find_tables
from knowledge.core.failures import BusyDocument, UnreadableDocument
from tests.ingestion.readers import samples

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ingestion.readers.elements import ParsedDocument
    from ingestion.readers.pdf.lines import PdfLine


def _fails(*_: object) -> None:
    """Fail as a fault of ours would, with words of the document in what it says."""
    next(word for word in ["Secret"] if not word)


def _on(page: int, do: Callable[..., object]) -> Callable[..., object]:
    """The step as it is, but for one page on which it fails."""

    def step(lines: list[PdfLine], *others: object) -> object:
        places = others[-1]
        assert isinstance(places, range)
        if lines[places.start].page == page:
            _fails()
        return do(lines, *others)

    return step


def _words(reading: ParsedDocument) -> set[str]:
    texts = [element.text for element in reading.elements]
    texts += [cell for element in reading.elements for row in element.rows for cell in row]
    return {word for text in texts for word in text.split()}


@pytest.mark.parametrize(
    ("room", "step"),
    [
        (reader, "_read_outline"),
        (reader, "find_largest_text"),
        (layout, "split_headers_and_footers"),
        (layout, "match_outline"),
        (layout, "measure_document_style"),
        (layout, "find_tables"),
        (layout, "join_tables_across_pages"),
        (layout, "find_headings"),
        (layout, "_build_elements"),
        (layout, "_tidy_elements"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_without_a_step_every_word_is_read_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: object, step: str
) -> None:
    path = samples.pdf(tmp_path / "guide.pdf")
    whole = read_document_file(path)
    assert (whole.plain_pages, whole.faults) == (0, ())
    reader._survey_cache.clear()  # what was learned of the file before
    monkeypatch.setattr(room, step, _fails)
    plain = read_document_file(path)
    assert _words(whole) - _words(plain) == set()
    assert plain.plain_pages == 3
    (fault,) = plain.faults
    assert " error=StopIteration at=_fails:" in fault
    assert fault.endswith(" pages=3")


def test_a_page_whose_tables_fail_loses_them_and_no_other_page_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = samples.long_pdf(tmp_path / "a.pdf", chapters=1)
    monkeypatch.setattr(layout, "find_headings", _on(2, find_headings))
    monkeypatch.setattr(layout, "find_tables", _on(3, find_tables))
    reading = read_document_file(path)
    headings = [element.page for element in reading.elements if element.kind == "heading"]
    assert headings == [1, 3, 4]
    assert reading.plain_pages == 2
    assert [fault.split()[0] for fault in reading.faults] == ["step=tables", "step=headings"]


def test_a_fault_in_a_long_document_is_counted_in_its_range(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = samples.long_pdf(tmp_path / "long.pdf", chapters=30)
    monkeypatch.setattr(layout, "find_tables", _on(100, find_tables))
    assert [read_page_range(path, *each).plain_pages for each in list_page_ranges(path)] == [0, 0, 1]
    reading = read_document_file(path)
    assert (reading.plain_pages, len(reading.faults)) == (1, 1)


def test_what_fails_for_a_long_document_is_counted_for_all_its_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = samples.long_pdf(tmp_path / "long.pdf", chapters=30)
    monkeypatch.setattr(reader, "measure_document_style", _fails)
    reading = read_document_file(path)
    assert reading.plain_pages == reading.pages == 150


def test_a_scanned_page_on_which_recognition_fails_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fpdf import FPDF
    from PIL import Image

    made = FPDF()
    made.add_page()
    made.set_font("helvetica", size=11)
    made.multi_cell(0, 6, samples.PARAGRAPH)
    made.add_page()
    made.image(Image.new("L", (60, 80), 200))
    made.output(str(tmp_path / "mixed.pdf"))
    monkeypatch.setattr(ocr, "is_tesseract_installed", lambda: True)
    monkeypatch.setattr(ocr, "ocr_page", _fails)
    reading = read_document_file(tmp_path / "mixed.pdf")
    assert (reading.plain_pages, reading.unread) == (1, (2,))


@pytest.mark.parametrize("error", [MemoryError(), UnreadableDocument("no"), BusyDocument("not now")])
def test_a_limit_and_a_verdict_are_no_faults_of_a_step(error: Exception) -> None:
    def fails() -> str:
        raise error

    steps = OptionalSteps()
    with pytest.raises(type(error)):
        steps.run_step("tables", [1], "", fails)
    assert (steps.plain_pages, steps.faults) == (0, ())


def test_a_page_counts_once_however_many_steps_fail_on_it() -> None:
    steps = OptionalSteps()
    for step, pages in (("tables", [1, 2]), ("headings", [2, 3])):
        assert steps.run_step(step, pages, None, _fails) is None
    assert steps.plain_pages == 3


def test_the_count_comes_from_the_child_to_its_parent_and_no_word_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = samples.pdf(tmp_path / "guide.pdf")
    monkeypatch.setattr(layout, "find_tables", _on(3, find_tables))
    lines = b"".join(reader_server._answer_request(path, None)).split(b"\n")[:-2]
    answer = _answer_from_lines(iter(lines))
    content = content_from_answer(answer, path.name, ReadLimits(60, 1024, 10))
    assert content.plain_pages == 1
    (fault,) = content.faults
    assert "Secret" not in fault


def test_hidden_text_is_never_read_for_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ingestion.readers.pdf import lines as pdf_lines

    monkeypatch.setattr(pdf_lines, "find_hidden_text", _fails)
    with pytest.raises(UnreadableDocument, match=r"guide\.pdf is damaged"):
        read_document_file(samples.pdf(tmp_path / "guide.pdf"))
