from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from ingestion.readers.format_detection import read_document_file
from knowledge.core.failures import UnreadableDocument
from tests.ingestion.readers import samples, small_files

if TYPE_CHECKING:
    from pathlib import Path

_VAULT = ("text", "The vault opens at nine.")


@pytest.mark.parametrize(
    ("suffix", "wanted"),
    [
        (".org", [("heading", "Rules"), _VAULT, ("code", "open --vault")]),
        (".adoc", [("heading", "Rules"), _VAULT, ("code", "open --vault")]),
        (".tex", [("heading", "Rules"), ("text", "The vault opens at 9%.")]),
        (".srt", [_VAULT]),
        (".vtt", [_VAULT]),
        (".ics", [("heading", "Vault check"), ("text", "Dtstart: 2026-11-02 09:00 UTC\nLocation: Lyon, basement")]),
        (".vcf", [("heading", "Ana Lopes"), ("text", "Tel: +33 4")]),
        (".ipynb", [("heading", "Rules"), _VAULT, ("code", "print(9)"), ("code", "9")]),
        (".py", [("code", "opens_at = 9")]),
        (".odp", [("heading", "The vault opens at nine.")]),
        (".odg", [("heading", "The vault opens at nine.")]),
        (
            ".svg",
            [
                *(("heading", "Vault plan"), ("text", "The plan of the vault."), ("text", "Used twice"), _VAULT),
                *(("text", "On a wall"), ("text", "In a page")),
            ],
        ),
        (
            ".mbox",
            [
                *(("heading", "One"), ("text", "From: ana@x"), ("text", "First words.")),
                *(("heading", "Two"), ("text", "From: bob@x"), ("text", "Second words.")),
            ],
        ),
    ],
)
def test_each_format_gives_its_words_without_its_marks(
    tmp_path: Path, suffix: str, wanted: list[tuple[str, str]]
) -> None:
    reading = read_document_file(samples.MAKERS[suffix](tmp_path / f"a{suffix}"))
    assert [(element.kind, element.text) for element in reading.elements] == wanted


@pytest.mark.parametrize("suffix", [".zip", ".tar", ".tgz"])
def test_each_file_of_an_archive_is_a_document_of_its_own(tmp_path: Path, suffix: str) -> None:
    (member,) = read_document_file(samples.MAKERS[suffix](tmp_path / f"a{suffix}")).members
    assert member.name == "rules/vault.txt"
    assert member.document is not None
    assert [(element.kind, element.text) for element in member.document.elements] == [_VAULT]


def test_a_spreadsheet_is_read_without_hidden_sheets_rows_and_columns(tmp_path: Path) -> None:
    reading = read_document_file(small_files.ods(tmp_path / "a.ods"))
    assert [(element.text, element.rows) for element in reading.elements] == [
        ("Costs", ()),
        ("", (("City", "Limit"), ("Lyon", "12"))),
    ]
    assert reading.hidden >= 3


def test_a_hidden_slide_of_an_opendocument_file_is_counted(tmp_path: Path) -> None:
    reading = read_document_file(small_files.odp(tmp_path / "a.odp"))
    assert (reading.pages, reading.hidden) == (2, 1)


def test_an_archive_in_an_archive_is_read_and_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    inner = small_files.archive(tmp_path / "b.zip").read_bytes()
    path = small_files.archive(
        tmp_path / "a.zip",
        {"b.zip": inner, "broken.docx": b"no words", ".git/x.txt": b"Secret", "node_modules/a.md": b"x"},
    )
    read, broken = read_document_file(path).members
    assert (read.name, broken.name) == ("b.zip › rules/vault.txt", "broken.docx")
    assert read.document is not None
    assert [element.text for element in read.document.elements] == ["The vault opens at nine."]
    assert broken.failure is not None


def test_archives_within_archives_end(tmp_path: Path) -> None:
    content = small_files.archive(tmp_path / "0.zip").read_bytes()
    for depth in range(1, 6):
        content = small_files.archive(tmp_path / f"{depth}.zip", {"in.zip": content, "a.txt": b"words"}).read_bytes()
    assert "rules/vault.txt" not in str(read_document_file(tmp_path / "5.zip").elements)


def test_a_bomb_in_an_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.txt", bytes(64 << 20))
    with pytest.raises(UnreadableDocument):
        read_document_file(path)
    tape = small_files.archive(tmp_path / "a.tgz", {"a.txt": bytes(64 << 20)})
    with pytest.raises(UnreadableDocument):
        read_document_file(tape)


def test_a_text_is_no_picture_because_of_its_first_letters(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("BMW and GIF8 are words.")
    assert read_document_file(path).elements[0].text == "BMW and GIF8 are words."


def test_words_of_a_drawing_that_nobody_sees_are_left_out_and_counted(tmp_path: Path) -> None:
    assert read_document_file(small_files.odg(tmp_path / "a.odg")).hidden == 1
    reading = read_document_file(small_files.svg(tmp_path / "a.svg"))
    assert reading.hidden == 6
    assert [element.text for element in reading.elements if element.doubtful] == ["On a wall"]
    assert reading.title == "Vault plan"


def test_a_drawing_whose_program_defines_its_namespaces_as_entities_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.svg"
    path.write_text(
        '<!DOCTYPE svg [<!ENTITY ns "http://www.w3.org/2000/svg"><!ENTITY a "The vault">]>'
        '<svg xmlns="&ns;"><text>&a;</text></svg>'
    )
    assert read_document_file(path).elements[0].text == "The vault"
