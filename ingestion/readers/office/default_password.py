"""Opens Office files under the password that Excel itself sets: every program knows it, and asks nobody."""

from __future__ import annotations

from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING

from ingestion.readers.named_files import open_named_content
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import UnreadableDocument, make_failure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_DEFAULT_PASSWORD = "VelvetSweatshop"  # noqa: S105  # Excel's own, for workbooks whose structure alone is protected
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_PART = "EncryptedPackage"


@contextmanager
def open_decrypted(path: Path) -> Iterator[Path]:
    """Give the path of a file as it is, or of its content in memory where only Excel's own password encrypts it.

    Raises:
        UnreadableDocument: another password does.
    """
    if not _is_encrypted(path):
        yield path
        return
    from msoffcrypto import OfficeFile  # type: ignore[import-untyped]  # it ships no types

    content = BytesIO()
    try:
        with path.open("rb") as file:
            office = OfficeFile(file)
            office.load_key(password=_DEFAULT_PASSWORD, verify_password=True)
            office.decrypt(content)
    except Exception as error:  # of any kind, by damage too: a person finds out which
        raise UnreadableDocument(make_failure(FailureCode.OFFICE_UNDER_PASSWORD, name=path.name)) from error
    with open_named_content(content.getvalue(), path.name) as plain:
        yield plain


def _is_encrypted(path: Path) -> bool:
    with path.open("rb") as file:
        if file.read(len(OLE_MAGIC)) != OLE_MAGIC:
            return False
    from olefile import OleFileIO

    try:
        with OleFileIO(str(path)) as ole:
            return bool(ole.exists(ENCRYPTED_PART))
    except OSError:
        return False
