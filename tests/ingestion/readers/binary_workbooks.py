"""Writes small workbooks in Excel's binary formats (XLS, XLSB), record by record."""

from __future__ import annotations

import struct
import zipfile
from hashlib import md5
from io import BytesIO
from typing import TYPE_CHECKING

from msoffcrypto.method.rc4 import DocumentRC4  # type: ignore[import-untyped]  # it ships no types
from olefile import OleFileIO

from tests.ingestion.readers.compound_files import write_compound

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Cells = list[list[str | float]]
COSTS: Cells = [["City", "Code", "Limit"], ["Lyon", "x1", 12.5], ["Oslo", "x2", 9]]


def xls(
    path: Path, cells: Cells = COSTS, *, secret: Cells | None = None, filtered: bool = False, objects: bytes = b""
) -> Path:
    """A workbook with a visible sheet, whose second row and second column are hidden if `secret` is given.

    The rows of `secret` are in a hidden sheet. `objects` are records beside the cells of the visible one.
    """
    is_hiding = secret is not None
    sheets = [
        _xls_sheet(cells, is_hiding=is_hiding, filtered=filtered, objects=objects),
        *([_xls_sheet(secret)] if secret else []),
    ]
    names = [("Costs", 0), ("Secret", 1)][: len(sheets)]
    start = _xls_record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    size = len(start) + sum(len(_xls_name(0, 0, name)) for name, _ in names) + 4
    stream = start
    for (name, state), sheet in zip(names, sheets, strict=True):
        stream += _xls_name(size, state, name)
        size += len(sheet)
    stream += _xls_record(0x000A, b"") + b"".join(sheets)
    return write_compound(path, {"Workbook": stream + bytes(max(0, 4096 - len(stream)))})


def shared_xls(path: Path, sheets: int, objects: bytes) -> Path:
    """A workbook whose sheets are all at one place."""
    start = _xls_record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    names = [f"S{n:05}" for n in range(sheets)]
    size = len(start) + sum(len(_xls_name(0, 0, name)) for name in names) + 4
    stream = start + b"".join(_xls_name(size, 0, name) for name in names) + _xls_record(0x000A, b"")
    stream += _xls_sheet(COSTS, is_hiding=True, objects=objects)
    return write_compound(path, {"Workbook": stream + bytes(max(0, 4096 - len(stream)))})


def lock_xls(path: Path, password: str) -> Path:
    """Encrypt a workbook as Excel 97 does."""
    with OleFileIO(str(path)) as ole:
        plain = ole.openstream("Workbook").read()
    salt, verifier = bytes(range(16)), bytes(range(16, 32))
    proof = DocumentRC4.decrypt(password, salt, BytesIO(verifier + md5(verifier, usedforsecurity=False).digest()))
    start = _xls_record(0x0809, plain[4:20])
    start += _xls_record(0x002F, struct.pack("<HHH", 1, 1, 1) + salt + proof.read())
    moved = len(start) - 20
    stream, clear, at = bytearray(start + plain[20:]), set(range(len(start))), len(start)
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        clear.update(range(at, at + 4 + (size if kind in (0, 0x0809) else 4 if kind == 0x0085 else 0)))
        if kind == 0x0085:
            struct.pack_into("<I", stream, at + 4, struct.unpack_from("<I", stream, at + 4)[0] + moved)
        at += 4 + size
    stream += bytes((at - len(stream)) % 4)
    clear.update(range(at, len(stream)))
    secret = DocumentRC4.decrypt(password, salt, BytesIO(bytes(stream)), blocksize=1024).read()
    mixed = bytes(own if n in clear else hidden for n, (own, hidden) in enumerate(zip(stream, secret, strict=True)))
    return write_compound(path, {"Workbook": mixed})


def xls_box(number: int, text: str, *, kind: int = 6, is_hidden: bool = False, runs: tuple[int, ...] = (0,)) -> bytes:
    """The records of a text box, or of a comment (kind 0x19), whose fonts hold from the letters `runs` on."""
    flags = struct.pack("<HI", 0x03BF, 0x20002 if is_hidden else 0)
    options = struct.pack("<HHI", 1 << 4 | 3, 0xF00B, len(flags)) + flags
    shape = struct.pack("<HHI", 0xF, 0xF004, len(options)) + options
    middle = len(text) // 2  # its letters may be cut in two, each part in a width of its own
    return b"".join(
        [
            _xls_record(0x00EC, shape),
            _xls_record(0x005D, struct.pack("<4H", 0x15, 0x12, kind, number) + bytes(14)),
            _xls_record(0x01B6, bytes(10) + struct.pack("<HH", len(text), 16) + bytes(4)),
            _xls_record(0x003C, b"\0" + text[:middle].encode("latin-1")),
            _xls_record(0x003C, b"\1" + text[middle:].encode("utf-16-le")),
            _xls_record(0x003C, b"".join(struct.pack("<HHI", start, 0, 0) for start in (*runs, len(text)))),
        ]
    )


