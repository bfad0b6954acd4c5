"""What a full disk leaves behind must not outlast it."""

from __future__ import annotations

import subprocess
import sys

import pytest

_CHILD = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, resource.RLIM_INFINITY))
from ingestion.parsing.sandbox_main import prevent_truncated_bytecode
sys.dont_write_bytecode = False
prevent_truncated_bytecode()
print(sys.dont_write_bytecode)
"""


@pytest.mark.parametrize(("limit", "spared"), [("4096", "True"), ("resource.RLIM_INFINITY", "False")])
def test_a_reader_writes_no_bytecode_that_a_full_disk_would_cut_short(limit: str, spared: str) -> None:
    child = [sys.executable, "-B", "-c", _CHILD.format(limit=limit)]
    said = subprocess.run(child, capture_output=True, text=True, timeout=60, check=True)  # noqa: S603  # our own program
    assert said.stdout.strip() == spared
