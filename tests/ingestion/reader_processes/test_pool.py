"""A document that hangs, bursts or kills its reader costs itself and no other."""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import closing
from pathlib import Path

import pytest

from ingestion.reader_processes import reader_process
from ingestion.reader_processes.pool import ReaderPool
from ingestion.reader_processes.reader_process import ReaderProcess, ReaderServer
from ingestion.reader_processes.sandbox_pool import (
    CancelHandle,
    ReadLimits,
    SandboxPool,
    content_from_answer,
    read_with_shared_pool,
)
from ingestion.readers.format_detection import read_document_file
from ingestion.readers.formats import SUPPORTED_SUFFIXES
from ingestion.readers.samples import make_sample
from ingestion.settings import IngestionSettings
from knowledge.core.failures import BusyDocument, SouffleurError, UnreadableDocument
from tests.ingestion.process_tree import children_of, descendants_of, environment_of, is_alive
from tests.ingestion.worker_setup import document_file, until

Born = Callable[[], set[int]]
LIMITS = ReadLimits.from_settings(IngestionSettings())
SECRETS = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "QDRANT_API_KEY", "DASK_TLS_KEY", "A_TOKEN_OF_SOMEBODY_ELSE")
TOLD = {"PATH", "LANG", "TZ", "PYTHONPATH", "LD_LIBRARY_PATH", "TESSDATA_PREFIX"}
READS_ONE = """
import sys
from pathlib import Path
from ingestion.reader_processes.sandbox_pool import ReadLimits, read_with_shared_pool
from ingestion.scan.document_file import DocumentFile
from ingestion.scan.safe_open import FolderTree
path = Path(sys.argv[1])
read_with_shared_pool(DocumentFile(FolderTree(path.parent), path.name), ReadLimits(60, 4096, 200))
"""
FLOODS = """
import os, sys
from ingestion.reader_processes import reader_server
HEAD = '{"content": {"title": "t", "pages": null}'
first, again = (eval(sys.argv.pop(1)).encode() for _ in range(2))
def flood(connection, layers, folder):
    with os.fdopen(connection, "wb") as worker:
        worker.write(first)
        while again:
            worker.write(again * 10_000)
    os._exit(0)
reader_server._serve_reader = flood
reader_server.main()
"""
LARGE = 40_000_000  # characters: many seconds of reading and much memory


