"""Random visits to every door of the bot: nobody is told what they may not read. `VISITS` says how many seeds."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.parsing.pool import ReaderPool
from ingestion.settings import IngestionSettings
from tests.attacks.doors import play_visit

VISITS = int(os.environ.get("VISITS", "3"))
FIRST = int(os.environ.get("FIRST_VISIT", "0"))


@pytest.fixture(scope="module")
def reader_pool() -> Iterator[ReaderPool]:
    pool = ReaderPool(IngestionSettings(readers=1, read_seconds=30))
    yield pool
    pool.close()


@pytest.mark.parametrize("seed", range(FIRST, FIRST + VISITS))
async def test_nobody_is_told_what_they_may_not_read(seed: int, tmp_path: Path, reader_pool: ReaderPool) -> None:
    assert await play_visit(seed, tmp_path, reader_pool) == []
