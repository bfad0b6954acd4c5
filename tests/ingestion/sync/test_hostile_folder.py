"""A folder of hostile documents, or of folders exchanged under the look of the worker, costs nobody else anything."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from knowledge.core.access import EVERYONE
from knowledge.core.documents import TITLE_SEPARATOR
from knowledge.core.failure_codes import FailureCode
from knowledge.runtime.settings import Settings
from knowledge.storage.client import open_qdrant
from knowledge.storage.document_ledger import DocumentLedger
from knowledge.storage.schema import passage_from_payload
from tests.ingestion.folder_swaps import Swapper
from tests.ingestion.hostile_files import make_good, make_hostile
from tests.ingestion.worker_setup import Bench
from tests.knowledge.samples import list_points

ROOT = Path(__file__).parents[3]
READ_SECONDS = 5  # one file only waits for it; the others need less than 2, with the libraries that a reader loads
READ_MEMORY_MB = 1024
WORKER_MB = 600  # with the embedded index and all libraries, whatever its readers meet
SECONDS = float(os.environ.get("SWAP_SECONDS", "2"))
FILES = 6
PRIVATE = "confidentiel"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="renameat2 is Linux's")


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


def _fill(folder: Path, word: str) -> None:
    folder.mkdir(parents=True)
    for number in range(FILES):
        (folder / f"{number}.md").write_text(f"# Note {number}\n\nUn texte {word} de la note {number}.")


def _swap_with_links(root: Path) -> list[str]:
    """A public folder against links to a private folder, and to a place outside."""
    _fill(root / "#finance", PRIVATE)
    _fill(root.parent / "outside", PRIVATE)
    (root / ".to_finance").symlink_to("#finance")
    (root / ".outside").symlink_to(root.parent / "outside")
    return [".to_finance", ".outside"]


def _swap_with_ruled_folder(root: Path) -> list[str]:
    """A public folder against one that its rule file closes: whatever is read, the rule came with it."""
    _fill(root / ".ruled", PRIVATE)
    (root / ".ruled" / ".souffleur.toml").write_text('audience = "#finance"')
    return [".ruled"]


@pytest.mark.parametrize("prepare", [_swap_with_links, _swap_with_ruled_folder], ids=["links", "rules"])
def test_nothing_private_is_indexed_for_everyone_while_folders_are_exchanged(
    bench: Bench, prepare: Callable[[Path], list[str]]
) -> None:
    _fill(bench.root / "team", "public")
    others = prepare(bench.root)
    bench.scan()  # starts the reader
    team = os.open(bench.root / "team", os.O_RDONLY)
    until, passes = time.monotonic() + SECONDS, 0
    with Swapper(bench.root, "team", others) as swapper:
        while time.monotonic() < until:
            _rewrite(team, passes)
            bench.ahead += 4_000  # what failed meanwhile is tried again at once
            bench.scan()
            passes += 1
            assert _leaks(bench) == []
    os.close(team)
    assert swapper.swaps > passes
    bench.ahead += 4_000
    bench.scan()
    assert _leaks(bench) == []
    assert {path for path in bench.found("texte public") if path.startswith("team/")}


def _rewrite(folder: int, passes: int) -> None:
    """Change the public files by their folder's descriptor, wherever the folder is now."""
    for number in range(FILES):
        descriptor = os.open(f"{number}.md", os.O_WRONLY | os.O_TRUNC, dir_fd=folder)
        with os.fdopen(descriptor, "w") as file:
            file.write(f"# Note {number}\n\nUn texte public de la note {number}, {passes}.")


def _leaks(bench: Bench) -> list[str]:
    """Every path under which a private text is indexed for everyone."""
    points = list_points(bench.client, bench.index.collection)
    passages = [passage_from_payload(point.payload or {}, str(point.id)) for point in points]
    return [one.path for one in passages if EVERYONE in one.audience and PRIVATE in one.excerpt.text]
