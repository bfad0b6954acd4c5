"""Runs the real commands and watches every socket of every process: no data may leave the machine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.doubles.ollama import ollama_in_thread

SENTINEL = Path(__file__).parent / "sentinel" / "sitecustomize.py"
ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "playground" / "documents"
OWN_PROGRAMS = {Path(sys.executable).resolve().name, Path(sys.executable).name, "tesseract"}


@dataclass(frozen=True, slots=True)
class WatchedCommands:
    """Runs commands in a folder, and reads what the sentinel saw."""

    folder: Path

    def run(self, *command: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 (our own interpreter)
            [sys.executable, *command],
            env=self._environment(settings),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )

    def seen(self, *events: str) -> list[dict[str, object]]:
        lines = (self.folder / "sentinel.jsonl").read_text(encoding="utf-8").splitlines()
        return [line for line in map(json.loads, lines) if not events or line["event"] in events]

    def _environment(self, settings: Mapping[str, str]) -> dict[str, str]:
        # Nothing of the caller's environment turns reports off: the product has to do it itself.
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return {
            **kept,
            "PYTHONPATH": f"{self.folder}{os.pathsep}{ROOT}",
            "QDRANT_PATH": str(self.folder / "qdrant"),
            **settings,
        }


@pytest.fixture
def watched(tmp_path: Path) -> WatchedCommands:
    shutil.copy(SENTINEL, tmp_path)  # it writes where it lies
    return WatchedCommands(tmp_path)


def test_the_sentinel_sees_and_stops_what_leaves(watched: WatchedCommands) -> None:
    attempt = "import socket; socket.create_connection(('192.0.2.1', 9), 1)"
    child = f"import subprocess, sys; sys.exit(subprocess.run([sys.executable, '-c', {attempt!r}]).returncode)"
    assert "leaves this machine" in watched.run("-c", child).stderr
    assert [line["what"] for line in watched.seen() if not line["local"]] == ["192.0.2.1"]


def test_reading_every_sample_and_answering_speak_to_this_machine_alone(watched: WatchedCommands) -> None:
    with ollama_in_thread() as ollama:
        settings = {"OLLAMA_URL": ollama.url}
        scan = watched.run("-m", "ingestion", "scan", "--json", "--folder", str(SAMPLES), **settings)
        assert scan.returncode == 0, scan.stderr
        asked = watched.run("-m", "bot", "ask", "--json", "combien de jours de télétravail ?", **settings)
        assert asked.returncode == 0, asked.stderr
    assert json.loads(scan.stdout)["indexed"] == json.loads(scan.stdout)["documents"]
    assert json.loads(asked.stdout)["state"] == "answered"
    assert [line for line in watched.seen() if not line["local"]] == []
    assert {"127.0.0.1"} <= {line["what"] for line in watched.seen("socket.connect")}  # Ollama's double was met
    assert len({line["pid"] for line in watched.seen("started")}) >= 3  # the commands, and the reading processes
    _only_known_programs(watched.seen("subprocess.Popen", "os.exec", "os.posix_spawn"))


def test_nothing_is_sent_either_where_there_is_no_model(watched: WatchedCommands) -> None:
    (watched.folder / "documents").mkdir()
    (watched.folder / "documents" / "note.md").write_text("# Note\n\nLe badge vert ouvre le parking.\n", "utf-8")
    settings = {"OLLAMA_URL": "http://127.0.0.1:9"}
    assert watched.run("-m", "ingestion", "scan", **settings).returncode == 0
    asked = watched.run("-m", "bot", "ask", "--json", "Que fait le badge vert ?", **settings)
    assert json.loads(asked.stdout)["state"] == "passages_only"
    assert [line for line in watched.seen() if not line["local"]] == []


def _only_known_programs(started: Sequence[Mapping[str, object]]) -> None:
    for line in started:
        assert Path(str(line["what"])).name in OWN_PROGRAMS, line
