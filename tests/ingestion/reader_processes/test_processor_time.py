from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ingestion.reader_processes import reader_limits
from ingestion.reader_processes.pool import ReaderPool
from ingestion.reader_processes.reader_limits import ReadingClock, StarvedError
from ingestion.settings import IngestionSettings
from knowledge.core.failures import BusyDocument
from tests.ingestion.process_tree import children_of, descendants_of
from tests.ingestion.worker_setup import document_file, until

BUSY, IDLE = "while True: pass", "import time; time.sleep(60)"


@contextlib.contextmanager
def _process(program: str) -> Iterator[int]:
    with subprocess.Popen([sys.executable, "-c", program]) as process:  # noqa: S603  # a program of this test
        yield process.pid
        process.kill()


def _wait_for_end(clock: ReadingClock) -> None:
    """Wait as for a reader that answers nothing."""
    while True:
        threading.Event().wait(clock.choose_wait())


def test_a_process_that_computes_uses_up_its_time() -> None:
    with _process(BUSY) as busy, pytest.raises(TimeoutError):
        _wait_for_end(ReadingClock(busy, 0.3))


def test_a_process_that_gets_no_processor_has_ten_times_as_long() -> None:
    with _process(IDLE) as idle, pytest.raises(StarvedError):
        _wait_for_end(ReadingClock(idle, 0.15))


def test_without_a_word_of_the_system_the_clock_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(reader_limits, "_PROCESSES", tmp_path)
    with _process(IDLE) as idle, pytest.raises(TimeoutError):
        _wait_for_end(ReadingClock(idle, 0.15))


def test_what_a_busy_machine_did_not_read_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_limits, "WALL_FACTOR", 2)
    path = tmp_path / "plan.txt"
    path.write_text("Une phrase de plus, puis une autre encore.\n\n" * 100_000, encoding="utf-8")
    before = descendants_of(os.getpid())
    with closing(ReaderPool(IngestionSettings(readers=1, read_seconds=1))) as reader_pool:
        reading = reader_pool.submit_document(document_file(path))

        def find_readers() -> set[int]:
            return descendants_of(os.getpid()) - children_of(os.getpid()) - before

        until(lambda: bool(find_readers()))
        for reader in find_readers():
            os.kill(reader, signal.SIGSTOP)
        with pytest.raises(BusyDocument, match=r"^plan\.txt was not read within 1 min, the machine is too busy: it is"):
            reading.result()
