"""Leaves out, loudly, the tests that need a Debian package which is not installed, and lets the long files begin first.

`make system-packages` installs them. With REQUIRE_SYSTEM_PACKAGES=1, as in continuous integration, nothing is left out.
"""

from __future__ import annotations

import gc
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Sequence

# For each mark, the programs of which one must be there.
NEEDED = {
    "browser": ("chromium", "chromium-browser", "google-chrome"),
    "ocr": ("tesseract",),
    "office": ("soffice",),
    "systemd": ("systemd-analyze",),
}
# Whose files take longest: they begin first, so that none is left at the end while the other processes are idle.
LONGEST = ("scenario", "torture", "playground", "ingestion", "compatibility", "knowledge", "deployment", "bot/cli")
# No test is timed: machines are noisy.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
_LEFT_OUT = pytest.StashKey[dict[str, int]]()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what cannot run here; put the longest first."""
    items.sort(key=_place_in_line)
    absent = {mark for mark, programs in NEEDED.items() if not any(map(shutil.which, programs))}
    left_out = [item for item in items if _marks_of(item) & absent]
    if left_out and os.environ.get("REQUIRE_SYSTEM_PACKAGES") == "1":
        raise pytest.UsageError(_sentence(_counted(left_out, absent)))
    config.stash[_LEFT_OUT] = _counted(left_out, absent)
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def pytest_collection_finish() -> None:
    """Keep the collector of garbage from looking through all that is loaded: a twentieth of the processor time."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what was left out."""
    if left_out := config.stash.get(_LEFT_OUT, {}):
        terminalreporter.write_line(_sentence(left_out), red=True, bold=True)


def _place_in_line(item: pytest.Item) -> int:
    folder = item.path.parent.relative_to(Path(__file__).parent).as_posix()
    return next((n for n, longest in enumerate(LONGEST) if folder.startswith(longest)), len(LONGEST))


def _marks_of(item: pytest.Item) -> set[str]:
    return {mark.name for mark in item.iter_markers()}


def _counted(items: Sequence[pytest.Item], absent: set[str]) -> dict[str, int]:
    counts = {mark: sum(mark in _marks_of(item) for item in items) for mark in sorted(absent)}
    return {mark: count for mark, count in counts.items() if count}


def _sentence(left_out: dict[str, int]) -> str:
    parts = (f"{count} tests marked {mark} ({NEEDED[mark][0]} is not installed)" for mark, count in left_out.items())
    return f"NOT RUN: {', '.join(parts)}. `make system-packages` installs what they need."
