"""Documents that hold the readers hold up nothing else: no audience, no deletion, no other folder's documents."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from ingestion.reader_processes.pool import DocumentContent, PageRange, ReaderPool
from ingestion.scan.document_file import DocumentFile
from ingestion.scan.folder_scan import FolderScan, scan_folder
from ingestion.sync import reconciler
from ingestion.sync.read_queue import FairShare, take_turns
from ingestion.sync.reconciler import DocumentReading, Reconciler
from ingestion.sync.retries import ReadingMeans
from knowledge.core.access import EVERYONE, Audience
from knowledge.core.documents import SEARCHABLE_STATES, DocumentState
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import UnreadableDocument, make_failure
from knowledge.retrieval.hybrid_search import PassageSearch
from playground.qdrant.server import serve_qdrant
from tests.doubles.in_thread import in_thread
from tests.doubles.ollama import Ollama
from tests.ingestion.test_service import working
from tests.ingestion.worker_setup import Bench, until

FINANCE = Audience(frozenset({EVERYONE, "#finance"}))
TEXT = "# Budget\n\nLe budget de la refonte est de douze mille euros."
READERS = 2
SHORT = 0.3  # seconds of a pass


@dataclass
class SlowPool(ReaderPool):
    """Two readers; a file that is called slow holds one until it is let go, and has then reached its limit."""

    hands: ReaderPool
    started: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    go: dict[str, threading.Event] = field(default_factory=dict)
    threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(READERS))
    fails: bool = True

    @property
    def concurrency(self) -> int:
        return READERS

    def submit_document(self, file: DocumentFile, pages: PageRange | None = None) -> Future[DocumentContent]:
        self.started.append(file.name)
        self.go.setdefault(file.name, threading.Event())
        return self.threads.submit(self._read, file, pages)

    def let_go(self, *names: str) -> None:
        """Let files end; all without names."""
        for name in names or tuple(self.go):
            self.go[name].set()

    def _read(self, file: DocumentFile, pages: PageRange | None) -> DocumentContent:
        if file.name.startswith("slow"):
            self.held.append(file.name)
            self.go[file.name].wait(60)
            self.held.remove(file.name)
            if self.fails:
                raise UnreadableDocument(make_failure(FailureCode.TOO_SLOW, name=file.name, seconds=300))
        return self.hands.submit_document(file, pages).result()


@pytest.fixture
def pool(reader_pool: ReaderPool) -> Iterator[SlowPool]:
    pool = SlowPool(reader_pool)
    yield pool
    pool.let_go()
    pool.threads.shutdown()


@pytest.fixture
def worker(bench: Bench, pool: SlowPool) -> Reconciler:
    return bench.make_worker(reading=DocumentReading(pool, find_means=lambda: ReadingMeans(300, 4096, file_mb=1)))


def seen(bench: Bench, audience: Audience) -> set[str]:
    found = PassageSearch(bench.client, "t", bench.meaning).search_passages("budget refonte", audience, 50).found
    return {passage.path for one in found for passage in (one.passage, *one.copies)}


def test_audiences_moves_and_deletions_wait_for_no_reader(bench: Bench, worker: Reconciler, pool: SlowPool) -> None:
    for name in ("closes", "moves", "goes"):
        bench.drop(f"{name}/a.md", TEXT + name)
    worker.run_pass()
    for n in range(6):
        bench.drop(f"mine/slow{n}.md", f"{TEXT} {n}")
    assert worker.run_pass(max_seconds=SHORT).left == 6
    until(lambda: len(pool.held) == READERS)
    bench.drop("closes/.souffleur.toml", 'audience = "#finance"')
    (bench.root / "#finance").mkdir()
    (bench.root / "moves" / "a.md").rename(bench.root / "#finance" / "b.md")
    (bench.root / "goes" / "a.md").unlink()
    summary = worker.run_pass(max_seconds=SHORT)
    assert (summary.moved, summary.deleted, summary.left) == (1, 1, 6)
    assert len(pool.held) == READERS
    assert seen(bench, Audience.everyone()) == set()
    assert seen(bench, FINANCE) == {"closes/a.md", "#finance/b.md"}


def test_a_document_whose_folder_is_closed_while_it_is_read_never_opens(
    bench: Bench, worker: Reconciler, pool: SlowPool
) -> None:
    pool.fails = False
    bench.drop("open/slow.md", TEXT)
    assert worker.run_pass(max_seconds=SHORT).left == 1
    bench.drop("open/.souffleur.toml", 'audience = "#finance"')
    assert worker.run_pass(max_seconds=SHORT).left == 1
    pool.let_go()
    assert worker.run_pass().indexed == 1
    assert pool.started == ["slow.md"]  # it was read once
    assert seen(bench, Audience.everyone()) == set()
    assert seen(bench, FINANCE) == {"open/slow.md"}


def test_a_document_that_changes_while_it_is_read_is_read_again(
    bench: Bench, worker: Reconciler, pool: SlowPool
) -> None:
    pool.fails = False
    path = bench.drop("open/slow.md", TEXT)
    worker.run_pass(max_seconds=SHORT)
    path.write_text(TEXT + " Suite.")
    pool.let_go()
    worker.run_pass()
    document = bench.ledger.list_documents()["open/slow.md"]
    assert (document.state, document.fingerprint.size) == (DocumentState.WORDS, path.stat().st_size)
    path.unlink()
    worker.run_pass()
    assert seen(bench, FINANCE) == set()


def test_a_folder_that_held_the_readers_to_their_limit_leaves_one_to_the_others(
    bench: Bench, worker: Reconciler, pool: SlowPool
) -> None:
    for n in range(8):
        bench.drop(f"mine/slow{n}.md", f"{TEXT} {n}")
    worker.run_pass(max_seconds=SHORT)
    until(lambda: len(pool.held) == READERS)
    pool.let_go(*pool.held)
    worker.run_pass(max_seconds=SHORT)

    def is_read(path: str) -> bool:
        worker.run_pass(max_seconds=SHORT)
        document = bench.ledger.get_document(path)
        return document is not None and document.state is DocumentState.WORDS

    for n in range(3):
        bench.drop(f"other/{n}.md", f"{TEXT} other {n}")
        until(partial(is_read, f"other/{n}.md"))
        assert len(pool.held) == READERS - 1


def test_the_folders_take_turns_at_the_readers(bench: Bench, worker: Reconciler, pool: SlowPool) -> None:
    for n in range(30):
        bench.drop(f"large/a{n:02}.md", f"{TEXT} {n}")
    bench.drop("small/z.md", TEXT)
    worker.run_pass()
    assert pool.started.index("z.md") <= READERS


def test_a_file_larger_than_any_that_is_read_is_not_hashed(
    bench: Bench, worker: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    compute = DocumentFile.compute_content_hash

    def compute_and_note(file: DocumentFile) -> str:
        hashed.append(file.name)
        return compute(file)

    monkeypatch.setattr(DocumentFile, "compute_content_hash", compute_and_note)
    with bench.drop("a/huge.md", "x").open("r+b") as file:
        file.truncate(1 << 40)  # it takes no room on the disk
    bench.drop("a/b.md", TEXT)
    (failure,) = worker.run_pass().failed
    assert failure.failure is not None
    assert (failure.path, failure.failure.code) == ("a/huge.md", FailureCode.TOO_LARGE)
    assert hashed == ["b.md"]
    assert worker.run_pass().unchanged == 1


def test_the_service_applies_an_audience_within_two_scans_while_slow_files_are_read(
    pool: SlowPool, ollama: Ollama, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    scans: list[int] = []

    def scan(root: Path) -> FolderScan:
        scans.append(1)
        return scan_folder(root)

    monkeypatch.setattr(reconciler, "scan_folder", scan)
    root = tmp_path / "documents"
    for path in ("open/a.md", *(f"mine/slow{n}.md" for n in range(6))):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(f"{TEXT} {path}")

    def audience() -> frozenset[str]:
        document = office.ledger.get_document("open/a.md")
        return document.audience if document and document.state in SEARCHABLE_STATES else frozenset()

    with (
        in_thread(lambda: serve_qdrant(tmp_path / "q")) as server,
        working(tmp_path, server, pool, ollama, scan_seconds=1) as office,
    ):
        try:
            until(lambda: len(pool.held) == READERS)
            pool.let_go(*pool.held)  # both have reached their limit: from now on one reader is free
            until(lambda: audience() == {EVERYONE})
            before = len(scans)
            (root / "open" / ".souffleur.toml").write_text('audience = "#finance"')
            until(lambda: audience() == {"#finance"})
            assert len(scans) - before <= 2
            assert pool.held
        finally:
            pool.let_go()


@pytest.mark.parametrize(
    ("waiting", "running", "chosen"),
    [
        pytest.param({"a"}, {}, "a", id="whoever waits alone"),
        pytest.param({"a", "b"}, {"a": 1}, "b", id="the folder with fewer readers"),
        pytest.param({"used", "b"}, {}, "b", id="the folder that has used less"),
        pytest.param({"used"}, {"used": 2}, "used", id="one more than there are readers is on its way"),
        pytest.param({"b"}, {"used": 3}, None, id="and no more"),
        pytest.param({"struck"}, {}, "struck", id="one that reached the limit, where nobody else waits"),
        pytest.param({"struck"}, {"struck": 1}, None, id="but it leaves a reader free"),
        pytest.param({"struck"}, {"b": 2}, None, id="and does not wait before the others"),
        pytest.param({"struck", "used"}, {"struck": 1}, "used", id="others take that reader"),
    ],
)
def test_who_is_read_next(waiting: set[str], running: dict[str, int], chosen: str | None) -> None:
    share = FairShare(lambda: 0.0)
    share.charge_folder("used", 100, reached_limit=False)
    share.charge_folder("struck", 300, reached_limit=True)
    assert share.choose_folder(waiting, running, READERS) == chosen


def test_what_a_folder_used_long_ago_does_not_count() -> None:
    now = [0.0]
    share = FairShare(lambda: now[0])
    share.charge_folder("a", 300, reached_limit=True)
    share.charge_folder("b", 1, reached_limit=False)
    assert share.choose_folder({"a", "b"}, {}, READERS) == "b"
    now[0] = 36_000
    share.charge_folder("b", 1, reached_limit=False)
    assert share.choose_folder({"a", "b"}, {}, READERS) == "a"
    assert share.choose_folder({"a"}, {"a": 2}, READERS) == "a"


def test_files_are_hashed_in_turns_too() -> None:
    assert take_turns(["a/1", "a/2", "a/3", "b/1", "c", "d"]) == ["a/1", "b/1", "c", "a/2", "d", "a/3"]
