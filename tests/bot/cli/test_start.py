"""What the commands load: all of the bot at its start, but no parser; next to nothing to tell its health."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("importing", "absent"),
    [
        ("bot.cli.start", {"unstructured", "pypdfium2", "ingestion"}),
        ("bot.__main__", {"langchain_core", "langchain_qdrant", "ollama", "qdrant_client", "slack_bolt"}),
    ],
    ids=["start", "health"],
)
def test_a_command_loads_no_more_than_it_needs(importing: str, absent: set[str]) -> None:
    check = f"import sys; import {importing}; sys.exit(str({absent} & {{*sys.modules}}))"
    ended = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=False)  # noqa: S603  # ours
    assert ended.stderr.strip() == "set()"
