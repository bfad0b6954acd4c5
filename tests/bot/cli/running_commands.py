"""Runs `python -m bot …` as anyone would, over a small embedded index. For the tests of this folder."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.doubles.warm_python import run_module

if TYPE_CHECKING:
    import subprocess

ROOT = Path(__file__).parents[3]
NO_OLLAMA = "http://127.0.0.1:9"  # the discard port: nobody listens there


@dataclass(frozen=True, slots=True)
class Terminal:
    """A terminal in a folder of its own; the index is in it."""

    folder: Path

    def run(self, *arguments: str, module: str = "bot", **settings: str) -> subprocess.CompletedProcess[str]:
        return run_module(module, *arguments, env=self.environment(**settings), cwd=self.folder)

    def environment(self, **settings: str) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        own = {"PYTHONPATH": str(ROOT), "QDRANT_PATH": str(self.folder / "qdrant"), "HEARTBEAT_DIR": str(self.folder)}
        return {**kept, **own, "OLLAMA_URL": NO_OLLAMA, **settings}
