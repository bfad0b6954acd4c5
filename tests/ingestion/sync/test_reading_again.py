"""A raised limit or an installed program has exactly the documents read again that failed for it."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import replace
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Literal

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment
from PIL import Image, ImageDraw, ImageFont

from ingestion.reader_processes.pool import ReaderPool
from ingestion.readers.reading_options import ReadOptions
from ingestion.settings import IngestionSettings
from ingestion.sync.reconciler import DocumentReading, Reconciler
from ingestion.sync.retries import ReadingMeans
from knowledge.core.documents import DocumentState
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import make_failure
from tests.ingestion.worker_setup import Bench, counts


def _start_worker(bench: Bench, settings: IngestionSettings) -> Reconciler:
    """Start a worker over the same index with settings of its own, as the program does."""
    find_means = partial(ReadingMeans.from_settings, settings, bench.reader_pool.find_installed_packages)
    return bench.make_worker(reading=DocumentReading(bench.reader_pool, find_means=find_means))


def _attempts(bench: Bench) -> dict[str, int]:
    return {path: document.attempts for path, document in bench.ledger.list_documents().items()}


def test_a_higher_max_file_mb_has_the_files_read_that_were_too_large(bench: Bench) -> None:
    start = partial(_start_worker, bench)
    bench.drop("large.txt", "Une phrase de plus.\n\n" * 60_000)
    bench.drop("damaged.docx", b"PK\x03\x04 nothing")
    assert counts(start(IngestionSettings(max_file_mb=1)).run_pass()) == {"failed": 2}
    assert counts(start(IngestionSettings(max_file_mb=1)).run_pass()) == {"failed": 2}
    assert _attempts(bench) == {"large.txt": 1, "damaged.docx": 1}
    assert counts(start(IngestionSettings(max_file_mb=2)).run_pass()) == {"indexed": 1, "failed": 1}
    assert _attempts(bench) == {"large.txt": 0, "damaged.docx": 1}


def test_tesseract_once_installed_has_pictures_read(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = Image.new("L", (900, 200), 255)
    ImageDraw.Draw(picture).text((40, 60), "The badge opens the office door", 0, ImageFont.load_default(size=44))
    picture.save(bench.root / "badge.png")
    bench.drop("damaged.docx", b"PK\x03\x04 nothing")
    installed = os.environ["PATH"]
    monkeypatch.setenv("PATH", str(tmp_path))
    worker = _start_worker(bench, IngestionSettings())
    assert counts(worker.run_pass()) == {"failed": 2}
    assert counts(worker.run_pass()) == {"failed": 2}
    assert _attempts(bench) == {"badge.png": 1, "damaged.docx": 1}
    monkeypatch.setenv("PATH", installed)
    assert counts(worker.run_pass()) == {"indexed": 1, "failed": 1}
    assert _attempts(bench) == {"badge.png": 0, "damaged.docx": 1}
    assert bench.found("badge office") == {"badge.png"}


def test_tesseract_once_installed_has_a_mail_read_again_for_the_picture_in_it(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = Image.new("L", (900, 200), 255)
    ImageDraw.Draw(picture).text((40, 60), "The badge opens the office door", 0, ImageFont.load_default(size=44))
    picture.save(tmp_path / "badge.png")
    mail = EmailMessage()
    mail["Subject"] = "Badges"
    mail.set_content("See the picture.")
    mail.add_attachment((tmp_path / "badge.png").read_bytes(), maintype="image", subtype="png", filename="badge.png")
    bench.drop("mail.eml", bytes(mail))
    installed = os.environ["PATH"]
    monkeypatch.setenv("PATH", str(tmp_path))
    worker = _start_worker(bench, IngestionSettings())
    assert [one.path for one in worker.run_pass().failed] == ["mail.eml › badge.png"]
    assert counts(worker.run_pass()) == {"unchanged": 1, "failed": 1}
    monkeypatch.setenv("PATH", installed)
    assert counts(worker.run_pass()) == {"indexed": 1}
    assert bench.found("badge office") == {"mail.eml"}


def test_a_reader_that_is_slow_is_read_again_once_it_may_take_longer(bench: Bench) -> None:
    start = partial(_start_worker, bench)
    bench.drop("slow.txt", "Une phrase.")
    start(IngestionSettings()).run_pass()
    document = bench.ledger.list_documents()["slow.txt"]
    bench.index.delete_document_passages("slow.txt")
    failure = make_failure(FailureCode.TOO_SLOW, name="slow.txt", seconds=60)
    bench.ledger.save_documents(replace(document, state=DocumentState.FAILED, failure=failure, passages=0))
    assert counts(start(IngestionSettings(read_seconds=60)).run_pass()) == {"failed": 1}
    assert counts(start(IngestionSettings(read_seconds=61)).run_pass()) == {"indexed": 1}


def test_comments_are_a_setting_and_a_change_has_the_office_files_read_again(
    bench: Bench,
) -> None:
    workbook = Workbook()
    workbook.active["A1"] = "Budget"
    workbook.active["A1"].comment = Comment("The treasurer doubts the orchard.", "Ana")
    workbook.save(bench.root / "budget.xlsx")
    bench.drop("note.md", "# Note\n\nThe orchard is large.")
    choices: tuple[tuple[Literal["on", "off"], int, int], ...]
    choices = (("on", 2, 2), ("on", 2, 0), ("off", 1, 1), ("off", 1, 0), ("on", 2, 1))
    for choice, found, indexed in choices:
        settings = IngestionSettings(readers=1, read_comments=choice)
        with closing(ReaderPool(settings)) as reader_pool:
            options = ReadOptions(comments=choice == "on")
            worker = bench.make_worker(reading=DocumentReading(reader_pool, options=options))
            assert worker.run_pass().indexed == indexed
        assert len(bench.found("orchard")) == found


def test_comments_make_another_reading_of_files_that_may_hold_some() -> None:
    names = [ReadOptions(comments=on).name_pipeline("7", path) for on in (True, False) for path in ("a.PDF", "a.txt")]
    assert names == ["7", "7", "7 without comments", "7"]
