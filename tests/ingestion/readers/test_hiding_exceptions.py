"""What SECURITY.md says remains of hidden text, each with a file that shows it: an untrue sentence fails here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ingestion.readers.format_detection import read_document_file
from tests.ingestion.readers.hiding_exceptions import EXCEPTIONS

SECURITY = Path(__file__).parents[3] / "SECURITY.md"
_LINE = re.compile(r"^- (In [^:]+): (.+)\.$")


def _list_told_exceptions() -> set[tuple[str, str]]:
    """The ways that SECURITY.md lists below "What remains", by format."""
    hidden = SECURITY.read_text().partition("\n## Text that documents hide\n")[2]
    lines = re.sub(r"\n  ", " ", hidden.partition("What remains")[2]).splitlines()
    matches = [match for line in lines if (match := _LINE.match(line))]
    return {(match[1], one) for match in matches for one in match[2].split("; ")}


def test_each_exception_of_the_page_has_a_file_and_each_file_is_told() -> None:
    assert _list_told_exceptions() == set(EXCEPTIONS)


@pytest.mark.parametrize("told", EXCEPTIONS, ids=": ".join)
def test_what_remains_hidden_is_read_as_if_it_were_seen(told: tuple[str, str], tmp_path: Path) -> None:
    suffix, make = EXCEPTIONS[told]
    make(tmp_path / f"a{suffix}")
    reading = read_document_file(tmp_path / f"a{suffix}")
    cells = " ".join(word for each in reading.elements for row in each.rows for word in row)
    words = " ".join((reading.title, cells, *(each.text for each in reading.elements)))
    assert "Seen" in words
    assert "Secret" in words
    assert (reading.hidden, reading.doubtful) == (0, 0)
