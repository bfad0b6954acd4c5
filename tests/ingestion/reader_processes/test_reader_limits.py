"""A file inside a mail or archive that ends its reader costs itself; a busy machine is no fault of the document."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path

import pytest

from ingestion.reader_processes import reader_limits, reader_process
from ingestion.reader_processes.pool import ReaderPool
from ingestion.reader_processes.reader_limits import LostMembers, ReadingClock, StarvedError, leave_out_large_members
from ingestion.reader_processes.sandbox_pool import DocumentContent, ReadLimits, SandboxPool
from ingestion.readers.containers.member_progress import LostMember
from ingestion.settings import IngestionSettings
from ingestion.sync.retries import ReadingMeans
from knowledge.core.documents import Member
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import BusyDocument, UnreadableDocument, make_failure
from knowledge.core.passages import Excerpt
from knowledge.storage.client import open_qdrant
from knowledge.storage.document_ledger import DocumentLedger
from playground.qdrant.server import serve_qdrant
from tests.doubles.in_thread import in_thread
from tests.doubles.ollama import ollama_in_thread
from tests.ingestion.process_tree import children_of, descendants_of, is_alive
from tests.ingestion.readers.small_files import archive
from tests.ingestion.worker_setup import document_file, until

# Stands in for the reader of CSV: its process ends, or works for ever, as the file says.
DOUBLE = """
import os, signal, sys
from ingestion.reader_processes import reader_server
from ingestion.readers.containers.member_progress import MEMBER_PROGRESS
from ingestion.readers.text import text_files
read_csv = text_files.read_csv
def obey(path):
    word = path.read_bytes().split(b",")[0]
    if word in (b"SIGKILL", b"SIGSEGV"):
        os.kill(os.getpid(), getattr(signal, word.decode()))
    while word == b"loop":
        pass
    if word == b"flood":
        MEMBER_PROGRESS._tell(tuple(range(300_000)))
    if word == b"wait":
        signal.pause()
    return read_csv(path)
