from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageDraw, ImageFont

from ingestion.readers.format_detection import read_document_file
from knowledge.core.failures import UnreadableDocument
from tests.ingestion.readers import samples

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.ocr
@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif", ".webp", ".bmp", ".gif"])
def test_the_words_of_a_picture_are_read(tmp_path: Path, suffix: str) -> None:
    reading = read_document_file(samples.picture(tmp_path / f"a{suffix}", "The vault opens at nine."))
    assert [(e.text, e.page) for e in reading.elements] == [("The vault opens at nine.", 1)]


@pytest.mark.ocr
@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_turned_page_is_read_upright(tmp_path: Path, degrees: int) -> None:
    text = (
        "The vault opens at nine in the morning\nand closes at five in the afternoon\non every working day of the week."
    )
    path = tmp_path / "a.png"
    picture = Image.new("RGB", (1400, 500), "white")
    ImageDraw.Draw(picture).text((60, 80), text, fill="black", font=ImageFont.load_default(size=60), spacing=40)
    picture.rotate(degrees, expand=True, fillcolor="white").save(path)
    assert "opens at nine in the morning" in " ".join(each.text for each in read_document_file(path).elements)


@pytest.mark.ocr
def test_each_page_of_a_tiff_is_a_page_and_an_empty_one_is_told(tmp_path: Path) -> None:
    reading = read_document_file(samples.picture(tmp_path / "a.tiff", "First words", "", "Third words"))
    assert [(e.text, e.page) for e in reading.elements] == [("First words", 1), ("Third words", 3)]
    assert (reading.pages, reading.unread) == (3, (2,))


@pytest.mark.ocr
def test_a_picture_without_words_says_so(tmp_path: Path) -> None:
    Image.new("RGBA", (200, 100), (0, 0, 0, 0)).save(tmp_path / "a.png")
    with pytest.raises(UnreadableDocument, match=r"^a\.png is a picture in which tesseract found no text"):
        read_document_file(tmp_path / "a.png")


def test_a_picture_names_the_packages_that_would_read_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UnreadableDocument, match=r"a\.png is a picture: install tesseract-ocr tesseract-ocr-fra"):
        read_document_file(samples.picture(tmp_path / "a.png"))


def test_a_picture_of_absurd_size_is_never_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(bomb_png(60_000, 60_000))
    with pytest.raises(UnreadableDocument, match=r"^bomb\.png has more than 89 million pixels: scale it down"):
        read_document_file(path)


def bomb_png(width: int, height: int) -> bytes:
    """A small PNG that declares a huge picture."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
