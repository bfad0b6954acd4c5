"""The page on the architecture knows every room, file by file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
LISTED = {
    found[1]: found[2] for found in re.finditer(r"^### `([\w/]+)/`\n(.*?)(?=^##)", PAGE, re.MULTILINE | re.DOTALL)
}


def _named(text: str) -> set[str]:
    return {part for name in re.findall(r"`([\w/]+)`", text) for part in name.split("/")}


def _files(folder: str) -> set[str]:
    return {path.stem for path in (ROOT / folder).glob("*.py") if not path.stem.startswith("_")}


@pytest.mark.parametrize("folder", ["knowledge", "ingestion"])
def test_every_file_of_a_room_is_named_on_the_page(folder: str) -> None:
    assert sorted(_files(folder) - _named(PAGE)) == []


@pytest.mark.parametrize(
    "folder", ["bot", "bot/answering", "bot/slack", "playground", "playground/drawing", "playground/slack"]
)
def test_every_file_of_a_room_is_listed_under_its_name(folder: str) -> None:
    assert sorted(_files(folder) - _named(LISTED[folder])) == []


def test_what_is_listed_is_there() -> None:
    first_words = {room: set(re.findall(r"(?:[;,|] )`(\w+)`", text)) for room, text in LISTED.items()}
    assert {f"{room}/{name}" for room, names in first_words.items() for name in names - _files(room)} == set()


def test_the_page_is_read_in_five_minutes() -> None:
    assert len(PAGE.splitlines()) < 190
    assert len(re.findall(r"\w+", PAGE)) < 3_000
