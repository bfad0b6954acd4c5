from __future__ import annotations

import pytest

from ingestion.readers.pdf.layout import HyphenJoiner

_KNOWN = "the manipulation of start-and-stop services by Lyon and a long word, EnvironmentInfoContributor, Exposes"


@pytest.mark.parametrize(
    ("cut", "whole"),
    [
        ("manip\ufffe ulation", "manipulation"),
        ("start-and\ufffe stop", "start-and-stop"),
        ("long\ufffeword", "long-word"),
        ("hydro\ufffe thérapie", "hydrothérapie"),
        ("Saint\ufffe Étienne", "Saint-Étienne"),
        ("soft\u00adly", "softly"),
        ("no\xa0break", "no break"),
    ],
)
def test_a_word_cut_by_a_line_end_becomes_whole(cut: str, whole: str) -> None:
    assert HyphenJoiner([_KNOWN]).join_cut_words(cut) == whole


def test_the_halves_of_a_cut_word_are_no_words() -> None:
    assert HyphenJoiner(["by manip\ufffe", "ulation of words"]).join_cut_words("manip\ufffe ulation") == "manipulation"


def test_a_narrow_cell_may_cut_a_word_that_stands_whole_elsewhere() -> None:
    hyphens = HyphenJoiner([_KNOWN])
    assert hyphens.join_cell_lines("EnvironmentInfoContri\nbutor") == "EnvironmentInfoContributor"
    assert hyphens.join_cell_lines("the manipulation\nof services") == "the manipulation of services"