@pytest.fixture
def large(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "large.txt"
    path.write_text("Une phrase de plus, puis une autre encore.\n\n" * (LARGE // 44), encoding="utf-8")
    yield path
    path.unlink()


@pytest.fixture
def born() -> Born:
    """The readers that there are since: what the processes that this one started have started."""
    before = descendants_of(os.getpid())
    return lambda: descendants_of(os.getpid()) - children_of(os.getpid()) - before


@pytest.fixture
def servers() -> Born:
    """The servers of readers that this process has started since."""
    before = children_of(os.getpid())
    return lambda: children_of(os.getpid()) - before


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.txt"
    path.write_text("Un texte.", encoding="utf-8")
    return path


def test_what_takes_too_long_is_ended(large: Path) -> None:
    with (
        closing(ReaderPool(IngestionSettings(readers=1, read_seconds=1))) as reader_pool,
        pytest.raises(UnreadableDocument, match=r"^large\.txt took longer than 1 s to read: split it, or raise"),
    ):
        reader_pool.submit_document(document_file(large)).result()


def test_what_needs_too_much_memory_is_ended_and_others_are_read(tmp_path: Path, small: Path) -> None:
    wide = tmp_path / "wide.html"
    wide.write_text("<p>a\n" * 4_000_000, encoding="utf-8")
    with closing(ReaderPool(IngestionSettings(readers=1, read_memory_mb=512))) as reader_pool:
        first, second = (
            reader_pool.submit_document(document_file(wide)),
            reader_pool.submit_document(document_file(small)),
        )
        with pytest.raises(UnreadableDocument, match=r"^wide\.html needs more than 512 MB to be read: split it, or"):
            first.result()
        assert second.result().excerpts[0].text == "Un texte."
    wide.unlink()


@pytest.mark.parametrize(
    ("end", "failure", "sentence"),
    [
        (signal.SIGSEGV, UnreadableDocument, r"^large\.txt made its reader crash: save it again in its own"),
        (signal.SIGKILL, BusyDocument, r"^large\.txt lost its reader, which something else killed: it is tried again"),
    ],
    ids=["crash", "killed by another"],
)
def test_what_loses_its_reader_costs_no_other_and_is_blamed_for_a_crash_alone(
    large: Path, small: Path, born: Born, end: signal.Signals, failure: type[SouffleurError], sentence: str
) -> None:
    with closing(ReaderPool(IngestionSettings(readers=1))) as reader_pool:
        first, second = (
            reader_pool.submit_document(document_file(large)),
            reader_pool.submit_document(document_file(small)),
        )
        until(lambda: bool(born()))
        for child in born():
            os.kill(child, end)
        with pytest.raises(failure, match=sentence):
            first.result()
        assert second.result().excerpts[0].text == "Un texte."


def test_what_is_larger_than_allowed_is_not_opened(reader_pool: ReaderPool, tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(201 << 20)
    with pytest.raises(UnreadableDocument, match=r"^huge\.txt has 201 MB, more than 200: split it, or raise MAX_FILE"):
        reader_pool.submit_document(document_file(path)).result()


def test_what_is_not_there_may_come_back(reader_pool: ReaderPool, tmp_path: Path) -> None:
    path = tmp_path / "away.txt"
    with pytest.raises(BusyDocument, match=r"^away\.txt is not there any more\.$"):
        reader_pool.submit_document(document_file(path)).result()


def test_what_no_reader_knows_says_the_remedy(reader_pool: ReaderPool, tmp_path: Path) -> None:
    path = tmp_path / "a.doc"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    with pytest.raises(UnreadableDocument, match=r"a\.doc is not a Word document, or it is damaged: open it"):
        reader_pool.submit_document(document_file(path)).result()


def test_what_cannot_be_renamed_to_its_kind_is_told_otherwise(reader_pool: ReaderPool, tmp_path: Path) -> None:
    (folder := tmp_path / "in").mkdir()
    (path := folder / "plan.docx").write_bytes(make_sample(".pdf") or b"")
    with pytest.raises(UnreadableDocument, match=r"^plan\.docx is in truth a PDF: rename it to plan\.pdf\.$"):
        reader_pool.submit_document(document_file(path)).result()
    (folder / "plan.pdf").write_bytes(b"another")
    expected = r"^plan\.docx is in truth a PDF, and plan\.pdf is there already: delete this one if it is the same, else"
    with pytest.raises(UnreadableDocument, match=expected):
        reader_pool.submit_document(document_file(path)).result()


def test_what_is_given_up_ends_its_child(large: Path, small: Path, born: Born) -> None:
    with closing(ReaderPool(IngestionSettings(readers=1))) as reader_pool:
        first = reader_pool.submit_document(document_file(large))
        until(lambda: bool(born()))
        child, *_ = born()
        first.cancel()
        with pytest.raises(CancelledError):
            first.result()
        until(lambda: child not in born())
        assert reader_pool.submit_document(document_file(small)).result().excerpts[0].text == "Un texte."


def test_nothing_is_left_of_hands_that_are_closed(large: Path, born: Born, servers: Born) -> None:
    reader_pool = ReaderPool(IngestionSettings(readers=2))
    readings = [reader_pool.submit_document(document_file(large)) for _ in range(3)]
    until(lambda: len(born()) == 2)
    reader_pool.close()
    assert all(reading.done() for reading in readings)
    assert servers() == set()
    until(lambda: born() == set())


def test_children_end_when_their_parent_is_killed(large: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", READS_ONE, str(large)])  # noqa: S603  # this very program
    until(lambda: bool(children_of(parent.pid)))
    (child,) = children_of(parent.pid)
    parent.kill()
    parent.wait()
    until(lambda: not is_alive(child))


def test_a_process_that_has_read_leaves_nothing_open(small: Path) -> None:
    command = [sys.executable, "-W", "always", "-c", READS_ONE, str(small)]
    over = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)  # noqa: S603  # this very program
    assert "ResourceWarning" not in over.stderr


def test_a_reader_ends_when_the_worker_goes_with_the_answer_unread(small: Path, born: Born) -> None:
    """The connection is then reset, which a reader sees as an error and not as an end."""
    with closing(ReaderServer(4096)) as server:
        reader = server.fork_reader(".txt")
        (number,) = born()
        with small.open("rb") as content:
            socket.send_fds(reader._socket, [json.dumps([small.name, None, []]).encode() + b"\n"], [content.fileno()])
        assert select.select([reader._socket], [], [], 20)[0]
        reader._socket.close()
        until(lambda: not is_alive(number))


def test_a_server_has_one_thread_whatever_it_has_loaded(servers: Born) -> None:
    """A fork of a process with threads may hang."""
    with closing(ReaderServer(4096)) as server:
        for suffix in (*SUPPORTED_SUFFIXES, ".unknown"):
            server.fork_reader(suffix).close()
        (number,) = servers()
        assert len(list(Path(f"/proc/{number}/task").iterdir())) == 1


def test_every_sample_can_be_read(tmp_path: Path) -> None:
    """A sample that its reader refuses would load half of the parsers."""
    refused = set()
    for suffix in SUPPORTED_SUFFIXES:
        if (content := make_sample(suffix)) is not None:
            path = tmp_path / f"sample{suffix}"
            path.write_bytes(content)
            try:
                read_document_file(path)
            except UnreadableDocument:
                refused.add(suffix)
    assert refused <= {".pdf"}, refused  # an empty page loads all


def test_each_document_has_a_process_of_its_own(tmp_path: Path, small: Path, born: Born) -> None:
    other = tmp_path / "other.txt"
    other.write_text("Un autre.", encoding="utf-8")
    seen = set()
    fork_reader = ReaderServer.fork_reader

    def note_reader(server: ReaderServer, suffix: str) -> ReaderProcess:
        reader = fork_reader(server, suffix)
        seen.add(reader._number)
        return reader

    with closing(SandboxPool()) as pool, pytest.MonkeyPatch.context() as patch:
        patch.setattr(ReaderServer, "fork_reader", note_reader)
        for path in (small, other, small):
            pool.read_in_sandbox(document_file(path), LIMITS)
        assert len(seen) == 3
        until(lambda: born() == set())


def test_children_are_told_no_secret(small: Path, servers: Born, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = IngestionSettings(readers=1)
    for name in SECRETS:
        monkeypatch.setenv(name, "hush")
    with closing(ReaderPool(settings)) as reader_pool:
        reader_pool.submit_document(document_file(small)).result()
        (child,) = servers()
        told = environment_of(child)
    assert told.keys().isdisjoint(SECRETS)
    assert "hush" not in told.values()
    assert {name for name in told if not name.startswith("LC_")} <= TOLD


@pytest.mark.parametrize(
    "excerpts", ["geheim", [{"text": 1}], [{"text": "geheim", "kind": "__reduce__"}]], ids=["text", "number", "kind"]
)
def test_what_a_child_says_is_checked_and_not_repeated(excerpts: object, small: Path) -> None:
    """A document may have made a parser its own: what comes back is data, or nothing."""
    answer: dict[str, object] = {"content": {"title": "t", "pages": None, "excerpts": excerpts}}
    with pytest.raises(UnreadableDocument, match=r"^small\.txt made its reader crash") as caught:
        content_from_answer(answer, small.name, LIMITS)
    assert "geheim" not in "".join(traceback.format_exception(caught.value, chain=False))


@pytest.mark.parametrize(
    ("first", "again", "sentence"),
    [
        ('HEAD[:-1] + \', "nothing": "\\\\ud83d"}\\n\\n\'', "''", "made its reader crash"),
        ("''", "'x'", "needs more than 512 MB"),
        ("HEAD + '}\\n'", '\'{"text": "a"}\\n\'', "needs more than 512 MB"),
        ("HEAD + '}\\n'", "'{\"text\": 1}\\n'", "made its reader crash"),
        ("HEAD[:-1] + ', \"faults\": ['", "'0,'", "needs more than 512 MB"),
        ("HEAD[:-1] + ', \"faults\": [' + '0,' * 500_000 + '0]}}\\n\\n'", "''", "made its reader crash"),
        ("'[' * 900_000 + '\\n\\n'", "''", "made its reader crash"),
    ],
    ids=["no text", "one line", "excerpts", "no excerpts", "one value", "wrong values", "nested"],
)
def test_what_a_reader_floods_the_worker_with_is_refused(
    first: str, again: str, sentence: str, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A document may have made its reader its own."""
    monkeypatch.setattr(reader_process, "_PROGRAM", ("-P", "-c", FLOODS, first, again))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with closing(SandboxPool()) as pool, pytest.raises(UnreadableDocument, match=sentence):
        pool.read_in_sandbox(document_file(small), ReadLimits(60, 512, 200))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400 << 10  # in kilobytes


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("a.docx", "save it again in its own program, or drop it as PDF."),
        ("a.PDF", "export it anew, or drop its source."),
    ],
)
def test_the_remedy_for_a_crash_is_another_format_than_the_one_that_crashed(name: str, remedy: str) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        content_from_answer({"content": "no content"}, name, LIMITS)
    assert str(caught.value) == f"{name} made its reader crash: {remedy}"


def test_a_fault_of_ours_costs_one_document_and_is_logged(small: Path, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(UnreadableDocument, match=r"^small\.txt could not be read \(KeyError\): save it again"):
        content_from_answer({"error": "KeyError", "frames": ["split:12"]}, small.name, LIMITS)
    assert "error=KeyError frames=['split:12']" in caplog.text


@pytest.mark.parametrize(
    "answer",
    [
        {"error": "the salary is 900\nINFO forged", "frames": []},
        {"error": "KeyError", "frames": ["the salary is 900", "split:12\nINFO forged"]},
        {"error": "KeyError", "frames": "the salary is 900"},
    ],
    ids=lambda answer: str(answer["frames"])[:20],
)
def test_what_a_document_says_for_the_log_is_not_logged(
    answer: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        content_from_answer(answer, "a.pdf", LIMITS)
    assert "900" not in caplog.text + str(caught.value)
    assert "forged" not in caplog.text


def test_a_fault_for_the_log_is_made_of_names_and_numbers() -> None:
    faults = ["step=tables-over-pages error=KeyError at=<lambda>:7 pages=3", "the salary is 900", "step=a\nb"]
    content: dict[str, object] = {"title": "", "pages": None, "excerpts": [], "faults": faults}
    assert content_from_answer({"content": content}, "a.pdf", LIMITS).faults == faults[:1]


def test_a_document_is_read_the_same_by_itself(small: Path) -> None:
    with closing(ReaderPool(IngestionSettings(readers=1))) as reader_pool:
        assert reader_pool.submit_document(document_file(small)).result() == read_with_shared_pool(
            document_file(small), LIMITS
        )


class _Late(CancelHandle):
    """Pulled in the moment in which its child has answered."""

    def attach_process(self, child: ReaderProcess | None) -> None:
        if child is None:
            self.cancel_read()
        super().attach_process(child)


def test_a_child_that_is_told_to_end_after_its_answer_reads_nothing_more(small: Path) -> None:
    with closing(SandboxPool()) as cells:
        cells.read_in_sandbox(document_file(small), LIMITS, _Late())
        assert not cells._kept
        assert cells.read_in_sandbox(document_file(small), LIMITS).excerpts[0].text == "Un texte."
