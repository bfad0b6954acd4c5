from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ingestion.readers.chunking import split_into_excerpts
from ingestion.readers.pdf.headings import OutlineEntry
from ingestion.readers.pdf.reader import (
    choose_sample_pages,
    find_heading_pages,
    list_pdf_ranges,
    merge_pdf_ranges,
    plan_page_ranges,
    read_pdf,
    read_pdf_range,
)
from ingestion.readers.reading_options import READ_OPTIONS
from knowledge.core.failures import UnreadableDocument
from tests.ingestion.readers import raw_pdf, samples

if TYPE_CHECKING:
    from pathlib import Path

    from ingestion.readers.elements import Element, ParsedDocument

_WORDS = (
    *(("1", "1", "Le"), ("1", "1", "contrat"), ("1", "2", "de"), ("1", "2", "loca-"), ("1", "3", "tion")),
    *(("2", "1", "Signé"), ("2", "1", "à"), ("2", "1", "Lyon")),
)
_ROWS = "".join(f"5\\t1\\t1\\t{block}\\t{line}\\t1\\t0\\t0\\t9\\t9\\t90\\t{word}\\n" for block, line, word in _WORDS)
_TESSERACT = f"#!/bin/sh\ncat > /dev/null\nprintf '{_ROWS}'\n"


def _of(reading: ParsedDocument, kind: str) -> list[Element]:
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


def test_running_headers_and_footers_are_read_once_on_their_first_page(tmp_path: Path) -> None:
    reading = read_pdf(samples.pdf(tmp_path / "guide.pdf"))
    (told,) = [element for element in reading.elements if "Remote work, version 4" in element.text]
    assert (told.text, told.page) == ("Remote work, version 4\nMaison Lumiere Page 1", 1)
    assert "Page 2" not in " ".join(element.text for element in reading.elements)


def test_a_paragraph_over_several_lines_is_one_text(tmp_path: Path) -> None:
    reading = read_pdf(samples.pdf(tmp_path / "guide.pdf"))
    paragraphs = [t.text for t in _of(reading, "text") if "Maison" not in t.text]
    assert paragraphs == [(samples.PARAGRAPH * 2).strip()] * 3


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


def test_a_header_that_goes_on_further_left_keeps_no_file_from_being_read(tmp_path: Path) -> None:
    """pdfium makes one line of what is drawn at nearly one height, also where it goes back to the left."""
    header = [(50, 730, "Model"), (427, 730, "time (secs)"), (300, 725, "simple"), (350, 725, "complex")]
    rows = [(x, y, text) for y, text in ((700, "12"), (680, "14")) for x in (50, 150)]
    path = tmp_path / "report.pdf"
    path.write_bytes(raw_pdf.placed(*header, *rows))
    reading = read_pdf(path)
    assert reading.elements[0].text == "Model time (secs) simple complex"
    assert [table.rows for table in _of(reading, "table")] == [(("12", "12"), ("14", "14"))]


def test_the_title_is_the_declared_one_else_the_largest_words(tmp_path: Path) -> None:
    assert read_pdf(samples.pdf(tmp_path / "a.pdf", title="Remote work")).title == "Remote work"
    assert read_pdf(samples.pdf(tmp_path / "b.pdf", title="Untitled 1")).title == "1. Who may work from home"


def test_a_title_cut_within_a_character_is_read_without_its_half(tmp_path: Path) -> None:
    path = tmp_path / "cut.pdf"
    path.write_bytes(raw_pdf.titled("Welcome on board \U0001f680".encode("utf-16-be")[:-2]))
    reading = read_pdf(path)
    assert reading.title == "Welcome on board"
    assert [heading.text for heading in _of(reading, "heading")] == ["Welcome on board "]
    assert reading.plain_pages == 0


@pytest.mark.parametrize("drawn", [True, False], ids=["drawn by who filled it in", "left to the viewer"])
def test_what_was_written_into_a_form_is_read(tmp_path: Path, drawn: bool) -> None:
    path = tmp_path / "form.pdf"
    path.write_bytes(raw_pdf.filled("Ana Martin", drawn=drawn))
    assert [element.text for element in read_pdf(path).elements] == [
        "Hello there, reader of the one page.",
        "Ana Martin",
    ]


@pytest.mark.parametrize(
    ("flags", "grey", "box"),
    [
        (2, 0, b"[50 500 300 520]"),
        (4 + 32, 0, b"[50 500 300 520]"),
        (4, 1, b"[50 500 300 520]"),
        (4, 0, b"[50 500 50 500]"),
        (4, 0, b"[50 500 52 500.2]"),
        (4, 0, b"[-900 500 -700 520]"),
    ],
    ids=["hidden", "for print alone", "white", "without extent", "tiny", "off the page"],
)
def test_a_field_that_nobody_sees_is_not_read(tmp_path: Path, flags: int, grey: int, box: bytes) -> None:
    path = tmp_path / "form.pdf"
    path.write_bytes(raw_pdf.filled("Secret words", flags=flags, grey=grey, box=box))
    assert [element.text for element in read_pdf(path).elements] == ["Hello there, reader of the one page."]


