from __future__ import annotations

from typing import TYPE_CHECKING

from ingestion.readers.elements import Element
from ingestion.readers.format_detection import read_document_file
from tests.ingestion.readers import samples

if TYPE_CHECKING:
    from pathlib import Path


def test_sections_code_lists_tables_and_roles_are_read(tmp_path: Path) -> None:
    reading = read_document_file(samples.rst(tmp_path / "a.rst"))
    assert reading.title == "Backups"
    assert reading.elements == [
        Element("Backups", "heading", 1),
        Element("Backups run nightly on vault."),
        Element("Restore", "heading", 2),
        Element("vault restore \\\n  --last", "code"),
        Element("ask first", "list", 1),
        Element("then wait", "list", 1),
        Element("Tell the desk."),
        Element("", "table", rows=(("Site", "Hours"), ("Lyon", "2"))),
    ]


def test_no_other_file_is_opened(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("the secret")
    path = tmp_path / "a.rst"
    path.write_text(
        "Words.\n\n.. include:: secret.txt\n\n.. raw:: html\n   :file: secret.txt\n\n"
        f".. csv-table:: x\n   :file: secret.txt\n\n.. literalinclude:: {tmp_path}/secret.txt\n"
    )
    assert [element.text for element in read_document_file(path).elements] == ["Words."]


def test_a_grid_table_without_a_header_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.rst"
    path.write_text("+---+---+\n| a | b |\n+---+---+\n| c | d |\n+---+---+\n")
    assert read_document_file(path).elements == [Element("", "table", rows=(("a", "b"), ("c", "d")), header=False)]
