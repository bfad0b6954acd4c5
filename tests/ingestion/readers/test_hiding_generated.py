"""Random Office, RTF and PDF files: hidden words are removed or marked, seen ones stay without a mark.

More files: `HIDING_FILES=500 .venv/bin/python -m pytest <this file> --timeout 0`.
"""

from __future__ import annotations

import os
from random import Random
from typing import TYPE_CHECKING

import pytest

from ingestion.readers.format_detection import read_document_file
from tests.ingestion.readers.hiding_generators import FORMATS

if TYPE_CHECKING:
    from pathlib import Path

    from ingestion.readers.elements import Element

_FILES = int(os.environ.get("HIDING_FILES", "8"))


def _says(element: Element, word: str) -> bool:
    return word in element.text or any(word in cell for row in element.rows for cell in row)


@pytest.mark.parametrize("suffix", FORMATS)
def test_hidden_words_are_removed_or_marked(tmp_path: Path, suffix: str) -> None:
    for seed in range(_FILES):
        path = tmp_path / f"{seed}{suffix}"
        FORMATS[suffix](Random(seed), path, True)  # noqa: S311  # reproducible, not secret
        reading = read_document_file(path)
        assert any(_says(element, "Seen") for element in reading.elements), seed
        unmarked = [element for element in reading.elements if _says(element, "Secret") and not element.doubtful]
        assert not unmarked, f"seed {seed}"
        # pdfium itself gives no text of no size: what it does not give is not counted.
        assert reading.hidden + reading.doubtful >= 1 or suffix == ".pdf", f"seed {seed}"


@pytest.mark.parametrize("suffix", FORMATS)
def test_seen_words_stay_without_a_mark(tmp_path: Path, suffix: str) -> None:
    for seed in range(_FILES):
        path = tmp_path / f"{seed}{suffix}"
        FORMATS[suffix](Random(seed), path, False)  # noqa: S311  # reproducible, not secret
        reading = read_document_file(path)
        assert any(_says(element, "Kept") for element in reading.elements), f"seed {seed}"
        assert (reading.hidden, reading.doubtful) == (0, 0), f"seed {seed}"