text_files.read_csv = obey
reader_server.main()
"""
ROOT = Path(__file__).parents[3]
LIMITS = ReadLimits(60, 4096, 200)
CRASH = b"SIGSEGV,1\n"
WELL = b"The vault opens at nine."
BUSY, IDLE = "while True: pass", "import time; time.sleep(60)"


@pytest.fixture(autouse=True)
def double(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_process, "_PROGRAM", ("-P", "-c", DOUBLE))


def read(path: Path, limits: ReadLimits = LIMITS) -> DocumentContent:
    with closing(SandboxPool()) as pool:
        return pool.read_in_sandbox(document_file(path), limits)


def told(content: DocumentContent) -> dict[str, str]:
    return {one.name: str(one.failure or "read") for one in content.members}


def mail(path: Path, attached: dict[str, bytes]) -> Path:
    message = EmailMessage()
    message["Subject"] = "The vault"
    message.set_content("See what is attached.\n")
    for name, content in attached.items():
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    path.write_bytes(bytes(message))
    return path


@pytest.mark.parametrize("end", ["SIGSEGV", "SIGKILL"])
@pytest.mark.parametrize("holder", ["a.eml", "a.zip"])
def test_a_file_inside_that_ends_its_reader_costs_only_itself(tmp_path: Path, holder: str, end: str) -> None:
    files = {"first.txt": WELL, "bad.csv": f"{end},1\n".encode(), "last.txt": WELL}
    content = read((mail if holder == "a.eml" else archive)(tmp_path / holder, files))
    crash = "bad.csv made its reader crash: save it again in its own program, or drop it as PDF."
    assert told(content) == {"first.txt": "read", "bad.csv": crash, "last.txt": "read"}
    assert [one.member for one in content.excerpts if one.member] == ["first.txt", "last.txt"]


def test_files_whose_words_are_too_many_for_an_answer_cost_only_themselves() -> None:
    sizes = {"": 1, "a.txt": 9, "b.txt": 12, "c.txt": 1}
    excerpts = [Excerpt("x" * 900, member=name) for name, count in sizes.items() for _ in range(count)]
    content = DocumentContent("A", None, excerpts, members=[Member(name, None, n) for name, n in sizes.items() if name])
    left = leave_out_large_members(content, memory_mb=2)  # 32 KB, of which 4 KB tell each file and the document
    assert [(one.name, one.passages) for one in left.members] == [("a.txt", 9), ("b.txt", 0), ("c.txt", 1)]
    assert str(left.members[1].failure).startswith("b.txt needs more than 2 MB")
    assert {one.member for one in left.excerpts} == {"", "a.txt", "c.txt"}
    assert leave_out_large_members(content, memory_mb=4) == content


def test_a_file_in_a_mail_in_an_archive_costs_neither_of_them(tmp_path: Path) -> None:
    inner = mail(tmp_path / "inner.eml", {"bad.csv": CRASH, "good.txt": WELL}).read_bytes()
    flood = b"flood,1\n"  # says more than a reader may
    content = read(archive(tmp_path / "a.zip", {"mails/inner.eml": inner, "flood.csv": flood, "last.txt": WELL}))
    assert {name: text == "read" for name, text in told(content).items()} == {
        "mails/inner.eml": True,
        "mails/inner.eml › bad.csv": False,
        "mails/inner.eml › good.txt": True,
        "flood.csv": False,
        "last.txt": True,
    }


def test_a_file_that_takes_all_the_time_is_told_and_read_again_once_there_is_more(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"first.txt": WELL, "slow.csv": b"loop,1\n", "last.txt": WELL})
    first, slow, last = read(path, ReadLimits(1, 4096, 200)).members
    assert str(slow.failure) == "slow.csv took longer than 1 s to read: split it, or raise READ_SECONDS."
    assert (first.failure, last.failure) == (None, None)
    assert [ReadingMeans(seconds, 4096, 200).can_remedy(slow.failure) for seconds in (1, 2)] == [False, True]


def test_a_fourth_file_that_ends_its_reader_costs_those_after_it_and_none_before(tmp_path: Path) -> None:
    bad = {f"bad{n}.csv": CRASH for n in range(4)}
    content = read(archive(tmp_path / "a.zip", {"first.txt": WELL, **bad, "last.txt": WELL}))
    assert {name: text.partition(" made")[0] for name, text in told(content).items()} == {
        "first.txt": "read",
        **{name: name for name in bad},
        "last.txt": "a.zip",
    }


def test_an_archive_of_which_every_file_ends_its_reader_fails_with_the_reason_of_the_first(tmp_path: Path) -> None:
    with pytest.raises(
        UnreadableDocument, match=r"none of which can be read\. The first: a\.csv made its reader crash"
    ):
        read(archive(tmp_path / "a.zip", {"a.csv": CRASH}))


def test_a_document_that_ends_its_reader_by_itself_is_read_once(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(CRASH)
    with pytest.raises(UnreadableDocument, match=r"^a\.csv made its reader crash"):
        read(path)


def test_a_reader_killed_once_from_outside_costs_no_file(tmp_path: Path) -> None:
    lost = LostMembers()
    killed = make_failure(FailureCode.READER_KILLED, name="a.zip")
    assert lost.note_end((2,), killed)
    assert lost.lost == []
    assert lost.note_end((2,), killed)
    assert lost.lost == [LostMember((2,), make_failure(FailureCode.CRASHED, name="a.zip"))]


def test_files_that_are_too_slow_together_keep_those_that_are_read(tmp_path: Path) -> None:
    slow = make_failure(FailureCode.TOO_SLOW, name="a.zip", seconds=300)
    lost = LostMembers()
    assert lost.note_end((40,), slow, share=0.01)
    assert lost.lost == [LostMember((40,), slow, with_rest=True)]


def test_a_reader_that_lies_about_its_place_is_asked_only_some_times() -> None:
    lost = LostMembers()
    crash = make_failure(FailureCode.CRASHED, name="a.zip")
    killed = make_failure(FailureCode.READER_KILLED, name="a.zip")
    assert [lost.note_end((99 - n,), killed) for n in range(5)] == [True, True, True, False, False]
    assert [lost.note_end((99 - n,), crash) for n in range(6)] == [True, True, True, True, False, False]


WORKER = """
import sys
from ingestion import __main__ as worker
from ingestion.reader_processes import reader_process
reader_process._PROGRAM = ("-P", "-c", sys.argv.pop(1))
worker.main()
"""


def test_a_worker_that_is_killed_at_such_a_file_leaves_work_that_the_next_one_ends(tmp_path: Path) -> None:
    (folder := tmp_path / "documents").mkdir()
    files = {"first.txt": WELL, "slow.csv": b"loop,1\n", "bad.csv": b"SIGKILL,1\n", "last.txt": WELL}
    archive(folder / "a.zip", files)
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    with in_thread(lambda: serve_qdrant(tmp_path / "q")) as server, ollama_in_thread(("bge-m3",)) as ollama:
        here = {"QDRANT_URL": server.url, "OLLAMA_URL": ollama.url, "DOCUMENTS_DIR": str(folder), "QUIET_SECONDS": "0"}

        def start_worker(seconds: int) -> subprocess.Popen[bytes]:
            return subprocess.Popen(  # noqa: S603  # this very program
                [sys.executable, "-c", WORKER, DOUBLE, "scan"],
                cwd=tmp_path,
                env={
                    **kept,
                    **here,
                    "PYTHONPATH": str(ROOT),
                    "HEARTBEAT_DIR": str(tmp_path),
                    "READ_SECONDS": f"{seconds}",
                },
            )

        with start_worker(seconds=60) as killed:
            until(lambda: len(descendants_of(killed.pid)) == 2)  # the server of readers, and one that works for ever
            readers = descendants_of(killed.pid)
            killed.kill()
        until(lambda: not any(map(is_alive, readers)))
        with start_worker(seconds=1) as process:
            assert process.wait() == 0
        with closing(open_qdrant(IngestionSettings.load(qdrant_url=server.url))) as client:
            document = DocumentLedger(client, "souffleur").list_documents()["a.zip"]
    assert document.failure is None
    assert [(one.name, one.failure.code if one.failure else None) for one in document.members] == [
        ("first.txt", None),
        ("slow.csv", FailureCode.TOO_SLOW),
        ("bad.csv", FailureCode.CRASHED),
        ("last.txt", None),
    ]


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
