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


async def test_it_checks_then_tests_and_ends_with_one_plain_line(clone: Path) -> None:
    status, lines = await _ci(clone)
    assert status == 0
    told = [line for line in lines if line.startswith(("checking", "testing", "installing"))]
    assert told == ["checking with CI=true", "testing with REQUIRE_SYSTEM_PACKAGES=1"]
    assert lines[-1].startswith("CI passed in ")
    assert any(line.startswith("== make test: ") for line in lines)


async def test_it_fails_when_the_tests_fail(clone: Path) -> None:
    status, lines = await _ci(clone, test="exit 1")
    assert status != 0
    assert lines[-1].startswith('CI failed in "make test" after ')


async def test_it_tests_with_the_newest_python_where_there_is_one(clone: Path) -> None:
    status, lines = await _ci(clone, python="python3.13")
    assert (status, "testing with the newest Python" in lines) == (0, True)
    status, lines = await _ci(clone, python="python3.13", newest="exit 1")
    assert status != 0
    assert lines[-1].startswith('CI failed in "make test-newest" after ')
    status, lines = await _ci(clone)
    assert (status, "testing with the newest Python" in lines) == (0, False)


async def test_it_tests_nothing_when_the_checks_fail(clone: Path) -> None:
    status, lines = await _ci(clone, check="exit 1")
    assert status != 0
    assert lines[-1].startswith('CI failed in "make check" after ')
    assert not any(line.startswith("testing") for line in lines)


async def test_a_package_that_is_missing_is_named_or_installed(clone: Path) -> None:
    """Installed where that is possible: as root, with apt-get."""
    _command(clone.parent / "commands" / "tesseract", "echo eng")
    status, lines = await _ci(clone)
    assert status != 0
    assert lines[0].startswith("Missing system packages: tesseract-ocr-fra.")
    _command(clone.parent / "commands" / "apt-get", "")
    _, lines = await _ci(clone)
    assert ("installing" in lines) is (os.geteuid() == 0)


def test_it_can_be_run() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
