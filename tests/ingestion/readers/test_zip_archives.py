from __future__ import annotations

from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from ingestion.readers.format_detection import read_document_file
from ingestion.readers.zip_archives import open_zip_archive, reject_xml_definitions
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


@pytest.mark.parametrize("part", ["<!DOCTYPE x><x/>", '<?xml version="1.0"?><!ENTITY a "b">'])
def test_definitions_in_an_office_document_are_refused(tmp_path: Path, part: str) -> None:
    with ZipFile(tmp_path / "a.docx", "w") as made:
        made.writestr("word/document.xml", part)
    with open_zip_archive(tmp_path / "a.docx") as archive, pytest.raises(UnreadableDocument):
        reject_xml_definitions(archive, "a.docx")
