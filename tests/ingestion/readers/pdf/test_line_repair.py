from __future__ import annotations

import pytest

from ingestion.readers.pdf.line_repair import is_garbled

_WORDS = "These are words of a plain language that stand for others in this file"


@pytest.mark.parametrize(
    "text",
    [
        "".join(chr(ord(letter) % 30 + 1) for letter in _WORDS),
        "".join(chr(0xF000 + ord(letter)) for letter in _WORDS),
        "".join(chr(0xD080 + ord(letter)) for letter in _WORDS),
    ],
    ids=["controls", "private signs", "shifted alphabet"],
)
def test_signs_that_are_no_language_are_garbled(text: str) -> None:
    assert is_garbled(text)


@pytest.mark.parametrize(
    "text",
    [
        _WORDS,
        "Все люди рождаются свободными и равными в своём достоинстве и правах",
        "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다 인간은 "
        "천부적으로 이성과 양심을 부여받았으며 서로 형제애의 정신으로",
        "一切の人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。人間は、理性と良心とを授けられており",
        "\uf0b7 a point with a sign of its own font, then many more words of a plain language",
        "\x04\x05",
    ],
)
def test_languages_and_a_few_odd_signs_are_not_garbled(text: str) -> None:
    assert not is_garbled(text)
