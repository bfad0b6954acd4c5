"""Bot and worker, as they are started, let no other process of the same user look into them."""

from __future__ import annotations

import subprocess
import sys

import pytest

_STARTED = """
import runpy, sys
from knowledge.runtime.process_privacy import is_inspection_forbidden
sys.argv = [sys.argv[1], "health"]
try:
    runpy.run_module(sys.argv[0], run_name="__main__")
except SystemExit:
    print(is_inspection_forbidden())
"""


@pytest.mark.parametrize("process", ["bot", "ingestion"])
def test_bot_and_worker_let_nobody_look_into_them(process: str) -> None:
    command = [sys.executable, "-c", _STARTED, process]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout  # noqa: S603 (our own interpreter)
    assert told.splitlines()[-1] == str(sys.platform == "linux")
