"""Opens Office files under the password that Excel itself sets: every program knows it, and asks nobody."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from ingestion.readers.named_files import open_named_content
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import make_unreadable

_DEFAULT_PASSWORD = "VelvetSweatshop"  # noqa: S105  # Excel's own, for workbooks whose structure alone is protected
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_PART = "EncryptedPackage"
_WORKBOOK = "Workbook"  # of before 2007
_RECORD_START = struct.Struct("<HH")  # kind and size
_FILE_PASS, _FIRST_RECORDS, _FIRST_BYTES = 0x2F, 4, 4_096


@contextmanager
def open_decrypted(path: Path) -> Iterator[Path]:
    """Give the path of a file as it is, or of its content in memory where only Excel's own password encrypts it."""
    if not _is_encrypted(path):
        yield path
        return
    from msoffcrypto import OfficeFile  # type: ignore[import-untyped]  # it ships no types

    content = BytesIO()
    try:
        with path.open("rb") as file:
            office = OfficeFile(file)
            # Not checked before: the check refuses the right password of files of Office 2010, whose hash is SHA-1.
            office.load_key(password=_DEFAULT_PASSWORD)
            office.decrypt(content)
    except Exception as error:  # of any kind, by damage too: a person finds out which
        raise make_unreadable(FailureCode.OFFICE_UNDER_PASSWORD, name=path.name) from error
    with open_named_content(content.getvalue(), path.name) as plain:
        yield plain


def _is_encrypted(path: Path) -> bool:
    with path.open("rb") as file:
        if file.read(len(OLE_MAGIC)) != OLE_MAGIC:
            return False
    from olefile import OleFileIO

    try:
        with OleFileIO(str(path)) as ole:
            if ole.exists(_WORKBOOK):
                return _has_file_pass(ole.openstream(_WORKBOOK).read(_FIRST_BYTES))
            return bool(ole.exists(ENCRYPTED_PART))
    except OSError:
        return False


def _has_file_pass(stream: bytes) -> bool:
    """Whether one of the first records of a workbook says that the others are encrypted."""
    at = 0
    for _ in range(_FIRST_RECORDS):
        if at + _RECORD_START.size > len(stream):
            return False
        kind, size = _RECORD_START.unpack_from(stream, at)
        if kind == _FILE_PASS:
            return True
        at += _RECORD_START.size + size
    return False
