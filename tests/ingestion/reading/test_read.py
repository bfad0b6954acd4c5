from __future__ import annotations

import gzip
import pickle
import re
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from ingestion.reading.read import SUPPORTED, read
from ingestion.split import split
from knowledge.errors import BusyDocument, UnreadableDocument
from tests.ingestion.reading import samples

if TYPE_CHECKING:
    from pathlib import Path

_OFFLINE = """
import sys
from pathlib import Path

def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname"):
        raise SystemExit(f"network: {event} {arguments}")

sys.addaudithook(refuse)
from ingestion.reading.read import read
for path in sorted(Path(sys.argv[1]).iterdir()):
    print(path.suffix, len(read(path).elements))
"""


@pytest.mark.parametrize("suffix", SUPPORTED)
def test_every_supported_format_is_read_and_survives_pickling(tmp_path: Path, suffix: str) -> None:
    reading = read(samples.MAKERS[suffix](tmp_path / f"sample{suffix}"))
    assert reading.elements
    assert reading.title
    assert split(reading)
    assert pickle.loads(pickle.dumps(reading)) == reading  # noqa: S301  # our own bytes


def test_no_reader_opens_a_connection(tmp_path: Path) -> None:
    for suffix in SUPPORTED:
        samples.MAKERS[suffix](tmp_path / f"sample{suffix}")
    done = subprocess.run(  # noqa: S603  # this interpreter, a script of our own
        [sys.executable, "-c", _OFFLINE, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == len(SUPPORTED)


def test_a_suffix_in_capitals_is_read(tmp_path: Path) -> None:
    assert read(samples.text(tmp_path / "NOTICE.TXT")).title == "PROCÉDURE SINISTRE"


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.docx", b"", "a.docx is empty"),
        ("a.txt", b" \n\n ", "a.txt holds no text"),
        ("a.odt", b"words", r"\.odt files are not supported: save it as one of \.pdf, \.docx"),
        ("README", b"words", "files without a suffix are not supported"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Office format: open it and save it as .docx"),
        ("a.xls", b"x", "old Office format: open it and save it as .xlsx"),
        ("a.ppt", b"x", "old Office format: open it and save it as .pptx"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "protected by a password or in an old Office format"),
        ("a.zip", b"PK\x05\x06" + bytes(18), "an archive: unpack it"),
        ("a.tar.gz", gzip.compress(b"x"), "an archive: unpack it"),
        ("a.txt", gzip.compress(b"x"), "an archive or a damaged file, not text"),
        ("a.md", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is not text, or it is damaged"),
        ("a.pdf", b"plain words", "a.pdf is not a PDF, or it is damaged"),
        ("a.pdf", b"%PDF-1.7 then nothing", "is damaged, pdfium cannot open it"),
        ("a.xlsx", b"PK\x03\x04 then nothing", "an archive or a damaged file, not an Excel file"),
        ("a.pptx", b"no presentation", "a.pptx is not a PowerPoint file, or it is damaged"),
        ("a.txt", b"%PDF-1.7 words", "a.txt is in truth a PDF: rename it to a.pdf"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence_with_the_remedy(
    tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnreadableDocument, match=sentence) as caught:
        read(path)
    assert str(tmp_path) not in str(caught.value)
    assert str(caught.value).endswith(".")


def test_a_word_document_named_pdf_says_its_right_name(tmp_path: Path) -> None:
    path = samples.docx(tmp_path / "policy.pdf")
    with pytest.raises(UnreadableDocument, match=re.escape("a Word document: rename it to policy.docx.")):
        read(path)


def test_a_damaged_word_document_is_named_damaged(tmp_path: Path) -> None:
    path = tmp_path / "policy.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<not closed")
    with pytest.raises(UnreadableDocument, match=r"policy\.docx is damaged .*save it again"):
        read(path)


def test_a_pdf_with_a_password_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match=r"secret\.pdf is protected by a password: drop a copy without"):
        read(samples.locked_pdf(tmp_path / "secret.pdf"))


def test_a_vanished_file_is_tried_again_later(tmp_path: Path) -> None:
    with pytest.raises(BusyDocument, match=r"gone\.txt vanished"):
        read(tmp_path / "gone.txt")
