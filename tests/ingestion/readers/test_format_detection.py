from __future__ import annotations

import gzip
import pickle
import re
import subprocess
import sys
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from ingestion.readers.chunking import split_into_excerpts
from ingestion.readers.format_detection import read_document_file
from ingestion.readers.formats import FORMATS, SUPPORTED_SUFFIXES
from knowledge.core.failures import BusyDocument, UnreadableDocument
from tests.ingestion.readers import samples
from tests.ingestion.readers.compound_files import write_compound

if TYPE_CHECKING:
    from pathlib import Path

_OFFLINE = """
import sys
from pathlib import Path

def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname"):
        raise SystemExit(f"network: {event} {arguments}")

sys.addaudithook(refuse)
from ingestion.readers.format_detection import read_document_file
for path in sorted(Path(sys.argv[1]).iterdir()):
    print(path.suffix, len(read_document_file(path).elements))
"""


_MARKS = {"images.ocr": [pytest.mark.ocr], "old_office.documents": [pytest.mark.office]}
_NEEDY = tuple(suffix for suffix, one in FORMATS.items() if one.reader[0] in _MARKS)
_FORMATS = [pytest.param(suffix, marks=_MARKS.get(one.reader[0], [])) for suffix, one in FORMATS.items()]


@pytest.mark.parametrize("suffix", _FORMATS)
def test_every_supported_format_is_read_and_survives_pickling(tmp_path: Path, suffix: str) -> None:
    reading = read_document_file(samples.MAKERS[suffix](tmp_path / f"sample{suffix}"))
    assert reading.elements or reading.members
    assert reading.title
    assert split_into_excerpts(reading)
    assert pickle.loads(pickle.dumps(reading)) == reading  # noqa: S301  # our own bytes


