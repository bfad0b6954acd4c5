"""A folder of hostile documents costs nobody else anything."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from knowledge.core.documents import TITLE_SEPARATOR
from knowledge.core.failure_codes import FailureCode
from knowledge.runtime.settings import Settings
from knowledge.storage.client import open_qdrant
from knowledge.storage.document_ledger import DocumentLedger
from tests.ingestion.hostile_files import make_good, make_hostile

ROOT = Path(__file__).parents[3]
READ_SECONDS = 5  # one file only waits for it; the others need less than 2, with the libraries that a reader loads
READ_MEMORY_MB = 1024
WORKER_MB = 600  # with the embedded index and all libraries, whatever its readers meet


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_all_good_documents_are_indexed_and_every_hostile_one_is_listed_with_its_reason(tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    hostile, good = make_hostile(documents), make_good(documents, 50)
    assert len(hostile) >= 50
    first = _scan(tmp_path)
    assert (first.documents, first.indexed) == (len(hostile) + len(good), len(good)), first.reasons
    inside = {name for name in first.reasons if name.partition(TITLE_SEPARATOR)[0] in good}
    assert {name.partition(TITLE_SEPARATOR)[2] for name in inside} == {"ordre du jour.pdf"}  # good mails, broken inside
    reasons = {name: reason for name, reason in first.reasons.items() if name not in inside}
    assert reasons.keys() == hostile.keys()
    wrong = {name: reasons[name] for name, part in hostile.items() if not re.search(part, reasons[name])}
    assert wrong == {}
    assert all(reason.startswith(name) and reason.endswith(".") for name, reason in reasons.items())
    assert FailureCode.SENTENCE not in _list_codes(tmp_path)  # each is translated
    assert not any(str(tmp_path) in reason or "passwd" in reason for reason in reasons.values())
    assert first.peak_mb < WORKER_MB

    second = _scan(tmp_path)
    assert (second.indexed, second.unchanged, second.reasons.keys()) == (0, len(good), first.reasons.keys())
    assert second.passages == first.passages > len(good)


class Pass(NamedTuple):
    """What a pass says, and the most memory that the worker itself held, its readers not counted."""

    documents: int
    indexed: int
    unchanged: int
    passages: int
    reasons: dict[str, str]
    peak_mb: float


def _scan(home: Path) -> Pass:
    settings = {
        "READ_SECONDS": str(READ_SECONDS),
        "READ_MEMORY_MB": str(READ_MEMORY_MB),
        "OLLAMA_URL": "http://127.0.0.1:9",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "ingestion", "scan", "--json"],
        cwd=home,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HEARTBEAT_DIR": str(home), **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    peak = 0.0
    while True:
        try:
            output, errors = process.communicate(timeout=0.2)
        except subprocess.TimeoutExpired:
            peak = max(peak, _peak_mb(process.pid))
        else:
            break
    assert process.returncode == 0, errors
    told = json.loads(output)
    reasons = {failure["path"]: failure["reason"] for failure in told["failed"]}
    return Pass(told["documents"], told["indexed"], told["unchanged"], told["passages"], reasons, peak)


def _list_codes(home: Path) -> set[FailureCode]:
    client = open_qdrant(Settings.load(qdrant_path=home / ".souffleur" / "qdrant"))
    try:
        documents = DocumentLedger(client, "souffleur").list_documents().values()
        return {document.failure.code for document in documents if document.failure}
    finally:
        client.close()


def _peak_mb(pid: int) -> float:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0  # a process that ends has none
