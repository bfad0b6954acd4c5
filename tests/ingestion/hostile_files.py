"""Makes documents that crash, overload or hang readers, each with the reason that must be given."""

from __future__ import annotations

import gzip
import io
import random
import struct
import tarfile
import zipfile
import zlib
from typing import TYPE_CHECKING

from ingestion.readers.formats import FORMATS
from tests.ingestion.readers import raw_pdf, samples
from tests.ingestion.readers.compound_files import write_compound

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Maker = Callable[[Path], object]

_LOL = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "lol">{}]><a>&z;</a>'.format(
    "".join(f'<!ENTITY {below} "{f"&{above};" * 10}">' for above, below in zip("abcdefghy", "bcdefghyz", strict=True))
)
_THEFT = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
_WORD = "word/document.xml"


def make_hostile(folder: Path) -> dict[str, str]:
    """Fill a folder with hostile documents; return a part of the expected reason by file name."""
    for name, (make, _) in HOSTILE.items():
        make(folder / name)
    return {name: reason for name, (_, reason) in HOSTILE.items()}


def _holding(content: bytes | str) -> Maker:
    """A maker of a file with this content."""
    return lambda path: path.write_bytes(content.encode() if isinstance(content, str) else content)


def _locked(make: Callable[[Path], Path]) -> Maker:
    """A maker of an office document under a password."""

    def maker(path: Path) -> None:
        from msoffcrypto.format.ooxml import OOXMLFile  # type: ignore[import-untyped]  # it ships no types

        make(path)
        plain = io.BytesIO(path.read_bytes())
        with path.open("wb") as locked:
            OOXMLFile(plain).encrypt("secret", locked)

    return maker


def _cut(make: Callable[[Path], Path]) -> Maker:
    """A maker of the first half of a file."""

    def maker(path: Path) -> None:
        content = make(path).read_bytes()
        path.write_bytes(content[: len(content) // 2])

    return maker


def _packed(*parts: tuple[str, bytes | str]) -> Maker:
    """A maker of a zip file of these parts."""

    def maker(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for name, content in parts:
                archive.writestr(name, content)

    return maker


def _crowded(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("ppt/presentation.xml", "<p/>")
        for n in range(12_000):
            archive.writestr(f"ppt/slides/{n}.xml", "")


def _overlapping(path: Path) -> None:
    """A directory of many entries for one and the same packed part."""
    samples.odt(path)
    content = path.read_bytes()
    end = content.rindex(b"PK\5\6")
    (size, start) = struct.unpack("<II", content[end + 12 : end + 20])
    directory = content[start : start + size]
    tail = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 4 * 200, 4 * 200, size * 200, start, 0)
    path.write_bytes(content[:start] + directory * 200 + tail)


def _lying(part: str, declared: int) -> Maker:
    """A maker of a zip file that declares another size of what its part unpacks to."""

    def maker(path: Path) -> None:
        size = 15_000_007
        _packed((part, b"<a>" + b" " * (size - 7) + b"</a>"))(path)
        path.write_bytes(path.read_bytes().replace(struct.pack("<I", size), struct.pack("<I", declared)))

    return maker


def _wide_workbook(path: Path) -> None:
    from openpyxl import Workbook

    made = Workbook(write_only=True)
    made.create_sheet("Wide").append(list(range(10_000)))
    made.save(path)


def _blank_picture(path: Path) -> None:
    from PIL import Image

    Image.new("L", (400, 200), 255).save(path, "PNG")


def _huge_tiff(path: Path) -> None:
    """A TIFF of one strip that says it is 100,000 pixels wide and high."""
    tags = [(256, 100_000), (257, 100_000), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1), (278, 100_000), (279, 9)]
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    path.write_bytes(b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + b"\0" * 20)


def _huge_png(path: Path) -> None:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(bytes(60_001) * 100))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + head + body + chunk(b"IEND", b""))


def _tar(path: Path) -> None:
    with tarfile.open(path, "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("a.txt"))


def _deep_mail(path: Path) -> None:
    parts = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(1_000))
    path.write_text(f"Subject: Deep\nMIME-Version: 1.0\n{parts}Content-Type: text/plain\n\nwords\n")


def _mails_in_mails(path: Path) -> None:
    path.write_text("Subject: Again\nContent-Type: message/rfc822\n\n" * 1_000 + "Subject: Last\n\nwords\n")


def _packed_twice(size: int) -> bytes:
    """Very few bytes that unpack, in two steps, to very many."""
    once = zlib.compressobj(9)
    piece = bytes(1 << 20)
    packed = b"".join(once.compress(piece) for _ in range(size >> 20)) + once.flush()
    return zlib.compress(packed, 9)


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(201 << 20)


_NEEDY_READERS = ("images.ocr", "old_office.documents")
_PASSWORD, _DAMAGED, _BOMB = "is protected by a password", "is damaged", "as a zip bomb does"
_NOISE = random.Random(3).randbytes(50_000)  # noqa: S311  # no secret

