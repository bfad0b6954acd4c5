"""The page on the architecture knows every room of the two that people change most."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
NAMED = {part for name in re.findall(r"`([\w/]+)`", PAGE) for part in name.split("/")}


@pytest.mark.parametrize("folder", ["knowledge", "ingestion"])
def test_every_file_of_a_room_is_named_on_the_page(folder: str) -> None:
    files = {path.stem for path in (ROOT / folder).glob("*.py") if not path.stem.startswith("_")}
    assert sorted(files - NAMED) == []


def test_the_page_stays_one_page() -> None:
    assert len(PAGE.splitlines()) < 120
