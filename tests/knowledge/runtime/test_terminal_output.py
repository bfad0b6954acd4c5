from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from knowledge.runtime.terminal_output import run_until_unread

_ENDLESS = "print('x' * 5_000_000)"
_AT_THE_END = "print('x')"  # it stays in the buffer until the end


def _run_unread(statement: str) -> tuple[int, str]:
    """Runs a command whose output nobody reads; returns its exit status and what it wrote to standard error."""
    program = (
        "import sys\nfrom knowledge.runtime.terminal_output import run_until_unread\n"
        f"def main():\n    {statement}\n    return 0\nsys.exit(run_until_unread(main))"
    )
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(  # noqa: S603 (our own Python)
            [sys.executable, "-c", program],
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            cwd=Path(__file__).parents[3],
        )
    finally:
        os.close(writing)
    return done.returncode, done.stderr


@pytest.mark.parametrize("statement", [_ENDLESS, _AT_THE_END], ids=["while it writes", "at its end"])
def test_a_command_that_nobody_reads_ends_quietly(statement: str) -> None:
    assert _run_unread(statement) == (141, "")


def test_another_broken_pipe_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled(), pytest.raises(BrokenPipeError, match="not the output"):
        run_until_unread(_break_another_pipe)


def _break_another_pipe() -> int:
    raise BrokenPipeError("not the output")


@pytest.mark.parametrize("process", ["bot", "ingestion"])
def test_each_process_ends_quietly(process: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(  # noqa: S603 (our own Python)
            [sys.executable, "-m", process, "health"],
            stdout=writing,
            stderr=subprocess.PIPE,
            check=False,
            cwd=Path(__file__).parents[3],
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")
