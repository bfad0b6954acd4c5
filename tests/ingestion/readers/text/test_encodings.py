from __future__ import annotations

import pytest

from ingestion.readers.text.encodings import decode_text, is_text

_FRENCH = "Les congés d’été sont à prendre avant le 31 août : coût 40 €.\n" * 3
_RUSSIAN = "Отпуск нужно согласовать с руководителем до конца марта. Это важно для всех отделов.\n" * 5


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_french_is_read_in_any_usual_encoding(encoding: str) -> None:
    assert decode_text(_FRENCH.encode(encoding)) == _FRENCH


def test_another_script_is_read_in_its_own_code_page() -> None:
    assert decode_text(_RUSSIAN.encode("cp1251")) == _RUSSIAN


def test_a_declared_encoding_is_believed_where_the_format_declares_one() -> None:
    page = '<meta charset="iso-8859-15"><p>40 €</p>'
    assert decode_text(page.encode("iso-8859-15"), declares=True) == page


def test_an_unknown_declared_encoding_is_passed_over() -> None:
    assert decode_text(b'<meta charset="klingon"><p>\xe9t\xe9</p>', declares=True).endswith("<p>été</p>")


def test_every_line_end_becomes_a_newline() -> None:
    assert decode_text(b"a\r\nb\rc\n") == "a\nb\nc\n"


@pytest.mark.parametrize(
    ("content", "told"), [(b"words", True), ("é".encode("utf-16"), True), (b"\x89PNG\0\0\0\rIHDR\x01\x02", False)]
)
def test_pictures_are_no_text(content: bytes, told: bool) -> None:
    assert is_text(content) is told
