"""The program that draws a page: its walls, and what it refuses."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from ingestion.reader_processes.sandbox_pool import ReadLimits, SandboxPool
from tests.ingestion.readers.images.test_page_picture import FIRST, make_pdf


def draw(path: Path, **changes: object) -> tuple[dict[str, Any], bytes]:
    """What the program answers: its line, and the picture."""
    content = path.read_bytes()
    request = {"sha256": hashlib.sha256(content).hexdigest(), "max_bytes": 1 << 20, "pages": [1], "quotes": [FIRST]}
    with path.open("rb") as file:
        done = subprocess.run(  # noqa: S603 (the program under test)
            [sys.executable, "-P", "-m", "ingestion.reader_processes.page_picture_main", str(file.fileno())],
            input=json.dumps({**request, **changes}).encode(),
            pass_fds=(file.fileno(),),
            capture_output=True,
            timeout=60,
            check=True,
        )
    head, _, picture = done.stdout.partition(b"\n")
    return json.loads(head), picture


def test_the_program_that_draws_has_the_layers_of_a_reader(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(make_pdf((FIRST,)))
    answer, picture = draw(tmp_path / "a.pdf")
    with closing(SandboxPool()) as pool:
        layers = pool.fetch_layers(ReadLimits(60, 1_024, 10))
    assert set(answer["layers"]) == set(layers)
    assert (answer["page"], answer["is_marked"], picture[:4]) == (1, True, b"\x89PNG")


def test_a_file_that_is_too_large_or_another_is_not_drawn(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(make_pdf((FIRST,)))
    assert draw(tmp_path / "a.pdf", max_bytes=10)[0]["error"] == "too_large"
    answer, picture = draw(tmp_path / "a.pdf", sha256="0" * 64)
    assert (answer["error"], picture) == ("changed", b"")
