"""A file with more text than a reader may hand over is refused before it is read, with the size that would do."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from ingestion.reader_processes.pool import ReaderPool
from ingestion.settings import IngestionSettings
from knowledge.core.failures import UnreadableDocument
from tests.ingestion.worker_setup import document_file

MB = 1 << 20


def _write_sparse(path: Path, mb: int) -> Path:
    """A file of that size: reading it would take long, and its beginning says that it is text."""
    with path.open("wb") as file:
        file.write(b"Une phrase de plus.\n" * 1000)
        file.truncate(mb * MB)
    return path


@pytest.mark.parametrize(
    ("name", "mb", "sentence"),
    [
        ("log.txt", 200, r"^log\.txt holds 200 MB of text, more than 55: split it, or raise READ_MEMORY_MB to 14720\."),
        (
            "export.csv",
            60,
            r"^export\.csv holds 60 MB of text, more than 42: split it, or raise READ_MEMORY_MB to 5760\.",
        ),
        (
            "export.json",
            60,
            r"^export\.json holds 60 MB of text, more than 55: split it, or raise READ_MEMORY_MB to 4416\.",
        ),
        (
            "server.log",
            60,
            r"^server\.log holds 60 MB of text, more than 55: split it, or raise READ_MEMORY_MB to 4416\.",
        ),
    ],
)
def test_too_much_text_is_refused_at_once(tmp_path: Path, name: str, mb: int, sentence: str) -> None:
    path = _write_sparse(tmp_path / name, mb)
    with (
        closing(ReaderPool(IngestionSettings(readers=1))) as pool,
        pytest.raises(UnreadableDocument, match=sentence),
    ):
        pool.submit_document(document_file(path)).result()
