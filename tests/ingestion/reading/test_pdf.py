from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ingestion.reading.pdf import page_range, read_pdf
from knowledge.errors import UnreadableDocument
from tests.ingestion.reading import samples

if TYPE_CHECKING:
    from pathlib import Path

    from ingestion.reading.elements import Element, Reading

_TESSERACT = "#!/bin/sh\ncat > /dev/null\nprintf 'Le contrat\\nde location\\n\\nSign\\303\\251 \\303\\240 Lyon\\n'\n"


def _of(reading: Reading, kind: str) -> list[Element]:
    return [element for element in reading.elements if element.kind == kind]


@pytest.mark.parametrize("outline", [True, False])
def test_headings_bear_their_pages_with_an_outline_and_without(tmp_path: Path, outline: bool) -> None:
    reading = read_pdf(samples.pdf(tmp_path / "guide.pdf", outline=outline))
    assert [(h.text, h.level, h.page) for h in _of(reading, "heading")] == [
        ("1. Who may work from home", 1, 1),
        ("2. Equipment", 1, 2),
        ("3. Contacts", 1, 3),
    ]
    assert reading.pages == 3


def test_running_headers_and_footers_are_left_out(tmp_path: Path) -> None:
    reading = read_pdf(samples.pdf(tmp_path / "guide.pdf"))
    everything = " ".join(element.text for element in reading.elements)
    assert "Remote work, version 4" not in everything
    assert "Page 2" not in everything


def test_a_paragraph_over_several_lines_is_one_text(tmp_path: Path) -> None:
    reading = read_pdf(samples.pdf(tmp_path / "guide.pdf"))
    assert [t.text for t in _of(reading, "text")] == [(samples.PARAGRAPH * 2).strip()] * 3


def test_code_keeps_its_lines_and_its_indentation(tmp_path: Path) -> None:
    (code,) = _of(read_pdf(samples.pdf(tmp_path / "guide.pdf")), "code")
    assert code.text == 'def hello():\n    print("bonjour")\n\nhello()'
    assert code.page == 3


def test_list_items_are_told_apart(tmp_path: Path) -> None:
    items = _of(read_pdf(samples.pdf(tmp_path / "guide.pdf")), "list")
    assert [item.text for item in items] == ["Ask the desk for a screen.", "Bring the laptop back."]


def test_a_table_is_read_by_its_cells(tmp_path: Path) -> None:
    (table,) = _of(read_pdf(samples.pdf(tmp_path / "guide.pdf")), "table")
    assert table.header
    assert table.rows == (
        ("Item", "Who gives it", "Delay"),
        ("Laptop", "the house", "first day"),
        ("Screen of 27 inches for the desk at home", "on loan", "10 days"),
    )


def test_the_title_is_the_declared_one_else_the_largest_words(tmp_path: Path) -> None:
    assert read_pdf(samples.pdf(tmp_path / "a.pdf", title="Remote work")).title == "Remote work"
    assert read_pdf(samples.pdf(tmp_path / "b.pdf", title="Untitled 1")).title == "1. Who may work from home"


def test_ranges_of_pages_give_the_lines_of_the_whole(tmp_path: Path) -> None:
    path = samples.pdf(tmp_path / "guide.pdf")
    assert page_range(path, 1, 2) + page_range(path, 3, 3) == page_range(path, 1, 3)


def test_a_scan_names_the_packages_that_would_read_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UnreadableDocument, match=r"scan\.pdf is a scan.*install tesseract-ocr tesseract-ocr-fra"):
        read_pdf(samples.scan(tmp_path / "scan.pdf"))


@pytest.fixture
def bin_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose commands come before those of the machine."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder


def _command(folder: Path, script: str) -> None:
    command = folder / "tesseract"
    command.write_text(script)
    command.chmod(0o755)


def test_a_scan_is_read_by_tesseract_page_by_page(tmp_path: Path, bin_folder: Path) -> None:
    _command(bin_folder, _TESSERACT)
    reading = read_pdf(samples.scan(tmp_path / "scan.pdf", pages=2))
    assert [(e.text, e.page) for e in reading.elements] == [
        ("Le contrat de location", 1),
        ("Signé à Lyon", 1),
        ("Le contrat de location", 2),
        ("Signé à Lyon", 2),
    ]
    assert reading.unread == ()


def test_a_scan_on_which_tesseract_fails_is_unreadable(tmp_path: Path, bin_folder: Path) -> None:
    _command(bin_folder, "#!/bin/sh\ncat > /dev/null\nexit 1\n")
    with pytest.raises(UnreadableDocument, match="tesseract found no text"):
        read_pdf(samples.scan(tmp_path / "scan.pdf"))