def xls_note(row: int, column: int, number: int) -> bytes:
    """The record that puts a comment on a cell."""
    return _xls_record(0x001C, struct.pack("<4HHB", row, column, 0, number, 3, 0) + b"Ana\0")


def xls_margin(text: str) -> bytes:
    """The record of a header."""
    return _xls_record(0x0014, struct.pack("<HB", len(text), 0) + text.encode("latin-1"))


def xls_chart(title: str) -> bytes:
    """The records of a chart on a sheet."""
    name = _xls_record(0x100D, struct.pack("<HBB", 0, len(title), 0) + title.encode("latin-1"))
    return _xls_record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0020, 0, 0, 0, 0)) + name + _xls_record(0x000A, b"")


def _xls_record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _xls_name(at: int, state: int, name: str) -> bytes:
    return _xls_record(0x0085, struct.pack("<IBBBB", at, state, 0, len(name), 0) + name.encode())


def _xls_sheet(cells: Cells, *, is_hiding: bool = False, filtered: bool = False, objects: bytes = b"") -> bytes:
    found = _xls_record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    found += _xls_record(0x007D, struct.pack("<HHHHHH", 1, 1, 2560, 15, int(is_hiding), 0))
    found += _xls_record(0x009B, b"") if filtered else b""
    for row, values in enumerate(cells):
        options = 0x120 if is_hiding and row == 1 else 0x100
        found += _xls_record(0x0208, struct.pack("<HHHHHHI", row, 0, len(values), 255, 0, 0, options))
        for column, value in enumerate(values):
            place = struct.pack("<HHH", row, column, 15)
            if isinstance(value, str):
                text = struct.pack("<HB", len(value), 0) + value.encode("latin-1")
                found += _xls_record(0x0204, place + text)
            else:
                found += _xls_record(0x0203, place + struct.pack("<d", value))
    return found + objects + _xls_record(0x000A, b"")


def xlsb(path: Path, cells: Cells = COSTS, *, is_hiding: bool = False) -> Path:
    """A workbook with one sheet, whose second row and second column may be hidden."""
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>'
    )
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{relation}/worksheet" Target="worksheets/sheet1.bin"/></Relationships>'
    )
    named = struct.pack("<II", 0, 1) + _wide("rId1") + _wide("Costs")
    book = [(131, b""), (143, b""), (156, named), (144, b""), (132, b"")]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr("xl/_rels/workbook.bin.rels", relations)
        archive.writestr("xl/workbook.bin", _packed(book))
        archive.writestr("xl/worksheets/sheet1.bin", _packed(_xlsb_sheet(cells, is_hiding=is_hiding)))
    return path


def _xlsb_sheet(cells: Cells, *, is_hiding: bool) -> Iterable[tuple[int, bytes]]:
    yield 129, b""
    yield 148, struct.pack("<IIII", 0, len(cells) - 1, 0, len(cells[0]) - 1)
    yield 390, b""
    yield 60, struct.pack("<IIIIH", 1, 1, 2560, 0, int(is_hiding))
    yield 391, b""
    yield 145, b""
    for row, values in enumerate(cells):
        yield 0, struct.pack("<IIHBBBI", row, 0, 300, 0, 0x10 if is_hiding and row == 1 else 0, 0, 0)
        for column, value in enumerate(values):
            place = struct.pack("<II", column, 0)
            yield (6, place + _wide(value)) if isinstance(value, str) else (5, place + struct.pack("<d", value))
    yield 146, b""
    yield 130, b""


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _packed(records: Iterable[tuple[int, bytes]]) -> bytes:
    return b"".join(_number(kind) + _number(len(content)) + content for kind, content in records)


def _number(value: int) -> bytes:
    return bytes([value]) if value < 0x80 else bytes([value & 0x7F | 0x80]) + _number(value >> 7)
