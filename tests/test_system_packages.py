"""Tests that need a missing Debian package are left out loudly, or fail where everything must be there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_without_systemd_its_tests_are_left_out_with_one_loud_line(tmp_path: Path) -> None:
    done = _collected(tmp_path)
    assert done.stdout.count("NOT RUN: ") == 1
    assert "tests marked systemd (systemd-analyze is not installed)" in done.stdout
    assert "test_systemd_takes_the_unit" not in done.stdout


def test_where_every_package_is_required_a_missing_one_fails(tmp_path: Path) -> None:
    done = _collected(tmp_path, REQUIRE_SYSTEM_PACKAGES="1")
    assert done.returncode != 0
    assert "systemd-analyze is not installed" in done.stderr


def _collected(empty: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """What pytest says of systemd's tests where no program is installed."""
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "tests/deployment/test_systemd.py",
            "--collect-only",
            "-p",
            "no:cacheprovider",
        ],
        env={"PATH": str(empty), "HOME": os.environ.get("HOME", "/"), **settings},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=115,
        check=False,
    )
