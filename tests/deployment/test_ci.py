"""`.ci/run` runs the checks, then the tests, and fails when either fails: with a real make and made-up targets."""

from __future__ import annotations

import asyncio
import os
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.deployment.compose import ROOT

if TYPE_CHECKING:
    from pathlib import Path

_TARGETS = """
check:
	@echo checking with CI=$(CI); {check}
test:
	@echo testing with REQUIRE_SYSTEM_PACKAGES=$(REQUIRE_SYSTEM_PACKAGES); {test}
test-newest:
	@echo testing with the newest Python; {newest}
newest-python:
	@echo {python}
system-packages:
	@echo installing
"""
_COMMANDS = ("bash", "env", "make", "sh", "dirname", "grep", "xargs", "echo")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone on a machine that has the system packages: commands of those names that say so."""
    (tmp_path / "clone" / ".ci").mkdir(parents=True)
    shutil.copy(ROOT / ".ci" / "run", tmp_path / "clone" / ".ci" / "run")
    commands = tmp_path / "commands"
    commands.mkdir()
    for name in _COMMANDS:
        (commands / name).symlink_to(shutil.which(name) or "")
    _command(commands / "chromium", "")
    _command(commands / "soffice", "")
    _command(commands / "systemd-analyze", "")
    _command(commands / "tesseract", "printf 'List of available languages:\\neng\\nfra\\n'")
    return tmp_path / "clone"


def _command(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/bash\n{text}\n", encoding="utf-8")
    path.chmod(0o755)


async def _ci(
    clone: Path, *, check: str = "true", test: str = "true", newest: str = "true", python: str = ""
) -> tuple[int, list[str]]:
    targets = _TARGETS.format(check=check, test=test, newest=newest, python=python)
    (clone / "Makefile").write_text(targets, encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        clone / ".ci" / "run",
        env={"PATH": str(clone.parent / "commands")},
        cwd="/",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode is not None
    return process.returncode, output.decode().splitlines()


FAILS, NEWER = "exit 1", "python3.13"
CHECKED, TESTED = "checking with CI=true", "testing with REQUIRE_SYSTEM_PACKAGES=1"
NEWEST = "testing with the newest Python"


@pytest.mark.parametrize(
    ("targets", "told", "end"),
    [
        pytest.param({}, [CHECKED, TESTED], "CI passed in ", id="all is well"),
        pytest.param({"check": FAILS}, [CHECKED], 'CI failed in "make check" after ', id="the checks fail"),
        pytest.param({"test": FAILS}, [CHECKED, TESTED], 'CI failed in "make test" after ', id="the tests fail"),
        pytest.param({"python": NEWER}, [CHECKED, TESTED, NEWEST], "CI passed in ", id="a newer Python is here"),
        pytest.param(
            {"python": NEWER, "newest": FAILS},
            [CHECKED, TESTED, NEWEST],
            'CI failed in "make test-newest" after ',
            id="the tests with it fail",
        ),
    ],
)
async def test_it_checks_then_tests_and_ends_with_one_plain_line(
    clone: Path, targets: dict[str, str], told: list[str], end: str
) -> None:
    status, lines = await _ci(clone, **targets)
    assert (status == 0) is end.startswith("CI passed")
    assert [line for line in lines if line.startswith(("checking", "testing", "installing"))] == told
    assert lines[-1].startswith(end)


async def test_a_package_that_is_missing_is_named_or_installed(clone: Path) -> None:
    """Installed where that is possible: as root, with apt-get."""
    _command(clone.parent / "commands" / "tesseract", "echo eng")
    status, lines = await _ci(clone)
    assert status != 0
    assert lines[0].startswith("Missing system packages: tesseract-ocr-fra.")
    _command(clone.parent / "commands" / "apt-get", "")
    _, lines = await _ci(clone)
    assert ("installing" in lines) is (os.geteuid() == 0)
