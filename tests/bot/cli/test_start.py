"""What the commands load: all of the bot at its start, but no parser; next to nothing to tell its health."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.bot.cli.running_commands import Terminal


@pytest.mark.parametrize(
    ("command", "absent"),
    [
        ("start", {"unstructured", "pypdfium2", "ingestion", "rich"}),
        ("health", {"langchain_core", "langchain_qdrant", "ollama", "qdrant_client", "slack_bolt"}),
    ],
    ids=["start", "health"],
)
def test_a_command_loads_no_more_than_it_needs(command: str, absent: set[str], tmp_path: Path) -> None:
    told = f"str({absent} & {{*sys.modules}}) + (' collects' if gc.isenabled() else '')"
    run = f"import gc, sys; from bot.__main__ import main; main([{command!r}]); sys.exit({told})"
    ended = subprocess.run(  # noqa: S603  # ours
        [sys.executable, "-c", run],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env=Terminal(tmp_path).environment(),
    )
    assert ended.stderr.splitlines()[-1] == "set() collects"
    assert ("SLACK_BOT_TOKEN is missing" in ended.stderr) is (command == "start"), "the start loads all before it"