@pytest.mark.parametrize(
    ("kind", "flags", "told"),
    [
        (b"FreeText", 4, ["Call Ana Martin"]),
        (b"Stamp", 4, ["Call Ana Martin"]),
        (b"Text", 4, ["Comment: Call Ana Martin"]),
        (b"Highlight", 4, ["Comment: Call Ana Martin"]),
        (b"FreeText", 2, []),
        (b"Text", 2, []),
        (b"Text", 32, []),
        (b"Popup", 4, []),
    ],
    ids=[
        "text box",
        "stamp",
        "note",
        "marked words",
        "hidden box",
        "hidden note",
        "note for print",
        "window of a note",
    ],
)
def test_what_was_written_over_a_page_is_read(tmp_path: Path, kind: bytes, flags: int, told: list[str]) -> None:
    path = tmp_path / "annotated.pdf"
    path.write_bytes(raw_pdf.annotated(b"Call Ana Martin", kind, flags=flags))
    assert [element.text for element in read_pdf(path).elements] == ["Hello there, reader of the one page.", *told]


@pytest.mark.parametrize(
    ("kind", "box", "entries"),
    [
        (b"Text", b"[5000 500 5020 520]", b""),
        (b"Highlight", b"[-300 500 -50 520]", b""),
        (b"Highlight", b"[50 500 50 500]", b""),
        (b"Text", b"[50 500 70 520]", b"/CA 0"),
    ],
    ids=["beside the page", "a mark beside the page", "a mark without extent", "clear"],
)
def test_a_note_that_nobody_finds_is_not_read(tmp_path: Path, kind: bytes, box: bytes, entries: bytes) -> None:
    path = tmp_path / "annotated.pdf"
    path.write_bytes(raw_pdf.annotated(b"Secret words", kind, box=box, entries=entries))
    assert [element.text for element in read_pdf(path).elements] == ["Hello there, reader of the one page."]


def test_a_note_without_extent_is_read(tmp_path: Path) -> None:
    path = tmp_path / "annotated.pdf"
    path.write_bytes(raw_pdf.annotated(b"Call Ana Martin", b"Text", box=b"[70 520 70 520]"))
    assert read_pdf(path).elements[-1].text == "Comment: Call Ana Martin"


def test_lines_that_look_like_headers_are_read_where_there_is_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(raw_pdf.repeated(b"BT /F 12 Tf 50 780 Td (The vault opens at seven.) Tj ET"))
    assert [element.text for element in read_pdf(path).elements] == ["The vault opens at seven."]


def test_a_note_says_whose_it_is(tmp_path: Path) -> None:
    path = tmp_path / "annotated.pdf"
    path.write_bytes(raw_pdf.annotated(b"Call Ana Martin", b"Text", entries=b"/T (Jane Doe)"))
    assert read_pdf(path).elements[-1].text == "Comment by Jane Doe: Call Ana Martin"


def test_notes_are_left_out_where_no_comments_are_wanted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(READ_OPTIONS, "comments", False)
    path = tmp_path / "annotated.pdf"
    path.write_bytes(raw_pdf.annotated(b"Call Ana Martin", b"Text"))
    assert [element.text for element in read_pdf(path).elements] == ["Hello there, reader of the one page."]


@pytest.mark.parametrize("outline", [True, False])
def test_a_long_document_is_what_its_ranges_are_whatever_their_order(tmp_path: Path, outline: bool) -> None:
    path = samples.long_pdf(tmp_path / "long.pdf", chapters=30, outline=outline)
    found = list_pdf_ranges(path)
    assert len(found) > 1
    backwards = [read_pdf_range(path, *each) for each in reversed(found)]
    reading = read_pdf(path)
    assert merge_pdf_ranges("long.pdf", backwards[::-1]) == reading
    assert reading.pages == 150
    assert split_into_excerpts(reading) == [
        excerpt for part in backwards[::-1] for excerpt in split_into_excerpts(part)
    ]
    assert [h.text for h in _of(reading, "heading") if h.level == 1] == [
        f"{n}. Chapter {n} of many" for n in range(1, 31)
    ]
    assert [element.page for element in reading.elements if "running head" in element.text] == [1]


@pytest.mark.parametrize("outline", [True, False])
def test_a_range_knows_the_headings_over_its_start(tmp_path: Path, outline: bool) -> None:
    path = samples.long_pdf(tmp_path / "long.pdf", chapters=30, outline=outline)
    part = read_pdf_range(path, 65, 70)
    assert part.above == ((1, "13. Chapter 13 of many"), (2, "13.3. Travel"))
    assert split_into_excerpts(part)[0].section == ("13. Chapter 13 of many", "13.3. Travel")
    assert (part.elements[0].page, part.title, part.pages) == (65, "Long manual", 150)


def test_a_short_document_is_one_range(tmp_path: Path) -> None:
    assert list_pdf_ranges(samples.pdf(tmp_path / "guide.pdf")) == [(1, 3)]


