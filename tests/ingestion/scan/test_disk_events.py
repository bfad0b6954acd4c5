from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.scan import disk_events
from ingestion.scan.disk_events import DiskEventWatcher

LIMIT = 15.0


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    root.mkdir()
    return root


@pytest.fixture
def woken(root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Start a watcher that has not seen anything yet."""
    monkeypatch.setattr(disk_events, "_RESTART_SECONDS", 0.1)
    woken = threading.Event()
    with DiskEventWatcher(root, woken):
        arm(root, woken)
        yield woken


def arm(root: Path, woken: threading.Event) -> None:
    """Touch the folder until the watcher sees it; then wait until it is quiet."""
    assert woken.wait(LIMIT)
    woken.clear()
    for n in range(100):
        (root / f"probe{n}").touch()
        if woken.wait(0.3):
            break
    woken.clear()
    while woken.wait(0.6):
        woken.clear()


def test_a_new_file_wakes(root: Path, woken: threading.Event) -> None:
    (root / "a.md").write_text("x")
    assert woken.wait(LIMIT)


def test_a_folder_that_is_moved_in_wakes(root: Path, woken: threading.Event, tmp_path: Path) -> None:
    (tmp_path / "new" / "deep").mkdir(parents=True)
    (tmp_path / "new" / "deep" / "a.md").write_text("x")
    (tmp_path / "new").rename(root / "new")
    assert woken.wait(LIMIT)


def test_a_change_deep_down_wakes(root: Path, woken: threading.Event) -> None:
    (root / "a" / "b").mkdir(parents=True)
    arm(root / "a" / "b", woken)
    (root / "a" / "b" / "c.md").write_text("x")
    assert woken.wait(LIMIT)


def test_a_deletion_wakes(root: Path, woken: threading.Event) -> None:
    (root / "probe0").unlink()
    assert woken.wait(LIMIT)


def test_a_root_that_is_removed_and_made_again_is_watched_again(root: Path, woken: threading.Event) -> None:
    shutil.rmtree(root)
    root.mkdir()
    arm(root, woken)
    (root / "a.md").write_text("x")
    assert woken.wait(LIMIT)


def test_a_name_that_is_no_text_does_not_end_the_watch(root: Path, woken: threading.Event) -> None:
    (root / os.fsdecode(b"\xe9.md")).touch()
    arm(root, woken)
    (root / "a.md").write_text("x")
    assert woken.wait(LIMIT)


def test_a_root_that_is_away_at_first_is_watched_once_it_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk_events, "_RESTART_SECONDS", 0.1)
    woken = threading.Event()
    with DiskEventWatcher(tmp_path / "later", woken):
        assert not woken.wait(0.3)
        (tmp_path / "later").mkdir()
        assert woken.wait(LIMIT)
