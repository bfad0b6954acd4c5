from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ingestion.readers.registry import read_document_file
from ingestion.readers.zip_archives import open_zip_archive
from knowledge.core.failures import UnreadableDocument
from tests.ingestion.hostile_files import HOSTILE
from tests.ingestion.readers import samples

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", ["ratio.docx", "sheet.xlsx", "crowd.pptx", "overlap.odt", "liar.docx", "laughs.docx"])
def test_what_would_burst_is_refused_before_any_parser_opens_it(tmp_path: Path, name: str) -> None:
    make, sentence = HOSTILE[name]
    make(tmp_path / name)
    with pytest.raises(UnreadableDocument, match=sentence):
        read_document_file(tmp_path / name)


@pytest.mark.parametrize("suffix", [".docx", ".pptx", ".xlsx", ".odt", ".epub"])
def test_a_plain_document_passes(tmp_path: Path, suffix: str) -> None:
    with open_zip_archive(samples.MAKERS[suffix](tmp_path / f"a{suffix}")) as archive:
        assert archive.namelist()


def test_many_parts_that_are_too_large_together_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingestion.readers.zip_archives._MAX_MB", 0)
    with pytest.raises(UnreadableDocument):
        open_zip_archive(samples.MAKERS[".docx"](tmp_path / "a.docx"))
