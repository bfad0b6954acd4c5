"""A document that hangs, bursts or kills its reader costs itself and no other."""

from __future__ import annotations

import json
import os
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

from ingestion.parsing import sandbox
from ingestion.parsing.pool import ReaderPool
from ingestion.parsing.sandbox import (
    CancelHandle,
    ReadLimits,
    SandboxPool,
    _SandboxProcess,
    content_from_answer,
    read_with_shared_pool,
)
from ingestion.settings import IngestionSettings
from knowledge.core.failures import BusyDocument, SouffleurError, UnreadableDocument
from tests.ingestion.process_tree import children_of, environment_of, is_alive
from tests.ingestion.worker_setup import document_file, until

Born = Callable[[], set[int]]
LIMITS = ReadLimits.from_settings(IngestionSettings())
SECRETS = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "QDRANT_API_KEY", "DASK_TLS_KEY", "A_TOKEN_OF_SOMEBODY_ELSE")
TOLD = {"PATH", "LANG", "TZ", "PYTHONPATH", "LD_LIBRARY_PATH", "TESSDATA_PREFIX"}
READS_ONE = """
import sys
from pathlib import Path
from ingestion.parsing.sandbox import ReadLimits, read_with_shared_pool
from ingestion.scan.document_file import DocumentFile
from ingestion.scan.folder_tree import FolderTree
path = Path(sys.argv[1])
read_with_shared_pool(DocumentFile(FolderTree(path.parent), path.name), ReadLimits(60, 4096, 200))
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
    """The children that this process has had since."""
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
    wide = tmp_path / "wide.csv"
    wide.write_text("a,b\n" * 6_000_000, encoding="utf-8")
    with closing(ReaderPool(IngestionSettings(readers=1, read_memory_mb=512))) as reader_pool:
        first, second = (
            reader_pool.submit_document(document_file(wide)),
            reader_pool.submit_document(document_file(small)),
        )
        with pytest.raises(UnreadableDocument, match=r"^wide\.csv needs more than 512 MB to be read: split it, or"):
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
    with pytest.raises(UnreadableDocument, match=r"save it as \.docx"):
        reader_pool.submit_document(document_file(path)).result()


def test_what_is_given_up_ends_its_child(large: Path, small: Path, born: Born) -> None:
    with closing(ReaderPool(IngestionSettings(readers=1))) as reader_pool:
        first = reader_pool.submit_document(document_file(large))
        until(lambda: bool(born()))
        child, *_ = born()
        first.cancel()
        with pytest.raises(CancelledError):
            first.result()
        assert child not in born()
        assert reader_pool.submit_document(document_file(small)).result().excerpts[0].text == "Un texte."


def test_nothing_is_left_of_hands_that_are_closed(large: Path, born: Born) -> None:
    reader_pool = ReaderPool(IngestionSettings(readers=2))
    readings = [reader_pool.submit_document(document_file(large)) for _ in range(3)]
    until(lambda: len(born()) == 2)
    reader_pool.close()
    assert all(reading.done() for reading in readings)
    assert born() == set()


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


def test_a_child_ends_when_its_parent_goes_with_the_answer_unread(small: Path) -> None:
    """The connection is then reset, which a reader sees as an error and not as an end."""
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-m", "ingestion.parsing.sandbox_main", "4096"]
    with subprocess.Popen(command, stdin=theirs.fileno(), stdout=theirs.fileno(), start_new_session=True) as child:  # noqa: S603  # this very program
        theirs.close()
        with small.open("rb") as content:
            socket.send_fds(ours, [json.dumps([small.name, None]).encode() + b"\n"], [content.fileno()])
        assert select.select([ours], [], [], 20)[0]
        ours.close()
        assert child.wait(10) == -signal.SIGKILL


def test_children_are_told_no_secret(small: Path, born: Born, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = IngestionSettings(readers=1)
    for name in SECRETS:
        monkeypatch.setenv(name, "hush")
    with closing(ReaderPool(settings)) as reader_pool:
        reader_pool.submit_document(document_file(small)).result()
        (child,) = born()
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


def test_what_a_child_says_is_valid_text(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers give nothing else; a document that made one its own is not believed."""
    answer = json.dumps({"content": {"title": "t\ud83d", "pages": None, "excerpts": []}}).encode()
    monkeypatch.setattr(_SandboxProcess, "_receive_answer", lambda *_: answer)
    monkeypatch.setattr(sandbox, "_EXIT_SECONDS", 0.0)
    with closing(SandboxPool()) as cells, pytest.raises(UnreadableDocument, match=r"^small\.txt made its reader crash"):
        cells.read_in_sandbox(document_file(small), LIMITS)


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

    def attach_process(self, child: _SandboxProcess | None) -> None:
        if child is None:
            self.cancel_read()
        super().attach_process(child)


def test_a_child_that_is_told_to_end_after_its_answer_reads_nothing_more(small: Path) -> None:
    with closing(SandboxPool()) as cells:
        cells.read_in_sandbox(document_file(small), LIMITS, _Late())
        assert not any(cells._free.values())
        assert cells.read_in_sandbox(document_file(small), LIMITS).excerpts[0].text == "Un texte."
