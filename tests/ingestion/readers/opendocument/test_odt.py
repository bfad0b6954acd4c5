from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ingestion.readers.elements import Element
from ingestion.readers.format_detection import read_document_file
from knowledge.core.failures import UnreadableDocument
from tests.ingestion.readers import samples

if TYPE_CHECKING:
    from pathlib import Path


def test_an_open_document_keeps_headings_lists_code_and_tables(tmp_path: Path) -> None:
    reading = read_document_file(samples.odt(tmp_path / "a.odt"))
    assert reading.title == "Guide des congés"
    assert reading.elements == [
        Element("Congés", "heading", 1),
        Element("Posez vos congés avant mars."),
        Element("Exceptions", "heading", 2),
        Element("Mariage", "list", 1),
        Element("du salarié", "list", 2),
        Element("conges --poser\n  --jours 5", "code"),
        Element("", "table", rows=(("Motif", "Jours", "Jours"), ("Naissance", "3", ""))),
    ]


def test_an_open_document_with_a_password_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match=r"a\.odt is protected by a password: drop a copy without one\."):
        read_document_file(samples.odt(tmp_path / "a.odt", locked=True))