# Each file's name, its maker, and a part of the sentence that must be said of it.
HOSTILE: dict[str, tuple[Maker, str]] = {
    "empty.txt": (_holding(b""), "is empty: drop it again"),
    "blank.md": (_holding(" \n\t\n" * 50), "holds no text"),
    "locked.pdf": (samples.locked_pdf, _PASSWORD),
    "locked.docx": (_locked(samples.docx), _PASSWORD),
    "locked.xlsx": (_locked(samples.xlsx), _PASSWORD),
    "locked.pptx": (_locked(samples.pptx), _PASSWORD),
    "locked.odt": (lambda path: samples.odt(path, locked=True), _PASSWORD),
    "locked.epub": (lambda path: samples.epub(path, locked=True), "is copy-protected"),
    "scan.pdf": (samples.scan, "is a scan"),
    "blank.png": (_blank_picture, "is a picture"),
    "ratio.docx": (_packed((_WORD, bytes(60_000_000))), _BOMB),
    "sheet.xlsx": (_lying("xl/workbook.xml", 2_000_000_000), _BOMB),
    "crowd.pptx": (_crowded, _BOMB),
    "overlap.odt": (_overlapping, _BOMB),
    "liar.docx": (_lying(_WORD, 700), "an archive or a damaged file, not a Word document"),
    "cut.pdf": (lambda path: path.write_bytes(samples.pdf(path).read_bytes()[:300]), _DAMAGED),
    "cut.docx": (_cut(samples.docx), "an archive or a damaged file, not a Word document"),
    "cut.xlsx": (_cut(samples.xlsx), "an archive or a damaged file, not an Excel file"),
    "cut.odt": (_cut(samples.odt), "an archive or a damaged file, not an OpenDocument text"),
    "cut.epub": (_cut(samples.epub), "an archive or a damaged file, not an EPUB book"),
    "cut.msg": (_cut(samples.msg), "or it is damaged"),
    "cut.png": (_cut(samples.picture), _DAMAGED),
    "cut.json": (_cut(samples.json), "is not JSON from line 1"),
    "cut.xml": (_cut(samples.xml), "is damaged, its XML breaks off"),
    "word.pdf": (samples.docx, "is in truth a Word document: rename it to word.docx"),
    "picture.docx": (_blank_picture, "in truth a PNG picture: rename it to picture.png"),
    "program.txt": (_holding(b"\x7fELF\2\1\1" + _NOISE), "is not text, or it is damaged"),
    "noise.html": (_holding(_NOISE), "is not text, or it is damaged"),
    "zeros.csv": (_holding(bytes(100_000)), "is not text, or it is damaged"),
    "archive.7z": (_holding(b"7z\xbc\xaf\x27\x1c" + bytes(100)), "is an archive: unpack it"),
    "archive.tar.gz": (_tar, "is an archive: unpack it"),
    "packed.md": (_holding(gzip.compress(bytes(10_000_000))), "is an archive or a damaged file, not text"),
    "old.doc": (
        lambda path: write_compound(path, {"WordDocument": bytes(5_000)}),
        r"save it as \.docx|is damaged \(LibreOffice",
    ),
    "old.xlsx": (lambda path: write_compound(path, {"Workbook": bytes(5_000)}), r"rename it to old\.xls\."),
    "program": (_holding("words"), "files without a suffix are not supported"),
    "laughs.xml": (_holding(_LOL), "defines XML entities"),
    "theft.xml": (_holding(_THEFT), "holds no text"),
    "laughs.docx": (_packed((_WORD, _LOL)), "defines XML entities"),
    "theft.odt": (lambda path: samples.odt(path, _THEFT), "holds no text"),
    "hungry.html": (_holding("<p>a" * 9_000_000), "needs more than 1024 MB"),
    "long.json": (_holding("[" + "{}," * 12_000_000 + "{}]"), "holds 34 MB of text, more than 13"),
    "deep.json": (_holding("[" * 200_000 + "]" * 200_000), "is nested too deeply"),
    "deep.xml": (_holding("<a>" * 100_000 + "x" + "</a>" * 100_000), "is nested too deeply"),
    "deep.html": (_holding("<div>" * 100_000 + "x" + "</div>" * 100_000), "is nested too deeply"),
    "deep.eml": (_deep_mail, "is nested too deeply"),
    "mails.eml": (_mails_in_mails, "is nested too deeply"),
    "wide.csv": (_holding(";".join(f"c{n}" for n in range(10_000)) + "\n" + "1;" * 9_999 + "1\n"), "10,000 columns"),
    "wide.xlsx": (_wide_workbook, "more than 1,000 columns"),
    "word.txt": (_holding("a" * 5_000_000), "a word of 5,000,000 characters"),
    "loop.pdf": (_holding(raw_pdf.looping()), "none of its pages 1 to 2 can be opened"),
    "million.pdf": (_holding(raw_pdf.declaring(1_000_000)), "says that it has 1,000,000 pages"),
    "forms.pdf": (_holding(raw_pdf.forms(12, 10)), "made its reader crash|longer than|more than 1024 MB"),
    "burst.pdf": (
        _holding(raw_pdf.drawing(b"/FlateDecode /FlateDecode", _packed_twice(1 << 30))),
        "made its reader crash|longer than|more than 1024 MB|holds no text",
    ),
    "tags.html": (_holding("<p>a<b>b</b></p>" * 330_000), "longer than|more than 1024 MB|more than"),
    "huge.png": (_huge_png, "more than 89 million pixels"),
    "huge.tif": (_huge_tiff, "more than 89 million pixels"),
    "storage.msg": (lambda path: write_compound(path, {"__properties_version1.0": b"x"}), "holds no text"),
    "sparse.txt": (_sparse, "has 201 MB, more than 200"),
}


def make_good(folder: Path, many: int) -> list[str]:
    """Fill a folder with documents of every format that needs no other program, no two of them alike; their names."""
    formats = [suffix for suffix in samples.MAKERS if FORMATS[suffix].reader[0] not in _NEEDY_READERS]
    names = [f"good-{n}{formats[n % len(formats)]}" for n in range(many)]
    for n, name in enumerate(names):
        _mark(samples.MAKERS[name[name.rindex(".") :]](folder / name), n)
    return names


def _mark(path: Path, n: int) -> None:
    """Change a document without changing what it says."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path, "a") as archive:
            archive.comment = str(n).encode()
    elif path.suffix != ".msg":
        path.write_bytes(path.read_bytes() + b"\n" * n)
