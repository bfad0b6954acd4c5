"""A document that hangs, bursts or kills its reader costs itself and no other."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ingestion.hands import Hands
from ingestion.settings import IngestionSettings
from knowledge.errors import BusyDocument, UnreadableDocument
from tests.ingestion.bench import until

LARGE = 40_000_000  # characters: many seconds of reading and much memory


@pytest.fixture
def large(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "large.txt"
    path.write_text("Une phrase de plus, puis une autre encore.\n\n" * (LARGE // 44), encoding="utf-8")
    yield path
    path.unlink()


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.txt"
    path.write_text("Un texte.", encoding="utf-8")
    return path


def test_what_takes_too_long_is_ended(large: Path) -> None:
    with (
        closing(Hands(IngestionSettings(readers=1, read_seconds=1))) as hands,
        pytest.raises(UnreadableDocument, match=r"^large\.txt took longer than 1 s to read: split it, or raise"),
    ):
        hands.outcome(hands.read(large), large)


def test_what_needs_too_much_memory_is_ended_and_others_are_read(tmp_path: Path, small: Path) -> None:
    wide = tmp_path / "wide.csv"
    wide.write_text("a,b\n" * 6_000_000, encoding="utf-8")
    with closing(Hands(IngestionSettings(readers=1, read_memory_mb=512))) as hands:
        first, second = hands.read(wide), hands.read(small)
        with pytest.raises(UnreadableDocument, match=r"^wide\.csv needs more than 512 MB to be read: split it, or"):
            hands.outcome(first, wide)
        assert hands.outcome(second, small).excerpts[0].text == "Un texte."
    wide.unlink()


def test_what_kills_its_reader_is_set_aside_and_others_are_read(large: Path, small: Path) -> None:
    with closing(Hands(IngestionSettings(readers=1))) as hands:
        first, second = hands.read(large), hands.read(small)
        until(first.running)
        for child in multiprocessing.active_children():
            assert child.pid is not None
            os.kill(child.pid, signal.SIGKILL)
        with pytest.raises(UnreadableDocument, match=r"^large\.txt made its reader crash: save it again in its own"):
            hands.outcome(first, large)
        assert hands.outcome(second, small).excerpts[0].text == "Un texte."


def test_what_is_larger_than_allowed_is_not_opened(hands: Hands, tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(201 << 20)
    with pytest.raises(UnreadableDocument, match=r"^huge\.txt has 201 MB, more than 200: split it, or raise MAX_FILE"):
        hands.outcome(hands.read(path), path)


def test_what_is_not_there_may_come_back(hands: Hands, tmp_path: Path) -> None:
    path = tmp_path / "away.txt"
    with pytest.raises(BusyDocument, match=r"^away\.txt vanished before it was read\.$"):
        hands.outcome(hands.read(path), path)


def test_what_no_reader_knows_says_the_remedy(hands: Hands, tmp_path: Path) -> None:
    path = tmp_path / "a.doc"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    with pytest.raises(UnreadableDocument, match=r"save it as \.docx"):
        hands.outcome(hands.read(path), path)
