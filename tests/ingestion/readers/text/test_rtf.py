from __future__ import annotations

from typing import TYPE_CHECKING

from ingestion.readers.elements import Element
from ingestion.readers.format_detection import read_document_file
from tests.ingestion.readers import samples

if TYPE_CHECKING:
    from pathlib import Path


def test_a_rich_text_keeps_headings_accents_lists_and_tables(tmp_path: Path) -> None:
    reading = read_document_file(samples.rtf(tmp_path / "a.rtf"))
    assert reading.title == "Charte du télétravail"
    assert reading.elements == [
        Element("Télétravail", "heading", 1),
        Element("Deux jours par semaine, € 10 par jour."),
        Element("Matériel", "heading", 2),
        Element("Un écran", "list", 1),
        Element("", "table", rows=(("Objet", "Délai"), ("Écran", "10 jours"))),
        Element("Fin."),
    ]


def test_a_rich_text_without_any_style_is_read(tmp_path: Path) -> None:
    path = tmp_path / "note.rtf"
    path.write_bytes(rb"{\rtf1\ansi One line.\par Another.}")
    reading = read_document_file(path)
    assert reading.title == "note"
    assert reading.elements == [Element("One line."), Element("Another.")]


def test_the_words_after_pictures_are_read_and_no_byte_of_a_picture(tmp_path: Path) -> None:
    path = tmp_path / "a.rtf"
    hexadecimal = rb"{\pict{\*\picprop{\sp{\sn shapeType}{\sv 75}}}\pngblip 89504e47}"
    binary = rb"{\pict\wmetafile8\bin4 }{\'z}"
    path.write_bytes(rb"{\rtf1\ansi One." + hexadecimal + rb"\par Two." + binary + rb"\par Three.}")
    assert [element.text for element in read_document_file(path).elements] == ["One.", "Two.", "Three."]


def test_words_that_look_like_controls_are_words(tmp_path: Path) -> None:
    path = tmp_path / "a.rtf"
    path.write_bytes(rb"{\rtf1\ansi Write \\pict or \\bin.{\pict 89504e47}\par Then go on.}")
    assert [element.text for element in read_document_file(path).elements] == [r"Write \pict or \bin.", "Then go on."]


def test_words_of_a_header_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.rtf"
    path.write_text(r"{\rtf1\ansi{\header\qc Animal Hospital\par}{\footerl Page one\par}\headery720 Anna Smith\par}")
    assert [element.text for element in read_document_file(path).elements] == [
        "Animal Hospital",
        "Page one",
        "Anna Smith",
    ]


_SHAPE = (
    r"{\shp{\*\shpinst\shpleft0{\sp{\sn wzName}{\sv Box 7}}HIDDEN{\shptxt \pard WORDS\par}}"
    r"{\shprslt{\*\do\dptxbx{\dptxbxtext \pard WORDS\par}}}}"
)


def _shape(words: str, hidden: str = "") -> str:
    return _SHAPE.replace("WORDS", words).replace("HIDDEN", hidden)


def test_words_of_text_boxes_are_read_once(tmp_path: Path) -> None:
    path = tmp_path / "a.rtf"
    old = r"{\*\do\dptxbx{\dptxbxtext \pard In an old box.\par}}"
    path.write_text(r"{\rtf1\ansi Before.\par " + _shape("The vault opens at nine.") + old + r"After.\par}")
    told = [element.text for element in read_document_file(path).elements]
    assert told == ["Before.", "The vault opens at nine.", "In an old box.", "After."]


def test_words_of_a_hidden_text_box_are_left_out_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.rtf"
    path.write_text(r"{\rtf1\ansi " + _shape("Nobody sees it.", r"{\sp{\sn fHidden}{\sv 1}}") + r"Seen.\par}")
    found = read_document_file(path)
    assert ([element.text for element in found.elements], found.hidden) == (["Seen."], 1)


def test_text_boxes_without_an_end_cost_no_time(tmp_path: Path) -> None:
    path = tmp_path / "a.rtf"
    path.write_text(r"{\rtf1\ansi Seen.\par " + r"{\shp{\shptxt " * 50_000)
    assert read_document_file(path).elements[0].text == "Seen."


def test_the_comments_of_a_rich_text_are_read_at_its_end(tmp_path: Path) -> None:
    comment = rb"{\*\atnid Ana}{\*\atnauthor Ana}\chatn{\*\annotation{\*\atndate 1}\pard\plain \'c9t\'e9 only.}"
    (tmp_path / "a.rtf").write_bytes(rb"{\rtf1\ansi\ansicpg1252 The vault" + comment + rb" opens.\par}")
    texts = [element.text for element in read_document_file(tmp_path / "a.rtf").elements]
    assert texts == ["The vault opens.", "Comment by Ana: Été only."]
