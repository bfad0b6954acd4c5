"""The worker's commands, as a person or a script runs them."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ingestion.status_report import count_searchable_passages, describe_documents, document_to_json
from ingestion.sync.progress import ProgressBar, draw_bar
from knowledge.core.documents import Document, DocumentState
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import failure_from_sentence, make_failure
from knowledge.runtime.heartbeat import Heartbeat
from knowledge.runtime.log_setup import configure_logging
from knowledge.runtime.settings import Settings
from knowledge.storage.client import open_qdrant
from knowledge.storage.worker_requests import WorkerRequests
from playground.qdrant.server import serve_qdrant
from tests.doubles.in_thread import in_thread
from tests.doubles.warm_python import run_module
from tests.ingestion.worker_setup import until
from tests.knowledge.samples import document

ROOT = Path(__file__).parents[2]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder to run in, with documents, and with an Ollama that is away."""
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "a.md").write_text("# Télétravail\n\nDeux jours par semaine.", encoding="utf-8")
    return tmp_path


def environment(home: Path, **settings: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    own = {"PYTHONPATH": str(ROOT), "HEARTBEAT_DIR": str(home / "beats"), "OLLAMA_URL": "http://127.0.0.1:9"}
    return {**kept, **own, **settings}


def run(home: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return run_module("ingestion", *arguments, env=environment(home, **settings), cwd=home)


def test_a_scan_prints_what_scripts_read(home: Path) -> None:
    (home / "documents" / "b.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    scan = run(home, "scan", "--json")
    assert scan.returncode == 0, scan.stderr
    summary = json.loads(scan.stdout)
    assert list(summary) == [
        "documents",
        "indexed",
        "unchanged",
        "moved",
        "deleted",
        "failed",
        "passages",
        "seconds",
        "held",
    ]
    (failed,) = summary.pop("failed")
    assert list(failed) == ["path", "reason"]
    assert failed["path"] == "b.doc"
    assert summary.pop("seconds") > 0
    counts = {"documents": 2, "indexed": 1, "unchanged": 0, "moved": 0, "deleted": 0, "passages": 1, "held": 0}
    assert summary == counts
    assert "télétravail" not in scan.stderr.lower()

    status = run(home, "status", "--json")
    known = json.loads(status.stdout)
    assert (known["searchable"], known["failed"], known["passages"]) == (1, 1, 1)
    assert [document["state"] for document in known["documents"]] == ["words", "failed"]
    assert known["documents"][0]["title"] == "Télétravail"

    spoken = run(home, "status").stdout
    assert spoken.splitlines()[0] == "words    a.md: 1 passage"
    assert spoken.splitlines()[1].startswith("failed   b.doc: b.doc is not a Word document, or it is damaged")


def test_a_scan_of_another_folder_is_told_in_words(home: Path) -> None:
    (home / "documents").rename(home / "other")
    scan = run(home, "scan", "--folder", "other")
    assert scan.stdout.startswith("1 document: 1 indexed, 0 unchanged, 0 moved, 0 deleted, 0 failed; 1 passage; ")


def test_a_scan_counts_what_it_holds_back(home: Path) -> None:
    run(home, "scan")
    (home / "documents").rename(home / "unmounted")
    (home / "documents").mkdir()
    scan = run(home, "scan", "--json")
    assert json.loads(scan.stdout)["held"] == 1
    assert "\n1 document is missing from the folder, to be found until somebody confirms that it" in scan.stderr


def test_what_is_said_of_the_embedded_limit_counts_what_a_search_looks_through() -> None:
    """A failed document may go on answering for a while; what is told of the index leaves it out, here as elsewhere."""
    failed = replace(document("b.md", passages=5), state=DocumentState.FAILED)
    assert count_searchable_passages([document("a.md", passages=9), failed]) == 9


def test_before_the_first_scan_the_status_says_what_to_do(home: Path) -> None:
    status = run(home, "status")
    assert (status.returncode, status.stdout) == (
        0,
        "No document is known yet: drop files into the folder and run `python -m ingestion scan`.\n",
    )


def test_the_status_counts_what_people_do_not_see(home: Path) -> None:
    page = '<p>Deux jours par semaine.</p><p style="display:none">Caché</p>a\u200bb'
    (home / "documents/a.md").write_text(page, encoding="utf-8")
    run(home, "scan")
    assert json.loads(run(home, "status", "--json").stdout)["documents"][0]["hidden"] == 2
    assert run(home, "status").stdout == "words    a.md: 1 passage, hidden text left out: 2 places\n"


def test_the_status_counts_the_pages_on_which_a_step_of_reading_failed() -> None:
    documents = [replace(document("a.pdf", passages=9), pages=12, plain_pages=3), document("b.pdf", passages=1)]
    assert list(describe_documents(documents)) == [
        "words    a.pdf: 12 pages, 9 passages, a step of reading failed: 3 pages",
        "words    b.pdf: 1 passage",
    ]
    assert [document_to_json(each)["plain_pages"] for each in documents] == [3, 0]


def test_files_of_no_known_format_are_counted_by_kind_and_not_listed() -> None:
    def unread(path: str, suffix: str) -> Document:
        code = FailureCode.UNSUPPORTED if suffix else FailureCode.WITHOUT_SUFFIX
        failure = make_failure(code, name=path, suffix=suffix, formats=".pdf")
        return replace(document(path, passages=0), state=DocumentState.FAILED, failure=failure)

    documents = [unread(f"{n}.dwg", ".dwg") for n in range(3)] + [unread("a", ""), document("b.pdf", passages=1)]
    lines = list(describe_documents(documents))
    assert lines[0] == "words    b.pdf: 1 passage"
    assert lines[1].startswith("not supported: 3 .dwg, 1 without a suffix (")
    assert len(lines) == 2


def test_the_status_calls_a_file_that_still_changes_waiting() -> None:
    changing = replace(document("a.pdf", passages=0), state=DocumentState.READING, retry_at=1.0)
    assert list(describe_documents([changing])) == ["waiting  a.pdf: 0 passages"]


def test_the_status_says_which_passages_have_no_meaning() -> None:
    reason = "1 of its passages are found by words alone: the model refused it."
    enriched = replace(document("a.md", passages=9), state=DocumentState.MEANING, words_only=1)
    enriched = replace(enriched, failure=failure_from_sentence(reason))
    assert list(describe_documents([enriched])) == [f"meaning  a.md: 9 passages; {reason}"]


@pytest.mark.parametrize(
    ("arguments", "settings", "sentence"),
    [
        (["scan", "--folder", "away"], {}, "The folder away does not exist: make it, or set DOCUMENTS_DIR.\n"),
        (["watch", "--folder", "documents/a.md"], {}, "documents/a.md is a file, not a folder: name the folder"),
        (["scan"], {"READERS": "many"}, "READERS is not usable (must be a whole number"),
        (["status"], {"QDRANT_URL": "qdrant:6333"}, "QDRANT_URL is not usable (must start with http:// or https://)"),
        (["status"], {"QDRANT_URL": "http://127.0.0.1:9"}, "Qdrant does not answer: start it, or correct QDRANT_URL."),
        (["scan"], {"QDRANT_PATH": "documents/a.md"}, "The embedded index in documents/a.md cannot be opened"),
    ],
    ids=["no folder", "a file for a folder", "bad number", "bad address", "nobody there", "a file for an index"],
)
def test_what_cannot_be_done_is_one_sentence(
    home: Path, arguments: list[str], settings: dict[str, str], sentence: str
) -> None:
    done = run(home, *arguments, **settings)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(sentence)
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", [["dance"], ["scan", "--fast"], ["status", "--folder", "x"]])
def test_an_unknown_word_is_refused_with_the_usage(home: Path, arguments: list[str]) -> None:
    done = run(home, *arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("usage: python -m ingestion")


def test_without_a_worker_health_says_so(home: Path) -> None:
    health = run(home, "health")
    assert health.returncode == 1
    assert health.stdout == "The ingestion process is not running: start it with `python -m ingestion`.\n"


@pytest.fixture
def worker(home: Path) -> Iterator[subprocess.Popen[str]]:
    """A worker on a server of its own; it must have ended by itself when a test does not need it any more."""
    with in_thread(lambda: serve_qdrant(home / "qdrant")) as server:
        settings = {"QDRANT_URL": server.url, "SCAN_SECONDS": "60", "QUIET_SECONDS": "0.2", "LOG_FORMAT": "json"}
        (home / ".env").write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
        with subprocess.Popen(  # our own program
            [sys.executable, "-m", "ingestion"],
            cwd=home,
            env=environment(home),
            stderr=subprocess.PIPE,
            encoding="utf-8",
        ) as process:
            yield process
            process.kill()


def test_a_worker_watches_serves_and_ends_when_told(home: Path, worker: subprocess.Popen[str]) -> None:
    address = (home / ".env").read_text().split("\n")[0].removeprefix("QDRANT_URL=")
    client = open_qdrant(Settings(qdrant_url=address))
    requests = WorkerRequests(client, "souffleur")
    scanned = Heartbeat("ingestion", home / "beats").path

    def state(path: str) -> str | None:
        documents = json.loads(run(home, "status", "--json").stdout)["documents"]
        return next((document["state"] for document in documents if document["path"] == path), None)

    until(scanned.exists)
    until(lambda: state("a.md") == "words")
    assert run(home, "health").returncode == 0

    (home / "documents" / "b.md").write_text("# Cantine\n\nElle ouvre à midi.", encoding="utf-8")
    until(lambda: state("b.md") == "words")

    asked = requests.create_worker_request("b.md", "U1")
    until(lambda: (served := requests.get_worker_request(asked.id)) is not None and served.state == "done")
    served = requests.get_worker_request(asked.id)
    assert served is not None
    assert (served.done, served.total, served.failed) == (1, 1, ())

    started = time.monotonic()
    worker.send_signal(signal.SIGTERM)
    _, logs = worker.communicate(timeout=60)
    assert worker.returncode == 0
    assert time.monotonic() - started < 10
    assert not scanned.exists()
    assert all(json.loads(line)["level"] for line in logs.splitlines())
    assert "Cantine" not in logs
    client.close()


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_log_line_never_begins_within_a_progress_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    try:
        configure_logging("text", "INFO")
        with draw_bar("reading", "documents") as bar:
            ProgressBar(bar).report_progress(1, 3, "a.md")
            logging.getLogger("tests").info("read: path=a.md")
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
    drawn = terminal.getvalue()
    assert "reading" in drawn
    assert re.search(r"[\r\n]\d\d:\d\d:\d\d INFO    tests: read: path=a.md\n", drawn), drawn
