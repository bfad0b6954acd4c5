"""A file that other programs open is read, where nothing of its text is lost, or refused in a true sentence."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from ingestion.readers import zip_archives
from ingestion.readers.format_detection import read_document_file
from knowledge.core.failures import UnreadableDocument
from tests.ingestion.readers import samples

if TYPE_CHECKING:
    from pathlib import Path

    from ingestion.readers.elements import ParsedDocument

_PAGE = "<html><body><p>Le coffre s'ouvre à neuf heures précises, été compris.</p></body></html>"
_WORDS = "ouvre à neuf heures précises"


def _words(reading: ParsedDocument) -> str:
    return " ".join(" ".join([each.text, *(cell for row in each.rows for cell in row)]) for each in reading.elements)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.html", _PAGE.replace("<p>", '<meta charset="utf-8"><p>').encode("cp1252"), _WORDS),
        ("a.html", _PAGE.replace("neuf", "ne\0uf").encode(), _WORDS),
        ("a.doc", _PAGE.encode(), _WORDS),
        ("a.xls", _PAGE.encode("utf-16"), _WORDS),
        ("a.xls", b"City\tLimit\nLyon\t12\n", "City Limit Lyon 12"),
        ("a.csv", "ville\nOrléans\n".encode("cp1252") + "Besançon\n".encode(), "ville Orléans Besançon"),
        ("a.txt", b"The vault\0 opens at nine in the morning.\n\0", "The vault opens at nine in the morning."),
        ("a.xml", b'\n<?xml version="1.0"?><a>The vault</a>', "The vault"),
        ("a.xml", '<?xml version="1.0" encoding="utf-8"?><a>été</a>'.encode("cp1252"), "été"),
        ("a.xml", b'<?xml version="1.0" encoding="x-user"?><a>The va\x0bult</a>', "The vault"),
        ("a.rtf", b"\xef\xbb\xbf\n{\\rtf1 The vault}", "The vault"),
    ],
)
def test_a_text_that_something_wrote_wrongly_is_read(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert words in _words(read_document_file(tmp_path / name))


def _changed(path: Path, part: str, pattern: bytes, new: bytes) -> Path:
    """Write a zip file anew with other content in a part, or without it where `new` is empty."""
    made = BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w") as copy:
        for name in old.namelist():
            content = old.read(name)
            if name != part:
                copy.writestr(name, content)
            elif new:
                assert re.search(pattern, content)
                copy.writestr(name, re.sub(pattern, new, content))
    path.write_bytes(made.getvalue())
    return path


@pytest.mark.parametrize(
    ("suffix", "part", "pattern", "new"),
    [
        (".docx", "word/styles.xml", b"", b""),
        (".docx", "docProps/core.xml", b"", b""),
        (".docx", "docProps/core.xml", b"</[^>]*>$", b"<"),
        (".docx", "word/_rels/document.xml.rels", b'"styles.xml"', b'"Styles.xml"'),
        (".xlsx", "docProps/core.xml", rb">\d{4}-[^<]*<", b">soon<"),
        (".xlsx", "xl/styles.xml", rb"<fill><patternFill[^>]*/></fill>", b"<fill/>"),
        (".xlsx", "xl/worksheets/sheet1.xml", rb' r="A2"', b' r="A2" s="900"'),
        (".pptx", "ppt/theme/theme1.xml", b"", b""),
    ],
)
def test_an_office_file_with_a_missing_or_broken_part_beside_its_text_is_read(
    tmp_path: Path, suffix: str, part: str, pattern: bytes, new: bytes
) -> None:
    whole = read_document_file(samples.MAKERS[suffix](tmp_path / f"whole{suffix}"))
    reading = read_document_file(_changed(samples.MAKERS[suffix](tmp_path / f"a{suffix}"), part, pattern, new))
    assert _words(reading) == _words(whole)
    assert reading.plain_pages == (suffix == ".xlsx" and "core" not in part)  # read without its styles
    assert all(element.doubtful for element in reading.elements if element.rows) or not reading.plain_pages


@pytest.mark.parametrize("is_streamed", [False, True])
def test_a_zip_file_whose_directory_is_lost_is_read_where_every_part_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_streamed: bool
) -> None:
    path = samples.MAKERS[".docx"](tmp_path / "a.docx")
    words, content = _words(read_document_file(path)), path.read_bytes()
    if is_streamed:  # the sizes follow each part
        made = BytesIO()
        made.seekable = lambda: False  # type: ignore[method-assign]
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as copy:
            for name in old.namelist():
                copy.writestr(name, old.read(name))
        content = made.getvalue()
    path.write_bytes(content[: content.rindex(b"PK\1\2")])
    assert _words(read_document_file(path)) == words
    monkeypatch.setattr(zip_archives, "_MAX_BYTES", 1_000)
    with pytest.raises(UnreadableDocument, match=r"^a\.docx is an archive or a damaged file"):
        read_document_file(path)
    monkeypatch.undo()
    path.write_bytes(content[: content.index(b"PK\1\2") - 200])  # its last part is cut
    with pytest.raises(UnreadableDocument, match=r"^a\.docx is an archive or a damaged file"):
        read_document_file(path)
