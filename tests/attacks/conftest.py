"""One pool of readers for all attacks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ingestion.reader_processes.pool import ReaderPool
from ingestion.settings import IngestionSettings


@pytest.fixture(scope="session")
def reader_pool() -> Iterator[ReaderPool]:
    pool = ReaderPool(IngestionSettings(readers=1, read_seconds=30))
    yield pool
    pool.close()
