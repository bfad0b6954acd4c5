"""While a file settles, what reads it is loaded, so that its first passage is found sooner."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ingestion.reader_processes.pool import ReaderPool
from ingestion.settings import IngestionSettings
from tests.ingestion.worker_setup import Bench, counts, document_file, until


@pytest.fixture
def pool() -> Iterator[ReaderPool]:
    pool = ReaderPool(IngestionSettings(readers=1))
    yield pool
    pool.close()


def test_the_parsers_of_a_file_that_settles_are_loaded(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared: list[list[str]] = []
    monkeypatch.setattr(bench.reader_pool, "prepare_readers", prepared.append)
    for name in ("a.md", "b.MD", "c.unknown", "d.txt", "e.csv", "f.html"):
        bench.drop(name, "un texte")
    assert counts(bench.scan(quiet_seconds=60)) == {"waiting": 6}
    assert prepared == [[".csv", ".html", ".md"]]  # few at once: each takes memory
    bench.ahead = 120
    bench.scan(quiet_seconds=60)
    assert len(prepared) == 1


def test_a_format_is_prepared_once_and_then_read(
    bench: Bench, pool: ReaderPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared: list[str] = []
    prepare = pool._sandbox_pool.prepare_reader

    def note(suffix: str, *arguments: object) -> None:
        prepare(suffix, *arguments)  # type: ignore[arg-type]  # passed through as it came
        prepared.append(suffix)

    monkeypatch.setattr(pool._sandbox_pool, "prepare_reader", note)
    pool.prepare_readers([".md"])
    pool.prepare_readers([".md"])
    until(lambda: bool(prepared))
    file = document_file(bench.drop("a.md", "# Titre"))
    assert pool.submit_document(file).result(60).title == "Titre"
    assert prepared == [".md"]
