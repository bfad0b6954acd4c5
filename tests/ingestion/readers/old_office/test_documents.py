from __future__ import annotations

import struct
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ingestion.reader_processes.sandbox_pool import ReadLimits, SandboxPool
from ingestion.readers.format_detection import read_document_file
from ingestion.readers.old_office import libreoffice
from ingestion.readers.old_office.documents import WithoutComments, take_out_comments
from ingestion.settings import IngestionSettings
from knowledge.core.failures import UnreadableDocument
from tests.ingestion.readers import samples
from tests.ingestion.readers.compound_files import write_compound
from tests.ingestion.worker_setup import document_file

if TYPE_CHECKING:
    from collections.abc import Callable

LIMITS = ReadLimits.from_settings(IngestionSettings())
_START = bytes(10) + (0x0100).to_bytes(2, "little") + bytes(5_000)


@pytest.mark.office
@pytest.mark.parametrize(
    ("suffix", "words"),
    [(".doc", "at most 125 euros."), (".ppt", "Open a shop in Lyon"), (".dot", "165")],
)
def test_an_old_office_file_is_read_in_a_confined_process(tmp_path: Path, suffix: str, words: str) -> None:
    path = samples.MAKERS[suffix](tmp_path / f"policy{suffix}")
    with closing(SandboxPool()) as pool:
        content = pool.read_in_sandbox(document_file(path), LIMITS)
    told = " ".join([content.title, *(" ".join([*each.section, each.text]) for each in content.excerpts)])
    assert words.casefold() in told.casefold()


@pytest.mark.office
def test_the_folder_of_a_reader_is_gone_after_its_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    path = samples.MAKERS[".doc"](tmp_path / "policy.doc")
    with closing(SandboxPool()) as pool:
        pool.read_in_sandbox(document_file(path), LIMITS)
        (made,) = [each for each in tmp_path.iterdir() if each.is_dir()]
    assert not made.exists()


@pytest.mark.parametrize(("name", "better"), [("a.doc", ".docx"), ("a.ppt", ".pptx")])
def test_without_libreoffice_an_old_file_is_refused_with_the_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, better: str
) -> None:
    monkeypatch.setattr(libreoffice, "find_libreoffice", lambda: None)
    path = write_compound(tmp_path / name, {"WordDocument": bytes(5_000), "PowerPoint Document": bytes(5_000)})
    if name == "a.ppt":
        path = write_compound(tmp_path / name, {"PowerPoint Document": bytes(5_000)})
    expected = rf"^{name} needs LibreOffice to be read: install libreoffice-.* \(Debian\), or save it as {better}\.$"
    with pytest.raises(UnreadableDocument, match=expected):
        read_document_file(path)


@pytest.mark.parametrize(
    ("name", "tree"),
    [("a.doc", {"WordDocument": _START}), ("a.ppt", {"PowerPoint Document": _START, "EncryptedSummary": _START})],
)
def test_an_old_file_with_a_password_says_so(tmp_path: Path, name: str, tree: dict[str, bytes]) -> None:
    with pytest.raises(UnreadableDocument, match=rf"^{name} is protected by a password"):
        read_document_file(write_compound(tmp_path / name, dict(tree)))


@pytest.mark.office
def test_what_libreoffice_cannot_open_is_named_damaged(tmp_path: Path) -> None:
    path = write_compound(tmp_path / "a.ppt", {"PowerPoint Document": b"x" * 5_000})
    with pytest.raises(UnreadableDocument, match=r"^a\.ppt is damaged \(LibreOffice"):
        read_document_file(path)


@pytest.mark.parametrize(("name", "make"), [("a.docx", samples.docx), ("a.doc", samples.docx)])
def test_a_newer_file_under_an_old_name_says_its_right_name(
    tmp_path: Path, name: str, make: Callable[[Path], Path]
) -> None:
    path = make(tmp_path / "a.docx").rename(tmp_path / name)
    if name == "a.docx":
        assert read_document_file(path).elements
        return
    with pytest.raises(UnreadableDocument, match=r"a Word document: rename it to a\.docx"):
        read_document_file(path)


def test_comments_are_taken_out_of_an_old_word_file_which_libreoffice_without_a_screen_cannot_load(
    tmp_path: Path,
) -> None:
    words = "Body.\r\x05Ask Lyon.\r\x05Été, у нас\r"
    narrow, wide = words[:17].encode("cp1252"), words[17:].encode("utf-16-le")
    word = bytearray(0x200) + narrow + wide
    struct.pack_into("<5I", word, 0x4C, 6, 0, 0, 0, len(words) - 6)
    struct.pack_into("<I", word, 0xBE, 30)
    ends = struct.pack("<3I", 0, 17, len(words))
    places = b"".join(struct.pack("<HIH", 0, at, 0) for at in (0x200 * 2 | 1 << 30, 0x200 + len(narrow)))
    pieces = b"\x01\x02\x00xx\x02" + (len(ends) + len(places)).to_bytes(4, "little") + ends + places
    struct.pack_into("<II", word, 0x1A2, 0, len(pieces))
    path = write_compound(tmp_path / "a.doc", {"WordDocument": bytes(word), "0Table": pieces})
    taken = take_out_comments(path.read_bytes())
    assert taken.comments == ("Ask Lyon.", "Été, у нас")
    assert take_out_comments(taken.content) == WithoutComments(taken.content, ())