def test_no_reader_opens_a_connection(tmp_path: Path) -> None:
    documents = [suffix for suffix in SUPPORTED_SUFFIXES if suffix not in _NEEDY]
    for suffix in documents:
        samples.MAKERS[suffix](tmp_path / f"sample{suffix}")
    done = subprocess.run(  # noqa: S603  # this interpreter, a script of our own
        [sys.executable, "-c", _OFFLINE, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == len(documents)


def test_a_suffix_in_capitals_is_read(tmp_path: Path) -> None:
    assert read_document_file(samples.text(tmp_path / "NOTICE.TXT")).title == "PROCÉDURE SINISTRE"


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.docx", b"", "a.docx is empty"),
        ("a.txt", b" \n\n ", "a.txt holds no text"),
        ("a.odt", b"words", "a.odt is not an OpenDocument text, or it is damaged"),
        ("a.xyz", b"words", r"\.xyz files are not supported: save it as one of \.pdf, \.docx"),
        ("a.key", b"words", r"\.key files are not supported: save it as \.pptx"),
        ("a.png", b"words", "a.png is not a PNG picture, or it is damaged"),
        ("a.docx", b"\xff\xd8\xff\xe0 JFIF", "in truth a JPEG picture: rename it to a.jpg"),
        ("a.doc", rb"{\rtf1 words}", "in truth a rich text file: rename it to a.rtf"),
        ("a.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.msg is not an Outlook message, or it is damaged"),
        ("README", b"words", "files without a suffix are not supported"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.doc is not a Word document, or it is damaged"),
        ("a.xls", b"x", "a.xls is not an Excel file, or it is damaged"),
        ("a.ppt", b"x", "a.ppt is not a PowerPoint file, or it is damaged"),
        (
            "a.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "in an old Office format, or damaged: open it and save it as .docx",
        ),
        ("a.zip", b"PK\x05\x06" + bytes(18), "a.zip holds no text"),
        ("a.tar.gz", gzip.compress(b"x", mtime=0), "an archive: unpack it"),
        ("a.txt", gzip.compress(b"x", mtime=0), "an archive or a damaged file, not text"),
        ("a.md", b"\x7fELF\0\0\0\1\2", "is not text, or it is damaged"),
        ("a.pdf", b"plain words", "a.pdf is not a PDF, or it is damaged"),
        ("a.pdf", b"%PDF-1.7 then nothing", "is damaged, it cannot be opened"),
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
        read_document_file(path)
    assert str(tmp_path) not in str(caught.value)
    assert str(caught.value).endswith(".")


def test_a_word_document_named_pdf_says_its_right_name(tmp_path: Path) -> None:
    path = samples.docx(tmp_path / "policy.pdf")
    with pytest.raises(UnreadableDocument, match=re.escape("a Word document: rename it to policy.docx.")):
        read_document_file(path)


def test_a_damaged_word_document_is_named_damaged(tmp_path: Path) -> None:
    path = tmp_path / "policy.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<not closed")
    with pytest.raises(UnreadableDocument, match=r"policy\.docx is damaged, .*save it again"):
        read_document_file(path)


def test_a_pdf_with_a_password_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match=r"secret\.pdf is protected by a password: drop a copy without"):
        read_document_file(samples.locked_pdf(tmp_path / "secret.pdf"))


def test_a_vanished_file_is_tried_again_later(tmp_path: Path) -> None:
    with pytest.raises(BusyDocument, match=r"gone\.txt vanished"):
        read_document_file(tmp_path / "gone.txt")


def test_an_office_document_with_a_password_says_so(tmp_path: Path) -> None:
    from msoffcrypto.format.ooxml import OOXMLFile  # type: ignore[import-untyped]  # it ships no types

    for name, made in (("a.docx", samples.docx), ("a.xlsx", samples.xlsx), ("a.pptx", samples.pptx)):
        with made(tmp_path / f"plain-{name}").open("rb") as plain, (tmp_path / name).open("wb") as locked:
            OOXMLFile(plain).encrypt("secret", locked)
        with pytest.raises(UnreadableDocument, match=rf"^{name} is protected by a password: save a copy without one"):
            read_document_file(tmp_path / name)


@pytest.mark.parametrize(
    ("suffix", "digest"), [(".xlsx", "SHA512"), (".docx", "SHA512"), (".pptx", "SHA512"), (".xlsx", "SHA1")]
)
def test_an_office_document_under_excels_own_password_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, digest: str
) -> None:
    from msoffcrypto.format.ooxml import OOXMLFile
    from msoffcrypto.method import ecma376_agile  # type: ignore[import-untyped]  # the same

    set_up, encrypt = ecma376_agile.ECMA376AgileCipherParams.__init__, ecma376_agile._encrypt_aes_cbc

    def set_up_as_office_2010_does(params: Any) -> None:
        set_up(params)
        params.hashName, params.hashSize, params.keyBits = "SHA1", 20, 128

    if digest == "SHA1":
        monkeypatch.setattr(ecma376_agile.ECMA376AgileCipherParams, "__init__", set_up_as_office_2010_does)
        monkeypatch.setattr(
            ecma376_agile, "_encrypt_aes_cbc", lambda data, *keys: encrypt(data + bytes(-len(data) % 16), *keys)
        )
    make = {".xlsx": samples.xlsx, ".docx": samples.docx, ".pptx": samples.pptx}[suffix]
    path = make(tmp_path / f"plan{suffix}")
    expected = read_document_file(path)
    with path.open("rb") as plain:
        locked = BytesIO()
        OOXMLFile(plain).encrypt("VelvetSweatshop", locked)
    path.write_bytes(locked.getvalue())
    assert read_document_file(path) == expected


def test_an_old_office_file_under_a_new_name_says_so(tmp_path: Path) -> None:
    path = write_compound(tmp_path / "a.docx", {"WordDocument": b"x" * 5000})
    with pytest.raises(UnreadableDocument, match=r"a\.docx is in truth a Word document: rename it to a\.doc\."):
        read_document_file(path)