def test_a_page_that_cannot_be_opened_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    path = tmp_path / "damaged.pdf"
    path.write_bytes(raw_pdf.declaring(3))
    reading = read_pdf(path)
    assert [element.text for element in reading.elements] == ["Hello there, reader of the one page."]
    assert (reading.pages, reading.unread) == (3, (2, 3))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (raw_pdf.looping(), "is damaged, none of its pages 1 to 2 can be opened: export it again"),
        (raw_pdf.declaring(1_000_000), "says that it has 1,000,000 pages, more than 20,000: split it"),
    ],
)
def test_absurd_page_trees_are_refused(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "hostile.pdf"
    path.write_bytes(content)
    with pytest.raises(UnreadableDocument, match=sentence):
        read_pdf(path)


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


def test_a_scan_with_a_filled_field_is_a_scan_still(tmp_path: Path, bin_folder: Path) -> None:
    _command(bin_folder, _TESSERACT)
    picture = b"q 500 0 0 700 50 50 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q"
    path = tmp_path / "form.pdf"
    path.write_bytes(raw_pdf.filled("A long answer in a field", page_content=picture))
    texts = [element.text for element in read_pdf(path).elements]
    assert texts == ["A long answer in a field", "Le contrat de location", "Signé à Lyon"]


def test_a_scan_on_which_tesseract_fails_is_unreadable(tmp_path: Path, bin_folder: Path) -> None:
    _command(bin_folder, "#!/bin/sh\ncat > /dev/null\nexit 1\n")
    with pytest.raises(UnreadableDocument, match="tesseract found no text"):
        read_pdf(samples.scan(tmp_path / "scan.pdf"))


def test_a_text_layer_that_is_no_language_is_read_by_tesseract(tmp_path: Path, bin_folder: Path) -> None:
    _command(bin_folder, _TESSERACT)
    path = tmp_path / "garbled.pdf"
    path.write_bytes(raw_pdf.shifted("These are words of a plain language that stand for others in this file."))
    reading = read_pdf(path)
    assert [element.text for element in reading.elements] == ["Le contrat de location", "Signé à Lyon"]
    assert reading.faults == ()


def test_a_text_layer_that_is_no_language_is_told_where_nothing_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    path = tmp_path / "garbled.pdf"
    path.write_bytes(raw_pdf.shifted("These are words of a plain language that stand for others in this file."))
    with pytest.raises(UnreadableDocument, match="install tesseract-ocr"):
        read_pdf(path)


def test_words_that_tesseract_is_not_sure_of_are_left_out(tmp_path: Path, bin_folder: Path) -> None:
    _command(bin_folder, _TESSERACT.replace("\\t90\\t", "\\t31\\t"))
    with pytest.raises(UnreadableDocument, match="tesseract found no text"):
        read_pdf(samples.scan(tmp_path / "scan.pdf"))


def _entries(*places: tuple[int, int]) -> list[OutlineEntry]:
    return [OutlineEntry(level, f"{level}/{page}", page, None) for level, page in places]


@pytest.mark.parametrize("pages", [1, 80, 96])
def test_a_short_document_is_not_cut(pages: int) -> None:
    assert plan_page_ranges(pages, []) == [(1, pages)]


def test_a_range_starts_at_the_shallowest_heading_near_its_usual_length() -> None:
    found = plan_page_ranges(200, _entries((1, 1), (2, 82), (1, 90), (3, 150)))
    assert found == [(1, 16), (17, 89), (90, 149), (150, 200)]


def test_the_first_range_is_short() -> None:
    assert plan_page_ranges(97, _entries((2, 4), (2, 12), (1, 20), (1, 60))) == [(1, 19), (20, 97)]


@pytest.mark.parametrize("pages", [97, 130, 566, 5_000])
@pytest.mark.parametrize("every", [0, 1, 7, 400])
def test_the_ranges_hold_every_page_once_and_none_is_short_or_long(pages: int, every: int) -> None:
    found = plan_page_ranges(pages, _entries(*((1, page) for page in range(1, pages + 1, every))) if every else [])
    assert [page for first, last in found for page in range(first, last + 1)] == list(range(1, pages + 1))
    assert 8 <= found[0][1] <= 24
    assert all(24 <= last - first + 1 <= 96 for first, last in found[1:])


def test_the_outline_names_the_pages_of_the_headings_over_a_range() -> None:
    outline = _entries((1, 1), (2, 10), (1, 40), (2, 41), (3, 45), (2, 50), (1, 70))
    assert find_heading_pages(64, outline) == [40, 50]
    assert find_heading_pages(64, []) == [56, 57, 58, 59, 60, 61, 62, 63]
    assert find_heading_pages(1, []) == []


@pytest.mark.parametrize("pages", [97, 566, 20_000])
def test_the_sample_is_small_and_begins_with_the_first_page(pages: int) -> None:
    found = choose_sample_pages(pages)
    assert found[0] == 1
    assert found[-1] <= pages
    assert len(set(found)) == len(found) == 48
