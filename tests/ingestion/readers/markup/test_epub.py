from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ingestion.readers.elements import Element
from ingestion.readers.format_detection import read_document_file
from knowledge.core.failures import UnreadableDocument
from tests.ingestion.readers import samples

if TYPE_CHECKING:
    from pathlib import Path


def test_a_book_is_read_in_the_order_of_its_spine_without_its_table_of_contents(tmp_path: Path) -> None:
    reading = read_document_file(samples.epub(tmp_path / "a.epub"))
    assert reading.title == "Le manuel"
    assert reading.elements == [
        Element("Ouvrir", "heading", 1),
        Element("Allumez la lumière."),
        Element("Fermer", "heading", 1),
        Element("Éteignez tout."),
    ]


def test_a_copy_protected_book_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match=r"a\.epub is copy-protected: drop a copy that is not\."):
        read_document_file(samples.epub(tmp_path / "a.epub", locked=True))
