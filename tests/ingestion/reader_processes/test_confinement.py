"""A document that makes its reader its own gets nothing by it: no key, no other document, no socket, no file."""

from __future__ import annotations

import json
import os
import re
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ingestion import commands
from ingestion.commands import check_protection
from ingestion.reader_processes import reader_process
from ingestion.reader_processes.confinement import LAYERS
from ingestion.reader_processes.landlock_and_seccomp import _REFUSED_CALLS, build_filter, get_landlock_version
from ingestion.reader_processes.sandbox_pool import ReadLimits, SandboxPool, list_missing_layers
from ingestion.settings import IngestionSettings
from tests.ingestion.reader_processes.hostile_reader import ATTEMPTS
from tests.ingestion.worker_setup import document_file

KEY = "the-key-of-qdrant"
LIMITS = ReadLimits.from_settings(IngestionSettings())
# A process of its own: only the environment with which a process starts can be seen from outside.
WORKER = """
import json, sys
from pathlib import Path
from ingestion.reader_processes import reader_process, sandbox_pool
from ingestion.reader_processes.sandbox_pool import ReadLimits, SandboxPool
from ingestion.scan.document_file import DocumentFile
from ingestion.scan.safe_open import FolderTree
from knowledge.runtime.privacy import forbid_inspection_where_possible
forbid_inspection_where_possible()
program, missing, document = sys.argv[1:]
reader_process._PROGRAM = ("-P", "-c", Path(program).read_text(), missing)
pool = SandboxPool()
answers = []
receive = sandbox_pool.content_from_answer
sandbox_pool.content_from_answer = lambda answer, *rest: answers.append(answer) or receive(answer, *rest)
path = Path(document)
content = pool.read_in_sandbox(DocumentFile(FolderTree(path.parent), path.name), ReadLimits(60, 4096, 200))
pool.close()
print(json.dumps([answers[0]["layers"], json.loads(content.title)]))
"""
SCOPES_SIGNALS = get_landlock_version() >= 6  # Linux 6.12
# Which layers refuse an attempt; one of them is enough.
REFUSED_BY = {
    "read the key in the parent's environment": {"files", "privileges"},
    "read the parent's memory": {"files", "privileges"},
    "take an open file of the parent's": {"files", "privileges"},
    "attach to the parent": {"files", "privileges", "system_calls"},
    "limit the parent's resources": {"system_calls"},
    "signal the server": {"files"} if SCOPES_SIGNALS else set(),
    "signal the worker": {"files"} if SCOPES_SIGNALS else set(),
    "leave the process group": {"system_calls"},
    "connect to a server": {"network", "system_calls"},
    "connect to a socket in a folder": {"system_calls"},
    "read another document": {"files"},
    "write into a folder": {"files"},
    "write into memory": {"files"},
    "change the program": {"files"},
    "change the document": {*LAYERS, ""},
    "run a program": {"files"},
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Which layers held, and which attempts came through."""

    layers: set[str]
    done: set[str]


@pytest.fixture
def document(tmp_path: Path) -> Iterator[Path]:
    """A document that tells its reader where there is something to attack, all of which is there."""
    other, unix_path = tmp_path / "other.txt", tmp_path / "socket"
    other.write_text("another document")
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as unix:
        unix.bind(str(unix_path))
        unix.listen()
        told = {"key": KEY, "port": str(server.getsockname()[1]), "socket": str(unix_path)}
        path = tmp_path / "hostile.txt"
        path.write_text(json.dumps({**told, "other": str(other), "folder": str(tmp_path)}))
        yield path


@pytest.fixture(scope="module")
def offered() -> dict[str, bool]:
    """Which layers a reader says that it has."""
    return {finding.layer: finding.holds for finding in check_protection(LIMITS)}


def _attack(document: Path, missing: str) -> Outcome:
    program = Path(__file__).with_name("hostile_reader.py")
    done = subprocess.run(  # noqa: S603  # this very program
        [sys.executable, "-c", WORKER, str(program), missing, str(document)],
        env={**os.environ, "QDRANT_API_KEY": KEY},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    layers, came_through = json.loads(done.stdout)
    return Outcome(set(layers), set(came_through))


def test_the_table_of_attempts_is_complete() -> None:
    assert REFUSED_BY.keys() == ATTEMPTS.keys()


@pytest.mark.parametrize("missing", ["", "network", "files", "system_calls", "privileges", "network,files"])
def test_each_attempt_is_refused_by_every_layer_that_says_it_holds(document: Path, missing: str) -> None:
    outcome = _attack(document, missing)
    assert outcome.layers.isdisjoint(missing.split(","))
    refused = {name for name, layers in REFUSED_BY.items() if layers & (outcome.layers | {""})}
    assert outcome.done & refused == set()


def test_a_reader_that_libreoffice_converts_for_can_do_no_more_than_others(document: Path) -> None:
    """It may write to an empty folder of its own, and that is all."""
    old = document.rename(document.with_suffix(".doc"))
    outcome = _attack(old, "")
    refused = {name for name, layers in REFUSED_BY.items() if layers & (outcome.layers | {""})}
    assert "files" in outcome.layers
    assert outcome.done & refused == set()


def test_without_any_layer_the_attempts_come_through(document: Path) -> None:
    """So the test above proves something."""
    outcome = _attack(document, ",".join(LAYERS))
    assert outcome.layers == set()
    assert {"read another document", "write into a folder", "connect to a server", "run a program"} <= outcome.done


def test_check_says_which_layers_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    findings = {finding.layer: finding for finding in check_protection(LIMITS)}
    assert findings.keys() == {"parent", *LAYERS}
    program = Path(__file__).with_name("hostile_reader.py").read_text()
    monkeypatch.setattr(reader_process, "_PROGRAM", ("-P", "-c", program, "network,files"))
    without = {finding.layer: finding for finding in check_protection(LIMITS)}
    assert not without["network"].holds
    assert "user namespaces are not allowed" in without["network"].sentence
    assert not without["files"].holds
    assert without["system_calls"].holds == findings["system_calls"].holds
    monkeypatch.setattr(commands, "is_inspection_forbidden", lambda: True)
    assert next(finding for finding in check_protection(LIMITS) if finding.layer == "parent").holds


@pytest.mark.parametrize(
    ("layer", "step"),
    [
        ("privacy", "forbid_inspection()"),
        ("privileges", "_give_up_privileges()"),
        ("network", "leave_network()"),
        ("files", "restrict_to_files(build_file_rules())"),
        ("system_calls", "refuse_system_calls()"),
    ],
)
def test_a_reader_has_each_layer_that_this_system_offers(layer: str, step: str, offered: dict[str, bool]) -> None:
    program = f"from ingestion.reader_processes import confinement; confinement.{step.replace('(b', '(confinement.b')}"
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, timeout=60)  # noqa: S603 (our own interpreter)
    assert offered[layer] == (done.returncode == 0)


def test_a_reader_has_limits_of_memory_and_descriptors_and_leaves_no_core_dump() -> None:
    pool = SandboxPool()
    try:
        child = pool._fork_reader("check.txt", LIMITS)
        limits = Path(f"/proc/{child._number}/limits").read_text(encoding="ascii")
        child.close()
    finally:
        pool.close()
    for name, most in (("address space", LIMITS.memory_mb << 20), ("core file size", 0), ("open files", 256)):
        assert re.search(rf"^Max {name} +{most} +{most} ", limits, re.MULTILINE)


def test_missing_layers_are_logged_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Un texte.")
    monkeypatch.setattr("ingestion.reader_processes.sandbox_pool.list_missing_layers", lambda _: ["files"])
    pool = SandboxPool()
    for _ in range(2):
        pool.read_in_sandbox(document_file(path), LIMITS)
    pool.close()
    assert [message for message in caplog.messages if "readers lack protection: layers=files" in message] == [
        "readers lack protection: layers=files see=python -m ingestion check"
    ]
    assert list_missing_layers({}) == list(LAYERS)


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_refuses_its_calls_and_allows_others(machine: str) -> None:
    """The program is run here as the kernel runs it, for both kinds of machine."""
    column = {"x86_64": 0, "aarch64": 1}[machine]
    program, architecture = build_filter(machine), {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}[machine]
    refused = {numbers[column] for numbers in _REFUSED_CALLS.values()}
    clone = {"x86_64": 56, "aarch64": 220}[machine]
    for number in range(460):
        expected = 0x50001 if number in refused else 0x50000 | 38 if number == 435 else 0x7FFF0000
        assert _run_filter(program, number, architecture, 0) == expected, number
    assert _run_filter(program, clone, architecture, 0x10000000) == 0x50001
    assert _run_filter(program, {"x86_64": 302, "aarch64": 261}[machine], architecture, 1) == 0x50001
    assert _run_filter(program, 0, architecture ^ 1, 0) == 0x50001
    assert _run_filter(program, 0x40000000 + 41, architecture, 0) == 0x50001


def _run_filter(program: bytes, number: int, architecture: int, argument: int) -> int:
    values = {0: number, 4: architecture, 16: argument}
    loaded, at = 0, 0
    while True:
        code, if_true, if_false, value = struct.unpack_from("HBBI", program, 8 * at)
        at += 1
        match code:
            case 0x20:
                loaded = values[value]
            case 0x06:
                return int(value)
            case _:
                holds = {0x15: loaded == value, 0x35: loaded >= value, 0x45: bool(loaded & value)}[code]
                at += if_true if holds else if_false
