"""A long PDF is read in ranges of pages at once: found from its first pages on, and in the end as if read whole."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from fpdf import FPDF

from ingestion.reader_processes.pool import DocumentContent, PageRange, ReaderPool
from ingestion.readers.chunking import split_into_excerpts
from ingestion.readers.format_detection import list_page_ranges, read_document_file
from ingestion.scan.document_file import DocumentFile
from ingestion.settings import IngestionSettings
from ingestion.sync import progress
from ingestion.sync.document_assembly import DocumentAssembly
from ingestion.sync.progress import RequestProgress, WorkerHeartbeat
from ingestion.sync.reconciler import DocumentReading, Reconciler
from knowledge.core.documents import DocumentState
from knowledge.core.failures import RequestRefused
from knowledge.core.passages import Excerpt, passages_from_excerpts
from knowledge.runtime.heartbeat import Heartbeat
from knowledge.storage.worker_requests import WorkerRequest, WorkerRequests
from tests.ingestion.worker_setup import Bench
from tests.knowledge.samples import count_passages_by_path, document, list_points

PAGES = 200
WORDS = ("amber", "birch", "cedar", "dahlia", "elder", "fern", "garlic", "hazel", "iris", "juniper", "kale", "larch")


@pytest.fixture(scope="module")
def long_pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pdf = FPDF()
    pdf.set_font("helvetica", size=11)
    for n in range(1, PAGES + 1):
        pdf.add_page()
        # Lines that recur from page to page would be taken for running heads.
        words = " ".join(random.Random(n).choices(WORDS, k=60))  # noqa: S311  # no secret
        pdf.multi_cell(0, 6, f"The gardener of leaf {n} counts plums. {words}.")
    path = tmp_path_factory.mktemp("long") / "long.pdf"
    pdf.output(str(path))
    return path


@pytest.fixture(scope="module")
def two_readers() -> Iterator[ReaderPool]:
    reader_pool = ReaderPool(IngestionSettings(readers=2, read_seconds=60))
    yield reader_pool
    reader_pool.close()


class Held(ReaderPool):
    """Holds back every part but the first until it is released, and may spoil the last one."""

    def __init__(self, reader_pool: ReaderPool, *, spoil: bool = False) -> None:
        self._hands = reader_pool
        self._spoil = spoil
        self.back: list[tuple[Future[DocumentContent], DocumentFile, PageRange]] = []

    @property
    def concurrency(self) -> int:
        return self._hands.concurrency

    def submit_document(self, file: DocumentFile, pages: PageRange | None = None) -> Future[DocumentContent]:
        if pages is None:
            return self._hands.submit_document(file)
        future: Future[DocumentContent] = Future()
        self.back.append((future, file, pages))
        return future

    def let_go(self) -> None:
        """Read the parts that were kept back, the last one first."""
        for future, file, pages in reversed(self.back):
            if self._spoil:
                future.set_exception(ValueError("a spoiled part"))
            else:
                future.set_result(self._hands.submit_document(file, pages).result())
        self.back.clear()


def _worker(bench: Bench, reader_pool: ReaderPool) -> Reconciler:
    return bench.make_worker(reading=DocumentReading(reader_pool))


def test_a_long_pdf_read_in_ranges_gives_the_passages_of_a_whole_reading(
    bench: Bench, two_readers: ReaderPool, long_pdf: Path
) -> None:
    assert len(list_page_ranges(long_pdf)) > 1
    bench.drop("long.pdf", long_pdf.read_bytes())
    assert _worker(bench, two_readers).run_pass().indexed == 1
    known = bench.ledger.list_documents()["long.pdf"]
    assert (known.state, known.pages) == (DocumentState.WORDS, PAGES)
    expected = {
        passage.id for passage in passages_from_excerpts(known, split_into_excerpts(read_document_file(long_pdf)))
    }
    points = list_points(bench.client, bench.index.collection)
    assert {str(point.id) for point in points} == expected
    assert len(points) == known.passages


def test_the_first_pages_are_found_while_the_rest_is_read(
    bench: Bench, two_readers: ReaderPool, long_pdf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.drop("long.pdf", long_pdf.read_bytes())
    held = Held(two_readers)
    seen: list[tuple[bool, DocumentState | None]] = []
    add = bench.index.add_passages

    def add_and_look(*arguments: object) -> bool:
        added = add(*arguments)  # type: ignore[arg-type]  # passed through as it came
        found, known = bench.found("leaf 3 gardener plums"), bench.ledger.get_document("long.pdf")
        seen.append(("long.pdf" in found, known.state if known else None))
        return added

    monkeypatch.setattr(bench.index, "add_passages", add_and_look)
    read_part = held.submit_document

    def read_and_let_go(file: DocumentFile, pages: PageRange | None = None) -> Future[DocumentContent]:
        future = read_part(file, pages)
        if pages and pages[1] == PAGES:
            held.let_go()
        return future

    monkeypatch.setattr(held, "submit_document", read_and_let_go)
    assert _worker(bench, held).run_pass().indexed == 1
    assert seen[0] == (True, DocumentState.READING)


@dataclass
class Counting:
    """Notes at each step the number of pages that a request would show."""

    report: RequestProgress
    requests: WorkerRequests
    request: WorkerRequest
    seen: list[int] = field(default_factory=list)

    def report_progress(self, done: int, total: int, path: str) -> None:
        self.report.report_progress(done, total, path)
        asked = self.requests.get_worker_request(self.request.id)
        assert asked is not None
        self.seen.append(asked.pages)


def test_a_request_is_told_how_many_pages_of_a_long_document_are_read(
    bench: Bench, two_readers: ReaderPool, long_pdf: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(progress, "_SAVE_SECONDS", 0.0)
    monkeypatch.setattr(progress, "_SAVE_SHARE", 0.0)
    bench.drop("long.pdf", long_pdf.read_bytes())
    worker, requests = _worker(bench, two_readers), WorkerRequests(bench.client, "t")
    asked = requests.create_worker_request("all", "U1")
    pulse = WorkerHeartbeat(Heartbeat("ingestion", tmp_path / "beats"), max_step_seconds=60)
    told = Counting(RequestProgress(requests, asked, worker.ledger_cache, pulse, bench.now()), requests, asked)
    worker.run_pass(told)
    parts = list_page_ranges(long_pdf)
    assert told.seen[0] == parts[0][1]
    assert told.seen == sorted(told.seen)
    assert (len(told.seen), told.seen[-1]) == (len(parts), PAGES)


def test_a_part_that_cannot_be_read_sets_the_whole_document_aside(
    bench: Bench, two_readers: ReaderPool, long_pdf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.drop("long.pdf", long_pdf.read_bytes())
    held = Held(two_readers, spoil=True)
    read_part = held.submit_document

    def read_and_spoil(file: DocumentFile, pages: PageRange | None = None) -> Future[DocumentContent]:
        future = read_part(file, pages)
        if pages and pages[1] == PAGES:
            held.let_go()
        return future

    monkeypatch.setattr(held, "submit_document", read_and_spoil)
    summary = _worker(bench, held).run_pass()
    assert [failure.path for failure in summary.failed] == ["long.pdf"]
    assert count_passages_by_path(bench.index) == {}


def test_a_part_that_qdrant_refuses_sets_the_whole_document_aside_and_no_other(
    bench: Bench, two_readers: ReaderPool, long_pdf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> bool:
        raise RequestRefused("400")

    bench.drop("long.pdf", long_pdf.read_bytes())
    bench.drop("short.md", "un texte")
    with monkeypatch.context() as patch:
        patch.setattr(bench.index, "add_passages", refuse)
        summary = _worker(bench, two_readers).run_pass()
    assert ([failure.path for failure in summary.failed], summary.indexed) == (["long.pdf"], 1)
    assert count_passages_by_path(bench.index) == {"short.md": 1}
    bench.ahead = 6
    assert _worker(bench, two_readers).run_pass().indexed == 1


def test_parts_count_in_their_order_whatever_the_order_they_come_in() -> None:
    known = document("long.pdf")
    contents = [
        DocumentContent("Long", 3, [Excerpt(f"{n}a"), Excerpt(f"{n}b")], hidden=n, plain_pages=2 * n) for n in range(3)
    ]
    assembly = DocumentAssembly(known, [1, 2, 3])
    assert assembly.add_part(2, contents[2]) == []
    assert [passage.excerpt.text for passage in assembly.add_part(0, contents[0])] == ["0a", "0b"]
    assert (assembly.is_complete, assembly.pages_read) == (False, 1)
    assert [passage.excerpt.text for passage in assembly.add_part(1, contents[1])] == ["1a", "1b", "2a", "2b"]
    assert (assembly.is_complete, assembly.pages_read, assembly.hidden_count, assembly.plain_pages) == (True, 3, 3, 6)
    assert assembly.passages == passages_from_excerpts(
        known, [excerpt for content in contents for excerpt in content.excerpts]
    )
